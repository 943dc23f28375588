"""Where a log-in may lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.redirects import safe_next


@pytest.mark.parametrize("target", ["/", "/tickets/7", "/tickets?view=team&lang=pl", "/a#b"])
def test_a_path_on_this_desk_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "tickets", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example/", "http:evil.example", "javascript:alert(1)", "/\t/evil.example",
        "/\n/evil.example", " //evil.example", "/ /evil.example", "///evil.example",
    ],
)  # fmt: skip
def test_everything_else_leads_to_the_front_page(target: str | None) -> None:
    assert safe_next(target) == "/"


@given(st.text())
def test_no_text_leads_off_the_desk(target: str) -> None:
    kept = safe_next(target)
    assert kept.startswith("/")
    assert not kept.startswith("//")
    assert "\\" not in kept
