"""Digest: once a day, what a receiver's budget held back, and why."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from alerter.config.load import Configuration
from alerter.domain.messages import SYMBOLS
from alerter.domain.model import Kind, Notice, Notification, Receiver
from alerter.store.operators import last_told
from alerter.store.outbox import NOTICE, owe
from alerter.store.schema import deliveries, notifications
from alerter.store.values import notice_to_json, notification_from_json

MORNING = 9
_APART = timedelta(hours=20)
_KEEP = timedelta(hours=24)
_PRIORITY = 11  # after all alerts and edits


def digests(connection: Connection, config: Configuration, now: datetime) -> None:
    """Owe each receiver with a budget its digest, from nine in the morning on, if anything was held back."""
    if now.astimezone(config.zone).hour < MORNING:
        return
    for receiver in config.receivers:
        told = last_told(connection, f"digest:{receiver.id}")
        if receiver.budget is not None and (told is None or now - told >= _APART):
            _digest(connection, config, receiver, now)


def _digest(connection: Connection, config: Configuration, receiver: Receiver, now: datetime) -> None:
    query = (
        select(deliveries.c.id, deliveries.c.priority, notifications.c.body)
        .join(notifications, notifications.c.id == deliveries.c.notification)
        .where(deliveries.c.receiver == receiver.id, deliveries.c.state == "held")
        .order_by(deliveries.c.id)
    )
    rows = connection.execute(query).all()
    loud = [notification_from_json(row.body) for row in rows if row.priority % 2 == 0]
    if loud:
        lines = [_line(config, told, receiver) for told in loud]
        notice = Notice("digest", {"budget": receiver.budget or 0, "lines": lines}, f"digest:{receiver.id}")
        owe(connection, (notice.about, NOTICE, now), notice_to_json(notice), [receiver.id], _PRIORITY, _KEEP)
    held = [row.id for row in rows]
    connection.execute(deliveries.update().where(deliveries.c.id.in_(held)).values(state="digested"))


def _line(config: Configuration, told: Notification, receiver: Receiver) -> str:
    names, language = config.region_names, receiver.language
    where = ", ".join(names.get(region, {}).get(language, region) for region in told.regions if receiver.hears(region))
    symbol = {Kind.CANCEL: "✅", Kind.EXPIRE: "⌛"}.get(told.kind, SYMBOLS[told.severity])
    title = told.titles.get(language) or told.titles.get("en") or told.rule
    return f"{told.at.astimezone(config.zone):%d.%m %H:%M} {symbol} {title}: {where}"
