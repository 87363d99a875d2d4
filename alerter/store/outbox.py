"""Alerts and the messages they owe: written in one transaction, worked off later."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from alerter.domain.model import Alert, Notice, Notification
from alerter.store.schedule import STEPPED
from alerter.store.schema import alerts, chats, deliveries, notifications
from alerter.store.values import alert_from_json, alert_to_json, notice_from_json, notification_from_json, notification_to_json

log = logging.getLogger(__name__)

OPERATORS = "*operators"
"""Stands for every receiver with `role: operators` until a delivery is about to be made."""
NOTICE = "notice"
SETTLE = timedelta(seconds=20)
"""How long an edit waits for others: what many feeds bring within moments is one edit."""
EDIT = 9
"""Odd, so that edits can be told from sounding messages, and more than any severity: all alerts go before all edits."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one receiver."""

    id: int
    number: int
    notification: Notification | Notice
    receiver: str
    state: str
    attempts: int
    uncertain: int
    expires: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be tried now; `moved_to` is the number of the receiver's chat where it has a new one."""

    id: int
    receiver: str
    priority: int
    moved_to: str | None


def load_alerts(connection: Connection) -> dict[tuple[str, str], Alert]:
    """Return all alerts by (rule, region)."""
    return {(row.rule, row.region): alert_from_json(row.body) for row in connection.execute(select(alerts))}


def save_alerts(connection: Connection, before: Mapping[tuple[str, str], Alert], after: Mapping[tuple[str, str], Alert]) -> None:
    """Write the difference between two states of all alerts."""
    for rule, region in before.keys() - after.keys():
        connection.execute(alerts.delete().where(alerts.c.rule == rule, alerts.c.region == region))
    for key in after:
        if before.get(key) == after[key]:
            continue
        same = and_(alerts.c.rule == key[0], alerts.c.region == key[1])
        body = alert_to_json(after[key])
        if connection.execute(alerts.update().where(same).values(body=body)).rowcount == 0:
            connection.execute(alerts.insert().values(rule=key[0], region=key[1], body=body))


def enqueue(connection: Connection, notification: Notification, receivers: Iterable[str], keep: timedelta) -> int:
    """Write a notification and a delivery to each receiver, due at once and given up after `keep`; return its number."""
    # lower goes first: extreme before the rest, sounding messages before edits
    priority = -int(notification.severity) * 2 + (0 if notification.loud else EDIT)
    about = (notification.rule, notification.kind.value, notification.at)
    after = timedelta(0) if notification.loud else SETTLE
    return owe(connection, about, notification_to_json(notification), receivers, priority, keep, after)


def unaware(connection: Connection, receivers: Iterable[str], rule: str, since: datetime) -> list[str]:
    """Return those of `receivers` who were owed nothing of `rule` since then."""
    about = and_(notifications.c.rule == rule, notifications.c.at >= since)
    query = select(deliveries.c.receiver).join(notifications, notifications.c.id == deliveries.c.notification).where(about)
    aware = set(connection.scalars(query.distinct()))
    return [receiver for receiver in receivers if receiver not in aware]


def owe(
    connection: Connection,
    about: tuple[str, str, datetime],
    body: Any,
    receivers: Iterable[str],
    priority: int,
    keep: timedelta,
    after: timedelta = timedelta(0),
) -> int:
    """Write what is to be told (`about` is its rule or key, its kind and its time) and who is owed it; return its number."""
    rule, kind, at = about
    key = connection.execute(notifications.insert().values(rule=rule, kind=kind, at=at, body=body)).inserted_primary_key
    number = int(key[0]) if key else 0
    hand_to(connection, number, receivers, priority, at + after, at + keep)
    return number


def hand_to(
    connection: Connection, notification: int, receivers: Iterable[str], priority: int, at: datetime, expires: datetime
) -> None:
    """Write one delivery of a notification to each receiver, due at `at`."""
    same = {"notification": notification, "state": "due", "priority": priority, "attempts": 0, "uncertain": 0}
    rows = [same | {"receiver": receiver, "next_attempt": at, "tried_at": at, "expires": expires} for receiver in receivers]
    if rows:
        connection.execute(deliveries.insert(), rows)


def due(connection: Connection, now: datetime, limit: int, epoch: int) -> list[Due]:
    """Return of each receiver the most urgent delivery that may be tried now, most urgent first.

    Chats under penalty or disabled are left out. `epoch` is that of the caller's lease: what is in `sending` under it is
    in the caller's own hands and left out; under any other it was orphaned by a process that died or lost its lease, and
    may have arrived. Waits and penalties set by a clock that has since been set back are void.
    """
    waited = or_(deliveries.c.next_attempt <= now, deliveries.c.tried_at > now + STEPPED)
    orphaned = and_(deliveries.c.state == "sending", or_(deliveries.c.epoch.is_(None), deliveries.c.epoch != epoch))
    until = chats.c.blocked_until
    urgency = (deliveries.c.priority, deliveries.c.id)
    place = func.row_number().over(partition_by=deliveries.c.receiver, order_by=urgency)
    ready = (
        select(deliveries.c.id, deliveries.c.receiver, deliveries.c.priority, chats.c.moved_to, place.label("place"))
        .outerjoin(chats, chats.c.receiver == deliveries.c.receiver)
        .where(deliveries.c.state.in_(("due", "sending")), or_(orphaned, and_(deliveries.c.state == "due", waited)))
        .where(or_(until.is_(None), until <= now, chats.c.blocked_at > now + STEPPED))
        .where(or_(chats.c.disabled.is_(None), chats.c.disabled.is_(False)))
        .subquery()
    )
    query = select(ready).where(ready.c.place == 1).order_by(ready.c.priority, ready.c.id).limit(limit)
    return [Due(row.id, row.receiver, row.priority, row.moved_to) for row in connection.execute(query)]


def fetch(connection: Connection, delivery: int) -> Delivery | None:
    """Return a delivery; one that cannot be read back must not hold up the others: it is given up, and said aloud."""
    query = select(deliveries, notifications.c.body, notifications.c.kind).join(
        notifications, notifications.c.id == deliveries.c.notification
    )
    row = connection.execute(query.where(deliveries.c.id == delivery)).one()
    try:
        told = notice_from_json(row.body) if row.kind == NOTICE else notification_from_json(row.body)
    except ValueError as error:
        log.critical("delivery %d to %s cannot be read back and is given up: %s", row.id, row.receiver, error)
        mark(connection, row.id, state="dead", why="cannot be read back")
        return None
    return Delivery(
        row.id, row.notification, told, row.receiver, row.state, row.attempts, row.uncertain, row.expires, row.priority
    )


def give_up_expired(connection: Connection, now: datetime) -> list[tuple[str, int]]:
    """Give up what is too old to help; return by receiver how many sounding messages that were."""
    old = and_(deliveries.c.state == "due", deliveries.c.expires <= now)
    loud = and_(old, deliveries.c.priority % 2 == 0)
    lost = select(deliveries.c.receiver, func.count()).where(loud).group_by(deliveries.c.receiver)
    found = [(str(receiver), int(count)) for receiver, count in connection.execute(lost)]
    connection.execute(deliveries.update().where(old).values(state="dead", why="too old to help"))
    return found


def begin(connection: Connection, delivery: Delivery, epoch: int, now: datetime) -> None:
    """Write that a delivery goes out now, under the caller's lease of this epoch; must be committed before it is sent."""
    mark(connection, delivery.id, state="sending", attempts=delivery.attempts + 1, epoch=epoch, tried_at=now)


def settle(connection: Connection, delivery: int, epoch: int, **changes: Any) -> bool:
    """Write how a delivery that was begun under `epoch` ended; False, and nothing written, once another has taken it over."""
    mine = and_(deliveries.c.id == delivery, deliveries.c.state == "sending", deliveries.c.epoch == epoch)
    return connection.execute(deliveries.update().where(mine).values(**changes)).rowcount == 1


def mark(connection: Connection, delivery: int, **changes: Any) -> None:
    """Write what became of a delivery."""
    connection.execute(deliveries.update().where(deliveries.c.id == delivery).values(**changes))


def _silent(receiver: str, rule: str) -> Any:
    """The edits of a rule's live message that wait for a receiver; sounding messages have even priorities."""
    of_rule = select(notifications.c.id).where(notifications.c.rule == rule, notifications.c.kind != NOTICE)
    mine = and_(deliveries.c.receiver == receiver, deliveries.c.state == "due", deliveries.c.priority % 2 != 0)
    return and_(mine, deliveries.c.notification.in_(of_rule))


def newest_edit(connection: Connection, row: Due) -> int:
    """Return the newest edit of the same live message that waits, for each says all that stands; else `row` itself."""
    if row.priority % 2 == 0:
        return row.id
    query = select(notifications.c.rule, notifications.c.kind).join(deliveries, notifications.c.id == deliveries.c.notification)
    told = connection.execute(query.where(deliveries.c.id == row.id)).one()
    if told.kind == NOTICE:
        return row.id
    newest: int | None = connection.scalar(select(func.max(deliveries.c.id)).where(_silent(row.receiver, told.rule)))
    return max(newest or row.id, row.id)


def merge_edits(connection: Connection, delivery: Delivery) -> None:
    """Settle the edits that a message written now makes needless: those older than itself."""
    told = delivery.notification
    if isinstance(told, Notification):
        older = and_(_silent(delivery.receiver, told.rule), deliveries.c.id < delivery.id)
        connection.execute(deliveries.update().where(older).values(state="sent", why="a newer message says it"))


def sounded(connection: Connection, receiver: str, since: datetime) -> list[datetime]:
    """Return when the receiver was sent alerts and sounding updates since a moment."""
    query = (
        select(notifications.c.at)
        .join(deliveries, notifications.c.id == deliveries.c.notification)
        .where(deliveries.c.receiver == receiver, deliveries.c.delivered_at >= since, deliveries.c.priority % 2 == 0)
        .where(notifications.c.kind.in_(("alert", "update")))
    )
    return list(connection.scalars(query))


def is_held(connection: Connection, receiver: str, rule: str) -> bool:
    """Tell whether a message of the rule was held back from the receiver."""
    query = (
        select(deliveries.c.id)
        .join(notifications, notifications.c.id == deliveries.c.notification)
        .where(deliveries.c.receiver == receiver, deliveries.c.state.in_(("held", "digested")), notifications.c.rule == rule)
    )
    return connection.execute(query.limit(1)).first() is not None


def owed(connection: Connection) -> int:
    """Return how many deliveries are not finished."""
    query = select(func.count()).select_from(deliveries).where(deliveries.c.state.in_(("due", "sending")))
    return int(connection.scalar(query) or 0)


def owed_by_receiver(connection: Connection) -> dict[str, int]:
    """Return how many deliveries are not finished, by receiver."""
    unfinished = deliveries.c.state.in_(("due", "sending"))
    query = select(deliveries.c.receiver, func.count()).where(unfinished).group_by(deliveries.c.receiver)
    return {receiver: int(count) for receiver, count in connection.execute(query)}
