"""Puts the web's own parts into an app: languages, limits, headers, errors, filters.

Knows no feature; the factory registers the blueprints.
"""

from functools import cache

from flask import Flask, request

from app.extensions import csrf, login
from app.lib.database import mark_reading
from app.web import health, i18n, marks
from app.web.errors import handle_errors
from app.web.headers import add_headers
from app.web.limits import limiter
from app.web.static import QuietSessions, compress, join_styles, static_path


def prepare_web(app: Flask) -> None:
    """Give `app` what every page needs. To be called once, before the blueprints."""
    app.session_interface = QuietSessions()
    app.after_request(compress)  # the last one asked is the first one told
    app.after_request(join_styles)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "i18n")
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    i18n.babel.init_app(
        app, locale_selector=i18n.choose_locale, timezone_selector=i18n.choose_timezone
    )
    login.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(_begin_reading_or_writing)
    app.teardown_request(_end_reading)
    app.after_request(add_headers)
    handle_errors(app)
    _give_templates_their_words(app)


def _begin_reading_or_writing() -> None:
    """A page that only looks waits for no writer; a form takes its turn."""
    mark_reading(request.method in {"GET", "HEAD"})


def _end_reading(_fault: BaseException | None) -> None:
    mark_reading(False)


def _give_templates_their_words(app: Flask) -> None:
    app.jinja_env.globals.update(
        _=i18n.gettext_on_page,
        gettext=i18n.gettext_on_page,
        ngettext=i18n.ngettext_on_page,
        icons=f"{static_path()}/img/icons.svg",
        # A macro that many lines of a page call alike, asked once for each.
        drawn_once=cache,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(i18n.language_name)
    app.add_template_filter(i18n.language_tag)
    app.add_template_filter(i18n.span_words)
    app.add_template_filter(i18n.moment_words)
    app.add_template_filter(i18n.short_moment)
    app.add_template_filter(marks.with_pills)
    app.add_template_global(health.sweep_is_stalled)
    app.add_template_global(i18n.choose_locale, "ui_lang")
    app.add_template_global(i18n.own_name)
    app.add_template_global(i18n.weekday)
