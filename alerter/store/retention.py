"""What is forgotten, a little at a time: old news, and old messages that were told or given up."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from alerter.store.schema import deliveries, items, notifications

BATCH = 500
"""Rows of each kind deleted in one transaction: a few milliseconds, so that no tick waits."""


def forget(connection: Connection, items_before: datetime, messages_before: datetime) -> int:
    """Delete a batch of what was observed, or told, before the given moments; return how many rows, 0 when none are left.

    A message still owed stays, however old. So does the newest item: row numbers are read on from, and must not repeat.
    """
    newest = select(func.max(items.c.id)).scalar_subquery()
    old = select(items.c.id).where(items.c.observed < items_before, items.c.id < newest).limit(BATCH)
    gone = connection.execute(items.delete().where(items.c.id.in_(old))).rowcount
    owed = select(deliveries.c.notification).where(deliveries.c.state.in_(("due", "sending")))
    told = select(notifications.c.id).where(notifications.c.at < messages_before, notifications.c.id.not_in(owed)).limit(BATCH)
    numbers = connection.scalars(told).all()
    connection.execute(deliveries.delete().where(deliveries.c.notification.in_(numbers)))
    connection.execute(notifications.delete().where(notifications.c.id.in_(numbers)))
    return gone + len(numbers)


def forget_gently(engine: Engine, items_before: datetime, messages_before: datetime, pause: Callable[[], bool]) -> None:
    """Forget all of that in small transactions; `pause` gives way to others between them, and is true when it is to end."""
    gone = 1
    while gone and not pause():
        with engine.begin() as connection:
            gone = forget(connection, items_before, messages_before)
