"""Settings are read once and refused in a sentence that names the variable."""

import stat
from pathlib import Path

import pytest

from app.config import SettingsError, is_loopback, read_settings


def settings(tmp_path: Path, **given: str):  # type: ignore[no-untyped-def]
    return read_settings({"DATA_DIR": str(tmp_path / "data"), **given})


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert made.port == 8000
    assert made.database_url.startswith("sqlite:///")
    assert made.serves_loopback_only


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = settings(tmp_path).secret_key
    assert len(first) > 40
    assert settings(tmp_path).secret_key == first
    kept = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert settings(tmp_path, PORT="").port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("SMTP_PORT", "-1"),
        ("LMTP_PORT", "٣"),
        ("DATABASE_URL", "mysql://somewhere/desk"),
        ("RELAY_DOMAIN", "localhost"),
        ("RELAY_DOMAIN", "reply market.example"),
        ("OUTBOUND_SMTP_URL", "http://mail.example"),
        ("OUTBOUND_SMTP_URL", "smtp://"),
        ("IMAP_URL", "pop3://mail.example"),
        ("DESK_LANGUAGES", "en xx"),
        ("ANSWER_WITHIN_HOURS", "soon"),
        ("TRANSLATION_MAX_MODELS", "0"),
        ("SENDER_AUTH", "maybe"),
        ("WEBHOOK_URL", "ftp://market.example/stages"),
        ("WEBHOOK_URL", "https://user:word@market.example/stages"),
        ("WEBHOOK_URL", "https://market.example/stages#here"),
        ("WEBHOOK_URL", "https://market.example:99999/stages"),
        ("WEBHOOK_URL", "https://market.example/stages"),  # without its secret
        ("WEBHOOK_SECRET", "a word"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        settings(tmp_path, **{name: value})


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands here")
    with pytest.raises(SettingsError, match="DATA_DIR"):
        settings(tmp_path)


def test_postgres_in_any_spelling_uses_our_driver(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        made = settings(tmp_path, DATABASE_URL=f"{scheme}://u:p@db/desk")
        assert made.database_url == "postgresql+psycopg://u:p@db/desk"


def test_passwords_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    made = settings(tmp_path, OUTBOUND_SMTP_URL="smtp://user:hunter2@mail.example")
    assert "hunter2" not in repr(made)
    assert made.secret_key not in repr(made)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("desk", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
