"""The examples that live with the rules, run: a small situation each, and what should come of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerter.domain.model import Answer, Forecast, OfficialWarning, Report, Situation
from alerter.domain.rules import Example, GivenCold, GivenNews, GivenOfficial, Rule, Unseen
from alerter.domain.verdicts import deciding, evaluate

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PLACE = "example"
_HOURS = 240
_RUNS = 50
_MILD = 0.0
_CALM = 0.0
_WORDS = {Answer.YES: "alert", Answer.NO: "quiet", Answer.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that did not come out as its author expected; `number` is its place in the rule."""

    rule: str
    number: int
    name: str
    expected: str
    got: str
    node: str

    def __str__(self) -> str:
        """Say what was expected, what came, and which node decided."""
        return f"{self.name!r} expects {self.expected}, and {self.got} comes of it; decided by {self.node}"


def run_examples(rules: Iterable[Rule]) -> list[ExampleFailure]:
    """Return the examples of all rules that do not hold."""
    found = (_run(rule, number, example) for rule in rules for number, example in enumerate(rule.examples))
    return [failure for failure in found if failure]


def _run(rule: Rule, number: int, example: Example) -> ExampleFailure | None:
    situation = situation_of(example)
    verdict = evaluate(rule, situation, PLACE, firing=example.firing)
    off = verdict.answer is Answer.YES and not example.firing and not rule.in_season(situation.now)
    answer = Answer.NO if off else verdict.answer
    if answer is example.then:
        return None
    node = deciding(verdict)
    why = f"season: {situation.now:%m-%d} is outside" if off else f"{node.node}: {node.reason} ({node.margin})"
    return ExampleFailure(rule.id, number, example.name, _WORDS[example.then], _WORDS[answer], why)


def situation_of(example: Example) -> Situation:
    """Return the small world of an example: what it does not speak of is mild, fresh and quiet."""
    now = example.at or NOON
    seen = {each.what: now - each.lasting for each in example.given if isinstance(each, Unseen)}
    colds = [each for each in example.given if isinstance(each, GivenCold)]
    forecast = _forecast(colds, now, seen.get("forecast", now))
    reports = [_report(each, number, now) for number, each in enumerate(example.given) if isinstance(each, GivenNews)]
    warnings = [_warning(each, now) for each in example.given if isinstance(each, GivenOfficial)]
    return Situation(
        now,
        tuple(reports),
        {PLACE: (forecast,)},
        news_seen=seen.get("news", now),
        warnings=tuple(warnings),
        warnings_seen=seen.get("official", now),
    )


def _forecast(spells: list[GivenCold], now: datetime, observed: datetime) -> Forecast:
    """Return a forecast from the beginning of the day on, so that its first day is whole."""
    start = now.replace(hour=0)
    runs = _RUNS if any(spell.chance < 1 for spell in spells) else 1
    members = [[_MILD] * _HOURS for _ in range(runs)]
    wind = [[_CALM] * _HOURS for _ in range(runs)]
    for spell in spells:
        first = round((now + spell.starts - start) / timedelta(hours=1))
        end = min(_HOURS, first + round(spell.lasting / timedelta(hours=1)))
        for member in range(round(spell.chance * runs)):
            members[member][first:end] = [spell.degrees] * (end - first)
            wind[member][first:end] = [spell.wind or _CALM] * (end - first)
    return Forecast("example", PLACE, start, tuple(map(tuple, members)), observed, wind=tuple(map(tuple, wind)))


def _report(given: GivenNews, number: int, now: datetime) -> Report:
    at = now - given.ago
    return Report(
        event=given.event,
        regions=frozenset({"elsewhere" if given.elsewhere else PLACE}),
        certainty=given.certainty,
        at=at,
        observed=at,
        source=given.source,
        owner=given.owner,
        reliability=given.reliability,
        origin=given.origin,
        item=str(number),
        title="",
        url="",
        published=at,
    )


def _warning(given: GivenOfficial, now: datetime) -> OfficialWarning:
    onset = now + given.starts
    place = frozenset({PLACE})
    return OfficialWarning("1", "example", given.hazard, given.level, place, onset, onset + given.lasting, now)
