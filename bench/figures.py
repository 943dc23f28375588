"""What a measured row is, and how a table of them looks."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One measured row. `target` is what it should be; `peer` what others need for the same."""

    what: str
    size: str
    database: str
    figure: float
    unit: str
    target: float | None = None
    more_is_better: bool = False
    peer: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.figure >= self.target if self.more_is_better else self.figure <= self.target

    def as_json(self) -> str:
        """One JSON line."""
        fields = asdict(self)
        del fields["more_is_better"], fields["peer"]
        return json.dumps({**fields, "holds": self.holds})

    def as_row(self) -> str:
        """One line of the table."""
        sign = "≥" if self.more_is_better else "≤"
        target = f"{sign} {self.target:g}" if self.target is not None else ""
        verdict = {None: "", True: "holds", False: "FALLS SHORT"}[self.holds]
        number = f"{self.figure:,.1f} {self.unit}"
        return (
            f"{self.what:44} {self.size:22} {self.database:11} {number:>16}  "
            f"{target:10} {verdict:12} {self.peer}"
        ).rstrip()


def median_ms(work: Callable[[], object], *, times: int = 60) -> float:
    """The median duration of `work` in milliseconds, after three runs that do not count."""
    for _ in range(3):
        work()
    return median(seconds_of(work) for _ in range(times)) * 1000


def seconds_of(work: Callable[[], object]) -> float:
    """How long one run of `work` takes."""
    started = perf_counter()
    work()
    return perf_counter() - started
