"""Stand-ins for what the desk reaches outside itself. Fakes, not patches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.mail.smtp import SendingFailed
from app.translation.loaded import Scored
from app.triage.verdict import Facts, Reason, Verdict

LEVEL_2_WORDS = ("lawyer", "burnt", "fire")


@dataclass
class Sent:
    """A mail as it left."""

    sender: str
    recipient: str
    content: bytes


@dataclass
class MemorySmtp:
    """A transport that keeps what it was given, or fails as it was told to."""

    sent: list[Sent] = field(default_factory=list)
    failures: list[SendingFailed] = field(default_factory=list)

    def send(self, *, sender: str, recipient: str, content: bytes) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(Sent(sender, recipient, content))


@dataclass
class SteppedClock:
    """A clock that stands still until a test moves it."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


class WordClassifier:
    """Level 2 when one of a few words occurs, level 1 otherwise."""

    def classify(self, text: str, *, lang: str, facts: Facts | None = None) -> Verdict:
        found = [word for word in LEVEL_2_WORDS if word in text.lower()]
        reasons = tuple(Reason("word", "towards_2", word, towards=2) for word in found)
        intent = "safety_incident" if found else "order_status"
        return Verdict(
            level=2 if found else 1, confidence=0.9, intent=intent, intents=((intent, 0.9),),
            reasons=reasons,
        )  # fmt: skip

    def classify_many(self, messages: Sequence[tuple[str, str, Facts]]) -> list[Verdict]:
        return [self.classify(text, lang=lang, facts=facts) for text, lang, facts in messages]


class UpperCaseEngine:
    """Translates by shouting, so that a test sees what was translated."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset({("fr", "en"), ("en", "fr"), ("pl", "fr"), ("fr", "pl")})

    def translate(self, sentences: Sequence[str], *, source: str, target: str) -> list[Scored]:
        return [Scored(sentence.upper(), -0.1) for sentence in sentences]
