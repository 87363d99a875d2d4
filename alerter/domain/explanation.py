"""Why a rule does or does not hold: its verdict with how far each node is from turning, and what would end it.

**What is missing** from a yes is a number that makes rules comparable. A cold condition misses the degrees by which the
forecast is too mild, in tenths of 10 °C, and 1 at most; news the share of the independent sources that is not there; an
official warning 1. `all` misses what its conditions miss together, `any` the least of them, `at_least` the least that so
many miss together, `none` 1 for each condition that holds or may hold. **The nearest rule that does not fire** is the
one that misses least; of equals the gravest, and the first in the file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from alerter.domain.asking import needed_share, question_of
from alerter.domain.cold import assess_region
from alerter.domain.forecasts import choose
from alerter.domain.independence import voices
from alerter.domain.memory import Index, Place
from alerter.domain.model import Answer, Verdict
from alerter.domain.rules import All, Any_, AtLeast, Cold, Condition, News, None_, Rule
from alerter.domain.verdicts import judge

MILD = 10.0
"""Degrees by which a forecast may be too mild before that counts as much as having no source at all."""
_FARTHEST = 30.0
_STEPS = 10
"""Degrees of slack are looked for by tenths."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a rule with its verdict.

    `missing` is what it lacks of a yes (see above), 0 when it holds. `slack`, for a cold, is by how many degrees Celsius the
    whole forecast could be milder before a yes turns, or, below 0, would have to be colder for one; None where no change of
    temperature would do.
    """

    condition: Condition
    verdict: Verdict
    missing: float
    slack: float | None = None
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule does or does not hold in a region; `firing`: asked as one whose alert stands, with its softer threshold."""

    rule: Rule
    node: Node
    firing: bool

    @property
    def answer(self) -> Answer:
        """What the rule answers."""
        return self.node.verdict.answer


def explain(rule: Rule, index: Index, region: str, *, firing: bool, offset: float) -> Explanation:
    """Explain a rule in a region, whose `offset` is added to thresholds."""
    place = Place(index, region, firing, offset)
    return Explanation(rule, _node(rule.when, judge(rule, place).verdict, place), firing)


def nearest(explanations: Iterable[Explanation]) -> Explanation | None:
    """Return the rule that misses least of those that do not hold; None when all do."""
    off = [one for one in explanations if one.answer is not Answer.YES]
    return min(off, key=lambda one: (round(one.node.missing, 3), -one.rule.severity), default=None)


def lacking(node: Node) -> Iterator[Node]:
    """Yield the leaves that would have to change for a yes, by the way on which least is missing."""
    if not node.children:
        if node.missing:
            yield node
    elif isinstance(node.condition, None_):
        yield from (child for child in node.children if child.verdict.answer is not Answer.NO)
    else:
        for child in sorted(node.children, key=lambda child: child.missing)[: _count(node.condition)]:
            yield from lacking(child)


def clears(node: Node) -> str:
    """Return what would end a yes, in words; "" for what holds without an end in sight, or does not hold."""
    if node.verdict.answer is not Answer.YES:
        return ""
    if not node.children:
        return node.verdict.clears
    if isinstance(node.condition, None_):
        return " or ".join(f"{child.verdict.node} comes true" for child in node.children)
    ends = [end for child in node.children if (end := clears(child))]
    held = sum(child.verdict.answer is Answer.YES for child in node.children)
    turned = held - _count(node.condition) + 1
    if turned == 1 or len(ends) == 1:
        return " or ".join(ends)
    joined = " and ".join(ends) if turned == held else f"{turned} of: {'; '.join(ends)}"
    return f"({joined})"


def _node(condition: Condition, verdict: Verdict, place: Place) -> Node:
    if isinstance(condition, All | Any_ | AtLeast | None_):
        within = replace(place, firing=not place.firing) if isinstance(condition, None_) else place
        inner = tuple(_node(*pair, within) for pair in zip(condition.of, verdict.children, strict=True))
        missing = 0.0 if verdict.answer is Answer.YES else _missing(condition, inner)
        return Node(condition, verdict, missing, children=inner)
    slack = _slack(condition, place) if isinstance(condition, Cold) else None
    if verdict.answer is Answer.YES:
        return Node(condition, verdict, 0.0, slack)
    return Node(condition, verdict, _lack(condition, verdict, slack), slack)


def _missing(condition: Condition, children: tuple[Node, ...]) -> float:
    if isinstance(condition, None_):
        return float(sum(child.verdict.answer is not Answer.NO for child in children))
    return sum(sorted(child.missing for child in children)[: _count(condition)])


def _count(condition: Condition) -> int:
    """Return how many conditions of a group must hold."""
    match condition:
        case All():
            return len(condition.of)
        case AtLeast():
            return condition.count
        case _:
            return 1


def _lack(condition: Condition, verdict: Verdict, slack: float | None) -> float:
    if isinstance(condition, News):
        count = max(voices(verdict.reports), default=0)
        return 1 - count / max(condition.sources, count + 1)  # one that may not stand alone needs another
    return min(1.0, max(0.1, -slack) / MILD) if slack is not None else 1.0


def _slack(node: Cold, place: Place) -> float | None:
    situation = place.index.situation
    forecasts, whole = choose(place.forecasts, situation.points.get(place.region, frozenset()), situation.now)
    if not forecasts:
        return None

    def holds(tenths: int) -> bool:
        question = question_of(node, firing=place.firing, offset=place.offset + tenths / _STEPS)
        chance = assess_region(forecasts, question, now=situation.now, tz=situation.zone, whole=whole)
        return chance.low >= needed_share(node, firing=place.firing)

    low, high = round(-_FARTHEST * _STEPS), round(_FARTHEST * _STEPS)
    if holds(low) or not holds(high):
        return None
    while high - low > 1:  # the higher the threshold, the sooner it is cold enough
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return -high / _STEPS
