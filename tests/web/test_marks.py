"""People's words on a page."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.web.marks import with_pills


def test_what_was_hidden_is_drawn_as_a_pill(app: Flask) -> None:
    with app.test_request_context():
        shown = with_pills("Call [phone number hidden] now")
    assert shown == 'Call <span class="pill-hidden">phone number hidden</span> now'


@pytest.mark.parametrize("text", ["<script>x</script>", "[<b>x</b> hidden]", '"><img src=x>'])
def test_markup_in_words_is_inert(app: Flask, text: str) -> None:
    with app.test_request_context():
        shown = str(with_pills(text))
    assert "<" not in shown.replace("&lt;", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet=st.sampled_from("<>&\"'[]abc hidden\n")))
def test_only_pills_are_ever_added(app: Flask, text: str) -> None:
    with app.test_request_context():
        shown = str(with_pills(text))
    for piece in ('<span class="pill-hidden">', "</span>"):
        shown = shown.replace(piece, "")
    assert "<" not in shown
    assert ">" not in shown
