"""The interface's languages, and how it writes languages, instants and spans of time.

Knows who is looking (their language and time zone) and nothing of what they look at. A buyer's
or an agent's words never pass here: only the desk's own.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime as babel_datetime
from flask import request
from flask_babel import Babel, format_date, format_datetime, get_locale, get_translations
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

UI_LANGUAGES = ("en", "fr", "de", "es", "it")

babel = Babel()


def _catalog() -> Any:
    """The sentences of the language in which the desk speaks now."""
    return _catalog_in(get_locale())


@cache
def _catalog_in(_locale: Locale | None) -> Any:
    """A page asks for hundreds of sentences, so the catalog is looked for once a language."""
    return get_translations()


def gettext(words: str, **values: Any) -> str:
    """The desk's own words in the interface language. `words` is English, with %(name)s places."""
    said: str = _catalog().ugettext(words)
    return said % values if values else said


def N_(words: str) -> str:  # noqa: N802 - the name by which the catalogs find it
    """`words` as they are: marks a sentence that is put into the reader's language later."""
    return words


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The same for a number of things; `%(num)d` is the number."""
    said: str = _catalog().ungettext(one, many, num)
    return said % ({"num": num} | values)


@pass_eval_context
def gettext_on_page(page: EvalContext, words: str, /, **values: Any) -> str:
    """The same in a template, where values are escaped and a percent sign is written twice."""
    said: str = _catalog().ugettext(words)
    return (Markup(said) if page.autoescape else said) % values  # noqa: S704 - our own words


@pass_eval_context
def ngettext_on_page(page: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    """The same for a number of things."""
    said: str = _catalog().ungettext(one, many, num)
    return (Markup(said) if page.autoescape else said) % ({"num": num} | values)  # noqa: S704


def choose_locale() -> str:
    """The agent's interface language; before the log-in, what the browser asks for."""
    chosen = getattr(current_user, "ui_lang", None)
    if chosen in UI_LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(UI_LANGUAGES) or "en"


def choose_timezone() -> str:
    """The agent's time zone. Instants are UTC everywhere but on the screen."""
    return str(getattr(current_user, "timezone", "UTC"))


def language_name(code: str | None) -> str:
    """ "Polish", "polonais", "Polnisch": the language's name for whoever is looking."""
    if not code or code == "und":
        return gettext("unknown language")
    return str(_locale().languages.get(code, code))


def own_name(code: str) -> str:
    """A language's name as its own people write it: "Deutsch", "français"."""
    return str(Locale(code).get_display_name(code))


def weekday(day: int) -> str:
    """The name of a day of the week, Monday is 0."""
    return str(_locale().days["stand-alone"]["wide"][day])


def language_tag(code: str | None) -> str:
    """The code for a `lang` attribute; `und` is written as the empty string that HTML asks for."""
    return "" if not code or code == "und" else code


def span_words(span: timedelta) -> str:
    """A length of time in two units at most: "20 min", "3 h 10", "2 d 4 h"."""
    minutes = max(0, round(abs(span.total_seconds()) // 60))
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return gettext("%(minutes)d min", minutes=rest)
    if hours < 48:
        return gettext("%(hours)d h %(minutes)02d", hours=hours, minutes=rest)
    return gettext("%(days)d d %(hours)d h", days=hours // 24, hours=hours % 24)


def moment_words(at: datetime) -> str:
    """An instant in full, in the agent's zone: "Thu 21 Nov 2026, 23:10"."""
    return str(format_datetime(at, "EEE d MMM y, HH:mm"))


def zoned_moment(at: datetime, zone: str) -> str:
    """The same for somebody who does not look now: in their zone, as a mail says it."""
    return str(babel_datetime(at, "EEE d MMM y, HH:mm", ZoneInfo(zone), _locale()))


def short_moment(at: datetime) -> str:
    """An instant for a line of a thread: "21 Nov, 23:10"."""
    return str(format_datetime(at, "d MMM, HH:mm"))


def day_words(at: datetime) -> str:
    """A day: "21 November 2026"."""
    return str(format_date(at, "long"))


def _locale() -> Locale:
    locale: Any = get_locale()
    return locale or Locale("en")
