"""When each source is next due, who polls it now, and how it has been."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from alerter.store.journal import insert_new, note_heard
from alerter.store.schema import sources

STEPPED = timedelta(minutes=2)
"""A row written further in our future than this was written by a clock that has since been set back: its waits are void."""


class ClaimLostError(Exception):
    """A poll took longer than its lease, and another process polls the source now."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source's schedule and health. The three clocks: fetched, newest item, content changed."""

    id: str
    next_due: datetime
    fetched_ok_at: datetime | None
    newest_item_at: datetime | None
    content_changed_at: datetime | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    last_error: str | None


def enrol(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Make sources that are not known yet due at once; several daemons may do so at the same time."""
    known = set(connection.scalars(select(sources.c.id)))
    fresh = [{"id": name, "next_due": now, "failures": 0} for name in ids if name not in known]
    if fresh:
        connection.execute(insert_new(connection, sources), fresh)


def begin_anew(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Make sources due at once that are not what they were, and forget what the old ones said of their last answer."""
    nothing = {"etag": None, "last_modified": None, "body_hash": None, "failures": 0, "last_error": None}
    changed = sources.update().where(sources.c.id.in_(list(ids)))
    connection.execute(changed.values(next_due=now, **nothing))


def claim_due(connection: Connection, ids: Iterable[str], now: datetime, holder: str, span: timedelta) -> list[SourceRow]:
    """Lease to `holder` for `span` the sources among `ids` that are due and that nobody else polls.

    After the clock was set back, what was tried in the future is due, and a lease that ends beyond `span` has ended. What
    `holder` holds is free to it: leave out of `ids` what it still works on.
    """
    due = or_(sources.c.next_due <= now, sources.c.tried_at > now + STEPPED)
    until = sources.c.leased_until
    free = or_(until.is_(None), until <= now, until > now + span + STEPPED, sources.c.leased_by == holder)
    query = select(sources).where(sources.c.id.in_(list(ids)), due, free).with_for_update(skip_locked=True)
    rows = [_source(row) for row in connection.execute(query)]
    if rows:
        taken = sources.c.id.in_([row.id for row in rows])
        connection.execute(sources.update().where(taken).values(leased_by=holder, leased_until=now + span, tried_at=now))
    return rows


def renew_claims(connection: Connection, ids: Iterable[str], now: datetime, holder: str, span: timedelta) -> None:
    """Let `holder` keep for another `span` the sources among `ids` that are still its own; written only when half is over."""
    if names := list(ids):
        until = sources.c.leased_until
        stale = or_(until < now + span / 2, until > now + span)
        mine = and_(sources.c.id.in_(names), sources.c.leased_by == holder, stale)
        connection.execute(sources.update().where(mine).values(leased_until=now + span))


def keep_claim(connection: Connection, source: str, holder: str) -> None:
    """Make the caller's transaction one that only the poller of `source` commits.

    Raises:
        ClaimLostError: when another has it by now: what was fetched before is not news any more.
    """
    if not keep_claims(connection, [source], holder):
        raise ClaimLostError


def keep_claims(connection: Connection, ids: Iterable[str], holder: str) -> set[str]:
    """Return the sources among `ids` that `holder` still has; no other gets them before the caller's transaction ends."""
    mine = select(sources.c.id).where(sources.c.id.in_(list(ids)), sources.c.leased_by == holder)
    return set(connection.scalars(mine.order_by(sources.c.id).with_for_update()))


def settle(connection: Connection, holder: str, rows: Collection[SourceRow]) -> int:
    """Write what polls brought and give their leases back; return how many `holder` still held: the others are unchanged.

    Call it once for each poll that ended: that a source without failures was heard is noted for replays.
    """
    values = [{f"_{name}": getattr(row, name) for name in SourceRow.__slots__} for row in rows]
    if not values:
        return 0
    names = [name for name in SourceRow.__slots__ if name != "id"]
    mine = sources.update().where(sources.c.id == bindparam("_id"), sources.c.leased_by == holder)
    statement = mine.values({name: bindparam(f"_{name}") for name in names} | {"leased_by": None, "leased_until": None})
    note_heard(connection, ((row.id, row.fetched_ok_at) for row in rows if row.fetched_ok_at and not row.failures))
    return connection.execute(statement, values).rowcount


def all_sources(connection: Connection) -> list[SourceRow]:
    """Return every source, by name."""
    return [_source(row) for row in connection.execute(select(sources).order_by(sources.c.id))]


def _source(row: Any) -> SourceRow:
    return SourceRow(**{name: getattr(row, name) for name in SourceRow.__slots__})


def overdue(connection: Connection, ids: Iterable[str], before: datetime) -> bool:
    """Tell whether a source was due before a moment and is still not settled: polls do not get on."""
    late = select(sources.c.id).where(sources.c.id.in_(list(ids)), sources.c.next_due < before)
    return connection.execute(late.limit(1)).first() is not None
