"""What buyers read of the question, in their own languages: the pages and the mail.

The interface's five languages are for people of the desk; a buyer has all of the desk's languages.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import render_template
from jinja2 import Template

from app.quality.survey_models import SCORES

_FILE = Path(__file__).with_name("survey_words.toml")
RIGHT_TO_LEFT = frozenset({"ar"})


@cache
def _all() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def languages() -> frozenset[str]:
    """The languages in which a buyer can be asked."""
    return frozenset(_all())


def words_in(lang: str | None) -> dict[str, Any]:
    """Every sentence of the pages, in English where nobody has written them in `lang`."""
    return _all().get(lang or "", _all()["en"])


def choices_in(lang: str, links: dict[int, str]) -> str:
    """The five lines of the mail, the best first: number, what it means, where to click."""
    scale = words_in(lang)["scale"]
    lines = (f"{score} – {scale[score - 1]}\n{links[score]}" for score in reversed(SCORES))
    return "\n\n".join(lines)


def mail_words(lang: str, piece: str, **names: str) -> str:
    """The subject or the body of the mail."""
    known: list[str | Template] = [f"mail/survey.{one}.{piece}.txt" for one in (lang, "en")]
    return render_template(known, **names).strip()
