"""The examples that live with the rules, run: a small situation each, and what should come of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from alerter.domain.model import Answer, Certainty, Event, Forecast, Report, Situation
from alerter.domain.rules import Rule
from alerter.domain.verdicts import deciding, evaluate

_NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
_HOURS = 240
_REGION = "example"
_UNITS = {"m": 60, "h": 3600, "d": 86400}
_THEN = {"alert": Answer.YES, "quiet": Answer.NO, "unknown": Answer.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that did not come out as its author expected."""

    rule: str
    name: str
    expected: str
    got: str
    node: str

    def __str__(self) -> str:
        """Say what was expected, what came, and which node decided."""
        return f"{self.rule}, {self.name!r}: expected {self.expected}, got {self.got}; decided by {self.node}"


def run_examples(rules: Iterable[Rule]) -> list[ExampleFailure]:
    """Return the examples of all rules that do not hold."""
    found = (_run(rule, example) for rule in rules for example in rule.examples)
    return [failure for failure in found if failure]


def _run(rule: Rule, example: Mapping[str, Any]) -> ExampleFailure | None:
    given = example["given"]
    reports = tuple(_report(each, number) for number, each in enumerate(given) if "news" in each)
    forecast = _forecast([each for each in given if "cold" in each])
    situation = Situation(_NOW, reports, {_REGION: (forecast,)}, _NOW)
    verdict = evaluate(rule, situation, _REGION)
    if verdict.answer is _THEN[example["then"]]:
        return None
    got = next(word for word, answer in _THEN.items() if answer is verdict.answer)
    node = deciding(verdict)
    return ExampleFailure(rule.id, example["name"], example["then"], got, f"{node.node}: {node.reason}")


def _forecast(spells: list[Mapping[str, Any]]) -> Forecast:
    hours = [0.0] * _HOURS
    for spell in spells:
        start = int(_time(spell["starts"]) / timedelta(hours=1))
        end = start + int(_time(spell["lasting"]) / timedelta(hours=1))
        degrees = float(str(spell["cold"]).removesuffix("°C").replace("−", "-"))
        hours[start:end] = [degrees] * (end - start)
    return Forecast("example", _REGION, _NOW, (tuple(hours[:_HOURS]),), _NOW)


def _report(given: Mapping[str, Any], number: int) -> Report:
    at = _NOW - _time(given["ago"])
    source = given.get("source", f"source-{number}")
    return Report(
        event=Event(given["news"]),
        regions=frozenset({_REGION}),
        certainty=Certainty[given.get("certainty", "observed").upper()],
        at=at,
        observed=at,
        source=source,
        owner=given.get("owner", source),
        reliability=given.get("reliability", "B"),
        origin="",
        item=str(number),
        title="",
        url="",
        published=at,
    )


def _time(text: Any) -> timedelta:
    found = re.fullmatch(r"(\d+)([mhd])", str(text))
    if found is None:
        raise ValueError(f"{text!r} is no length of time; write 6h")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
