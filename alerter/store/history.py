"""What was told and when it arrived, for those who look back."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from alerter.domain.model import Kind, Notification
from alerter.store.schema import deliveries, notifications
from alerter.store.values import notification_from_json


def told_since(connection: Connection, since: datetime) -> Iterator[tuple[int, Notification]]:
    """Yield the messages about alerts that were decided since a moment, oldest first, with their numbers."""
    alerts = notifications.c.kind.in_([kind.value for kind in Kind])
    query = select(notifications).where(alerts, notifications.c.at >= since).order_by(notifications.c.id)
    for row in connection.execute(query):
        yield row.id, notification_from_json(row.body)


def delivered_since(connection: Connection, since: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield the number of the message and the moment of each delivery that arrived since a moment."""
    query = select(deliveries.c.notification, deliveries.c.delivered_at).where(deliveries.c.delivered_at >= since)
    for row in connection.execute(query):
        yield row.notification, row.delivered_at
