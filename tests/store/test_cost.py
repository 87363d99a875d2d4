"""What a tick or a delivery reads does not grow with the length of the journal or of the history of messages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from alerter.domain.model import FeedItem, Forecast, Kind, Notification, Severity
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items, items_since, newest_bulletins, newest_forecasts
from alerter.store.outbox import due, enqueue, owed
from alerter.store.schema import deliveries, forecasts, items

NOW = datetime(2026, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
GROWING = ("items", "forecasts", "bulletins", "notifications", "deliveries")


@pytest.fixture
def engine(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.begin() as connection:
        add_items(connection, [FeedItem("a", str(number), "title", "", "", NOW, NOW) for number in range(2000)])
        runs = [NOW - timedelta(minutes=number) for number in range(500)]
        add_forecasts(connection, [Forecast("p", "UA-30", NOW, ((1.0,),), at, point="x") for at in runs])
        told = Notification("r", Kind.ALERT, NOW, Severity.EXTREME, ("UA-30",))
        for _ in range(200):
            enqueue(connection, told, ["a", "b", "c"], WEEK)
        connection.execute(deliveries.update().values(state="sent"))
        enqueue(connection, told, ["a"], WEEK)
    yield engine
    engine.dispose()


def scans(engine, read):
    """Return where the statements that `read` executes would walk through a whole growing table."""
    seen = []
    listen = lambda *said: seen.append((said[2], said[3]))  # noqa: E731 (removed again below)
    with engine.begin() as connection:
        event.listen(engine, "before_cursor_execute", listen)
        read(connection)
        event.remove(engine, "before_cursor_execute", listen)
        plans = [row[-1] for query in seen for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query[0]}", query[1])]
    assert seen
    return [step for step in plans if step.startswith("SCAN") and step.split()[1] in GROWING]


def last(engine, table):
    with engine.begin() as connection:
        return connection.scalar(select(func.max(table.c.id)))


def test_a_tick_without_news_walks_through_nothing_that_grows(engine):
    item, forecast = last(engine, items), last(engine, forecasts)
    assert scans(engine, lambda connection: items_since(connection, NOW - WEEK, item)) == []
    assert scans(engine, lambda connection: newest_forecasts(connection, NOW - WEEK, forecast)) == []
    assert scans(engine, lambda connection: newest_bulletins(connection, NOW - WEEK, 0)) == []


def test_what_is_owed_is_found_without_walking_through_what_was_told(engine):
    assert scans(engine, lambda connection: due(connection, NOW, 100, 1)) == []
    assert scans(engine, owed) == []


def test_a_walk_through_a_whole_table_would_be_seen(engine):
    assert scans(engine, lambda connection: connection.execute(select(items).where(items.c.title == "x"))) == ["SCAN items"]
