"""Masks: nobody guesses one, and the door tells garbage from a missing row."""

import pytest

from app.extensions import db
from app.lib.ids import ALPHABET
from app.relay.masks import (
    ConversationOver,
    MaskKind,
    Recipient,
    RowMissing,
    UnknownRecipient,
    door_address,
    find_recipient,
    give_mask,
    is_ours,
    mask_address,
    mint,
    relay_domain,
)
from app.relay.models import Mask, MaskState
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock


def open_mask(cast: Cast) -> Mask:
    mask = give_mask(make_ticket(cast.lavande))
    db.session.commit()
    return mask


def test_a_mask_leads_to_its_ticket(cast: Cast) -> None:
    mask = open_mask(cast)
    assert find_recipient(mask_address(mask)).mask_id == mask.id


def test_upper_case_and_a_trailing_dot_are_the_same_mask(cast: Cast) -> None:
    mask = open_mask(cast)
    local = mask_address(mask).partition("@")[0]
    assert find_recipient(f"{local.upper()}@{relay_domain().upper()}.").mask_id == mask.id


def test_a_ticket_has_one_mask(cast: Cast) -> None:
    ticket = make_ticket(cast.lavande)
    assert give_mask(ticket) is give_mask(ticket)


def test_two_tickets_of_one_buyer_have_masks_that_nothing_links(cast: Cast) -> None:
    one, other = make_ticket(cast.lavande), make_ticket(cast.nordlicht)
    assert mask_address(give_mask(one)) != mask_address(give_mask(other))
    assert one.buyer_id != other.buyer_id
    assert one.buyer.pseudonym != other.buyer.pseudonym


def test_no_changed_letter_passes_for_a_mask(cast: Cast) -> None:
    local = mint(MaskKind.BUYER)
    changed = [
        local[:place] + letter + local[place + 1 :]
        for place in range(len(local))
        for letter in ALPHABET
        if letter != local[place]
    ]
    assert is_ours(local)
    assert not any(is_ours(forged) for forged in changed)


@pytest.mark.parametrize(
    "local", ["nobody", "c" * 23, "lavande+tag", "", "c44g", "läden", "postmaster-x"]
)
def test_what_is_none_of_ours_is_unknown(cast: Cast, local: str) -> None:
    with pytest.raises(UnknownRecipient):
        find_recipient(f"{local}@{relay_domain()}")


def test_another_domain_is_unknown(cast: Cast) -> None:
    with pytest.raises(UnknownRecipient):
        find_recipient("lavande@elsewhere.example")


def test_a_mask_without_a_row_is_told_to_wait(cast: Cast) -> None:
    with pytest.raises(RowMissing):
        find_recipient(f"{mint(MaskKind.BUYER)}@{relay_domain()}")


def test_a_revoked_mask_says_that_the_conversation_is_over(cast: Cast) -> None:
    mask = open_mask(cast)
    mask.state = MaskState.REVOKED
    with pytest.raises(ConversationOver):
        find_recipient(mask_address(mask))


def test_a_vendors_door_leads_to_the_vendor(cast: Cast) -> None:
    assert find_recipient(door_address(cast.lavande)).vendor_id == cast.lavande.id


def test_the_postmaster_is_always_there(cast: Cast, clock: SteppedClock) -> None:
    assert find_recipient(f"Postmaster@{relay_domain()}") == Recipient()
