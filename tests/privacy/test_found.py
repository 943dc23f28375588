"""What the detectors look for around digits alone is what they would find in all of the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.privacy.bank import _DIGITS, _IBAN, _POLISH
from app.privacy.found import figures, in_figures, said_in
from app.privacy.handles import _AT_NAME, _MARKED
from app.privacy.numbers import _CANDIDATE, _LETTER_O, _few_digits

# The same searches as one would write them, which try every letter.
PLAIN = {
    _POLISH: re.compile(r"(?<![\w.-])\d\d(?:[ -]?\d{4}){6}(?![\w-])"),
    _DIGITS: re.compile(
        r"(?<![A-Za-z0-9_.,/-])\d(?:[ .\-\u2010-\u2015]{0,2}\d){11,18}(?![A-Za-z0-9])"
    ),
    _LETTER_O: re.compile(
        r"(?<![A-Za-z0-9])(?=[0-9Oo -]{0,20}[1-9])[Oo0]{1,2}[0-9Oo]{1,5}(?:[ -]?[0-9Oo]{2,5}){1,4}"
        r"(?![A-Za-z0-9])"
    ),
    _AT_NAME: re.compile(r"(?<![\w.@/])@(?P<handle>[A-Za-z_\u0400-\u04ff][\w.]{2,32})(?![\w@])"),
}
TEXTS = st.lists(
    st.text("0123456789 -.", max_size=40) | st.text("01 -./()+Oo@_aDE,x\n\x00", max_size=30)
).map("".join)


def spans(found):
    """Where they are; a lone "+" or "(" is nothing."""
    return [match.span() for match in found if match.group().strip("+(")]


@pytest.mark.parametrize("pattern", [_POLISH, _DIGITS, _IBAN, _CANDIDATE], ids=lambda p: p.pattern)
@given(text=TEXTS)
def test_every_number_of_a_text_lies_in_a_stretch_with_figures(pattern, text):
    everywhere = PLAIN.get(pattern, pattern).finditer(text)

    assert spans(in_figures(pattern, text)) == spans(everywhere)


@pytest.mark.parametrize("pattern", [_LETTER_O, _AT_NAME], ids=lambda p: p.pattern)
@given(text=TEXTS)
def test_what_may_not_stand_before_a_find_is_the_same_looked_at_later(pattern, text):
    assert spans(pattern.finditer(text)) == spans(PLAIN[pattern].finditer(text))


def test_a_text_without_a_digit_has_no_figures():
    assert figures("No number here, not even half a one.") == ()


@given(text=st.text("livIVEſı:eé", max_size=12))
def test_a_name_that_its_program_marks_has_the_letters_that_are_looked_for_first(text):
    if _MARKED.search(text + "jane.roe"):
        assert "ve:" in text.lower()


def test_words_of_a_list_are_found_by_their_first_part():
    assert said_in("write me at web today", ("web.de", "gmx", "today")) == ["web.de", "today"]
    assert said_in("nothing of it", ("web.de", "gmx")) == []


def test_few_digits_are_no_candidate():
    assert _few_digits("12345")
    assert not _few_digits("123456")
