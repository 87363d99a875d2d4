"""What a replay came to, as lines of text: counts, budgets, time under alert, and scores in tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alerter.config.load import Configuration
from alerter.domain.budget import WEEK, Meter, counts
from alerter.domain.model import Kind, Notification
from alerter.domain.standing import covering
from alerter.domain.verification import Happening, Period, Score, hours_under_alert, periods, scores
from alerter.replay.lines import stamp

_KINDS = ((Kind.ALERT, "alerts"), (Kind.UPDATE, "updates"), (Kind.CANCEL, "all-clears"), (Kind.EXPIRE, "expired unconfirmed"))
_ALL = "all regions"


@dataclass
class Outcome:
    """All that one replay told, between its first and last tick."""

    config: Configuration
    first: datetime
    last: datetime
    told: list[Notification] = field(default_factory=list)

    @property
    def periods(self) -> list[Period]:
        """The alert periods, in the order in which they began."""
        return periods(self.told)

    def scores(self, truth: Iterable[Happening]) -> list[Score]:
        """Score the alerts against what happened between the first tick and the last."""
        timely = [one for one in truth if one.begins < self.last and one.ends > self.first]
        return scores(self.config.rules, self.periods, timely)

    def summary(self) -> list[str]:
        """Say how many messages came, to whom, and where alerts stood how long."""
        weeks = (self.last - self.first) / WEEK
        kinds = Counter(message.kind for message in self.told)
        head = f"{self.first:%Y-%m-%d %H:%M}Z to {self.last:%Y-%m-%d %H:%M}Z: "
        return [
            head + ", ".join(f"{kinds[kind]} {name}" for kind, name in _KINDS),
            *self._rules(),
            *self._receivers(max(weeks, 1 / 7)),
            *_under_alert(self.periods, self.last),
        ]

    def _rules(self) -> list[str]:
        rows = []
        for rule in self.config.rules:
            kinds = Counter(message.kind for message in self.told if message.rule == rule.id)
            begun = sum(period.rule == rule.id for period in self.periods)
            rows.append([rule.id, *(kinds[kind] for kind, _ in _KINDS), begun])
        return table(["rule", *(name for _, name in _KINDS), "regions alerted"], rows)

    def _receivers(self, weeks: float) -> list[str]:
        meter, sent, sounding = Meter(self.config.receivers), Counter[str](), Counter[str]()
        for message in self.told:
            names = covering(self.config.receivers, message)
            sent.update(names)
            sounding.update(names if counts(message) or message.kind in {Kind.CANCEL, Kind.EXPIRE} else ())
            meter.tell(message, names)
        rows, broken = [], []
        for use in meter.uses():
            name, budget = use.receiver.id, use.receiver.budget
            rows.append([name, f"{sent[name] / weeks:.1f}", f"{sounding[name] / weeks:.1f}", use.most, budget or "none"])
            if use.held:
                rules = ", ".join(f"{rule} ({count})" for rule, count in use.held.most_common())
                broken.append(f"over the budget of {name}, {budget} a week: {rules} would wait for a digest")
        header = ["receiver", "messages a week", "sounding", "most alerts in 7 days", "budget"]
        return [*table(header, rows), *broken]


def _under_alert(told: Iterable[Period], last: datetime) -> list[str]:
    hours = hours_under_alert(told, last)
    return table(["region", "hours under alert"], [[region, f"{value:.1f}"] for region, value in hours.items()]) if hours else []


def score_lines(scored: Sequence[Score]) -> list[str]:
    """Return the scores as a table: totals first, then the regions in which a rule told, or should have by its own event."""
    totals = [score for score in scored if not score.region]
    parts = [score for score in scored if score.region and (score.periods or (score.happenings and score.event == score.rule))]
    header = ["rule", "event", "region", "happened", "hit", "POD", "alerts", "false", "FAR"]
    header += ["lead p10", "p50", "p90", "early all-clears", "Brier"]
    return table(header, [_score_row(score) for score in (*totals, *parts)])


def _score_row(score: Score) -> list[Any]:
    leads = [_hours(score.lead(share)) for share in (0.1, 0.5, 0.9)]
    shares = share(score.pod), share(score.far)
    counted = [score.rule, score.event, score.region or _ALL, score.happenings, score.hits, shares[0]]
    return [*counted, score.periods, score.false, shares[1], *leads, score.early, share(score.brier)]


def share(value: float | None) -> str:
    """Return a share with two digits, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def _hours(span: timedelta | None) -> str:
    return "–" if span is None else f"{span / timedelta(hours=1):.1f} h"


def score_json(score: Score) -> dict[str, Any]:
    """Return a score as plain JSON values; lead times in hours."""
    leads = {f"lead_p{round(100 * share)}": _plain_hours(score.lead(share)) for share in (0.1, 0.5, 0.9)}
    counted: dict[str, Any] = {
        "rule": score.rule,
        "event": score.event,
        "region": score.region or None,
        "happened": score.happenings,
    }
    counted |= {"hits": score.hits, "pod": score.pod, "alerts": score.periods, "false": score.false, "far": score.far}
    return counted | leads | {"early_all_clears": score.early, "brier": score.brier}


def _plain_hours(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(hours=1)


def difference(one: Sequence[Period], other: Sequence[Period]) -> list[str]:
    """Return the alerts that only one of two replays told: those of a rule and region in which the other's never stood."""
    rows = [("only the first", period) for period in one if not _matched(period, other)]
    rows += [("only the second", period) for period in other if not _matched(period, one)]
    rows.sort(key=lambda row: (row[1].begins, row[1].rule, row[1].region))
    return [f"{who}: {_period(period)}" for who, period in rows]


def _period(period: Period) -> str:
    ends = stamp(period.ends) if period.ends else "the end"
    return f"{period.rule} in {period.region} from {stamp(period.begins)} to {ends}"


def _matched(period: Period, others: Iterable[Period]) -> bool:
    end = period.ends or datetime.max.replace(tzinfo=period.begins.tzinfo)
    same = (other for other in others if (other.rule, other.region) == (period.rule, period.region))
    return any(other.stood(period.begins, end) for other in same)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return rows under a header in columns; what is a number stands to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    left = [all(not cell[:1].isdigit() and cell[:1] not in "–-" for cell in column[1:]) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if to_left else cell.rjust(width) for cell, width, to_left in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in cells
    ]
