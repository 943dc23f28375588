"""How standards and steps are said in the interface's language. Decides nothing."""

from app.lib.outgoing import DeliveryState
from app.lib.webhook import WebhookCall
from app.quality.measures import FEWER_IS_BETTER, Measure
from app.quality.standards_models import Level, Standard, Step, StepKind, StepState
from app.quality.wording import measure_words
from app.tickets.present import Sign
from app.web.i18n import gettext, ngettext


def kind_words(kind: str) -> str:
    """What is done."""
    match StepKind(kind):
        case StepKind.NOTICE:
            return gettext("Notice")
        case StepKind.PLAN:
            return gettext("Action plan")
        case StepKind.RESTRICTION:
            return gettext("Restriction")


def state_sign(state: str) -> Sign:
    """Where a step stands, as a chip."""
    match StepState(state):
        case StepState.PROPOSED:
            return Sign(gettext("Proposed"), "question", "soon")
        case StepState.CONFIRMED:
            return Sign(gettext("Confirmed"), "alert", "late")
        case StepState.DISMISSED:
            return Sign(gettext("Dismissed"), "cross", "calm")
        case StepState.ANSWERED:
            return Sign(gettext("Plan answered"), "check", "good")
        case StepState.LIFTED:
            return Sign(gettext("Lifted"), "check", "good")


def news_words(step: Step, state: str, due: str, *, stands_in: bool) -> str:
    """What a bell says of a step that came to `state`; `due` is a plan's date as its reader writes
    it. "Action plan, Maison Lavande, Answered in time: your plan is due by 20 Mar, 10:00" """
    names = (kind_words(step.kind), step.vendor.name, measure_words(Measure(step.measure)))
    came_to = _to_nobody(state) if stands_in else _came_to(step, state, due)
    return f"{', '.join(names)}: {came_to}"


def _to_nobody(state: str) -> str:
    return gettext(
        "%(state)s; the vendor has no supervisor who could be told, so tell them yourself",
        state=state_sign(state).words,
    )


def _came_to(step: Step, state: str, due: str) -> str:
    match StepState(state):
        case StepState.PROPOSED:
            return gettext("proposed, a decision is needed")
        case StepState.CONFIRMED if step.kind == StepKind.PLAN:
            return gettext("your plan is due by %(at)s", at=due)
        case StepState.ANSWERED:
            return gettext("the vendor sent its plan")
        case other:
            return state_sign(other).words


def call_sign(call: WebhookCall) -> Sign:
    """What became of telling the marketplace's machine, as a chip."""
    tries = ngettext("%(num)d try", "%(num)d tries", call.tries)
    match DeliveryState(call.delivery):
        case DeliveryState.SENT:
            return Sign(gettext("Taken, %(tries)s", tries=tries), "check", "good")
        case DeliveryState.FAILED:
            return Sign(gettext("Given up, %(tries)s", tries=tries), "alert", "late")
        case _ if call.failure:
            return Sign(gettext("Not taken yet, %(tries)s", tries=tries), "clock", "soon")
        case _:
            return Sign(gettext("On its way"), "clock", "calm")


def failure_words(failure: str) -> str:
    """Why the last try failed: the number that the other side answered, or that none came."""
    code = failure.removeprefix("answered ")
    return gettext("its answer was %(code)s", code=code) if code.isdigit() else gettext("no answer")


def level_sign(level: str) -> Sign:
    """Where a day stands, as a chip."""
    match Level(level):
        case Level.MET:
            return Sign(gettext("Met"), "check", "good")
        case Level.WARN:
            return Sign(gettext("Warning"), "clock", "soon")
        case Level.LIMIT:
            return Sign(gettext("Beyond the limit"), "alert", "late")
        case Level.FEW:
            return Sign(gettext("Too few to judge by"), "question", "calm")


def marks_words(standard: Standard) -> str:
    """ "at least 95 %, limit 90 %, for 7 days" """
    words = {"warn": _percent(standard.warn), "bound": _percent(standard.bound)}
    if Measure(standard.measure) in FEWER_IS_BETTER:
        return gettext("at most %(warn)s %%, limit %(bound)s %%", **words)
    return gettext("at least %(warn)s %%, limit %(bound)s %%", **words)


def _percent(share: float) -> str:
    return f"{share * 100:.4g}"


def refusal_words(error: Exception) -> str:
    """Why something cannot be done, in the reader's language; rules know English."""
    return {
        "Shares are between 0 and 100 percent.": gettext("Shares are between 0 and 100 percent."),
        "The warning comes before the limit.": gettext("The warning comes before the limit."),
        "The days are 1 to 90, and at least one thing must be counted.": gettext(
            "The days are 1 to 90, and at least one thing must be counted."
        ),
        "An action plan needs a date that is still to come.": gettext(
            "An action plan needs a date that is still to come."
        ),
        "Say why this step is not taken.": gettext("Say why this step is not taken."),
        "This step was decided already.": gettext("This step was decided already."),
        "No plan is asked for here.": gettext("No plan is asked for here."),
        "The plan’s date has passed, so it stays as it is.": gettext(
            "The plan’s date has passed, so it stays as it is."
        ),
        "The plan is empty.": gettext("The plan is empty."),
        "Only a restriction that stands can be lifted.": gettext(
            "Only a restriction that stands can be lifted."
        ),
        "Choose a measure.": gettext("Choose a measure."),
        "There is no such vendor.": gettext("There is no such vendor."),
    }.get(str(error), str(error))
