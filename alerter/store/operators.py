"""Notices to the operators: owed like any message, to whoever has `role: operators` when they are delivered."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from alerter.domain.model import Notice
from alerter.store.outbox import NOTICE, OPERATORS, owe
from alerter.store.schema import notifications
from alerter.store.values import notice_from_json, notice_to_json

log = logging.getLogger(__name__)
_KEEP = timedelta(days=3)
_PRIORITY = -7  # after extreme alerts, before everything else


def tell_operators(connection: Connection, notice: Notice, now: datetime, *, once_per: timedelta | None = None) -> bool:
    """Owe `notice` to every receiver with `role: operators`, in the transaction of `connection`; it is logged as well.

    With `once_per` nothing is done while a notice of the same key is younger than that. Return whether it is told.
    """
    told = last_told(connection, notice.about)
    if once_per is not None and told is not None and now - told < once_per:
        return False
    log.warning("to the operators: %s", " ".join([notice.topic, *(f"{key}={value}" for key, value in notice.values.items())]))
    owe(connection, (notice.about, NOTICE, now), notice_to_json(notice), [OPERATORS], _PRIORITY, _KEEP)
    return True


def last_told(connection: Connection, about: str) -> datetime | None:
    """Return when a notice of this key was last told."""
    same = (notifications.c.kind == NOTICE, notifications.c.rule == about)
    newest: datetime | None = connection.scalar(select(func.max(notifications.c.at)).where(*same))
    return newest


def last_notice(connection: Connection, about: str) -> Notice | None:
    """Return the last notice of this key, None when there was none."""
    same = (notifications.c.kind == NOTICE, notifications.c.rule == about)
    newest = select(notifications.c.body).where(*same).order_by(notifications.c.id.desc()).limit(1)
    body = connection.scalar(newest)
    return None if body is None else notice_from_json(body)
