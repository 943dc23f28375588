"""What the ticket page's forms bring."""

from datetime import UTC, datetime

import pytest

from app.tickets.forms import (
    LONGEST,
    ReplyForm,
    read_local_moment,
    read_number,
    read_reply,
    suggested_promise,
)


def test_an_empty_form_is_read() -> None:
    assert read_reply({}) == ReplyForm()


def test_a_form_is_read_with_its_line_ends_made_plain() -> None:
    form = read_reply(
        {"text": " a\r\nb\rc ", "own_text": "x", "draft_id": "7", "seen": "12", "then": "close",
         "sure": "yes"}
    )  # fmt: skip
    assert form == ReplyForm("a\nb\nc", "x", 7, 12, closes=True, sure=True)


def test_a_text_that_is_too_long_is_whole_and_says_so() -> None:
    form = read_reply({"text": "x" * (LONGEST + 5)})
    assert (len(form.text), form.is_too_long) == (LONGEST + 5, True)
    assert not read_reply({"text": "x" * LONGEST}).is_too_long


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "x", "9" * 16, " 1"])
def test_what_is_no_number_counts_as_absent(text: str) -> None:
    assert read_number({"n": text}, "n") is None


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-03-02T17:00", "Europe/Warsaw", datetime(2026, 3, 2, 16, tzinfo=UTC)),
        ("2026-07-02T17:00", "Europe/Warsaw", datetime(2026, 7, 2, 15, tzinfo=UTC)),
        ("", "UTC", None),
        ("tomorrow", "UTC", None),
        ("0001-01-01T00:00", "Asia/Tokyo", None),
    ],
)
def test_a_date_is_read_in_the_agent_s_zone(text: str, zone: str, at: datetime | None) -> None:
    assert read_local_moment(text, zone) == at


def test_the_day_after_tomorrow_at_five_is_suggested() -> None:
    late = datetime(2026, 7, 2, 23, 30, tzinfo=UTC)  # past midnight in Warsaw
    assert suggested_promise(late, "Europe/Warsaw") == "2026-07-05T17:00"
