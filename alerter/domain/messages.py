"""Turns a notification into a message a subscriber can read, in Telegram's HTML and within its limits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta, get_timezone_location
from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from alerter.domain.html import clean, parsed_length, safe_link
from alerter.domain.model import Certainty, ColdSpell, Facts, Kind, Notice, Notification, Severity, Told
from alerter.domain.rules import All, Any_, AtLeast, Cold, Condition, News, None_, Official, Rule

LIMIT = 4000
MOST_EVIDENCE, MOST_COLD, MOST_CLAIMS, FEW = 10, 8, 2, 3
MOST_LINES = 30
SYMBOLS = {Severity.MINOR: "🔵", Severity.MODERATE: "🟡", Severity.SEVERE: "🟠", Severity.EXTREME: "🔴"}
HOUR = timedelta(hours=1)
_CERTAINTIES = ["", *(certainty.label for certainty in Certainty)]


class Messages:
    """Renders notifications with the templates of each language; `zone` is the readers' local time."""

    def __init__(
        self,
        templates: Mapping[str, str],
        region_names: Mapping[str, Mapping[str, str]],
        zone: ZoneInfo,
        *,
        zone_names: Mapping[str, str] | None = None,
        rules: Iterable[Rule] = (),
        offsets: Mapping[str, float] | None = None,
    ) -> None:
        """`zone_names` says by language what local time is called; `rules` and the regions' cold `offsets`, when each ends."""
        loader = FunctionLoader(lambda name: (templates[name], name, None) if name in templates else None)
        self._environment = SandboxedEnvironment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._names = region_names
        self._zone, self._zone_names = zone, zone_names or {}
        self._rules, self._offsets = {rule.id: rule for rule in rules}, offsets or {}

    def render(
        self,
        notification: Notification,
        receiver_language: str,
        *,
        regions: Collection[str] | None = None,
        exercise: bool = False,
    ) -> str:
        """Return the message as HTML that fits one message; of its regions only those in `regions`, unless None."""
        told = notification if regions is None else _only(notification, regions)
        template = self._environment.get_template(f"{receiver_language}.html.j2")
        base = self._base(told, receiver_language, exercise=exercise)
        evidence = list(dict.fromkeys(report for fact in _in_force(told) for report in fact.reports))
        html = ""
        colds = self._colds(_in_force(told), told.at, receiver_language)
        for room in _budgets(len(evidence), len(colds), max(len(told.facts), len(told.standing))):
            html = template.render(base | self._lists(receiver_language, told, evidence, colds, room)).strip()
            if parsed_length(html) <= LIMIT:
                return html
        raise ValueError(f"the template of {receiver_language} is too long for one message: {parsed_length(html)}")

    def notice(self, notice: Notice, language: str) -> str:
        """Return a notice to the operators as HTML; lists lose their ends until it fits one message."""
        template = self._environment.get_template(f"notices.{language}.html.j2")
        longest = max((len(value) for value in notice.values.values() if isinstance(value, list)), default=0)
        for count in range(min(longest, MOST_LINES), -1, -1):
            values = {key: _shortened(value, count) for key, value in notice.values.items()}
            html = template.render(topic=notice.topic, values=values).strip()
            if parsed_length(html) <= LIMIT:
                return html
        raise ValueError(f"the notice {notice.topic} is too long for one message: {parsed_length(html)}")

    def local_hour(self, at: datetime) -> int:
        """Return the hour of the day that the country's clocks show at `at`."""
        return at.astimezone(self._zone).hour

    def _base(self, told: Notification, language: str, *, exercise: bool) -> dict[str, Any]:
        facts, known = told.facts, self._rules.get(told.rule)
        force = _in_force(told)
        blind = [fact for fact in force or facts if fact.blind_since]
        oldest = min(blind, key=lambda fact: fact.blind_since or told.at) if blind else None
        still = next((fact.still for fact in facts if fact.still), {})
        return {
            "exercise": exercise,
            "kind": told.kind.value,
            "partial": bool(told.standing),
            "symbol": SYMBOLS[told.severity],
            "severity": told.severity.label,
            "title": self._title(told.titles, told.rule, language),
            "certainty": max((fact.certainty for fact in force), key=_CERTAINTIES.index, default=""),
            "events": {report.event for fact in force for report in fact.reports},
            "sources": max((fact.sources for fact in force), default=0),
            "reasons": self._reasons(facts, language),
            "still": self._title(still, "", language) if still else "",
            "replaces": [self._title(each.titles, each.rule, language) for each in told.replaces],
            "blind": oldest and (oldest.blind_of or "forecast"),
            "blind_since": oldest and oldest.blind_since and self._when(oldest.blind_since, language),
            "ends": self._ends(known, force) if known else None,
            "note": clean(told.note),
            "at": self._when(told.at, language),
            "zone": clean(self._zone_names.get(language) or get_timezone_location(self._zone, locale=language), 100),
            "rule": clean(told.rule, 100),
            "plural": Locale.parse(language).plural_form,
        }

    def _title(self, titles: Mapping[str, str], rule: str, language: str) -> str:
        return clean(titles.get(language) or titles.get("en") or rule)

    def _reasons(self, facts: Sequence[Facts], language: str) -> list[dict[str, Any]]:
        """Return the reasons, each once: of those that differ only in figures the one that goes furthest."""
        found: dict[str, dict[str, Any]] = {}
        for reason in (reason for fact in facts for reason in fact.reasons):
            plain_figures = {"old": reason.old, "new": reason.new}
            figures = {
                "code": reason.code,
                "old_degrees": _degrees(reason.old),
                "new_degrees": _degrees(reason.new),
                "at": reason.at and self._when(reason.at, language),
            }
            found.setdefault(reason.code, plain_figures | figures)
        return list(found.values())

    def _ends(self, rule: Rule, facts: Sequence[Facts]) -> dict[str, Any]:
        """Return what must come to pass before the rule's all-clear, as the rule itself has it."""
        offsets = [self._offsets.get(fact.region, 0.0) for fact in facts] or [0.0]
        return {
            "hours": round(rule.keep_firing_for / HOUR, 1),
            "conditions": [found | {"then": then} for node, then in _leaves(rule.when) if (found := _ending(node, offsets))],
        }

    def _lists(
        self, language: str, told: Notification, evidence: list[Told], colds: list[dict[str, Any]], room: tuple[int, int, int]
    ) -> dict[str, Any]:
        reports, lines, places = room
        claims = list(dict.fromkeys(claim for fact in _in_force(told) for claim in fact.truce))[:MOST_CLAIMS]
        return {
            "regions": [self._name(fact.region, language) for fact in told.facts[:places]],
            "regions_more": max(0, len(told.facts) - places),
            "standing": [self._name(fact.region, language) for fact in told.standing[:places]],
            "standing_more": max(0, len(told.standing) - places),
            "cold": colds[:lines],
            "cold_more": len(colds) - lines,
            "evidence": [self._told(report, told.at, language) for report in evidence[:reports]],
            "evidence_more": len(evidence) - reports,
            "truce": [self._told(claim, told.at, language) for claim in claims[:reports]],
            "truce_claimed": bool(claims),
        }

    def _colds(self, facts: Sequence[Facts], now: datetime, language: str) -> list[dict[str, Any]]:
        """Return the cold spells, the coldest first; regions that share one share a line."""
        lines: dict[str, dict[str, Any]] = {}
        for fact in sorted(facts, key=lambda fact: fact.spell.minimum if fact.spell else 0.0):
            if fact.spell:
                told = self._cold(fact.spell, now, language)
                line = lines.setdefault(str(sorted(told.items(), key=str)), told | {"places": []})
                line["places"].append(self._name(fact.region, language))
        return list(lines.values())

    def _name(self, region: str, language: str) -> str:
        return clean(self._names.get(region, {}).get(language, region), 100)

    def _when(self, at: datetime, language: str) -> str:
        return format_datetime(at, "EEE d MMM HH:mm", tzinfo=self._zone, locale=language)

    def _told(self, report: Told, now: datetime, language: str) -> dict[str, Any]:
        return {
            "at": self._when(report.at, language) if report.at else "",
            "age": format_timedelta(now - report.at, granularity="hour", locale=language) if report.at else "",
            "source": clean(report.source, 100),
            "title": clean(report.title),
            "url": safe_link(report.url),
        }

    def _cold(self, spell: ColdSpell, now: datetime, language: str) -> dict[str, Any]:
        hours = max(0, round((spell.ends - max(spell.onset, now)) / HOUR))
        return {
            "minimum": _degrees(spell.minimum),
            "chill": "" if spell.wind_chill is None else _degrees(spell.wind_chill),
            "threshold": _degrees(spell.threshold),
            "quantity": spell.quantity,
            "begun": spell.onset <= now,
            "onset": self._when(spell.onset, language),
            "ends": self._when(spell.ends, language),
            "hours": hours,
            "plural": Locale.parse(language).plural_form(hours),
            "single": spell.deterministic,
            "chance": round(100 * spell.chance),
            "provider": clean(spell.provider, 100),
            "made": self._when(spell.issued or spell.observed, language),
        }


def _in_force(told: Notification) -> Sequence[Facts]:
    """Return the facts of the regions in which the rule holds after this message."""
    return told.standing if told.kind in {Kind.CANCEL, Kind.EXPIRE} else (*told.facts, *told.standing)


def _only(told: Notification, regions: Collection[str]) -> Notification:
    facts = tuple(fact for fact in told.facts if fact.region in regions)
    standing = tuple(fact for fact in told.standing if fact.region in regions)
    return replace(told, regions=tuple(fact.region for fact in facts), facts=facts, standing=standing)


def _leaves(node: Condition) -> Iterator[tuple[Condition, str]]:
    """Yield the conditions that must hold, each with how the end of it goes with the end of the next: "and" or "or".

    Where all must hold, the end of one is enough; where any will do, each must end. Those under `none` end a rule by coming
    true, which no short text can say.
    """
    if not isinstance(node, All | Any_ | AtLeast):
        yield from () if isinstance(node, None_) else ((node, ""),)
        return
    parts = [found for each in node.of if (found := list(_leaves(each)))]
    for number, part in enumerate(parts, 1):
        yield from part[:-1]
        then = "" if number == len(parts) else "or" if isinstance(node, All) else "and"
        yield part[-1][0], then


def _ending(node: Condition, offsets: Sequence[float]) -> dict[str, Any] | None:
    match node:
        case Cold():
            below = node.below if node.until_above is None else node.until_above
            low, high = below + min(offsets), below + max(offsets)
            span = {"low": _degrees(low), "high": _degrees(high), "hours": round(node.within / HOUR)}
            return span | {"code": "cold", "quantity": node.quantity, "chance": round(100 * node.chance)}
        case News():
            return {"code": "news", "of": sorted(event.value for event in node.of), "hours": round(node.past / HOUR)}
        case Official():
            return {"code": "official"}
        case _:
            return None


def _shortened(value: str | float | list[str], count: int) -> str | float | list[str]:
    if isinstance(value, list):
        more = [f"… +{len(value) - count}"] if len(value) > count else []
        return [clean(line) for line in value[:count]] + more
    return clean(value, 1000) if isinstance(value, str) else value


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{round(value)}".replace("-", "−")


def _budgets(reports: int, colds: int, places: int) -> Iterator[tuple[int, int, int]]:
    """Yield how many reports, cold spells and regions to show: fewer reports, then fewer spells, at last fewer regions."""
    reports, colds = min(reports, MOST_EVIDENCE), min(colds, MOST_COLD)
    some, few = min(reports, FEW), min(colds, FEW)
    yield from ((count, colds, places) for count in range(reports, some, -1))
    yield from ((some, count, places) for count in range(colds, few, -1))
    yield from ((count, few, places) for count in range(some, -1, -1))
    yield from ((0, count, places) for count in range(few - 1, -1, -1))
    yield from ((0, 0, count) for count in range(places - 1, 0, -1))
