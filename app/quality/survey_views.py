"""The pages behind the five links of the question, in the buyer's language and without a log-in.

Following a link changes nothing, since programs follow links too: only the button answers. The
signed address stands for the buyer, so no cookie does, and a page shows neither the ticket nor
anybody's name but the shop's.
"""

from collections.abc import Callable
from typing import Any, ParamSpec

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.lib.clock import now
from app.quality.survey_answers import LONGEST, keep_words, lock
from app.quality.survey_links import UnknownLink, get_survey
from app.quality.survey_models import DIMENSIONS, SCORES, NotTaken, Survey
from app.quality.survey_words import RIGHT_TO_LEFT, languages, words_in
from app.tickets.forms import read_number, read_text
from app.web.limits import limiter

blueprint = Blueprint("survey", __name__)
csrf.exempt(blueprint)

Answer = str | Response | tuple[str, int]
P = ParamSpec("P")
STATUS = {"already": 410, "over": 410, "unknown": 404, "choose": 422}


def _by_token() -> str:
    return str((request.view_args or {}).get("token"))


def _limited(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Per question what a person needs; per address what a front server brings for many people."""
    narrow = limiter.limit("30 per minute", key_func=_by_token)
    limited: Callable[P, Answer] = limiter.limit("600 per minute")(narrow(view))
    return limited


@blueprint.errorhandler(UnknownLink)
def on_unknown(_error: UnknownLink) -> Answer:
    """A forged address, a cut one, one of another desk: which of them is nobody's business."""
    lang = request.accept_languages.best_match(sorted(languages())) or "en"
    return _page("sentence", lang, said="unknown"), STATUS["unknown"]


@blueprint.get("/survey/<token>")
@blueprint.get("/survey/<token>/<int:score>")
@_limited
def show(token: str, score: int | None = None) -> Answer:
    """The question with the number of the link chosen; nothing is counted yet."""
    survey = get_survey(token)
    try:
        survey.check_open(at=now())
    except NotTaken as late:
        return _refused(survey, late)
    return _question(survey, token, score if score in SCORES else survey.score)


@blueprint.post("/survey/<token>")
@_limited
def vote(token: str) -> Answer:
    """The button: this counts."""
    survey = lock(get_survey(token))
    score = read_number(request.form, "score")
    if score not in SCORES:
        return _question(survey, token, None, complaint="choose"), 422
    try:
        survey.take(score, at=now())
    except NotTaken as late:
        db.session.rollback()
        return _refused(survey, late)
    keep_words(survey, read_text(request.form, "words")[:LONGEST])
    db.session.commit()
    return _see(".thank", token)


@blueprint.get("/survey/<token>/thanks")
@_limited
def thank(token: str) -> Answer:
    """What was taken, and the way to the long form for those who want it."""
    survey = get_survey(token)
    if survey.score is None:
        return _see(".show", token)
    return _page("thanks", survey.lang, token=token, score=survey.score)


@blueprint.get("/survey/<token>/more")
@_limited
def show_more(token: str) -> Answer:
    """The five dimensions, for those who have given their number."""
    survey = get_survey(token)
    if survey.score is None:
        return _see(".show", token)
    try:
        survey.check_open(at=now())
    except NotTaken as late:
        return _refused(survey, late)
    said = {name: getattr(survey, name) for name in DIMENSIONS}
    return _page("more", survey.lang, token=token, said=said)


@blueprint.post("/survey/<token>/more")
@_limited
def take_more(token: str) -> Answer:
    """Keep what was chosen; every line may stay empty."""
    survey = lock(get_survey(token))
    chosen = ((name, read_number(request.form, name)) for name in DIMENSIONS)
    try:
        survey.take_dimensions({name: said for name, said in chosen if said in SCORES}, at=now())
    except NotTaken as late:
        db.session.rollback()
        return _refused(survey, late)
    db.session.commit()
    return _page("sentence", survey.lang, said="more_thanks")


def _question(
    survey: Survey, token: str, chosen: int | None, *, complaint: str | None = None
) -> str:
    return _page(
        "question", survey.lang, token=token, chosen=chosen, complaint=complaint,
        vendor=survey.vendor.name, words=request.form.get("words", survey.words), longest=LONGEST,
    )  # fmt: skip


def _refused(survey: Survey, late: NotTaken) -> tuple[str, int]:
    said = str(late)
    return _page("sentence", survey.lang, said=said), STATUS[said]


def _see(endpoint: str, token: str) -> Response:
    return redirect(url_for(endpoint, token=token), code=303)


def _page(name: str, lang: str, **values: Any) -> str:
    return render_template(
        f"quality/survey_{name}.html", lang=lang, t=words_in(lang), scores=SCORES,
        dimensions=DIMENSIONS, rtl=lang in RIGHT_TO_LEFT, **values,
    )  # fmt: skip
