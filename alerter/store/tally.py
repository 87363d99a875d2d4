"""What was delivered: counts and delays, and whether deliveries flow."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, and_, func, or_, select

from alerter.domain.model import Notification
from alerter.store.outbox import NOTICE
from alerter.store.schema import chats, deliveries, notifications
from alerter.store.values import notification_from_json

STUCK = timedelta(minutes=5)
_PENALTY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Deliveries to subscribers by state, and the delays of alerts in seconds, from published to delivered, ascending."""

    states: Counter[str]
    delays: Sequence[float]

    def delay(self, share: float) -> float | None:
        """Return the delay that `share` of the alerts did not exceed (nearest rank), None without alerts."""
        if not self.delays:
            return None
        return self.delays[max(1, ceil(share * len(self.delays))) - 1]


def tally(connection: Connection, since: datetime) -> Tally:
    """Count what ended or was told since a moment."""
    joined = deliveries.join(notifications, notifications.c.id == deliveries.c.notification)
    recent = and_(notifications.c.at >= since, notifications.c.kind != NOTICE)
    counts = select(deliveries.c.state, func.count()).select_from(joined).where(recent).group_by(deliveries.c.state)
    states = Counter({str(state): int(count) for state, count in connection.execute(counts)})
    alerts = select(notifications.c.id, notifications.c.body).where(notifications.c.at >= since, notifications.c.kind == "alert")
    published = {row.id: told.published for row in connection.execute(alerts) if (told := _read(row.body))}
    arrived = select(deliveries.c.notification, deliveries.c.delivered_at).where(
        deliveries.c.notification.in_(list(published)), deliveries.c.delivered_at.is_not(None)
    )
    delays = [
        (row.delivered_at - moment).total_seconds()
        for row in connection.execute(arrived)
        if (moment := published[row.notification])
    ]
    return Tally(states, sorted(max(0.0, delay) for delay in delays))


def _read(body: object) -> Notification | None:
    try:
        return notification_from_json(body)
    except ValueError:
        return None


def flowing(connection: Connection, now: datetime) -> bool:
    """Tell whether deliveries flow: nothing has waited for long, or something arrived lately.

    What waits for a receiver that is disabled, or for the end of a long penalty of Telegram's, is not held against it.
    """
    until = chats.c.blocked_until
    open_ = or_(until.is_(None), until <= now + _PENALTY)
    query = (
        select(func.min(notifications.c.at))
        .select_from(deliveries.join(notifications, notifications.c.id == deliveries.c.notification))
        .outerjoin(chats, chats.c.receiver == deliveries.c.receiver)
        .where(deliveries.c.state.in_(("due", "sending")), open_)
        .where(or_(chats.c.disabled.is_(None), chats.c.disabled.is_(False)))
    )
    oldest = connection.scalar(query)
    if oldest is None or now - oldest < STUCK:
        return True
    last = connection.scalar(select(func.max(deliveries.c.delivered_at)))
    return last is not None and now - last < STUCK
