import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.rules import FOLDER, Rule, Rules, RulesError, load_rules
from app.triage.words import read_words

DESK = (
    *("en", "fr", "de", "es", "it", "nl", "pt", "pl"),
    *("sv", "da", "cs", "ro", "tr", "uk", "ru", "ar", "ja", "zh"),
)
# What every language must have words for.
GRAVE = (
    *("injury", "fire", "unsafe", "lawyer", "court", "authority", "formal_notice", "police"),
    *("strange_orders", "phishing", "fraud", "counterfeit", "chargeback", "debt_collection"),
    *("data_protection", "data_leak", "marked_delivered", "not_with_me", "empty_parcel"),
    *("return_denied", "repeated", "no_answer", "promised", "insult", "discrimination"),
    *("customs", "warranty", "refused", "many_orders", "negation", "harmless"),
)


def made(**words: str) -> Rules:
    rules = [Rule("fire", 2.0, "Fire.", negatable=True), Rule("lawyer", 2.0, "A lawyer.")]
    table = {name: [p.strip() for p in text.split(",")] for name, text in words.items()}
    return Rules(rules, {"en": table})


def met(rules: Rules, text: str, lang: str = "en") -> set[str]:
    return {find.rule for find in rules.find(text, read_words(text), lang=lang)}


@pytest.mark.parametrize("lang", DESK)
def test_every_language_of_the_desk_has_words_for_every_grave_matter(lang, rules):
    text = (FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")
    missing = [name for name in GRAVE if f"\n{name}: " not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("pattern", "text", "is_met"),
    [
        ("my|our lawyer", "I asked MY Lawyer.", True),
        ("my|our lawyer", "I asked the lawyer.", False),
        ("lawy*", "lawyers!", True),
        ("lawyer", "lawyerly", False),
        ("caught .. fire", "it caught, of all things, fire", True),
        ("caught .. fire", "it caught one two three four five fire", False),
        ("caught fire", "it caught no fire", False),
        ("0 times", "asked 14 times", True),
        ("0 times", "asked many times", False),
    ],
)
def test_patterns_are_words_stems_choices_gaps_and_figures(pattern, text, is_met):
    assert (met(made(lawyer=pattern), text) == {"lawyer"}) is is_met


def test_a_denial_shortly_before_takes_a_find_back():
    rules = made(fire="fire", lawyer="lawyer", negation="no")
    assert met(rules, "there was no fire") == set()
    assert met(rules, "no, it was a fire that began here") == {"fire"}
    assert met(rules, "there is no lawyer") == {"lawyer"}  # not every rule can be denied


def test_a_longer_harmless_phrase_covers_a_find():
    rules = made(fire="fire", harmless="fire pit")
    assert met(rules, "the fire pit is rusty") == set()
    assert met(rules, "the fire pit set the shed on fire") == {"fire"}


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "I shall put this in the hands of my solicitor", "lawyer"),
        ("fr", "ceci vaut mise en demeure", "formal_notice"),
        ("fr", "ma fille s est brulee, on est aux urgences", "injury"),
        ("de", "dann kommt eben der Mahnbescheid", "court"),
        ("de", "das Ladegeraet ist explodiert", "fire"),
        ("es", "lo llevare a la ocu", "authority"),
        ("it", "e una truffa bella e buona", "fraud"),
        ("nl", "ik doe aangifte", "police"),
        ("pt", "vazaram os meus dados", "data_leak"),
        ("pl", "pisze do uokik", "authority"),
        ("sv", "nagon har kapat mitt konto", "strange_orders"),
        ("da", "min advokat kontakter jer", "lawyer"),
        ("cs", "krabice byla prazdna, tedy prazdna krabice", "empty_parcel"),
        ("ro", "produsul este contrafacut", "counterfeit"),
        ("tr", "avukatima verdim, mahkemeye gidiyoruz", "court"),
        ("uk", "це підробка", "counterfeit"),
        ("ru", "подам в суд", "court"),
        ("ar", "سأتوجه إلى المحكمة", "court"),
        ("ar", "والمحامي سيتواصل معكم", "lawyer"),
        ("ja", "火傷をして病院に行きました", "injury"),
        ("zh", "我要去消协投诉你们", "authority"),
        ("zh", "充電器爆炸了", "fire"),
    ],
)
def test_grave_words_are_found_also_as_they_are_typed(lang, text, name, rules):
    assert name in met(rules, text, lang)


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "I write in my capacity as a solicitor", "lawyer"),
        ("en", "my daughter's burn-proof gloves", "injury"),
        ("en", "is the smoke detector in stock", "fire"),
        ("fr", "je suis avocate, où est ma commande", "lawyer"),
        ("de", "die Feuerschale ist feuerfest", "fire"),
        ("es", "una chaqueta de piel falsa", "counterfeit"),
        ("it", "una borsa in finta pelle", "counterfeit"),
        ("zh", "放假前能到吗", "counterfeit"),
        ("ja", "怪我はありませんでした", "injury"),
    ],
)
def test_harmless_uses_of_grave_words_are_not_found(lang, text, name, rules):
    assert name not in met(rules, text, lang)


def test_finds_say_where_the_words_stand(rules):
    text = "Hello. My lawyer will write."
    find = next(f for f in rules.find(text, read_words(text), lang="en") if f.rule == "lawyer")
    assert text[find.start : find.end] == "My lawyer"


def test_an_unknown_language_is_looked_up_in_all_of_them(rules):
    assert "lawyer" in met(rules, "mon avocat", "und")


def test_combinations_need_all_their_parts(rules):
    assert "delivered_but_denied" in rules.combine(["marked_delivered", "not_with_me"])
    assert "delivered_but_denied" not in rules.combine(["marked_delivered"])


@given(st.text(max_size=300), st.sampled_from([*DESK, "und", "xx"]))
def test_no_text_breaks_the_matcher(text, lang):
    rules = made(fire="caught .. fire, 0 times", lawyer="没..律师", harmless="fire pit")
    for find in rules.find(text, read_words(text), lang=lang):
        assert 0 <= find.start < find.end <= len(text)


@pytest.mark.parametrize("text", ["no " * 20_000, "third time " * 5_000, "不" * 50_000])
@pytest.mark.timed
def test_a_hostile_text_takes_no_time(text, rules):
    started = time.process_time()
    met(rules, text, "zh" if "不" in text else "en")
    assert time.process_time() - started < 2


def test_a_rule_without_a_meaning_is_refused(tmp_path: Path):
    (tmp_path / "_rules.yaml").write_text("fire: {weight: 1, says: Fire.}\n")
    (tmp_path / "en.yaml").write_text("flood: water\n")
    with pytest.raises(RulesError, match=r"en.yaml.*flood"):
        load_rules(tmp_path)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path):
    (tmp_path / "_rules.yaml").write_text("fire: {weight: 1, says: Fire.}\n")
    (tmp_path / "en.yaml").write_text("- fire\n")
    with pytest.raises(RulesError, match=r"en.yaml"):
        load_rules(tmp_path)
