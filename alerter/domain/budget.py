"""The cry-wolf budget: how many sounding messages a receiver bears in a week, and what waits for a digest beyond that.

Counted are new alerts and loud updates (repeats, a higher severity, a new region) of the past seven days, whatever
their severity. Never held back: what is extreme, silent edits, and the end of an alert the receiver has heard of.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerter.domain.model import Kind, Notification, Receiver, Severity
from alerter.domain.rules import Rule

WEEK = timedelta(days=7)
_ENDS = frozenset({Kind.CANCEL, Kind.EXPIRE})


@dataclass(frozen=True, slots=True)
class Over:
    """Why a message waits for the digest: `sounded` messages in the past week reach the receiver's `budget`."""

    budget: int
    sounded: int


def counts(notification: Notification) -> bool:
    """Tell whether a message takes from the budget of those who get it."""
    return notification.loud and notification.kind not in _ENDS


def held_back(receiver: Receiver, notification: Notification, sounded: Iterable[datetime], *, heard: bool) -> Over | None:
    """Return why `notification` is to wait for the receiver's digest, None when it is to go out now.

    `sounded` holds the times of messages that were sent to the receiver and count (see `counts`); those older than a
    week before `notification.at` are ignored. `heard`: whether the receiver was sent the alert that this one changes
    or ends; what follows an alert that was held back waits with it.
    """
    if receiver.budget is None or notification.severity >= Severity.EXTREME:
        return None
    since = notification.at - WEEK
    over = Over(receiver.budget, sum(since < at <= notification.at for at in sounded))
    if not counts(notification):
        return None if heard else over
    return over if over.sounded >= over.budget else None


def worst_week(rule: Rule) -> int:
    """Return how many sounding messages one alert of `rule`, held for a week, sends by its repeats."""
    sent, waited = 1, timedelta(0)
    while rule.repeat and sent <= 7 * 24:  # more than one an hour is no repeat but a fault, named as such by its count
        waited += rule.repeat[min(sent - 1, len(rule.repeat) - 1)]
        if waited >= WEEK:
            break
        sent += 1
    return sent


@dataclass(frozen=True, slots=True)
class Use:
    """What a receiver's week costs: the most sounding messages in any seven days, and by rule what was held back."""

    receiver: Receiver
    most: int
    held: Counter[str]


class Meter:
    """Plays messages against the budgets, in the order in which they are told."""

    def __init__(self, receivers: Iterable[Receiver]) -> None:
        """Begin with nothing sent."""
        self._receivers = {receiver.id: receiver for receiver in receivers}
        self._sounded: dict[str, list[datetime]] = defaultdict(list)
        self._heard: set[tuple[str, str, str]] = set()
        self._most: Counter[str] = Counter()
        self._held: dict[str, Counter[str]] = defaultdict(Counter)

    def tell(self, notification: Notification, receivers: Iterable[str]) -> None:
        """Take one message to each of `receivers`, or hold it back."""
        for name in receivers:
            keys = {(name, notification.rule, region) for region in notification.regions}
            sounded = self._sounded[name] = [at for at in self._sounded[name] if at > notification.at - WEEK]
            if held_back(self._receivers[name], notification, sounded, heard=bool(keys & self._heard)):
                self._held[name][notification.rule] += 1
                continue
            if counts(notification):
                sounded.append(notification.at)
                self._heard |= keys
            if notification.kind in _ENDS:
                self._heard -= keys
            self._most[name] = max(self._most[name], len(sounded))

    def uses(self) -> list[Use]:
        """Return what became of each receiver's week, by the receiver's name."""
        return [Use(self._receivers[name], self._most[name], self._held[name]) for name in sorted(self._receivers)]
