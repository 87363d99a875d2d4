"""The verification ledger of a daemon: what became of its alerts, and how fast they were."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerter.config.load import Configuration
from alerter.domain.ledger import Known, Outcome, Result, WhatCame, outcomes
from alerter.domain.model import FeedItem, Forecast, Heard, Kind, Notification, Report
from alerter.domain.news import read
from alerter.domain.verification import periods, quantile
from alerter.replay.lines import stamp
from alerter.replay.summary import share, table
from alerter.store.history import delivered_since, told_since
from alerter.store.journal import observed_between

_BEFORE = timedelta(days=15)
"""An alert may rest on news as old as this."""
_WEATHER_BEFORE = timedelta(days=2)


@dataclass
class Latencies:
    """How long each step took: of all news from publication to observation, and of alerts each step to the chat.

    An alert's steps are those of the last piece, a report or a forecast, that was observed before it was decided. News counts
    that was published after its source was first heard: what a feed still lists when it is first asked was never waited for.
    """

    news_published_to_observed: list[timedelta] = field(default_factory=list)
    published_to_observed: list[timedelta] = field(default_factory=list)
    observed_to_decided: list[timedelta] = field(default_factory=list)
    decided_to_delivered: list[timedelta] = field(default_factory=list)
    published_to_delivered: list[timedelta] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return a table of medians and 95th percentiles."""
        rows = [
            [name.replace("_to_", " → ").replace("_", " "), len(spans), _time(quantile(spans, 0.5)), _time(quantile(spans, 0.95))]
            for name, spans in vars(self).items()
        ]
        return table(["latency", "cases", "p50", "p95"], rows)

    def json(self) -> dict[str, Any]:
        """Return the same in seconds."""
        return {
            name: {"cases": len(spans), "p50": _seconds(quantile(spans, 0.5)), "p95": _seconds(quantile(spans, 0.95))}
            for name, spans in vars(self).items()
        }


@dataclass
class Ledger:
    """All that is known of the alerts told since a moment."""

    since: datetime
    now: datetime
    outcomes: list[Outcome]
    reports: list[Report]
    weather: WhatCame
    latencies: Latencies

    @property
    def regions(self) -> list[str]:
        """The regions of which a forecast or an alert is known."""
        return sorted({region for region, _ in self.weather.hours} | {one.period.region for one in self.outcomes})

    def lines(self) -> list[str]:
        """Return the ledger as lines of text: rule by rule, alert by alert, and latencies."""
        span = f"{self.since:%Y-%m-%d %H:%M}Z to {self.now:%Y-%m-%d %H:%M}Z: {len(self.outcomes)} alerts, one a rule and region"
        header = ["rule", "region", "began", "ended", "outcome", "cold that came", "strike or outage reported", "lead"]
        told = table(header, map(_row, self.outcomes)) if self.outcomes else []
        return [span, *self._rules(), *told, *self.latencies.lines()]

    def _rules(self) -> list[str]:
        rows = []
        for rule in sorted({one.period.rule for one in self.outcomes}):
            mine = [one for one in self.outcomes if one.period.rule == rule]
            counts = [sum(one.result is result for one in mine) for result in Result]
            leads = [one.lead for one in mine if one.lead is not None]
            judged = counts[0] + counts[1]
            far = share(counts[1] / judged if judged else None)
            rows.append([rule, len(mine), *counts, far, _time(quantile(leads, 0.5)), share(brier(mine))])
        header = ["rule", "alerts", "hits", "false alarms", "open", "FAR", "lead p50", "Brier"]
        return table(header, rows) if rows else []

    def json(self) -> dict[str, Any]:
        """Return the same as plain JSON values; times in seconds."""
        alerts = [
            {
                "rule": one.period.rule,
                "region": one.period.region,
                "began": stamp(one.period.begins),
                "ended": one.period.ends and stamp(one.period.ends),
                "outcome": one.result.value,
                "coldest": one.came and one.came.minimum,
                "reported": one.reported_at and stamp(one.reported_at),
                "lead": _seconds(one.lead),
            }
            for one in self.outcomes
        ]
        return {"alerts": alerts, "brier": brier(self.outcomes), "latencies": self.latencies.json()}


def brier(found: Iterable[Outcome]) -> float | None:
    """Return the Brier score of the chances of cold that were told, over the alerts of which it is known what came."""
    squares = [(one.period.spell.chance - one.cold) ** 2 for one in found if one.period.spell and one.cold is not None]
    return sum(squares) / len(squares) if squares else None


def look_back(
    connection: Connection,
    config: Configuration,
    since: datetime,
    now: datetime,
    show: Callable[[datetime], object] = lambda _: None,
    watch: Callable[[Forecast], object] = lambda _: None,
) -> Ledger:
    """Work out the ledger of what was told since a moment, reading the journal anew.

    `show` is called with how far it is read, `watch` with each forecast of that time.
    """
    told = list(told_since(connection, since))
    look, pieces, weather = Latencies(), _Pieces(since), WhatCame(now)
    reports: list[Report] = []
    for entry in observed_between(connection, since - _BEFORE, now):
        show(entry.observed)
        if isinstance(entry, FeedItem | Heard):
            pieces.hear(entry, look)
        if isinstance(entry, FeedItem):
            reports += read(entry, config.lexicon, config.zone)
        elif isinstance(entry, Forecast) and entry.observed >= since - _WEATHER_BEFORE:
            weather.add(entry)
            watch(entry)
    pieces.time(look, told, delivered_since(connection, since))
    known = Known(now, weather.forecasts(), reports, config.zone)
    found = outcomes(config.rules, config.offsets, periods(message for _, message in told), known)
    return Ledger(since, now, found, reports, weather, look)


class _Pieces:
    """When the news was published and observed on which alerts rest."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._first: dict[str, datetime] = {}
        self._items: dict[tuple[str, str], FeedItem] = {}

    def hear(self, entry: FeedItem | Heard, look: Latencies) -> None:
        first = self._first.setdefault(entry.source, entry.observed)
        if isinstance(entry, FeedItem):
            self._items.setdefault((entry.url, entry.title), entry)
            if entry.published and max(first, self._since) <= entry.published:
                look.news_published_to_observed.append(max(timedelta(0), entry.observed - entry.published))

    def time(self, look: Latencies, told: Iterable[tuple[int, Notification]], arrived: Iterable[tuple[int, datetime]]) -> None:
        """Take the steps of each alert, from its last piece to each chat."""
        steps = {number: (self._last(message), message.at) for number, message in told if message.kind is Kind.ALERT}
        for piece, decided in steps.values():
            if piece:
                look.published_to_observed.append(piece[0] - piece[1])
                look.observed_to_decided.append(decided - piece[0])
        for number, at in arrived:
            if number in steps:
                piece, decided = steps[number]
                look.decided_to_delivered.append(at - decided)
                look.published_to_delivered += [at - piece[1]] if piece else []

    def _last(self, message: Notification) -> tuple[datetime, datetime] | None:
        """Return when the last piece was observed and published."""
        found = [(one.observed, min(one.observed, one.published or one.observed)) for one in self._behind(message)]
        spells = [fact.spell for fact in message.facts if fact.spell]
        found += [(spell.observed, min(spell.observed, spell.issued or spell.observed)) for spell in spells]
        return max((times for times in found if times[0] <= message.at), default=None)

    def _behind(self, message: Notification) -> Iterable[FeedItem]:
        keys = ((report.url, report.title) for fact in message.facts for report in fact.reports)
        return (self._items[key] for key in keys if key in self._items)


def _row(one: Outcome) -> list[str]:
    period = one.period
    ended = f"{period.ends:%m-%d %H:%M}Z" if period.ends else "stands"
    cold = (
        f"{one.came.minimum:g} °C from {one.came.onset:%m-%d %H:%M}Z"
        if one.came
        else "none"
        if one.cold is False
        else "not known"
    )
    reported = f"{one.reported_at:%m-%d %H:%M}Z" if one.reported_at else "none"
    begins = f"{period.begins:%m-%d %H:%M}Z"
    return [period.rule, period.region, begins, ended, one.result.value, cold, reported, _time(one.lead)]


def _time(span: timedelta | None) -> str:
    if span is None:
        return "–"
    seconds = span.total_seconds()
    size, unit = next(((size, unit) for size, unit in ((3600, "h"), (60, "min")) if abs(seconds) >= size), (1, "s"))
    return f"{seconds / size:.1f} {unit}"


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
