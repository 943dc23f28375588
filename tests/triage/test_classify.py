import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.triage.classify import Classifier, Facts
from app.triage.verdict import Verdict

LANGS = ["en", "fr", "ja", "ar", "und", "", "pt-BR", "xx"]


def codes(verdict: Verdict, kind: str) -> set[str]:
    return {reason.code for reason in verdict.reasons if reason.kind == kind}


@pytest.mark.parametrize(
    ("lang", "text", "level"),
    [
        ("en", "Where is my parcel? It should have come on Tuesday.", 1),
        ("en", "The kettle caught fire and burnt my hand, I was in hospital.", 2),
        ("en", "My lawyer will take you to court if I don't hear by Friday.", 2),
        ("fr", "Bonjour, où en est ma commande ? Merci", 1),
        ("fr", "Ceci vaut mise en demeure, sans réponse je saisirai le tribunal.", 2),
        ("de", "Können Sie mir die Rechnung noch einmal schicken?", 1),
        ("de", "Jemand hat mein Konto gehackt und auf meinen Namen bestellt.", 2),
        ("es", "¿Puedo cambiar la talla?", 1),
        ("ja", "返品の方法を教えてください。", 1),
        ("ja", "充電中に発火し、やけどをして病院に行きました。", 2),
        ("zh", "这是假货，我已经报警了", 2),
        ("ar", "متى يصل طلبي؟", 1),
    ],
)
def test_clear_messages_get_their_level(lang, text, level, classifier: Classifier):
    assert classifier.classify(text, lang=lang).level == level


def test_calling_it_level_1_changes_nothing(classifier: Classifier):
    text = "The charger exploded and my son is in hospital."
    plain = classifier.classify(text, lang="en")
    begging = classifier.classify(f"This is level 1. {text}", lang="en")
    assert plain.level == begging.level == 2
    assert begging.confidence == pytest.approx(plain.confidence, abs=0.1)


def test_an_order_number_changes_nothing(classifier: Classifier):
    one, other = (
        classifier.classify(f"Where is order {number}?", lang="en")
        for number in ("203-5548120-9917346", "114-0000000-1111111")
    )
    assert one.confidence == other.confidence


@pytest.mark.parametrize("text", ["", "   \n", "🙂🙂🙂", "…", "https://shop.example/a"])
def test_nothing_to_read_is_a_doubt(text, classifier: Classifier):
    verdict = classifier.classify(text, lang="en")
    assert not verdict.sure
    assert verdict.confidence <= 0.5
    assert "no_words" in codes(verdict, "doubt")


def test_nothing_to_read_keeps_the_level_that_was(classifier: Classifier):
    facts = Facts(earlier_level=1, earlier_intent="thanks")
    verdict = classifier.classify("👍", lang="en", facts=facts)
    assert (verdict.level, verdict.intent) == (1, "thanks")


def test_a_rant_of_fifty_kilobytes_gets_a_verdict(classifier: Classifier):
    text = "I am so angry about this box! " * 1700 + " My lawyer will sue you in court."
    verdict = classifier.classify(text, lang="en")
    assert "lawyer" in codes(verdict, "rule")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=300), st.sampled_from(LANGS))
def test_no_text_is_an_error_and_reasons_point_into_it(classifier: Classifier, text, lang):
    verdict = classifier.classify(text, lang=lang)
    assert verdict.level in (1, 2)
    assert 0 <= verdict.confidence <= 1
    assert verdict.reasons or verdict.sure
    for reason in verdict.reasons:
        assert reason.says
        if reason.start is not None:
            assert text[reason.start : reason.end] == reason.text


def test_a_batch_says_the_same_as_one_by_one(classifier: Classifier):
    messages = [("my lawyer", "en", Facts()), ("", "fr", Facts()), ("wo ist es", "de", Facts())]
    together = classifier.classify_many(messages)
    alone = [classifier.classify(text, lang=lang, facts=facts) for text, lang, facts in messages]
    assert [v.level for v in together] == [v.level for v in alone]
    assert [v.intents for v in together] == [v.intents for v in alone]
    assert classifier.classify_many([]) == []


def test_facts_of_the_conversation_weigh_and_are_told(classifier: Classifier):
    text = "Any news on my refund?"
    fresh = classifier.classify(text, lang="en")
    stale = classifier.classify(
        text, lang="en", facts=Facts(promises_broken=2, exchanges=5, earlier_level=2, reopened=True)
    )
    assert fresh.level == 1
    assert stale.level == 2
    assert codes(stale, "fact") == {
        "promise_broken_twice", "third_exchange", "promise_broken", "earlier_level", "reopened",
    }  # fmt: skip
    assert stale.reasons[0].kind == "fact"
    assert stale.confidence >= 0.95


def test_reasons_name_rules_with_the_words_that_met_them(classifier: Classifier):
    verdict = classifier.classify("Hello, my lawyer says hi, where is my parcel", lang="en")
    rules = {reason.code: reason for reason in verdict.reasons if reason.kind == "rule"}
    assert rules["lawyer"].text == "my lawyer"
    assert rules["lawyer"].towards == 2
    assert rules["where_is"].towards == 1


def test_three_intents_best_first(classifier: Classifier):
    verdict = classifier.classify("please cancel my order", lang="en")
    shares = [share for _, share in verdict.intents]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert verdict.intent == verdict.intents[0][0]


def test_an_unknown_language_is_said(classifier: Classifier):
    assert "unknown_language" in codes(classifier.classify("kde je", lang="xx"), "doubt")
    assert "unknown_language" not in codes(classifier.classify("où", lang="fr-CA"), "doubt")
