"""When each source is next due, who polls it now, and how it has been."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from alerter.store.schema import leases, sources


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
    """Make sources that are not known yet due at once."""
    known = set(connection.scalars(select(sources.c.id)))
    fresh = [{"id": name, "next_due": now, "failures": 0} for name in ids if name not in known]
    if fresh:
        connection.execute(sources.insert(), fresh)


def claim_due(connection: Connection, ids: Iterable[str], now: datetime, holder: str, span: timedelta) -> list[SourceRow]:
    """Lease to `holder` for `span` the sources among `ids` that are due and that nobody else polls."""
    query = (
        select(sources)
        .where(sources.c.id.in_(list(ids)), sources.c.next_due <= now)
        .where(or_(sources.c.leased_until.is_(None), sources.c.leased_until <= now))
        .with_for_update(skip_locked=True)
    )
    rows = [_source(row) for row in connection.execute(query)]
    if rows:
        taken = sources.c.id.in_([row.id for row in rows])
        connection.execute(sources.update().where(taken).values(leased_by=holder, leased_until=now + span))
    return rows


def settle(connection: Connection, source: str, **changes: Any) -> None:
    """Write what a poll brought and give the lease back."""
    values = changes | {"leased_by": None, "leased_until": None}
    connection.execute(sources.update().where(sources.c.id == source).values(**values))


def all_sources(connection: Connection) -> list[SourceRow]:
    """Return every source, by name."""
    return [_source(row) for row in connection.execute(select(sources).order_by(sources.c.id))]


def take_lease(connection: Connection, name: str, holder: str, now: datetime, span: timedelta) -> bool:
    """Take or renew the lease `name`; False while another holder's has not run out."""
    row = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
    if row is None:
        connection.execute(leases.insert().values(name=name, holder=holder, until=now + span))
        return True
    if row.holder != holder and row.until > now:
        return False
    connection.execute(leases.update().where(leases.c.name == name).values(holder=holder, until=now + span))
    return True


def holders(connection: Connection) -> set[str]:
    """Return everyone who holds a lease, run out or not."""
    held = connection.scalars(select(leases.c.holder).union(select(sources.c.leased_by).where(sources.c.leased_by.is_not(None))))
    return set(held)


def release(connection: Connection, names: Iterable[str]) -> None:
    """Give back every lease of these holders."""
    gone = list(names)
    connection.execute(leases.delete().where(leases.c.holder.in_(gone)))
    connection.execute(sources.update().where(sources.c.leased_by.in_(gone)).values(leased_by=None, leased_until=None))


def _source(row: Any) -> SourceRow:
    return SourceRow(**{name: getattr(row, name) for name in SourceRow.__slots__})
