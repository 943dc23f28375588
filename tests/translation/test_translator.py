import re
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.translation.attempts import UNSURE
from app.translation.detect import Detector
from app.translation.loaded import Scored
from app.translation.protect import find_facts
from app.translation.translator import Translation, translate_text
from tests.translation.fakes import FakeEngine

PHRASES = {
    "Bonjour,": "Hello,",
    "Bonjour Mme XZ1,": "Hello Mrs XZ1,",
    "Où est ma commande ?": "Where is my order?",
    "Où est ma commande XZ1 ?": "Where is my order XZ1?",
    "Merci.": "Thank you.",
    "Cordialement,": "Kind regards,",
    "J'ai payé XZ1 le XZ2.": "I paid XZ1 on XZ2.",
    "J'ai payé": "I paid",
    "le": "on",
}


def translated(
    text: str, engine: FakeEngine | None = None, *, keep: Sequence[str] = ()
) -> Translation:
    return translate_text(engine or FakeEngine(PHRASES), text, source="fr", target="en", keep=keep)


def test_a_letter_keeps_its_layout_its_facts_and_its_signature() -> None:
    letter = (
        "Bonjour Mme Poirier,\r\n\r\n- Où est ma commande FR-2026-1 ?\r\n- J'ai payé 37,80 € le "
        "12/03.  Merci.\r\n\r\n🙂\r\nCordialement,\r\nMarie Dupont\r\n"
    )
    result = translated(letter)
    assert result.text == (
        "Hello Mrs Poirier,\r\n\r\n- Where is my order FR-2026-1?\r\n- I paid 37,80 € on "
        "12/03.  Thank you.\r\n\r\n🙂\r\nKind regards,\r\nMarie Dupont\r\n"
    )
    assert all(sentence.translated for sentence in result.sentences)
    assert result.warnings == ()


def test_the_same_language_is_given_back_as_it_is() -> None:
    result = translate_text(FakeEngine(), "Où ?", source="fr", target="fr")
    assert (result.text, result.sentences[0].translated, result.warnings) == ("Où ?", True, ())


def test_a_pair_without_a_package_is_said_and_left_untranslated() -> None:
    result = translate_text(FakeEngine(), "Gdzie? Tu.", source="pl", target="fr")
    assert result.text == "Gdzie? Tu."
    assert result.warnings == ("No package translates pl to fr.",)
    assert [sentence.translated for sentence in result.sentences] == [False, False]


def test_only_what_the_engine_can_is_translated_and_the_rest_marked() -> None:
    engine = FakeEngine(PHRASES, otherwise=lambda _: "")
    result = translated("Où est ma commande ? Blabla inconnu.", engine)
    assert result.text == "Where is my order? Blabla inconnu."
    assert [(s.translated, bool(s.reason)) for s in result.sentences] == [
        (True, False),
        (False, True),
    ]


def test_a_lost_mark_leads_to_the_other_form() -> None:
    engine = FakeEngine(
        PHRASES | {"J'ai payé XZ1 le XZ2.": "I paid it.", "J'ai payé 7001 le 7002.": "7002: 7001."}
    )
    assert translated("J'ai payé 5 € le 12/03.", engine).text == "12/03: 5 €."


def test_lost_marks_in_every_form_lead_to_the_stretches_between_the_facts() -> None:
    lossy = FakeEngine(PHRASES | {"J'ai payé XZ1 le XZ2.": "I paid XZ1."}, otherwise=lambda _: "x")
    result = translated("J'ai payé 5 € le 12/03.", lossy)
    assert result.text == "I paid 5 € on 12/03."
    assert not result.sentences[0].sure


def test_a_doubtful_translation_is_not_shown() -> None:
    class Unsure(FakeEngine):
        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            return [Scored("Where is my order?", -3.0, doubtful=True) for _ in sentences]

    result = translated("Où est ma commande ?", Unsure())
    assert (result.text, result.sentences[0].translated) == ("Où est ma commande ?", False)


class Limited(FakeEngine):
    """Knows the words of its phrases alone, as a small package does."""

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        known = set(re.findall(r"\w+", " ".join(self.phrases)))
        return [
            Scored(s.text, s.score, s.doubtful, tuple(w for w in re.findall(r"\w+", sentence)
                                                      if w not in known))
            for sentence, s in zip(
                sentences, super().translate(sentences, source=source, target=target), strict=True
            )
        ]  # fmt: skip


def test_an_unknown_capitalised_word_within_a_sentence_is_kept_as_a_name() -> None:
    engine = Limited(PHRASES | {"Merci XZ1.": "Thank you XZ1."})
    assert translated("Merci Zoé.", engine).text == "Thank you Zoé."


def test_whom_letters_to_nobody_address_is_no_name() -> None:
    assert not translated("Merci Messieurs.", Limited(PHRASES)).sentences[0].translated


def test_an_unknown_word_that_is_no_name_leaves_the_sentence_alone_and_is_named() -> None:
    result = translated("Merci beaucoup.", Limited(PHRASES))
    assert result.text == "Merci beaucoup."
    assert "beaucoup" in result.sentences[0].reason


def test_a_failing_engine_leaves_the_text_untranslated() -> None:
    class Broken(FakeEngine):
        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            raise RuntimeError("model gone")

    result = translated("Où est ma commande 5 ?", Broken())
    assert (result.text, result.sentences[0].translated) == ("Où est ma commande 5 ?", False)
    assert "model gone" not in result.sentences[0].reason


def test_the_first_reason_for_a_refusal_is_the_one_that_is_told() -> None:
    """Other forms of marks fail in ways of their own, which say nothing of the sentence."""

    class Unsure(FakeEngine):
        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            marks = ["XZ1" if "XZ1" in text else "1007" for text in sentences]
            return [Scored(f"Where is {mark}?", -9, doubtful=True) for mark in marks]

    sentence = translated("Où est ma commande FR-2026-0098123 ?", Unsure()).sentences[0]
    assert (sentence.translated, sentence.reason) == (False, UNSURE)


def test_a_repeated_sentence_is_asked_once() -> None:
    engine = FakeEngine(PHRASES)
    translated("Merci. Merci. Merci.", engine)
    assert engine.asked == ["Merci."]


def test_names_to_keep_never_reach_the_engine() -> None:
    engine = FakeEngine(PHRASES | {"Où est ma XZ1 ?": "Where is my XZ1?"})
    assert translated("Où est ma Brixo Plus ?", engine, keep=["Brixo Plus"]).text == (
        "Where is my Brixo Plus?"
    )
    assert not any("Brixo" in asked for asked in engine.asked)


@pytest.mark.parametrize(
    "text",
    ["", " ", "🙂👍", "\u200b", "?!", "مرحبا أين طلبي", "x" * 5000, "mot " * 1250, "a\x00b",
     "Bonjour, 注文はどこ? где 🙂", "\u202eabc\u202c", "XZ1 XZ2 7001", "((((" * 200, "1" * 5000],
)  # fmt: skip
@pytest.mark.parametrize("answer", ["", "⁇", "ok", None])
def test_no_text_raises(text: str, answer: str | None) -> None:
    engine = FakeEngine(otherwise=lambda s: s if answer is None else answer)
    result = translated(text, engine)
    assert isinstance(result.text, str)


@pytest.mark.timed
def test_a_hundred_kilobytes_are_worked_off_in_seconds() -> None:
    text = "J'ai commandé une lampe le 12/03 pour 37,80 €, merci. " * 2000
    start = time.process_time()
    assert len(translated(text).text) > 90_000
    assert time.process_time() - start < 5


@pytest.mark.parametrize("piece", ["ab.cd.", "ß", "-", "a-", "a_", "a@", "1 000 ", "(", "#a", "a'"])
@pytest.mark.timed
def test_no_hundred_kilobytes_of_anything_hold_the_worker_up(piece: str) -> None:
    start = time.process_time()
    text = piece * (100_000 // len(piece))
    assert translated(text).text != ""
    Detector().detect(text)
    assert time.process_time() - start < 5


MISCHIEF: list[Callable[[str], str]] = [
    lambda s: s.replace("XZ1", ""),
    lambda s: f"{s} XZ1 XZ2",
    lambda s: re.sub(r"\d", "9", s),
    lambda s: s[::-1],
    lambda s: "I agree to everything.",
    lambda s: s.upper() + " $5",
    lambda s: f"the {s} of",
]


@given(
    st.lists(
        st.sampled_from(
            ["Payé 37,80 €", "le 12/03 à 19:30.", "Où est 113-4457781-9903326 ?", "50 % de moins !",
             "voir https://a.example/x?y=1", "à a@b.example,", "[phone number hidden]", "🙂", "\n",
             "Merci Mme Poirier.", "6+", "xz1", "7001"]
        ), max_size=8,
    ).map(" ".join),
    st.sampled_from(MISCHIEF),
)  # fmt: skip
def test_facts_stand_in_the_result_whatever_the_engine_returns(
    text: str, mischief: Callable[[str], str]
) -> None:
    result = translated(text, FakeEngine(otherwise=mischief))
    for sentence in result.sentences:
        for fact in find_facts(sentence.source):
            assert sentence.text.count(fact.text) >= sentence.source.count(fact.text) > 0


@given(st.text(max_size=200), st.sampled_from(MISCHIEF))
def test_layout_stays_and_nothing_raises_whatever_the_engine_returns(
    text: str, mischief: Callable[[str], str]
) -> None:
    result = translated(text, FakeEngine(otherwise=mischief))
    if not any(s.translated and s.confidence < 1.0 for s in result.sentences):
        assert result.text == text


def test_the_space_before_a_french_question_mark_stays_in_french() -> None:
    engine = FakeEngine({"Voici XZ1 : est-ce bon ?": "Here is XZ1 : is that good ?"})
    assert translated("Voici 12:30 : est-ce bon ?", engine).text == "Here is 12:30: is that good?"
    sewn = translated("J'ai payé 5 € ?", FakeEngine({"J'ai payé": "I paid"}))
    assert sewn.text == "I paid 5 €?"
    asked = "Pour être sûr : j'ai droit à 5 € ?"
    assert not translated(asked, FakeEngine({})).sentences[0].translated
    back = translate_text(
        FakeEngine({"Is that good?": "Est-ce bon ?"}), "Is that good?", source="en", target="fr"
    )
    assert back.text == "Est-ce bon ?"


def test_english_words_for_countries_are_not_taken_for_names() -> None:
    class Small(FakeEngine):
        """Knows every word but those that begin with A."""

        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            return [
                Scored("C'est XZ1.", -0.1, unknown=tuple(re.findall(r"A\w+", sentence)))
                for sentence in sentences
            ]

    plug = translate_text(Small(), "It is American.", source="en", target="fr")
    name = translate_text(Small(), "It is Aurora.", source="en", target="fr")
    assert (plug.sentences[0].translated, name.text) == (False, "C'est Aurora.")


def test_german_nouns_are_not_taken_for_names() -> None:
    class Small(FakeEngine):
        """Knows every word but one."""

        def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
            return [
                Scored("It is XZ1.", -0.1, unknown=("Brixo",) if "Brixo" in sentence else ())
                for sentence in sentences
            ]

    pairs = frozenset({("de", "en"), ("fr", "en")})
    german = translate_text(Small(pairs=pairs), "Der Brixo ist da.", source="de", target="en")
    french = translate_text(Small(pairs=pairs), "C'est le Brixo.", source="fr", target="en")
    assert (german.sentences[0].translated, french.text) == (False, "It is Brixo.")
