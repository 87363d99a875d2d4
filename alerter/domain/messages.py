"""Turns a notification into a message a subscriber can read, in Telegram's HTML and within its limits."""

import html as entities
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from alerter.domain.model import ColdSpell, Facts, Kind, Notice, Notification, Severity, Told

LIMIT = 4000
MOST_EVIDENCE = 10
MOST_LINES = 30
LONGEST_TEXT = 300
LONGEST_LINK = 2000
SYMBOLS = {Severity.MINOR: "🔵", Severity.MODERATE: "🟡", Severity.SEVERE: "🟠", Severity.EXTREME: "🔴"}
TAG = re.compile(r"<[^<>]*>")


def plain(html: str) -> str:
    """Return the text of a message without its tags."""
    return entities.unescape(TAG.sub("", html))


def parsed_length(html: str) -> int:
    """Return the length of the text in UTF-16 units, as Telegram counts it."""
    return len(plain(html).encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return `text` on one line, without control characters, and no longer than `longest`."""
    spaced = " ".join(text.split())
    kept = "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def safe_link(url: str) -> str:
    """Return `url` when it is a web address, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.netloc and len(url) <= LONGEST_LINK
    return url if good and clean(url, LONGEST_LINK) == url else ""


class Messages:
    """Renders notifications with the templates of each language; `zone` is the readers' local time."""

    def __init__(self, templates: Mapping[str, str], region_names: Mapping[str, Mapping[str, str]], zone: ZoneInfo) -> None:
        self._environment = SandboxedEnvironment(
            loader=DictLoader(dict(templates)), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._names = region_names
        self._zone = zone

    def render(
        self, notification: Notification, receiver_language: str, *, regions: Collection[str], exercise: bool = False
    ) -> str:
        """Return the message about those of its regions that are in `regions`, as HTML that fits one message."""
        template = self._environment.get_template(f"{receiver_language}.html.j2")
        told = [region for region in notification.regions if region in regions]
        facts = [fact for fact in notification.facts if fact.region in regions]
        evidence = list(dict.fromkeys(report for fact in facts for report in fact.reports))
        base = self._base(notification, receiver_language, facts, exercise=exercise)
        html = ""
        for reports, places in _budgets(len(evidence), len(told)):
            lists = self._lists(receiver_language, (told, facts, evidence), reports, places)
            html = template.render(base | lists).strip()
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

    def _base(self, told: Notification, language: str, facts: list[Facts], *, exercise: bool) -> dict[str, Any]:
        blind = min((fact.blind_since for fact in facts if fact.blind_since), default=None)
        return {
            "exercise": exercise,
            "kind": Kind(told.kind).value,
            "symbol": SYMBOLS[told.severity],
            "severity": told.severity.label,
            "title": clean(told.titles.get(language) or told.titles.get("en") or told.rule),
            "certainty": facts[0].certainty if facts else "",
            "sources": max((fact.sources for fact in facts), default=0),
            "why": clean(next((fact.why for fact in facts if fact.why), "")),
            "note": clean(told.note),
            "blind_since": blind and self._when(blind, language),
            "at": self._when(told.at, language),
            "rule": clean(told.rule, 100),
            "plural": Locale.parse(language).plural_form,
        }

    def _lists(
        self, language: str, whole: tuple[list[str], list[Facts], list[Told]], reports: int, places: int
    ) -> dict[str, Any]:
        told, facts, evidence = whole
        shown = set(told[:places])
        return {
            "regions": [self._name(region, language) for region in told[:places]],
            "regions_more": len(told) - places,
            "several": len(told) > 1,
            "cold": [self._cold(f.spell, language) for f in facts if f.spell and f.region in shown],
            "evidence": [self._told(report, language) for report in evidence[:reports]],
            "evidence_more": len(evidence) - reports,
        }

    def _name(self, region: str, language: str) -> str:
        return clean(self._names.get(region, {}).get(language, region), 100)

    def _when(self, at: datetime, language: str) -> str:
        return format_datetime(at, "EEE d MMM HH:mm", tzinfo=self._zone, locale=language)

    def _told(self, report: Told, language: str) -> dict[str, str]:
        return {
            "at": self._when(report.at, language) if report.at else "",
            "source": clean(report.source, 100),
            "title": clean(report.title),
            "url": safe_link(report.url),
        }

    def _cold(self, spell: ColdSpell, language: str) -> dict[str, Any]:
        hours = round((spell.ends - spell.onset).total_seconds() / 3600)
        return {
            "region": self._name(spell.region, language),
            "minimum": _degrees(spell.minimum),
            "chill": "" if spell.wind_chill is None else _degrees(spell.wind_chill),
            "threshold": _degrees(spell.threshold),
            "onset": self._when(spell.onset, language),
            "ends": self._when(spell.ends, language),
            "hours": hours,
            "plural": Locale.parse(language).plural_form(hours),
            "single": spell.deterministic,
            "chance": round(100 * spell.chance),
            "provider": clean(spell.provider, 100),
            "made": self._when(spell.issued or spell.observed, language),
        }


def _shortened(value: str | float | list[str], count: int) -> str | float | list[str]:
    if isinstance(value, list):
        more = [f"… +{len(value) - count}"] if len(value) > count else []
        return [clean(line) for line in value[:count]] + more
    return clean(value, 1000) if isinstance(value, str) else value


def _degrees(value: float) -> str:
    return f"{round(value)}".replace("-", "−")


def _budgets(reports: int, places: int) -> Iterator[tuple[int, int]]:
    """Yield how many reports and regions to show: first fewer reports, then fewer regions."""
    for count in range(min(reports, MOST_EVIDENCE), -1, -1):
        yield count, places
    for count in range(places - 1, 0, -1):
        yield 0, count
