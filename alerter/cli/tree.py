"""Explanations as people read them in a terminal, and as machines do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerter.config.load import Configuration
from alerter.domain.asking import spoken
from alerter.domain.explanation import Explanation, Node, clears, lacking, nearest
from alerter.domain.forecasts import LIMIT, choose, newest
from alerter.domain.independence import groups
from alerter.domain.memory import NEWS_LIMIT, Index
from alerter.domain.model import Alert, AlertState, Answer, Forecast, Report
from alerter.pipeline.asof import AsOf

MOST = 5
"""Reports shown at a node; the first of each independent group come first."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SILENT = timedelta(hours=1)
_COLOURS = {Answer.YES: "31;1", Answer.UNKNOWN: "33", Answer.NO: "2"}
_BOLD = "1"


@dataclass(frozen=True, slots=True)
class Words:
    """Words explanations for a terminal, in local time; `colour` where that terminal shows it."""

    config: Configuration
    known: AsOf
    colour: bool = False

    def answer(self, region: str, found: Sequence[Explanation]) -> Iterator[str]:
        """Yield the lines of the whole answer: each rule, the nearest that does not fire, and how old all that is."""
        now = self.known.situation.now
        names = self.config.region_names
        zone = self.config.regions.time_names.get("en") or self.config.regions.timezone
        yield self._painted(f"{names[region]['en']} ({region}) at {self._when(now)} ({zone})", _BOLD)
        for one in found:
            yield ""
            yield from self._rule(one)
        yield ""
        yield from self._nearest(found)
        yield from self._truce(region)
        yield from self._forecasts(region)
        yield from self._news()
        yield from self._warnings()

    def _rule(self, one: Explanation) -> Iterator[str]:
        rule, alert = one.rule, self.known.alerts.get(one.rule.id)
        stands = "".join(f"; {each}" for each in self._stands(one, alert))
        answer = self._painted(one.answer.value, _COLOURS[one.answer])
        yield f"{self._painted(rule.id, _BOLD)} ({rule.severity.label}): {answer}{stands}"
        yield from self._node(one.node, "  ", "  ")
        if end := clears(one.node):
            lasting = f"for {spoken(rule.keep_firing_for)} in fresh data" if rule.keep_firing_for else "in fresh data"
            yield f"  ends when, {lasting}: {end}"

    def _stands(self, one: Explanation, alert: Alert | None) -> Iterator[str]:
        rule, now = one.rule, self.known.situation.now
        if alert is None:
            if one.answer is Answer.YES:
                off = f"out of season ({' to '.join(rule.season or ())}), so it begins no alert"
                yield "an alert begins with the next tick" if rule.in_season(now) else off
            return
        if alert.state is AlertState.PENDING:
            yield f"pending since {self._when(alert.since)}, alerts at {self._when(alert.since + rule.for_)} if it goes on"
            return
        yield f"firing since {self._when(alert.since)} ({_age(now - alert.since)} ago)"
        if alert.hushed:
            yield "a graver rule speaks in its place"
        if alert.over_since and one.answer is Answer.NO:
            yield f"all-clear at {self._when(alert.over_since + rule.keep_firing_for)} if it stays so"
        if alert.blind_since:
            yield f"blind since {self._when(alert.blind_since)}"

    def _node(self, node: Node, first: str, rest: str) -> Iterator[str]:
        verdict = node.verdict
        answer = self._painted(verdict.answer.value, _COLOURS[verdict.answer])
        if node.children:
            yield f"{first}{answer} {verdict.node}: {_reason(node)}"
        else:
            yield f"{first}{answer} {verdict.node}"
            yield f"{rest}  {_reason(node)}"
            yield from (f"{rest}  {line}" for line in self._evidence(verdict.reports))
        for number, child in enumerate(node.children, 1):
            last = number == len(node.children)
            yield from self._node(child, rest + ("└ " if last else "├ "), rest + ("  " if last else "│ "))

    def _evidence(self, reports: Sequence[Report]) -> Iterator[str]:
        now = self.known.situation.now
        for report in _by_voice(reports)[:MOST]:
            age = f"{_age(now - report.at)} ago" if report.at else "undated"
            name = self.config.source_names.get(report.source, report.owner or report.source)
            yield f"• {age}, {name}, {report.certainty.label}: “{report.title}” {report.url}".rstrip()
        if len(reports) > MOST:
            yield f"+{len(reports) - MOST} more"

    def _nearest(self, found: Sequence[Explanation]) -> Iterator[str]:
        one = nearest(found)
        if one is None:
            yield "every rule holds" if found else "no rule watches this region"
            return
        yield f"{self._painted('nearest that does not fire', _BOLD)}: {one.rule.id}, for want of"
        yield from (f"  {node.verdict.node}: {_reason(node)}" for node in lacking(one.node))

    def _truce(self, region: str) -> Iterator[str]:
        claims, _ = Index(self.known.situation).truces(region)
        if claims:
            yield f"{self._painted('truce', _BOLD)} claimed: strikes to come are one step less certain, what was observed is not"
            yield from ("  " + line for line in self._evidence(claims))

    def _forecasts(self, region: str) -> Iterator[str]:
        situation = self.known.situation
        known = situation.forecasts.get(region, ())
        chosen, whole = choose(known, situation.points.get(region, frozenset()), situation.now)
        for provider in self.config.weather.providers:
            mine = [forecast for forecast in known if forecast.provider == provider.key]
            used = [forecast for forecast in chosen if forecast.provider == provider.key]
            state = ("in use" if whole else "in use, though a point is missing") if used else "not in use"
            yield f"{self._painted('forecast', _BOLD)} of {provider.name or provider.key}: {self._made(used or mine, state)}"

    def _made(self, forecasts: Sequence[Forecast], state: str) -> str:
        made = newest(forecasts)
        if made is None:
            return "none"
        age = self.known.situation.now - made
        return f"{self._when(made)}, {_age(age)} old, {'too old to be trusted' if age > LIMIT else state}"

    def _news(self) -> Iterator[str]:
        now, seen = self.known.situation.now, self.known.situation.news_seen
        feeds = {feed.id for feed in self.config.feeds.feeds if feed.enabled}
        silent = sorted(name for name in feeds if (at := self.known.seen.get(name)) is None or now - at > _SILENT)
        age = f"enough sources seen {_age(now - seen)} ago" if seen else "never seen"
        trust = "" if seen and now - seen <= NEWS_LIMIT else ", too long to say no by them"
        missing = f"; silent for an hour: {', '.join(silent[:MOST])}" if silent else ""
        more = f" and {len(silent) - MOST} more" if len(silent) > MOST else ""
        yield f"{self._painted('news', _BOLD)}: {age}{trust}; {len(feeds) - len(silent)} of {len(feeds)} heard{missing}{more}"

    def _warnings(self) -> Iterator[str]:
        for source in self.config.weather.warnings:
            at = self.known.seen.get(source.id)
            age = f"heard {_age(self.known.situation.now - at)} ago" if at else "never heard"
            yield f"{self._painted('warnings', _BOLD)} of {source.name}: {age}"

    def _when(self, at: datetime) -> str:
        return f"{at.astimezone(self.config.zone):%Y-%m-%d %H:%M}"

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def _reason(node: Node) -> str:
    verdict = node.verdict
    margins = [verdict.margin] if verdict.margin else []
    if node.slack is not None:
        margins.append(f"{abs(node.slack):.1f}°C {'to spare' if node.slack >= 0 else 'too mild'}")
    return verdict.reason + (f" ({'; '.join(margins)})" if margins else "")


def _by_voice(reports: Sequence[Report]) -> list[Report]:
    found = groups(sorted(reports, key=lambda report: (str(report.at), report.source, report.item)))
    return [group[0] for group in found] + [report for group in found for report in group[1:]]


def _age(span: timedelta) -> str:
    if span < 2 * _HOUR:
        return f"{max(0, round(span / timedelta(minutes=1)))} min"
    return f"{span / _HOUR:.0f} h" if span < 2 * _DAY else f"{span / _DAY:.0f} d"


def answer_json(config: Configuration, region: str, known: AsOf, found: Sequence[Explanation]) -> dict[str, Any]:
    """Return the whole answer as plain JSON values: moments in UTC, ages in seconds, temperatures in °C."""
    now, closest = known.situation.now, nearest(found)
    chosen, _ = choose(known.situation.forecasts.get(region, ()), known.situation.points.get(region, frozenset()), now)
    return {
        "region": region,
        "name": config.region_names[region],
        "at": _stamp(now),
        "rules": [_rule_json(one, known.alerts.get(one.rule.id), now) for one in found],
        "nearest": closest and {"rule": closest.rule.id, "missing": round(closest.node.missing, 3)},
        "truces": _evidence_json(Index(known.situation).truces(region)[0], now),
        "sources": {
            "forecast": [
                {"provider": one.provider, "point": one.point, "made": _stamp(one.made), "age": _seconds(now - one.made)}
                for one in chosen
            ],
            "news": {"seen": _stamp(known.situation.news_seen)},
            "seen": {name: _stamp(at) for name, at in sorted(known.seen.items())},
        },
    }


def _rule_json(one: Explanation, alert: Alert | None, now: datetime) -> dict[str, Any]:
    rule = one.rule
    return {
        "id": rule.id,
        "severity": rule.severity.label,
        "answer": one.answer.value,
        "alert": alert and {"state": alert.state.value, "since": _stamp(alert.since), "hushed": alert.hushed},
        "in_season": rule.in_season(now),
        "missing": round(one.node.missing, 3),
        "ends_when": clears(one.node),
        "tree": _node_json(one.node, now),
    }


def _node_json(node: Node, now: datetime) -> dict[str, Any]:
    verdict = node.verdict
    plain = {"answer": verdict.answer.value, "node": verdict.node, "reason": verdict.reason, "margin": verdict.margin}
    if node.children:
        return plain | {"children": [_node_json(child, now) for child in node.children]}
    return plain | {"degrees": node.slack, "evidence": _evidence_json(verdict.reports, now)}


def _evidence_json(reports: Sequence[Report], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "event": report.event.value,
            "certainty": report.certainty.label,
            "source": report.source,
            "owner": report.owner,
            "title": report.title,
            "url": report.url,
            "at": _stamp(report.at),
            "age": _seconds(now - report.at) if report.at else None,
        }
        for report in _by_voice(reports)
    ]


def _stamp(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
