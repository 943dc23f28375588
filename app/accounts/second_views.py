"""The second factor's page: set it up, take it away, new recovery codes. Each asks for a proof.

The secret waits sealed in the page's form until its first code came; recovery codes are shown in
the answer that made them and never again.
"""

import base64
import binascii

from flask import Blueprint, flash, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import second
from app.accounts.entering import me, must_set_up
from app.accounts.history import note_change
from app.accounts.models import Agent, password_fits
from app.extensions import db, part
from app.lib.clock import now
from app.privacy.keys import vault
from app.privacy.vault import VaultError
from app.web.fragments import see_other
from app.web.guards import people_only
from app.web.i18n import gettext

blueprint = Blueprint("second", __name__)
people_only(blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.get("/me/second-factor")
def show() -> str:
    """A picture for the device, or what stands."""
    return _page()


@blueprint.post("/me/second-factor")
def set_up() -> Answer:
    """Ask for a code from now on, once the device has given its first one."""
    person, secret = me(), _opened(request.form.get("sealed", ""))
    if person.has_second_factor or not secret:
        return see_other("second.show")
    codes = second.set_up(person, secret, request.form.get("code", "")[:20], at=now())
    if codes is None:
        wrong = gettext("That is not the code which your device shows now. Is its clock right?")
        return _page(secret, wrong=wrong), 422
    return _with_codes(person, codes, "second_on")


@blueprint.post("/me/second-factor/codes")
def renew_codes() -> Answer:
    """Ten new recovery codes in place of the old ones."""
    person = me()
    if not _proved(person):
        return _refused()
    return _with_codes(person, second.new_recovery_codes(person), "codes_renewed")


@blueprint.post("/me/second-factor/removal")
def take_away() -> Answer:
    """The password alone from now on."""
    person = me()
    if not _proved(person):
        return _refused()
    second.take_away(person)
    note_change(person, "second_off", by=person)
    db.session.commit()
    flash(gettext("From now on your password alone lets you in."))
    return see_other("second.show")


def _with_codes(person: Agent, codes: list[str], kind: str) -> str:
    note_change(person, kind, by=person)
    db.session.commit()
    return render_template("accounts/codes.html", codes=codes)


def _proved(person: Agent) -> bool:
    return person.has_second_factor and password_fits(
        person, request.form.get("password", "")[:200]
    )


def _refused() -> Answer:
    return _page(wrong=gettext("That is not your password of now.")), 422


def _about() -> str:
    return f"second factor to be|{current_user.id}"


def _sealed(secret: str) -> str:
    return base64.b64encode(vault().seal_text(secret, about=_about())).decode()


def _opened(sealed: str) -> str:
    try:
        return vault().open_text(base64.b64decode(sealed, validate=True), about=_about())
    except (binascii.Error, ValueError, VaultError):
        return ""


def _page(secret: str = "", *, wrong: str = "") -> str:
    person = me()
    if person.has_second_factor:
        left = second.recovery_codes_left(person)
        return render_template("accounts/second.html", wrong=wrong, left=left)
    secret = secret or second.new_secret()
    link = second.link_of(secret, person.email, part("settings").market_name)
    return render_template(
        "accounts/second.html", wrong=wrong, secret=secret, sealed=_sealed(secret), link=link,
        picture=second.picture_of(link), wanted=must_set_up(person),
    )  # fmt: skip
