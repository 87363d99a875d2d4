"""The journal: news items and forecasts as they came, never changed after they were written."""

import heapq
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Table, func, or_, select
from sqlalchemy import text as sql

from alerter.domain.model import Bulletin, FeedItem, Forecast, Heard
from alerter.store.schema import bulletins, forecasts, items, polls

_RETOLD = timedelta(hours=3)
_HEARD_EVERY = timedelta(minutes=30)
_PAGE = 200
_number = lru_cache(maxsize=1 << 14)(float)

_WRITING = 7_246_002


def add_items(connection: Connection, news: Iterable[FeedItem]) -> int:
    """Write the items that are new by (source, guid); return how many were."""
    rows = [_item_row(item) for item in news]
    if not rows:
        return 0
    _in_order(connection)
    fresh = insert_new(connection, items).returning(items.c.id)
    return len(connection.execute(fresh, rows).all())


def known_guids(connection: Connection, source: str, guids: Iterable[str]) -> set[str]:
    """Return those of `guids` under which the source has said something already."""
    return set(connection.scalars(select(items.c.guid).where(items.c.source == source, items.c.guid.in_(list(guids)))))


def latest_items(connection: Connection, source: str, observed: datetime, most: int = 500) -> list[FeedItem]:
    """Return what a source has said since a moment, newest first, at most so many."""
    query = select(items).where(items.c.source == source, items.c.observed >= observed).order_by(items.c.id.desc())
    return [_item(row) for row in connection.execute(query.limit(most))]


def items_since(connection: Connection, observed: datetime, after: int = 0) -> list[tuple[int, FeedItem]]:
    """Return the items observed at or after a moment whose row number is above `after`, oldest row first."""
    query = select(items).where(items.c.observed >= observed, items.c.id > after).order_by(items.c.id)
    return [(row.id, _item(row)) for row in connection.execute(query)]


def add_forecasts(connection: Connection, news: Iterable[Forecast]) -> None:
    """Write forecasts as they came."""
    rows = [_forecast_row(forecast) for forecast in news]
    if rows:
        _in_order(connection)
        connection.execute(forecasts.insert(), rows)


def newest_forecasts(connection: Connection, observed: datetime, after: int = 0) -> list[tuple[int, Forecast]]:
    """Return the newest forecast of each provider, region and point since `observed`, with row numbers above `after`."""
    if not _grew(connection, forecasts, after):
        return []
    newest = (
        select(func.max(forecasts.c.id))
        .where(forecasts.c.observed >= observed, forecasts.c.id > after)
        .group_by(forecasts.c.provider, forecasts.c.region, forecasts.c.point)
    )
    query = select(forecasts).where(forecasts.c.id.in_(newest)).order_by(forecasts.c.id)
    return [(row.id, _forecast(row)) for row in connection.execute(query)]


def last_forecasts(connection: Connection, provider: str, observed: datetime) -> dict[tuple[str, str], Forecast]:
    """Return the newest forecast of a provider since `observed`, by region and point."""
    newest = (
        select(func.max(forecasts.c.id))
        .where(forecasts.c.provider == provider, forecasts.c.observed >= observed)
        .group_by(forecasts.c.region, forecasts.c.point)
    )
    found = map(_forecast, connection.execute(select(forecasts).where(forecasts.c.id.in_(newest))))
    return {(forecast.region, forecast.point): forecast for forecast in found}


def forecasts_of(connection: Connection, region: str, since: datetime, until: datetime) -> list[Forecast]:
    """Return the newest forecast of each provider and point of a region that was observed between two moments."""
    newest = (
        select(func.max(forecasts.c.id))
        .where(forecasts.c.region == region, forecasts.c.observed >= since, forecasts.c.observed <= until)
        .group_by(forecasts.c.provider, forecasts.c.point)
    )
    return [_forecast(row) for row in connection.execute(select(forecasts).where(forecasts.c.id.in_(newest)))]


def forecast_heads(connection: Connection, observed: datetime) -> list[Forecast]:
    """Return the newest forecast of each provider, region and point since `observed`, without its hours: cheap to list."""
    head = [column for column in forecasts.c if column.name not in {"id", "body"}]
    newest = (
        select(func.max(forecasts.c.id))
        .where(forecasts.c.observed >= observed)
        .group_by(forecasts.c.provider, forecasts.c.region, forecasts.c.point)
    )
    rows = connection.execute(select(*head).where(forecasts.c.id.in_(newest)).order_by(forecasts.c.id)).mappings()
    return [Forecast(members=(), **row) for row in rows]


def add_bulletin(connection: Connection, bulletin: Bulletin) -> bool:
    """Write a bulletin when it differs from its source's last; return whether it was written.

    One that says the same is written again after three hours, so that a replay knows that the service was heard.
    """
    last = newest_bulletins(connection, bulletin.observed - _RETOLD).get(bulletin.source)
    if last and last[1].alerts == bulletin.alerts:
        return False
    _in_order(connection)
    body = zlib.compress(json.dumps(bulletin.alerts, ensure_ascii=False).encode("utf-8", "replace"), 6)
    connection.execute(bulletins.insert().values(source=bulletin.source, observed=bulletin.observed, body=body))
    return True


def newest_bulletins(
    connection: Connection, observed: datetime, after: int = 0, until: datetime | None = None
) -> dict[str, tuple[int, Bulletin]]:
    """Return the newest bulletin of each source since `observed`, with its row number, which is above `after`."""
    if not _grew(connection, bulletins, after):
        return {}
    newest = select(func.max(bulletins.c.id)).where(bulletins.c.observed >= observed, bulletins.c.id > after)
    if until is not None:
        newest = newest.where(bulletins.c.observed <= until)
    rows = connection.execute(select(bulletins).where(bulletins.c.id.in_(newest.group_by(bulletins.c.source))))
    return {row.source: (row.id, _bulletin(row)) for row in rows}


def note_heard(connection: Connection, heard: Iterable[tuple[str, datetime]]) -> None:
    """Write when sources answered, once in half an hour: a replay must tell silence from an uneventful night."""
    rows = [{"source": source, "slot": _slot(observed), "observed": observed} for source, observed in heard]
    if rows:
        connection.execute(insert_new(connection, polls), rows)


def _slot(observed: datetime) -> datetime:
    return observed - (observed - datetime.min.replace(tzinfo=observed.tzinfo)) % _HEARD_EVERY


def heard_by(connection: Connection, until: datetime) -> dict[str, datetime]:
    """Return when each source had last answered at a moment, to the half hour."""
    query = select(polls.c.source, func.max(polls.c.observed)).where(polls.c.observed <= until).group_by(polls.c.source)
    return {row[0]: row[1] for row in connection.execute(query)}


def observed_between(
    connection: Connection, since: datetime, until: datetime
) -> Iterator[FeedItem | Forecast | Bulletin | Heard]:
    """Yield all that was observed between two moments, about oldest first, and never hold more than some pages of it."""
    readers: tuple[tuple[Table, Callable[[Any], Any]], ...] = (
        (polls, lambda row: Heard(row.source, row.observed)),
        (items, _item),
        (bulletins, _bulletin),
        (forecasts, _forecast),
    )
    streams = [map(reader, _pages(connection, table, since, until)) for table, reader in readers]
    yield from heapq.merge(*streams, key=lambda one: one.observed)


def _pages(connection: Connection, table: Table, since: datetime, until: datetime) -> Iterator[Row[Any]]:
    order = table.c.id if "id" in table.c else table.c.observed  # row numbers follow the time of writing, and need no sorting
    query = select(table).where(table.c.observed >= since, table.c.observed <= until).order_by(order)
    yield from connection.execute(query, execution_options={"stream_results": True, "yield_per": _PAGE})


def thin_forecasts(connection: Connection, every_run: datetime, one_a_day: datetime) -> int:
    """Forget what a replay does not need; return how many forecasts were forgotten.

    Of those observed before `every_run` the first of each UTC day stays, by provider and point; before `one_a_day` none
    stays, and no bulletin or poll either.
    """
    old = forecasts.c.observed < every_run
    day = func.substr(forecasts.c.observed, 1, 10)
    firsts = select(func.min(forecasts.c.id)).where(old)
    kept = firsts.group_by(forecasts.c.provider, forecasts.c.region, forecasts.c.point, day)
    gone = forecasts.delete().where(old, or_(forecasts.c.observed < one_a_day, forecasts.c.id.not_in(kept)))
    for table in (bulletins, polls):
        connection.execute(table.delete().where(table.c.observed < one_a_day))
    return connection.execute(gone).rowcount


def _grew(connection: Connection, table: Table, after: int) -> bool:
    """Tell whether there are rows above a number: the one look that a tick without news costs, however long the journal."""
    return (connection.scalar(select(func.max(table.c.id))) or 0) > after


def insert_new(connection: Connection, table: Table) -> Any:
    """Return an insert into `table` that passes over rows that are there already, or that another process is writing."""
    # each dialect has an insert of its own that knows of conflicts; only the one in use is loaded
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql  # noqa: PLC0415

        return insert_postgresql(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415

    return insert_sqlite(table).on_conflict_do_nothing()


def _in_order(connection: Connection) -> None:
    """Let row numbers become visible in the order in which they are given.

    Ticks read on from the highest number they saw. PostgreSQL hands numbers out before it commits: without this, a row
    that was numbered first and committed last would never be read. Held until the caller's transaction ends.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITING})


def _item_row(item: FeedItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in FeedItem.__slots__}


def _item(row: Any) -> FeedItem:
    return FeedItem(**{name: getattr(row, name) for name in FeedItem.__slots__})


def _bulletin(row: Any) -> Bulletin:
    return Bulletin(row.source, row.observed, tuple(json.loads(zlib.decompress(row.body))))


def _forecast_row(forecast: Forecast) -> dict[str, Any]:
    body = zlib.compress(json.dumps({"members": forecast.members, "wind": forecast.wind}).encode(), 6)
    plain = {name: getattr(forecast, name) for name in ("provider", "region", "point", "start", "issued", "observed")}
    return plain | {"body": body}


def _forecast(row: Any) -> Forecast:
    body = json.loads(zlib.decompress(row.body), parse_float=_number)
    return Forecast(
        provider=row.provider,
        region=row.region,
        point=row.point,
        start=row.start,
        issued=row.issued,
        observed=row.observed,
        members=tuple(tuple(series) for series in body["members"]),
        wind=tuple(tuple(series) for series in body["wind"]),
    )
