"""Everyday matters in everyday words: what is wrong tells more than what is to be done about it."""

import numpy as np
import pytest

from app.triage.evidence import Evidence, columns, finish, gather, tally
from app.triage.rules import Rule, Rules
from app.triage.words import read_words


def evidence_of(text: str, rules: Rules, *, lang: str = "en") -> Evidence:
    return gather(text, read_words(text), lang=lang, rules=rules)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "the teapot is smashed to bits"),
        ("fr", "le miroir est en mille morceaux"),
        ("de", "die Schale kam in tausend Teile zerlegt an"),
        ("es", "el jarrón llegó hecho migas"),
        ("it", "la teiera è in briciole"),
        ("nl", "het bord ligt aan diggelen"),
        ("pt", "o vaso chegou em mil pedaços"),
        ("pl", "wazon przyszedł w kawałkach"),
        ("sv", "skålen är krossad i småbitar"),
        ("da", "fadet er splintret"),
        ("cs", "váza je na kousky"),
        ("ro", "oglinda e făcută țăndări"),
        ("tr", "vazo paramparça geldi"),
        ("uk", "чашка розбита вщент"),
        ("ru", "чашка разлетелась вдребезги"),
        ("ja", "花瓶が粉々でした"),
        ("zh", "花瓶碎成渣了"),
        ("ar", "وصلت المزهرية متكسرة"),
    ],
)
def test_a_thing_in_pieces_is_broken_however_it_is_said(lang, text, rules):
    assert "broken" in evidence_of(text, rules, lang=lang).met


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "please send a replacement", "replace"),
        ("fr", "renvoyez-moi un neuf", "replace"),
        ("de", "schickt mir bitte eine neue", "replace"),
        ("sv", "skicka en ny lampa", "replace"),
        ("ja", "新品を送ってください", "replace"),
        ("en", "I posted them back on Monday", "sent_back"),
        ("nl", "ik heb de trui teruggestuurd", "sent_back"),
        ("ru", "я отправила обратно ботинки", "sent_back"),
        ("de", "auf meinem Konto ist nichts", "on_card"),
        ("zh", "钱还没到账", "on_card"),
        ("en", "I picked the wrong size by mistake", "own_slip"),
        ("es", "me equivoqué de color", "own_slip"),
        ("tr", "yanlışlıkla iki tane aldım", "own_slip"),
        ("it", "il numero di serie non corrisponde", "other_piece"),
        ("cs", "sériové číslo nesedí", "other_piece"),
        ("es", "dejen el paquete en la portería", "change"),
        ("fr", "vous pouvez le laisser chez la voisine", "change"),
        ("it", "in boutique mi hanno detto che non è loro", "counterfeit"),
        ("da", "kan regningen stå på firmaets navn", "invoice"),
    ],
)
def test_everyday_wishes_are_found_in_their_languages(lang, text, name, rules):
    assert name in evidence_of(text, rules, lang=lang).met


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "my barrister of a brother thinks the lamp is late", "lawyer"),
        ("fr", "ma juge de sœur attend sa lampe", "court"),
        ("en", "does the apron withstand flames", "fire"),
        ("it", "il guanto resiste alle fiamme?", "fire"),
        ("en", "a refund please, without twenty emails", "repeated"),
        ("fr", "je suis en déplacement jusqu'à jeudi", "insult"),
        ("en", "is there a WhatsApp sticker set?", "phishing"),
        ("en", "the serial number doesn't match, they say", "counterfeit"),
    ],
)
def test_grave_words_said_in_passing_are_not_found(lang, text, name, rules):
    assert name not in evidence_of(text, rules, lang=lang).met


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The mug is cracked, please refund me.", "broken_remedy"),
        ("Flimsy thing, how do I return it?", "poor_remedy"),
        ("I got the wrong colour, can we swap?", "wrong_remedy"),
        ("I sent it back on Friday, when will the money come?", "refund_awaited"),
        ("They say the serial number does not match and refuse.", "return_mistaken"),
        ("Nobody is home, please leave it with Mrs Fry.", "left_with"),
    ],
)
def test_a_complaint_and_a_wish_hold_together(text, name, rules):
    assert name in evidence_of(text, rules).met


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My mistake, I ordered the wrong colour, can we swap?", "wrong_remedy"),
        ("Marked as delivered, left with reception, nobody here has it.", "left_with"),
        ("When will it come?", "refund_awaited"),
    ],
)
def test_they_do_not_where_something_speaks_against_it(text, name, rules):
    assert name not in evidence_of(text, rules).met


def test_one_of_several_rules_is_enough_for_a_part_of_a_combination():
    single = [Rule(name, 0.0, "") for name in ("late", "lost", "angry", "calm")]
    both = Rule("both", 1.0, "", needs=(("late", "lost"), ("angry",)), unless=("calm",))
    words = {"en": {name: [name] for name in ("late", "lost", "angry", "calm")}}
    rules = Rules([*single, both], words)
    texts = ["late angry", "angry, lost", "late, lost", "late angry calm"]
    found = [evidence_of(text, rules) for text in texts]
    assert ["both" in evidence.met for evidence in found] == [True, True, False, False]
    column = columns(rules).index("both")
    assert np.array_equal(finish(tally(found, rules), rules)[:, column], [1, 1, 0, 0])
