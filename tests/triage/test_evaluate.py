import pytest

from app.triage.evaluate import Labelled, Outcome, Report, evaluate
from app.triage.verdict import Verdict


def outcome(right: int, said: int, *, lang: str = "en", rank: int | None = 0) -> Outcome:
    names = ["a", "b", "c"]
    if rank is not None:
        names[rank] = "fraud_suspicion"
    message = Labelled("text", lang, right, "fraud_suspicion")
    return Outcome(message, Verdict(said, 0.9, names[0], tuple((n, 0.3) for n in names)))


REPORT = Report(
    (
        outcome(1, 1),
        outcome(1, 2, rank=1),
        outcome(2, 2, lang="fr", rank=2),
        outcome(2, 1, lang="fr", rank=None),
    )
)


def test_figures_are_counted():
    assert REPORT.accuracy == 0.5
    assert REPORT.recall(1) == REPORT.recall(2) == 0.5
    assert REPORT.precision(2) == 0.5
    assert REPORT.top(1) == 0.25
    assert REPORT.top(3) == 0.75


def test_a_miss_costs_four_times_a_false_level_2():
    assert REPORT.cost == pytest.approx((4 + 1) / 4)


@pytest.mark.parametrize(("threshold", "cost"), [(0.0, 0.5), (0.5, 1.25), (1.1, 2.0)])
def test_the_cost_of_another_threshold(threshold, cost):
    assert REPORT.cost_at(threshold) == pytest.approx(cost)


def test_languages_are_told_apart():
    rows = {row.lang: row for row in REPORT.languages}
    assert rows["en"].accuracy == rows["fr"].accuracy == 0.5
    assert rows["fr"].recall_2 == 0.5
    assert rows["en"].recall_2 is None


def test_the_worst_errors_come_first():
    assert all(not o.right for o in REPORT.worst())
    assert len(REPORT.worst(1)) == 1


def test_a_report_reads_as_lines():
    lines = str(REPORT).splitlines()
    assert lines[0].startswith("4 messages: level right 50.0%")
    assert len(lines) == 3


def test_an_empty_measurement_is_no_error():
    assert Report(()).accuracy == 1


def test_every_message_is_classified(classifier):
    messages = [Labelled("my lawyer will sue", "en", 2), Labelled("wo ist mein Paket", "de", 1)]
    report = evaluate(classifier, messages)
    assert [o.message for o in report.outcomes] == messages
