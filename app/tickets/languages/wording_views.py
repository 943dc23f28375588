"""A vendor's wording, for its supervisor: the glossary, and the memory of approved sentences.

The operator's supervisor and those of outside teams choose among the vendors that they answer for.
"""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, render_template, request, stream_with_context
from flask_login import current_user
from sqlalchemy import ColumnElement, select, true
from werkzeug.wrappers import Response

from app.accounts.models import Vendor
from app.extensions import db
from app.tickets.access import served_by
from app.tickets.forms import read_text
from app.tickets.languages.exchange import Taken, count_kept, give_out, take_in
from app.tickets.languages.translating import draft_anew
from app.tickets.page import desk_languages
from app.translation import glossary
from app.translation.glossary import Entry, Refusal, Refused
from app.translation.memory import clear
from app.translation.memory_models import Term
from app.translation.tmx import TmxError
from app.web.fragments import see_other
from app.web.guards import supervisors_only
from app.web.i18n import gettext, ngettext

blueprint = Blueprint("wording", __name__, url_prefix="/settings/glossary")

PAGE = 100

Answer = str | Response | tuple[str, int]


def _vendors() -> Sequence[Vendor]:
    """The vendors whose wording this person answers for, by name."""
    mine: ColumnElement[bool]
    if current_user.is_operator:
        mine = true()
    elif current_user.team_id is not None:
        mine = Vendor.id.in_(served_by(current_user.team_id))
    else:
        mine = Vendor.id == (current_user.vendor_id or 0)
    return db.session.scalars(select(Vendor).where(mine).order_by(Vendor.name, Vendor.id)).all()


def _vendor(vendors: Sequence[Vendor]) -> Vendor:
    """The one that the address names, else the first. Somebody else's is not there."""
    slug = request.args.get("vendor")
    found = [vendor for vendor in vendors if slug in {None, vendor.slug}]
    return found[0] if found else abort(404)


@blueprint.get("")
@supervisors_only
def show() -> Answer:
    """The glossary in the order of the alphabet, and what the memory holds."""
    return _page()


def _page(
    *, entry: Entry | None = None, why: str = "", refused: Sequence[Refused] = (),
    complaint: str = "",
) -> str:  # fmt: skip
    vendors = _vendors()
    vendor = _vendor(vendors)
    terms = glossary.terms_page(vendor.id, after=_after(), limit=PAGE + 1)
    last = terms[PAGE - 1] if len(terms) > PAGE else None
    return render_template(
        "wording/page.html",
        vendors=vendors, vendor=vendor, terms=terms[:PAGE], after=_cursor(last),
        count=glossary.count_terms(vendor.id), most=glossary.MOST, kept=count_kept(vendor.id),
        languages=desk_languages(), typed=entry or Entry(""), why=why, refused=refused,
        refusal_words=refusal_words, complaint=complaint,
    )  # fmt: skip


def _after() -> tuple[str, int] | None:
    term_id, _, folded = request.args.get("after", "").partition("~")
    return (folded, int(term_id)) if term_id.isdecimal() and len(term_id) < 12 else None


def _cursor(term: Term | None) -> str | None:
    return f"{term.id}~{term.folded}" if term else None


@blueprint.post("/terms")
@supervisors_only
def add_term() -> Answer:
    """One term from the form."""
    vendor = _vendor(_vendors())
    names = ("text", "source", "target", "rendering")
    entry = glossary.entry_of([read_text(request.form, name) for name in names])
    why = glossary.find_refusal(entry, desk_languages())
    if why is None and glossary.put(vendor.id, [entry]):
        why = Refusal.FULL
    if why is not None:
        db.session.rollback()
        return _page(entry=entry, why=refusal_words(why)), 422
    draft_anew(vendor.id, [entry.text])
    db.session.commit()
    flash(gettext("“%(term)s” is in the glossary.", term=entry.text))
    return see_other("wording.show", vendor=vendor.slug)


@blueprint.post("/paste")
@supervisors_only
def paste() -> Answer:
    """Many terms at once. The good rows are kept; the others come back, each with its reason."""
    vendor = _vendor(_vendors())
    pasted = request.form.get("rows", "")[:400_000]
    good, refused = glossary.sift(pasted, desk_languages())
    full = glossary.put(vendor.id, good)
    refused += [Refused(0, entry.text, Refusal.FULL) for entry in full]
    draft_anew(vendor.id, [entry.text for entry in good])
    db.session.commit()
    added = len(good) - len(full)
    flash(ngettext("%(num)d term was kept.", "%(num)d terms were kept.", added))
    if refused:
        return _page(refused=refused), 422
    return see_other("wording.show", vendor=vendor.slug)


@blueprint.post("/terms/<int:term_id>/removal")
@supervisors_only
def remove_term(term_id: int) -> Answer:
    """Take a term out."""
    vendor = _vendor(_vendors())
    text = glossary.take_out(vendor.id, term_id) or abort(404)
    draft_anew(vendor.id, [text])
    db.session.commit()
    flash(gettext("The term is out of the glossary."))
    return see_other("wording.show", vendor=vendor.slug)


@blueprint.get("/memory.tmx")
@supervisors_only
def export() -> Response:
    """The memory as a file, sent while it is read."""
    vendor = _vendor(_vendors())
    answer = Response(stream_with_context(give_out(vendor.id)), mimetype="application/x-tmx+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{vendor.slug}.tmx"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/memory")
@supervisors_only
def import_file() -> Answer:
    """Take the sentences of a TMX file into the memory."""
    vendor, file, taken = _vendor(_vendors()), request.files.get("file"), Taken()
    if file is None or not file.filename:
        return _page(complaint=gettext("Choose a TMX file first.")), 422
    try:
        for so_far in take_in(vendor, file.stream, desk_languages()):
            taken = so_far
            db.session.commit()
    except TmxError as fault:
        db.session.rollback()
        return _page(complaint=f"{fault} {_taken_words(taken)}"), 422
    flash(_taken_words(taken))
    return see_other("wording.show", vendor=vendor.slug, anchor="memory")


def _taken_words(taken: Taken) -> str:
    return gettext(
        "%(read)d sentences were read, %(new)d are new, %(left)d could not be used.",
        read=taken.read, new=taken.new, left=taken.left_out,
    )  # fmt: skip


@blueprint.post("/memory/clearing")
@supervisors_only
def clear_memory() -> Answer:
    """Forget every sentence of the vendor, once the box beside the button is ticked."""
    vendor = _vendor(_vendors())
    if request.form.get("sure") != "yes":
        return _page(complaint=gettext("Tick the box if all of it is to go.")), 422
    clear(vendor.id)
    db.session.commit()
    flash(gettext("The memory is empty."))
    return see_other("wording.show", vendor=vendor.slug, anchor="memory")


def refusal_words(why: Refusal) -> str:
    """Why a row was not taken, as a sentence."""
    said = {
        Refusal.EMPTY: gettext("There is no term."),
        Refusal.COLUMNS: gettext("There are more than four columns: term, from, to, rendering."),
        Refusal.SHORT: gettext("One letter is too short for a term."),
        Refusal.LONG: gettext("A term has 80 characters at most."),
        Refusal.NUMBER: gettext("Numbers are kept anyway."),
        Refusal.LANGUAGE: gettext("The desk does not know that language; write en, fr, de …"),
        Refusal.ONE_LANGUAGE: gettext("A rendering needs both languages, from and to."),
        Refusal.SAME_LANGUAGE: gettext("From and to are the same language."),
        Refusal.NO_RENDERING: gettext("The rendering is missing; only a term alone is kept."),
        Refusal.NEW_NUMBER: gettext("The rendering has a number that the term has not."),
        Refusal.TWICE: gettext("This term stands further up already."),
        Refusal.FULL: gettext("The glossary is full: it has 2,000 terms."),
    }
    return said[why]
