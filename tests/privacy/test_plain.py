import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.privacy.plain import plain_of


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("abc", "abc"),
        ("a&#64;b", "a@b"),
        ("a&amp;#64;b &amp; c", "a@b & c"),
        ("a%40b 100 % 5%", "a@b 100 % 5%"),
        ("tel=4915112345678", "tel=4915112345678"),
        ("kim=40buyer", "kim@buyer"),
        ("ab=\r\ncd", "abcd"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("٠١٢ ०१२ ０１２ 𝟎𝟏", "012 012 012 01"),
        ("1\ufe0f\u20e32\ufe0f\u20e3", "12"),
        ("x<wbr>y<span style='a'>z</span>", "xyz"),
        ("<a href='x'>", "<a href='x'>"),
        ("é \u0065\u0301", "é e"),
        ("a\u00a0b\u2028c", "a b\nc"),
        ("&nosuchname; &#0; &#xd800;", "&nosuchname; \ufffd \ufffd"),
    ],
)
def test_disguises_fall(source, plain):
    assert plain_of(source).text == plain


def test_a_span_maps_back_to_what_was_written():
    source = "mail: kim&#64;buyer%2Eexample!"
    plain = plain_of(source)
    start = plain.text.index("kim@")
    low, high = plain.span(start, start + len("kim@buyer.example"))
    assert source[low:high] == "kim&#64;buyer%2Eexample"


def test_a_span_that_ends_in_a_disguise_takes_all_of_it():
    source = "x kim&#64;buyer&#46;exampl&#101; y"
    plain = plain_of(source)
    start = plain.text.index("kim")
    low, high = plain.span(start, plain.text.index(" y"))
    assert source[low:high] == "kim&#64;buyer&#46;exampl&#101;"


@given(st.text(max_size=80))
def test_every_span_lies_within_the_source_and_in_order(source):
    plain = plain_of(source)
    last = 0
    for at in range(len(plain.text)):
        start, end = plain.span(at, at + 1)
        assert 0 <= start < end <= len(source)
        assert start >= last or plain.span(at - 1, at)[0] == start
        last = start


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, categories=["L", "N"]), max_size=40))
def test_plain_letters_stay_where_they_are(source):
    source = unicodedata.normalize("NFKC", source)
    assert plain_of(source).text == source
