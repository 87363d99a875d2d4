"""The journal: news items and forecasts as they came, never changed after they were written."""

import json
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from alerter.domain.model import FeedItem, Forecast
from alerter.store.schema import forecasts, items


def add_items(connection: Connection, news: Iterable[FeedItem]) -> int:
    """Write the items that are new by (source, guid); return how many were."""
    insert = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    return sum(connection.execute(insert(items).values(_item_row(item)).on_conflict_do_nothing()).rowcount for item in news)


def items_since(connection: Connection, observed: datetime, after: int = 0) -> list[tuple[int, FeedItem]]:
    """Return the items observed at or after a moment whose row number is above `after`, oldest row first."""
    query = select(items).where(items.c.observed >= observed, items.c.id > after).order_by(items.c.id)
    return [(row.id, _item(row)) for row in connection.execute(query)]


def add_forecasts(connection: Connection, news: Iterable[Forecast]) -> None:
    """Write forecasts as they came."""
    rows = [_forecast_row(forecast) for forecast in news]
    if rows:
        connection.execute(forecasts.insert(), rows)


def newest_forecasts(connection: Connection, observed: datetime, after: int = 0) -> list[tuple[int, Forecast]]:
    """Return the newest forecast of each provider, region and point since `observed`, with row numbers above `after`."""
    newest = (
        select(func.max(forecasts.c.id))
        .where(forecasts.c.observed >= observed, forecasts.c.id > after)
        .group_by(forecasts.c.provider, forecasts.c.region, forecasts.c.point)
    )
    query = select(forecasts).where(forecasts.c.id.in_(newest)).order_by(forecasts.c.id)
    return [(row.id, _forecast(row)) for row in connection.execute(query)]


def prune(connection: Connection, forecasts_before: datetime, items_before: datetime) -> None:
    """Forget forecasts and items observed before the given moments."""
    connection.execute(forecasts.delete().where(forecasts.c.observed < forecasts_before))
    connection.execute(items.delete().where(items.c.observed < items_before))


def _item_row(item: FeedItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in FeedItem.__slots__}


def _item(row: Any) -> FeedItem:
    return FeedItem(**{name: getattr(row, name) for name in FeedItem.__slots__})


def _forecast_row(forecast: Forecast) -> dict[str, Any]:
    body = zlib.compress(json.dumps({"members": forecast.members, "wind": forecast.wind}).encode(), 6)
    plain = {name: getattr(forecast, name) for name in ("provider", "region", "point", "start", "issued", "observed")}
    return plain | {"body": body}


def _forecast(row: Any) -> Forecast:
    body = json.loads(zlib.decompress(row.body))
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
