"""Texts that no translator wants, through the worker and a real package: in time, and readable.

Whatever comes, the draft is done, what could not be translated stands there as it was written, and
each such sentence has its reason.
"""

import time
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.tickets.languages.translating import translate_drafts
from app.translation.draft import ask, translate_waiting
from app.translation.engine import ArgosEngine
from app.translation.loaded import Scored
from app.translation.models import Draft, DraftState
from app.translation.patience import OUT_OF_TIME, SECONDS, PatientEngine
from tests.translation.conftest import tiny
from tests.translation.fakes import FakeEngine

__all__ = ["tiny"]

KNOWN = "Où est ma commande ?"
TEXTS = {
    "a message of 100 kB": KNOWN
    + "".join(
        f"\nJe n'ai rien reçu depuis {n} jours, et personne ne répond." for n in range(1_700)
    ),
    "100 kB without a space": "a" * 100_000,
    "100 kB of line ends": "\n" * 100_000,
    "one sentence of 5,000 letters": "je voudrais savoir " * 263 + "merci",
    "one word of 5,000 letters": "é" * 5_000,
    "only emoji": "😡😡😡 👨‍👩‍👧‍👦 🇫🇷 ❤️‍🔥",
    "only a number": "482-1193",
    "only an amount": "39,90 €",
    "only marks": "?!?!... --- ///",
    "only spaces": " \t\n ",
    "nothing": "",
    "mixed scripts": f"{KNOWN} Где мой заказ? 我的订单在哪里？ أين طلبي؟ 注文はどこですか。",
    "letters of two scripts in one word": "Оù est mа соmmаndе ?",  # the vowels are Cyrillic
    "right to left": "أين طلبي رقم 482-1193؟ لم يصل حتى الآن.",
    "right-to-left overrides": f"\u202e{KNOWN}\u202c \u2066482-1193\u2069",
    "left-overs of HTML": f"<p>{KNOWN}</p><br/>&nbsp;&eacute;&#8217;<script>alert(1)</script>",
    "characters of no width": "\u200b".join(KNOWN) + "\ufeff\u2060\u00ad",
    "accents piled up": "Z̸͙̬̃̈a̴̰̓l̷̡̛g̵̨̀o̶͖͋ " * 200,
    "letters that are not letters": "𝓞ù 𝕖𝕤𝕥 ｍａ ⓒⓞⓜⓜⓐⓝⓓⓔ ?",
    "control characters": "Bon\x00jour\x07\x1b[31m",
    "half a pair of surrogates": "Bonjour \ud83d".encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    ),
    "the model's own marks": "▁ ⁇ <s> </s> <unk> XZ1 XZ2 7001 7002 {0} %s %(name)s",
    "2,000 facts": "482-1193 39,90 € 12/03/2026 https://a.example/x " * 500,
    "200 languages in turn": f"{KNOWN} Where is my order? " * 100,
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |\n" * 100,
    "brackets without end": "(" * 3_000 + "[" * 3_000,
}
QUICK = 60  # seconds on a busy machine: half of the time after which a draft counts as forgotten


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def real_engine(desk: Flask, tiny: Path) -> ArgosEngine:
    """The desk with a real package instead of its fake engine."""
    engine = ArgosEngine(tiny)
    desk.extensions["engine"] = lambda: engine
    return engine


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_answered_in_time_and_stays_readable(
    real_engine: ArgosEngine, name: str
) -> None:
    draft = ask("ticket:1", TEXTS[name].replace("\x00", ""), source="fr", target="en")
    db.session.commit()
    began = time.monotonic()
    assert translate_waiting(translate_drafts, limit=1) == 1
    assert time.monotonic() - began < QUICK
    db.session.expire_all()
    done = db.session.get_one(Draft, draft.id)
    assert done.state == DraftState.DONE
    for sentence in done.sentences:
        if not sentence["translated"]:
            assert sentence["reason"], sentence
            assert plain(sentence["source"]) in plain(done.text)


def test_a_known_sentence_is_translated_amid_rubbish(real_engine: ArgosEngine) -> None:
    text = f"😡😡\n{KNOWN}\n<br/> 482-1193\n我的订单在哪里？"
    ask("ticket:1", text, source="fr", target="en")
    translate_waiting(translate_drafts, limit=1)
    draft = db.session.scalars(db.select(Draft)).one()
    assert draft.text == text.replace(KNOWN, "Where is my order?")


def test_a_text_that_takes_too_long_is_shown_with_what_there_is() -> None:
    ticks = iter(range(100))
    engine = PatientEngine(FakeEngine({"a": "b"}), seconds=2, clock=lambda: float(next(ticks)))
    told = engine.translate(["a"] * 200, source="fr", target="en")
    assert told == [Scored("b", -0.1)] * 64 + [OUT_OF_TIME] * 136
    assert engine.pairs() == FakeEngine().pairs()


def test_the_time_for_one_text_is_over_before_another_worker_takes_it() -> None:
    assert 2 * SECONDS < 120


def test_a_message_for_which_the_time_ran_out_says_so(desk: Flask) -> None:
    class SlowEngine(FakeEngine):
        def translate(self, sentences, *, source, target):  # type: ignore[no-untyped-def]
            return [OUT_OF_TIME] * len(sentences)

    desk.extensions["engine"] = SlowEngine
    ask("ticket:1", KNOWN, source="fr", target="en")
    translate_waiting(translate_drafts, limit=1)
    draft = db.session.scalars(db.select(Draft)).one()
    assert (draft.text, draft.sentences[0]["reason"]) == (KNOWN, OUT_OF_TIME.reason)
