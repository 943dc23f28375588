"""Coaching: what an agent may learn from. Own figures, a sample of own tickets that a supervisor
looks at, and the team's best answers. Kept apart from every ranking: no figure counts a review.

Reads only.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.extensions import db
from app.quality.coaching_models import Review
from app.quality.figures import Span, figures_of_agent
from app.quality.measures import Measure
from app.quality.score_models import ScoreLine
from app.quality.scorecard import Entry, entries
from app.quality.survey_models import Survey
from app.tickets.models import DeliveryState, Message, MessageKind, Ticket

LOOKED_BACK = timedelta(days=30)
BEST_OF = timedelta(days=90)
SAMPLE, POOL, BEST, REVIEWS = 3, 200, 3, 20


@dataclass(frozen=True)
class BestAnswer:
    """An answer that closed a ticket at once: the buyer did not come back, and was content where
    they said so."""

    ticket_id: int
    lang: str
    words: str
    author: str | None
    score: int | None


def own_entries(agent: Agent, span: Span) -> list[Entry]:
    """The agent's own figures, now and before."""
    now, before = figures_of_agent(agent.id, span), figures_of_agent(agent.id, span.before)
    return entries(now, before)


def to_review(agent: Agent, today: date, *, dice: random.Random | None = None) -> Sequence[Any]:
    """A few tickets by chance that the agent closed in the last 30 days and nobody reviewed."""
    query = (
        select(Ticket.id, Ticket.subject, Ticket.lang, Ticket.level, Ticket.closed_at)
        .join(ScoreLine, ScoreLine.ticket_id == Ticket.id)
        .outerjoin(Review, (Review.ticket_id == Ticket.id) & (Review.agent_id == agent.id))
        .where(
            ScoreLine.vendor_id == agent.vendor_id, ScoreLine.measure == Measure.EXCHANGES,
            ScoreLine.day > today - LOOKED_BACK, ScoreLine.agent_id == agent.id,
            Ticket.vendor_id == agent.vendor_id, Review.id.is_(None),
        )
        .order_by(ScoreLine.day.desc(), ScoreLine.id.desc())
        .limit(POOL)
    )  # fmt: skip
    found = list(db.session.execute(query))
    # The same few all day long, so that a page that is opened twice shows them twice.
    dice = dice or random.Random(f"{agent.id} {today}")  # noqa: S311 - a sample, not a secret
    return dice.sample(found, min(SAMPLE, len(found)))


def reviews_of(agent: Agent) -> Sequence[tuple[Review, str]]:
    """The newest reviews of the agent's tickets, each with the name of whoever wrote it."""
    query = (
        select(Review, Agent.name)
        .join(Agent, Agent.id == Review.by_id)
        .where(Review.agent_id == agent.id)
        .order_by(Review.at.desc(), Review.id.desc())
        .limit(REVIEWS)
    )
    return [(review, name) for review, name in db.session.execute(query)]


def best_answers(vendor_id: int, intent: str, today: date) -> Sequence[BestAnswer]:
    """The team's answers to learn from: level-1 tickets that one answer closed for good, those of
    the most content buyers first."""
    answer = (
        select(func.max(Message.id))
        .where(
            Message.ticket_id == Ticket.id, Message.kind == MessageKind.REPLY,
            Message.delivery == DeliveryState.SENT,
        )
        .correlate(Ticket)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(Ticket.id, Message.lang, Message.body, Agent.name, Survey.score)
        .join(ScoreLine, ScoreLine.ticket_id == Ticket.id)
        .join(Message, Message.id == answer)
        .outerjoin(Agent, Agent.id == Message.author_id)
        .outerjoin(Survey, (Survey.ticket_id == Ticket.id) & Survey.score.is_not(None))
        .where(
            ScoreLine.vendor_id == vendor_id, ScoreLine.measure == Measure.ONE_ANSWER,
            ScoreLine.day > today - BEST_OF, ScoreLine.hit, Ticket.vendor_id == vendor_id,
            Ticket.intent == intent, func.coalesce(Survey.score, 3) >= 3,
        )
        .order_by(func.coalesce(Survey.score, 3).desc(), ScoreLine.day.desc(), Ticket.id.desc())
        .limit(BEST)
    )  # fmt: skip
    return [BestAnswer(*row) for row in db.session.execute(query)]
