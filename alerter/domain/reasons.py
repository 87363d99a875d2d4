"""Why something is told: what changed, why it is over, what cannot be seen. Codes, which the templates word."""

from datetime import datetime, timedelta

from alerter.domain.forecasts import LIMIT, newest
from alerter.domain.model import Answer, Facts, Reason, Situation, Verdict
from alerter.domain.rules import SPELLS, All, Any_, AtLeast, Cold, Condition, News, None_, Official

COLDER = 2.0
SHIFTED = timedelta(hours=6)
MOST_SOURCES = 5

CODES = frozenset({
    "colder", "milder", "onset", "ends", "cold", "no_cold_seen", "provider", "reports", "surer", "less_sure", "blind", "seen",
    "truce", "truce_over",
    "repeat", "severity", "takes_over",
    "no_cold", "no_news", "no_official", "conditions", "removed",
})  # fmt: skip
"""Every code that a template must be able to word."""

_GROUPS = (All, Any_, AtLeast, None_)
_ORDER = ("unlikely", "possible", "likely", "observed")


def changes(told: Facts, facts: Facts, now: datetime) -> tuple[Reason, ...]:
    """Return what differs enough from what was told to be worth an edit; nothing when nothing does."""
    found = [*_cold(told, facts, now), *_truce(told, facts), *_sight(told, facts)]
    old, new = min(told.sources, MOST_SOURCES), min(facts.sources, MOST_SOURCES)
    if new > old:
        found.append(Reason("reports", told.sources, facts.sources))
    if told.certainty != facts.certainty:
        surer = _ORDER.index(facts.certainty) > _ORDER.index(told.certainty)
        found.append(Reason("surer" if surer else "less_sure"))
    return tuple(found)


def _cold(told: Facts, facts: Facts, now: datetime) -> list[Reason]:
    old, new = told.spell, facts.spell
    if old is None or new is None:
        return [] if old is new else [Reason("cold" if new else "no_cold_seen")]
    found = []
    if abs(new.minimum - old.minimum) >= COLDER:
        found.append(Reason("colder" if new.minimum < old.minimum else "milder", old.minimum, new.minimum))
    if abs(max(new.onset, now) - max(old.onset, now)) >= SHIFTED:  # when what goes on began is no news
        found.append(Reason("onset", at=new.onset))
    if abs(new.ends - old.ends) >= SHIFTED:
        found.append(Reason("ends", at=new.ends))
    return found or ([Reason("provider")] if old.provider != new.provider else [])


def _truce(told: Facts, facts: Facts) -> list[Reason]:
    if bool(told.truce) == bool(facts.truce):
        return []
    return [Reason("truce" if facts.truce else "truce_over")]


def _sight(told: Facts, facts: Facts) -> list[Reason]:
    if (told.blind_since is None) == (facts.blind_since is None):
        return []
    return [Reason("seen" if facts.blind_since is None else "blind", at=facts.blind_since)]


def because(verdict: Verdict, when: Condition, offset: float = 0.0) -> Reason:
    """Return why a rule does not hold any more: the condition that decided, and for cold its threshold in the region."""
    _, node = _leaf(verdict, when)
    match node:
        case Cold() if node.quantity in SPELLS:
            return Reason("no_cold", new=offset + (node.below if node.until_above is None else node.until_above))
        case News():
            return Reason("no_news", new=node.past / timedelta(hours=1))
        case Official():
            return Reason("no_official")
        case _:
            return Reason("conditions")


def unseen(verdict: Verdict, when: Condition, situation: Situation, region: str) -> tuple[str, datetime | None]:
    """Return what cannot be seen, and when it last was (None: never)."""
    _, node = _leaf(verdict, when)
    match node:
        case News():
            return "news", situation.news_seen
        case Official():
            return "warnings", situation.warnings_seen
        case _:
            made = newest(situation.forecasts.get(region, ()))
            fresh = made is not None and situation.now - made <= LIMIT
            return ("incomplete" if fresh else "forecast"), made


def _leaf(verdict: Verdict, when: Condition) -> tuple[Verdict, Condition | None]:
    """Return the leaf that decided, with its condition; None where the two trees do not match."""
    if not verdict.children:
        return verdict, when
    if not isinstance(when, _GROUPS) or len(when.of) != len(verdict.children):
        return verdict, None
    turned = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}
    wanted = turned[verdict.answer] if isinstance(when, None_) else verdict.answer
    pairs = list(zip(verdict.children, when.of, strict=True))
    return _leaf(*next((pair for pair in pairs if pair[0].answer is wanted), pairs[0]))
