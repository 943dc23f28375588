import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.privacy.addresses import AddressError, log_name, normalise, same
from app.privacy.vault import KeyRing, Vault, new_key_ring_text

MASK = "c8x2q0123456789abcdefgh"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Kim@Buyer.Example ", "kim@buyer.example"),
        ("kim.k+shop@buyer.example.", "kim.k+shop@buyer.example"),
        ("kim@Bücher.example", "kim@xn--bcher-kva.example"),
        ("kim@BÜCHER.example", "kim@xn--bcher-kva.example"),
        ("kim@ＢＵＹＥＲ．example", "kim@buyer.example"),
        ("kim@пример.example", "kim@xn--e1afmkfd.example"),
        ("kim@straße.example", "kim@xn--strae-oqa.example"),
        ('"a@b"@buyer.example', None),
    ],
)
def test_an_address_has_one_spelling(written, normal):
    if normal is None:
        with pytest.raises(AddressError):
            normalise(written)
    else:
        assert normalise(written) == normal


@pytest.mark.parametrize(
    "text",
    ["", "kim", "@buyer.example", "kim@", "kim@buyer", "kim@-x.example", "ķim@a.example",
     "k im@a.example", "kim@a..example", "Kim <kim@a.example>", "kim@a b.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError):
        normalise(text)


def test_dots_and_tags_make_different_people():
    assert not same("kim.k@a.example", "kimk@a.example")
    assert not same("kim+x@a.example", "kim@a.example")
    assert same("KIM@A.example", "kim@a.EXAMPLE")
    assert not same("kim", "kim")


@given(st.text(max_size=40))
def test_normalising_is_stable_and_only_raises_its_own_error(text):
    try:
        once = normalise(text)
    except AddressError:
        return
    assert normalise(once) == once


def test_a_log_shows_the_start_of_a_mask_and_a_digest_of_an_address():
    assert log_name(f"{MASK}@reply.market.example") == "c8x2q…"
    assert log_name(MASK.upper()) == "c8x2q…"
    name = log_name("kim@buyer.example")
    assert name.startswith("address#")
    assert "kim" not in name
    assert name == log_name("KIM@buyer.example")
    assert name != log_name("kam@buyer.example")


def test_log_names_are_equal_wherever_the_ring_is_the_same():
    ring = new_key_ring_text()
    one, two = (Vault(KeyRing.from_text(ring)).log_secret() for _ in range(2))
    assert log_name("kim@b.example", secret=one) == log_name("kim@b.example", secret=two)
    assert log_name("kim@b.example", secret=one) != log_name("kim@b.example")
