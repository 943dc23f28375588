import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.privacy.vault import (
    KeyRing,
    KeyRingError,
    Tampered,
    Vault,
    WrongKey,
    new_key_ring_text,
)

RING = new_key_ring_text("k1")
VAULT = Vault(KeyRing.from_text(RING))
NEWER = new_key_ring_text("k2")
ROTATED = Vault(KeyRing.from_text(f"{NEWER}, {RING}"))
ABOUT = "buyers|address|17"


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_was_sealed_opens_again(plain, about):
    assert VAULT.open(VAULT.seal(plain, about=about), about=about) == plain


@given(st.text(max_size=100))
def test_text_opens_again_with_any_character(plain):
    assert VAULT.open_text(VAULT.seal_text(plain, about=ABOUT), about=ABOUT) == plain


@given(st.data())
def test_one_flipped_bit_anywhere_is_noticed(data):
    sealed = bytearray(VAULT.seal(b"kim@buyer.example", about=ABOUT))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Tampered, WrongKey)):
        VAULT.open(bytes(sealed), about=ABOUT)


@pytest.mark.parametrize("length", range(40))
def test_a_cut_value_is_an_error_of_ours(length):
    sealed = VAULT.seal(b"kim@buyer.example", about=ABOUT)[:length]
    with pytest.raises((Tampered, WrongKey)):
        VAULT.open(sealed, about=ABOUT)


def test_a_value_copied_into_another_row_does_not_open():
    with pytest.raises(Tampered):
        VAULT.open(VAULT.seal(b"x", about="buyers|address|1"), about="buyers|address|2")


def test_two_seals_of_one_text_differ():
    assert VAULT.seal(b"x", about=ABOUT) != VAULT.seal(b"x", about=ABOUT)


def test_a_key_that_is_not_in_the_ring_is_told_from_damage():
    other = Vault(KeyRing.from_text(new_key_ring_text("other")))
    with pytest.raises(WrongKey):
        other.open(VAULT.seal(b"x", about=ABOUT), about=ABOUT)


def test_another_key_under_the_same_id_is_the_wrong_key_too():
    impostor = Vault(KeyRing.from_text(new_key_ring_text("k1")))
    with pytest.raises(WrongKey):
        impostor.open(VAULT.seal(b"x", about=ABOUT), about=ABOUT)


def test_after_rotation_old_values_open_and_want_resealing():
    old = VAULT.seal(b"kim", about=ABOUT)
    assert ROTATED.open(old, about=ABOUT) == b"kim"
    assert ROTATED.needs_rotation(old)
    new = ROTATED.reseal(old, about=ABOUT)
    assert not ROTATED.needs_rotation(new)
    assert ROTATED.open(new, about=ABOUT) == b"kim"
    with pytest.raises(WrongKey):
        VAULT.open(new, about=ABOUT)


def test_a_blind_index_is_stable_and_keeps_columns_apart():
    assert VAULT.blind("kim@a.example", about="buyer") == VAULT.blind(
        "kim@a.example", about="buyer"
    )
    assert VAULT.blind("kim@a.example", about="buyer") != VAULT.blind(
        "kim@a.example", about="agent"
    )
    assert VAULT.blind("b|c", about="a") != VAULT.blind("c", about="a|b")


def test_while_rotating_the_old_index_is_asked_for_too():
    old = VAULT.blind("kim@a.example", about="buyer")
    asked = ROTATED.blinds("kim@a.example", about="buyer")
    assert asked == (ROTATED.blind("kim@a.example", about="buyer"), old)


def test_the_canary_tells_a_wrong_ring_before_anything_is_written():
    canary = VAULT.make_canary()
    VAULT.check_canary(canary)
    ROTATED.check_canary(canary)
    with pytest.raises(WrongKey):
        Vault(KeyRing.from_text(new_key_ring_text("k1"))).check_canary(canary)
    with pytest.raises(Tampered):
        VAULT.check_canary("not base64!")
    with pytest.raises(Tampered):
        VAULT.check_canary(base64.b64encode(VAULT.seal(b"else", about="canary")).decode())


GOOD = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" , ", "empty"),
        (GOOD, "id:base64key"),
        (f"K1:{GOOD}", "id:base64key"),
        (f"a:{GOOD},a:{GOOD}", "twice"),
        ("a:!!!", "not base64"),
        ("a:c2hvcnQ=", "must be 32"),
    ],
)
def test_a_bad_key_ring_is_refused_with_a_sentence(text, says):
    with pytest.raises(KeyRingError, match=says):
        KeyRing.from_text(text)


def test_a_key_id_is_checked_when_a_key_is_made():
    with pytest.raises(KeyRingError):
        new_key_ring_text("No Good")


def test_no_key_shows_in_a_repr_or_an_error():
    ring = KeyRing.from_text(f"a:{GOOD}")
    assert "kkkk" not in repr(ring)
    assert GOOD not in repr(ring)
    with pytest.raises(KeyRingError) as caught:
        KeyRing.from_text(f"a:{GOOD}{GOOD}")
    assert GOOD not in str(caught.value)


@pytest.mark.timed
def test_sealing_is_fast_enough_for_raw_mail():
    mail = b"m" * 5000
    start = time.process_time()
    for _ in range(1000):
        VAULT.seal(mail, about=ABOUT)
    assert time.process_time() - start < 0.5
