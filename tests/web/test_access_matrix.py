"""Every address × every role. A new address fails here until somebody says who may use it."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Select

from app.attachments.cleaning import CleanFile
from app.extensions import db
from app.lib.clock import now
from app.quality.charter_models import VERSION
from app.quality.measures import Measure
from app.quality.standards_deeds import set_standard
from app.quality.standards_models import Step
from app.quality.standards_rules import Rule
from app.quality.survey_links import token_of
from app.quality.survey_models import Survey
from app.relay.masks import give_mask, mask_address
from app.relay.models import MailState, MaskState
from app.relay.originals import keep_original
from app.tickets.clocks.promises import SilenceReason
from app.tickets.conversation import be_silent
from app.tickets.files import attach
from app.tickets.models import Attachment, Message, Ticket
from app.translation.draft import ask
from app.translation.glossary import Entry, put
from app.translation.installing import ask as ask_package
from app.translation.memory_models import Term
from app.translation.packages import Origin
from tests.browser import Browser, bare
from tests.factories import Cast, answer, make_ticket, write_mail

JO = "jo@mailbox.example"
ROLES = ("nobody", "ana", "omar", "lea", "odile")  # A's agent, B's agent, A's and the operator's


@dataclass(frozen=True)
class Door:
    """One address, what to send, and the statuses for ROLES in their order."""

    method: str
    path: str
    statuses: tuple[int, int, int, int, int]
    data: tuple[tuple[str, str], ...] = ()


PAGE = (303, 200, 404, 200, 200)
SENT_ON = (303, 303, 404, 303, 303)
REPLY = (("text", "Bonjour"), ("seen", "999999"))
NAMED = (
    ("text", "Hej! Ana, Bo, Lea eller Odile hör av sig till dig senast den 5 mars 2026."), REPLY[1],
)  # fmt: skip
CHANGE = (401, 303, 404, 303, 303)
CHANGED = (401, 200, 404, 200, 200)  # the page itself, with what was typed
T = "/tickets/{ticket}"
SUPERVISORS_CHANGE = (401, 403, 403, 303, 303)
CHOSEN = (("ticket", "1"),)
OPERATORS = (303, 403, 403, 403, 200)
OPERATORS_DEED = (401, 403, 403, 403, 200)
OPERATORS_CHANGE = (401, 403, 403, 403, 303)
REASON = (("reason", "a court asked for it"),)
M = "/relay/mails/{mail}"
W = "/settings/glossary"
S = "/quality/standards/steps"
PLAN = (("plan", "Two more people"),)
SUPERVISORS = (303, 403, 403, 200, 200)
SUPERVISORS_CHANGE = (401, 403, 403, 303, 303)
P = "/people/{bo}"
PERSON = (
    ("name", "Zoe"), ("email", "zoe@desk.example"), ("role", "agent"), ("lang", "fr"),
    ("ui_lang", "fr"),
)  # fmt: skip
DOORS = {
    "accounts.login_page": Door("GET", "/login", (200, 303, 303, 303, 303)),
    "accounts.log_in": Door("POST", "/login", (422, 422, 422, 422, 422)),
    "accounts.second_page": Door("GET", "/login/code", (303, 303, 303, 303, 303)),
    "accounts.second_step": Door("POST", "/login/code", (303, 303, 303, 303, 303)),
    "links.forgotten": Door("GET", "/forgotten", (200, 200, 200, 200, 200)),
    "links.send_link": Door("POST", "/forgotten", (303, 303, 303, 303, 303)),
    "links.enter": Door("GET", "/enter/x", (404, 404, 404, 404, 404)),
    "links.choose": Door("POST", "/enter/x", (404, 404, 404, 404, 404)),
    "me.show": Door("GET", "/me", (303, 200, 200, 200, 200)),
    "me.change": Door(
        "POST", "/me", (401, 303, 303, 303, 303), (("timezone", "UTC"), ("ui_lang", "en"))
    ),
    "me.change_password": Door("POST", "/me/password", (401, 422, 422, 422, 422)),
    "me.end_session": Door("POST", "/me/sessions/x/end", (401, 303, 303, 303, 303)),
    "me.end_sessions": Door("POST", "/me/sessions/end", (401, 303, 303, 303, 303)),
    "second.show": Door("GET", "/me/second-factor", (303, 200, 200, 200, 200)),
    "second.set_up": Door("POST", "/me/second-factor", (401, 303, 303, 303, 303)),
    "second.renew_codes": Door("POST", "/me/second-factor/codes", (401, 422, 422, 422, 422)),
    "second.take_away": Door("POST", "/me/second-factor/removal", (401, 422, 422, 422, 422)),
    "people.show_all": Door("GET", "/people", SUPERVISORS),
    "people.new": Door("GET", "/people/new", SUPERVISORS),
    "people.invite": Door("POST", "/people", (401, 403, 403, 303, 303), PERSON),
    "people.show": Door("GET", P, SUPERVISORS),
    "people.change": Door("POST", P, SUPERVISORS_CHANGE, PERSON),
    "people.set_hours": Door("POST", P + "/hours", SUPERVISORS_CHANGE),
    "people.make_new_link": Door("POST", P + "/link", SUPERVISORS_CHANGE),
    "people.lose_second_factor": Door("POST", P + "/second-factor-removal", SUPERVISORS_CHANGE),
    "people.reopen": Door("POST", P + "/reopening", SUPERVISORS_CHANGE),
    "away.go": Door("POST", P + "/absence", (401, 404, 404, 303, 303)),
    "away.come_back": Door("POST", P + "/return", (401, 404, 404, 303, 303)),
    "away.close": Door("POST", P + "/closure", SUPERVISORS_CHANGE),
    "vendors.show_all": Door("GET", "/vendors", OPERATORS),
    "vendors.show": Door("GET", "/vendors/lavande", SUPERVISORS),
    "vendors.change_card": Door("POST", "/vendors/lavande/card", SUPERVISORS_CHANGE),
    "vendors.change_hours": Door(
        "POST", "/vendors/lavande/hours", OPERATORS_CHANGE, (("hours", "8"),)
    ),
    "accounts.log_out": Door("POST", "/logout", (401, 303, 303, 303, 303)),
    "queue.front": Door("GET", "/", (303, 303, 303, 303, 303)),
    "search.show": Door("GET", "/search?q=lamp", (303, 200, 200, 200, 200)),
    "search.show_similar": Door("GET", T + "/similar", SENT_ON),
    "queue.save_view": Door(
        "POST", "/tickets/views", (401, 303, 303, 303, 303), (("view", "all"), ("name", "x"))
    ),
    "queue.forget_view": Door("POST", "/tickets/views/0/removal", (401, 404, 404, 404, 404)),
    "many.do": Door(
        "POST", "/tickets/many", (401, 303, 303, 303, 303), (("deed", "close"), ("id", "1"))
    ),
    "many.prepare": Door("GET", "/tickets/many/answers?id={ticket}", (303, 200, 422, 200, 200)),
    "many.answer": Door("POST", "/tickets/many/answers", (401, 422, 422, 422, 422)),
    "many.take_back": Door("POST", "/tickets/many/answers/withdrawal", (401, 303, 303, 303, 303)),
    "queue.show": Door("GET", "/tickets", (303, 200, 200, 200, 200)),
    "tickets.show": Door("GET", T, PAGE),
    "tickets.reply": Door("POST", T + "/replies", CHANGE, REPLY),
    "tickets.acknowledge": Door(
        "POST", T + "/acknowledgement", CHANGE,
        (*NAMED, ("until", "2026-03-05T10:00")),
    ),
    "tickets.promise": Door(
        "POST", T + "/promises", CHANGE, (*REPLY, ("until", "2026-12-01T10:00"))
    ),
    "tickets.add_note": Door("POST", T + "/notes", CHANGE, (("note", "x"),)),
    "across.write": Door("POST", T + "/notes-across", CHANGE, (("note", "x"),)),
    "tickets.ask_draft": Door("POST", T + "/drafts", CHANGE, (("own_text", "Bonjour"),)),
    "tickets.show_draft": Door("GET", T + "/drafts/{draft}", SENT_ON),
    "seats.news": Door("GET", T + "/news", SENT_ON),
    "seats.sit": Door("POST", T + "/seat", CHANGED, (("text", "Hej"),)),
    "seats.keep": Door("POST", T + "/unsent", CHANGE, (("text", "Hej"),)),
    "seats.forget": Door("POST", T + "/unsent/removal", CHANGE),
    "more.put_tag": Door("POST", T + "/tags", CHANGE, (("name", "fragile"),)),
    "more.take_tag_off": Door("POST", T + "/tags/removal", CHANGE, (("name", "fragile"),)),
    "more.snooze": Door("POST", T + "/snooze", CHANGE, (("until", "2026-03-02T15:00"),)),
    "more.wake": Door("POST", T + "/snooze/removal", CHANGE),
    "more.spam": Door("POST", T + "/spam", CHANGE),
    "more.block": Door("POST", T + "/block", CHANGE),
    "more.unblock": Door("POST", T + "/block/removal", CHANGE),
    "more.note_on_buyer": Door("POST", T + "/buyer-note", CHANGE, (("note", "x"),)),
    "own_macros.show": Door("GET", "/settings/macros", (303, 200, 200, 200, 200)),
    "own_macros.write": Door("POST", "/settings/macros", (401, 422, 422, 422, 422)),
    "own_macros.take_away": Door("POST", "/settings/macros/removal", (401, 303, 303, 303, 403)),
    "checks.ask_check": Door("POST", T + "/checks", CHANGED, (("text", "Hej"),)),
    "checks.show_check": Door("GET", T + "/checks/{check}", SENT_ON),
    "checks.use_offer": Door("POST", T + "/drafts/{draft}/offers", CHANGED, (("offer", "0"),)),
    "tickets.ask_translation": Door(
        "POST", T + "/messages/{message}/translation", (401, 303, 404, 303, 303)
    ),
    "tickets.show_translation": Door("GET", T + "/messages/{message}/translation", SENT_ON),
    "triage.set_level": Door("POST", T + "/level", CHANGE, (("level", "2"),)),
    "survey.show": Door("GET", "/survey/{survey}", (200, 200, 200, 200, 200)),
    "survey.vote": Door("POST", "/survey/{survey}", (303, 303, 303, 303, 303), (("score", "4"),)),
    "survey.thank": Door("GET", "/survey/{survey}/thanks", (303, 303, 303, 303, 303)),
    "survey.show_more": Door("GET", "/survey/{survey}/more", (303, 303, 303, 303, 303)),
    "survey.take_more": Door("POST", "/survey/{survey}/more", (422, 422, 422, 422, 422)),
    "standards.show": Door("GET", "/quality/standards", SUPERVISORS),
    "standards.set_one": Door(
        "POST", "/quality/standards", OPERATORS_CHANGE,
        (("measure", "answer"), ("warn", "95"), ("bound", "90"), ("days", "7"), ("least", "20")),
    ),
    "standards.end_one": Door("POST", "/quality/standards/{standard}/ending", OPERATORS_CHANGE),
    "standards.show_step": Door("GET", S + "/{step}", SUPERVISORS),
    "standards.decide": Door("POST", S + "/{proposed}/decision", OPERATORS_CHANGE),
    "standards.answer": Door("POST", S + "/{step}/plan", (401, 403, 403, 303, 403), PLAN),
    "standards.lift": Door("POST", S + "/{step}/lifting", (401, 403, 403, 403, 422)),
    "charter.show_charter": Door("GET", "/quality/charter", SUPERVISORS),
    "charter.accept": Door(
        "POST", "/quality/charter/acceptance", (401, 403, 403, 303, 403),
        (("version", VERSION), ("agreed", "yes")),
    ),
    "charter.show_all": Door("GET", "/quality/onboarding", (303, 403, 403, 303, 200)),
    "charter.show": Door("GET", "/quality/onboarding/lavande", SUPERVISORS),
    "charter.train": Door(
        "POST", "/quality/onboarding/lavande/training", (401, 403, 403, 404, 404)
    ),
    "charter.name_test": Door(
        "POST", "/quality/onboarding/lavande/test-ticket", (401, 403, 403, 403, 422)
    ),
    "charter.go_live": Door(
        "POST", "/quality/onboarding/lavande/going-live", (401, 403, 403, 403, 422)
    ),
    "satisfaction.show": Door("GET", "/quality/satisfaction", SUPERVISORS),
    "satisfaction.table": Door("GET", "/quality/satisfaction/answers.csv", SUPERVISORS),
    "quality.overview": Door("GET", "/quality", (303, 403, 403, 303, 200)),
    "quality.vendor": Door("GET", "/quality/vendors/lavande", SUPERVISORS),
    "quality.tickets": Door("GET", "/quality/vendors/lavande/answer", SUPERVISORS),
    "quality.csv": Door("GET", "/quality/figures.csv", OPERATORS),
    "quality.xlsx": Door("GET", "/quality/figures.xlsx", OPERATORS),
    "themes.show": Door("GET", "/quality/themes", SUPERVISORS),
    "themes.sample": Door("GET", "/quality/themes/order_status", SUPERVISORS),
    "coaching.show": Door("GET", "/quality/people/{bo}", (303, 404, 404, 200, 200)),
    "coaching.review": Door(
        "POST", "/quality/people/{bo}/reviews", (401, 403, 403, 404, 404), (("ticket", "1"),)
    ),
    "triage.board": Door("GET", "/settings/triage", (303, 403, 403, 200, 200)),
    "tickets.assign": Door("POST", T + "/assignment", CHANGE, (("agent_id", ""),)),
    "tickets.close": Door("POST", "/tickets/{answered}/closure", CHANGE),
    "tickets.set_language": Door("POST", T + "/language", CHANGE, (("lang", "da"),)),
    "clocks.be_silent": Door("POST", T + "/silence", CHANGE, (("reason", "thanks"),)),
    "clocks.undo": Door(
        "POST", "/tickets/{answered}/messages/{answer}/withdrawal", (401, 303, 404, 422, 422)
    ),
    "files.show": Door("GET", T + "/files/{key}", PAGE),
    "wording.show": Door("GET", W, SUPERVISORS),
    "wording.add_term": Door("POST", W + "/terms", SUPERVISORS_CHANGE, (("text", "Aurora"),)),
    "wording.paste": Door("POST", W + "/paste", SUPERVISORS_CHANGE, (("rows", "Aurora"),)),
    "wording.remove_term": Door("POST", W + "/terms/{term}/removal", SUPERVISORS_CHANGE),
    "wording.export": Door("GET", W + "/memory.tmx", SUPERVISORS),
    "wording.import_file": Door("POST", W + "/memory", (401, 403, 403, 422, 422)),
    "wording.clear_memory": Door(
        "POST", W + "/memory/clearing", SUPERVISORS_CHANGE, (("sure", "yes"),)
    ),
    "deadlines.board": Door("GET", "/deadlines", (303, 403, 403, 200, 200)),
    "packages.show": Door("GET", "/settings/languages", OPERATORS),
    "packages.install": Door(
        "POST", "/settings/languages/jobs", OPERATORS_CHANGE, (("pair", "pl-en"),)
    ),
    "packages.add_file": Door(
        "POST", "/settings/languages/files", (401, 403, 403, 403, 422), (("file", ""),)
    ),
    "packages.cancel": Door(
        "POST", "/settings/languages/jobs/{job}/cancellation", OPERATORS_CHANGE
    ),
    "packages.remove": Door(
        "POST", "/settings/languages/xx/yy/removal", (401, 403, 403, 403, 422)
    ),
    "figures.show_forecast": Door("GET", "/deadlines/forecast", (303, 403, 403, 200, 200)),
    "aims.show": Door("GET", "/vendors/lavande/aim", (303, 403, 403, 200, 200)),
    "aims.change": Door("POST", "/vendors/lavande/aim", SUPERVISORS_CHANGE),
    "handing.show": Door("GET", T + "/handing", PAGE),
    "handing.merge": Door("POST", T + "/merger", (401, 422, 404, 422, 422), (("other", "0"),)),
    "handing.link": Door("POST", T + "/link", (401, 422, 404, 422, 422)),
    "handing.split": Door("POST", T + "/split", (401, 422, 404, 422, 422)),
    "handing.move": Door("POST", T + "/move", (401, 422, 404, 422, 422)),
    "figures.show_groups": Door("GET", "/deadlines/groups", (303, 403, 403, 200, 200)),
    "silences.show": Door("GET", "/deadlines/silences", (303, 403, 403, 200, 200)),
    "silences.agree": Door("POST", "/deadlines/silences/{silence}/approval", SUPERVISORS_CHANGE),
    "silences.disagree": Door(
        "POST", "/deadlines/silences/{silence}/objection", SUPERVISORS_CHANGE
    ),
    "figures.table": Door("GET", "/deadlines.csv", (303, 403, 403, 200, 200)),
    "deeds.nudge": Door("POST", "/deadlines/nudges", SUPERVISORS_CHANGE, CHOSEN),
    "deeds.give": Door("POST", "/deadlines/assignments", SUPERVISORS_CHANGE, CHOSEN),
    "deeds.acknowledge_all": Door(
        "POST", "/deadlines/acknowledgements", SUPERVISORS_CHANGE,
        (*CHOSEN, ("until", "2026-03-05T10:00")),
    ),
    "deeds.show": Door("GET", "/deadlines/tickets/{ticket}", (303, 403, 403, 200, 200)),
    "deeds.acknowledge": Door(
        "POST", "/deadlines/tickets/{ticket}/acknowledgement", SUPERVISORS_CHANGE,
        (*NAMED, ("until", "2026-03-05T10:00")),
    ),
    "deeds.promise": Door(
        "POST", "/deadlines/tickets/{ticket}/promises", SUPERVISORS_CHANGE,
        (("until", "2026-03-05T10:00"),),
    ),
    "deeds.excuse": Door(
        "POST", "/deadlines/tickets/{ticket}/excuse", (401, 403, 403, 422, 422),
        (("reason", "not over yet"),),
    ),
    "bell.show": Door("GET", "/bell", (303, 200, 200, 200, 200)),
    "bell.count": Door("GET", "/bell/count", (303, 303, 303, 303, 303)),
    "bell.mark_read": Door("POST", "/bell/reading", (401, 303, 303, 303, 303)),
    "bell.settings": Door("GET", "/bell/settings", (303, 200, 200, 200, 200)),
    "bell.change_settings": Door("POST", "/bell/settings", (401, 303, 303, 303, 303)),
    "stored.mails": Door("GET", "/relay/mails", OPERATORS),
    "stored.mail": Door("GET", M, OPERATORS),
    "stored.show_source": Door("POST", M + "/source", OPERATORS_DEED, REASON),
    "stored.replay": Door("POST", M + "/replay", OPERATORS_CHANGE),
    "stored.release": Door("POST", M + "/release", OPERATORS_CHANGE),
    "stored.erase": Door("POST", M + "/erasure", OPERATORS_CHANGE, REASON),
    "stored.revoke": Door("POST", M + "/revocation", OPERATORS_CHANGE, REASON),
    "stored.reopen": Door("POST", "/relay/mails/{revoked}/reopening", OPERATORS_CHANGE),
    "reveal.reveal": Door(
        "POST", T + "/messages/{message}/reveal", (401, 403, 403, 403, 200), REASON
    ),
    "reveal.doubt": Door("POST", T + "/messages/{message}/doubt", CHANGE),
    "reveal.show_again": Door(
        "POST", T + "/messages/{message}/showing", (401, 403, 403, 403, 303),
        (*REASON, ("value", "0171-2345678")),
    ),
    "stored.send_again": Door("POST", M + "/sending", OPERATORS_CHANGE),
    "api.add_conversation": Door("POST", "/api/v1/conversations", (401, 401, 401, 401, 401)),
    "api.set_buyer": Door("PUT", "/api/v1/conversations/1/buyer", (401, 401, 401, 401, 401)),
    "api.change_address": Door("PUT", "/api/v1/buyers", (401, 401, 401, 401, 401)),
    "relay.outbox": Door("GET", "/demo/outbox", (303, 403, 403, 403, 404)),
    "relay.answer": Door("POST", "/demo/outbox/x/answers", (401, 403, 403, 403, 404)),
}  # fmt: skip
OPEN = {"static", "health.alive", "health.ready"}


@dataclass
class Stage:
    """Vendor A's tickets, one of them answered, and a draft."""

    ticket: Ticket
    answered: Ticket
    names: dict[str, int | str]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    ticket = make_ticket(cast.lavande, "Guten Tag, wo bleibt meine Bestellung? Sie ist zu spät.")
    ticket.lang, ticket.level = "sv", 2
    answered = make_ticket(cast.lavande, sender=JO)
    sent = answer(answered, cast.ana)
    draft = ask(f"ticket:{ticket.id}", "Bonjour", source="fr", target="sv")
    offer = {"source": "Salut", "text": "Hej", "likeness": 90}
    draft.sentences = [{"source": "Bonjour", "text": "", "translated": True, "offer": offer}]
    put(cast.lavande.id, [Entry("Boreas")])
    check = ask(f"check:{ticket.id}", "Hej", source="sv", target="fr")
    message = db.session.scalars(ticket_messages(ticket)).first()
    assert message is not None
    message.lang = "sv"
    attach(message, [CleanFile("attachment-1.jpg", "image/jpeg", 5, b"drawn")])
    held, revoked = _kept_mails(ticket, message)
    key = db.session.scalars(db.select(Attachment.key)).one()
    job = ask_package(("pl", "en"), Origin.INDEX, by=None)
    thanked = make_ticket(cast.lavande, "Thank you!", sender=JO)
    silence = be_silent(thanked, cast.ana, SilenceReason.THANKS, at=now())
    db.session.commit()
    names = {
        "bo": cast.bo.id, "silence": silence.id,
        "ticket": ticket.id, "answered": answered.id, "answer": sent.id, "draft": draft.id,
        "check": check.id, "survey": _asked(ticket),
        **_steps(cast),
        "term": db.session.scalars(db.select(Term.id)).one(),
        "message": message.id, "key": key or "", "job": job.id, "mail": held,
        "revoked": revoked,
    }  # fmt: skip
    return Stage(ticket, answered, names)


def _steps(cast: Cast) -> dict[str, int]:
    """A standard, a plan that A was asked for, and a notice that is only proposed."""
    standard = set_standard(
        Rule(Measure.ANSWER, warn=0.95, bound=0.9, days=3, least=20), None, cast.odile, at=now()
    )
    names = {"standard": standard.id}
    for name, kind, state in (("step", "plan", "confirmed"), ("proposed", "notice", "proposed")):
        step = Step(
            vendor_id=cast.lavande.id, measure="answer", standard_id=standard.id, kind=kind,
            state=state, day=now().date(), share=0.5, counted=50, proposed_at=now(),
        )  # fmt: skip
        db.session.add(step)
        db.session.flush()
        names[name] = step.id
    return names


def _asked(ticket: Ticket) -> str:
    """The token of a question about this ticket."""
    survey = Survey(
        key="k" * 16, ticket_id=ticket.id, vendor_id=ticket.vendor_id, buyer_id=ticket.buyer_id,
        lang="en", closed_at=now(), asked_at=now(),
    )  # fmt: skip
    db.session.add(survey)
    db.session.commit()
    return token_of(survey)


def _kept_mails(ticket: Ticket, message: Message) -> tuple[int, int]:
    """A held mail to the ticket's mask, and one to a mask that was revoked."""
    mask, over = give_mask(ticket), give_mask(make_ticket(ticket.vendor, sender=JO))
    over.state = MaskState.REVOKED
    db.session.flush()
    raw = write_mail(mask_address(mask), "It is me.", sender=JO)
    held, other = (
        keep_original(raw, message, mask_id=one.id, vendor_id=ticket.vendor_id)
        for one in (mask, over)
    )
    held.state, held.reason, held.message_id = MailState.HELD, "other_sender", None
    mask.paused_at, message.hidden = now(), 1
    keep_original(b'{"subject": "", "text": "Teil 0171-2345678"}', message, mask_id=mask.id,
                  vendor_id=ticket.vendor_id)  # fmt: skip
    other.message_id = None
    db.session.flush()
    return held.id, other.id


def ticket_messages(ticket: Ticket) -> Select[tuple[Message]]:
    return db.select(Message).filter_by(ticket_id=ticket.id).order_by(Message.id)


def test_every_address_stands_in_the_matrix(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert there - OPEN == set(DOORS)


@pytest.mark.parametrize("endpoint", sorted(DOORS))
@pytest.mark.parametrize("role", ROLES)
def test_who_may_use_an_address(
    cast: Cast, browser: Browser, stage: Stage, endpoint: str, role: str
) -> None:
    door = DOORS[endpoint]
    browser.be(getattr(cast, role, None))
    found = browser.open(door.path.format(**stage.names), method=door.method, data=dict(door.data))
    assert found.status_code == door.statuses[ROLES.index(role)], found.text[:2000]


@pytest.mark.parametrize(
    "endpoint", sorted(name for name in DOORS if "{ticket}" in DOORS[name].path)
)
def test_a_stranger_s_try_leaves_no_trace(
    cast: Cast, browser: Browser, stage: Stage, endpoint: str
) -> None:
    door = DOORS[endpoint]
    before = _state(stage.ticket)
    foreign = browser.be(cast.omar).open(
        door.path.format(**stage.names), method=door.method, data=dict(door.data)
    )
    nothing = browser.open(
        door.path.format(**stage.names | {"ticket": 999_999}), method=door.method,
        data=dict(door.data),
    )  # fmt: skip
    assert _state(stage.ticket) == before
    assert bare(foreign) == bare(nothing).replace("999999", str(stage.ticket.id))


def _state(ticket: Ticket) -> tuple[object, ...]:
    db.session.refresh(ticket)
    messages = len(db.session.scalars(ticket_messages(ticket)).all())
    return (ticket.level, ticket.lang, ticket.state, ticket.assignee_id, messages)
