"""What a notification is to one receiver: the regions it hears of that changed, and those in which the rule still holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from alerter.domain.model import Facts, Kind, Notification, Receiver


def for_receiver(notification: Notification, receiver: Receiver) -> Notification | None:
    """Return the part of a notification that concerns the regions of a receiver; None when nothing does."""
    facts, standing = (_heard(receiver, each) for each in (notification.facts, notification.standing))
    if not facts:
        return None
    replaced = tuple(replace(each, left=frozenset(filter(receiver.hears, each.left))) for each in notification.replaces)
    regions = tuple(fact.region for fact in facts)
    return replace(notification, regions=regions, facts=facts, standing=standing, replaces=replaced)


def time_to_live(notification: Notification) -> timedelta:
    """Return how long a message helps: an edit is overtaken by the next, an alert outlasts the longest penalty seen."""
    if not notification.loud:
        return timedelta(hours=6)
    return timedelta(hours=12) if notification.kind is Kind.UPDATE else timedelta(hours=24)


def covering(receivers: Iterable[Receiver], notification: Notification) -> list[str]:
    """Return the subscribers that want to hear of a notification."""
    return [
        receiver.id
        for receiver in receivers
        if receiver.role == "subscribers"
        and notification.severity >= receiver.at_least
        and for_receiver(notification, receiver) is not None
    ]


def _heard(receiver: Receiver, facts: Iterable[Facts]) -> tuple[Facts, ...]:
    return tuple(fact for fact in facts if receiver.hears(fact.region))
