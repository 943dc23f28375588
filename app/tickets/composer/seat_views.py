"""An open ticket page says every few seconds that it is open, and hands in what stands in its
composer; the answer says who else is there and what is new.

A text is never written over by an older tab, and never lost with a session: a form that comes
without one is shown again, to be kept once somebody is logged in.
"""

from urllib.parse import urlsplit

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app.extensions import db, login
from app.lib.clock import now
from app.lib.database import mark_reading
from app.tickets import present, queries
from app.tickets.access import get_ticket
from app.tickets.clocks.dial import faces
from app.tickets.composer import seats
from app.tickets.composer.seats import Unsent
from app.tickets.forms import LONGEST, read_number, read_reply
from app.tickets.models import Ticket
from app.tickets.page import facts_of
from app.web.errors import on_csrf
from app.web.fragments import is_fragment, see_other
from app.web.i18n import gettext

blueprint = Blueprint("seats", __name__, url_prefix="/tickets/<int:ticket_id>")

Answer = str | Response | tuple[str, int]


@blueprint.get("/news")
def news(ticket_id: int) -> Answer:
    """For a page that only looks: the clocks, who is here, what was written since `seen`."""
    ticket = get_ticket(current_user, ticket_id)
    if not is_fragment():
        return see_other("tickets.show", ticket_id=ticket.id)
    return _news(ticket, read_number(request.args, "seen") or 0)


@blueprint.post("/seat")
def sit(ticket_id: int) -> Answer:
    """The page is open. Writes nothing when nothing is new: many pages say so all day."""
    mark_reading(True)
    ticket = get_ticket(current_user, ticket_id)
    seat, at = seats.find_seat(ticket.id, current_user.id), now()
    typing = request.form.get("typing") == "yes"
    kept, unsent = seats.unsent_in(seat), read_unsent()
    changed = request.form.get("changed") == "yes" and unsent.words != kept.words
    in_the_way = changed and _stands_in_the_way(kept)
    too_long = max(map(len, unsent.words)) > LONGEST
    keeps = changed and not in_the_way and not too_long
    if keeps or seats.is_news(seat, at=at, typing=typing):
        db.session.commit()
        mark_reading(False)
        seats.sit(ticket.id, current_user.id, at=at, typing=typing)
        if keeps:
            seats.keep(ticket.id, current_user.id, unsent, at=at)
        db.session.commit()
    version = Unsent(kept_at=at).version if keeps else request.form.get("version", "")
    return _news(
        ticket, unsent.seen, version=version, other=kept if in_the_way else None, too_long=too_long
    )


def _stands_in_the_way(kept: Unsent) -> bool:
    """Whether another tab kept something that this one has not seen."""
    if not any(kept.words) or request.form.get("force") == "yes":
        return False
    return request.form.get("version", "") != kept.version


def read_unsent() -> Unsent:
    """The composer's texts as they were sent."""
    form = read_reply(request.form)
    return Unsent(
        text=form.text, own_text=form.own_text, note=form.note,
        draft_id=form.draft_id, macro_id=form.macro_id, seen=form.seen,
    )  # fmt: skip


def _news(
    ticket: Ticket, seen: int, *, version: str = "", other: Unsent | None = None,
    too_long: bool = False,
) -> str:  # fmt: skip
    return render_template(
        "tickets/_news.html",
        ticket=ticket, present=present, seen=seen, fresh=queries.news_since(ticket, seen),
        faces=faces(facts_of(ticket, queries.last_answer(ticket)), now=now()),
        here=seats.neighbours(ticket.id, current_user.id, now=now()),
        version=version, other=other, too_long=too_long,
    )  # fmt: skip


@blueprint.post("/unsent")
def keep(ticket_id: int) -> Answer:
    """Keep a text that came without a session, and show it in the composer."""
    ticket = get_ticket(current_user, ticket_id)
    seats.keep(ticket.id, current_user.id, read_unsent(), at=now())
    db.session.commit()
    return see_other("tickets.show", ticket_id=ticket.id, anchor="composer")


@blueprint.post("/unsent/removal")
def forget(ticket_id: int) -> Answer:
    """Throw away what was not sent."""
    ticket = get_ticket(current_user, ticket_id)
    seats.forget(ticket.id, current_user.id)
    seats.forget(ticket.id, current_user.id, note_only=True)
    db.session.commit()
    flash(gettext("Thrown away. Nothing was sent."))
    return see_other("tickets.show", ticket_id=ticket.id, anchor="composer")


# --- a form whose session is gone ----------------------------------------------------------


def people_only(blueprint: Blueprint) -> None:
    """Every address of this blueprint is for people of the desk; what somebody wrote whose session
    ended meanwhile comes back to them."""

    @blueprint.before_request
    def nobody_without_a_session() -> Answer | None:
        if current_user.is_authenticated:
            return None
        answer: Answer = login.unauthorized()
        return _given_back(401) or answer

    @blueprint.errorhandler(CSRFError)
    def from_another_session(error: CSRFError) -> Answer:
        return _given_back(400) or on_csrf(error)


def _given_back(status: int) -> Answer | None:
    """The texts of the form that came, to be kept in the next session; None when there are none."""
    unsent = read_unsent()
    if not any(unsent.words) or not _is_our_own() or is_fragment():
        return None
    ticket_id = (request.view_args or {})["ticket_id"]
    return render_template("tickets/unsent.html", unsent=unsent, ticket_id=ticket_id), status


def _is_our_own() -> bool:
    """Whether one of our own pages sent the form: another site's words are not offered again."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    return urlsplit(request.headers.get("Referer", "")).netloc == request.host


people_only(blueprint)
