"""Copies are whole and made while others write; what is old is forgotten, what is owed is not."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from alerter.domain.model import FeedItem, Kind, Notification, Severity
from alerter.store import retention
from alerter.store.backup import back_up
from alerter.store.database import StoreError, open_database
from alerter.store.journal import add_items, items_since
from alerter.store.outbox import due, enqueue
from alerter.store.retention import forget
from alerter.store.schema import deliveries

NOW = datetime(2026, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVER = NOW - 10_000 * DAY


def item(number, observed=NOW):
    return FeedItem("a", str(number), f"title {number}", "", "", observed, observed)


def test_a_backup_made_while_the_daemon_writes_is_whole_and_opens_as_a_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    engine = open_database(url)
    halt = threading.Event()

    def write():
        number = 0
        while not halt.is_set():
            with engine.begin() as connection:
                add_items(connection, [item(number), item(number + 1)])
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = [back_up(url, tmp_path / f"{number}.copy") for number in range(5)]
    finally:
        halt.set()
        writer.join()
    assert sizes == [(tmp_path / f"{number}.copy").stat().st_size for number in range(5)]
    for number in range(5):
        with open_database(f"sqlite:///{tmp_path / f'{number}.copy'}").begin() as connection:
            assert len(items_since(connection, EVER)) % 2 == 0, "no transaction is copied by half"
    assert (tmp_path / "0.copy").stat().st_mode & 0o077 == 0, "chat ids are nobody else's business"
    engine.dispose()


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(StoreError, match="there is no database yet"):
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy")
    path = tmp_path / "a.db"
    engine = open_database(f"sqlite:///{path}")
    with engine.begin() as connection:
        add_items(connection, map(item, range(2000)))
    engine.dispose()
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = bytearray(path.read_bytes())
    pages[-60_000:-20_000] = b"x" * 40_000
    path.write_bytes(pages)
    with pytest.raises(StoreError, match="it is damaged"):
        back_up(f"sqlite:///{path}", tmp_path / "copy")
    assert {one.name for one in tmp_path.iterdir()} <= {"a.db", "a.db-wal", "a.db-shm"}


def test_old_news_and_told_messages_are_forgotten_in_small_steps_and_what_is_owed_stays(database_url, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 10)
    engine = open_database(database_url)
    with engine.begin() as connection:
        add_items(connection, [item(number, NOW - 200 * DAY) for number in range(25)] + [item(99)])
        told = Notification("r", Kind.ALERT, NOW - 500 * DAY, Severity.EXTREME, ("UA-63",))
        for _ in range(15):
            enqueue(connection, told, ["a", "b"], 9999 * DAY)
        connection.execute(deliveries.update().where(deliveries.c.id > 1).values(state="sent"))
    with engine.begin() as connection:
        steps = [forget(connection, NOW - 180 * DAY, NOW - 400 * DAY) for _ in range(5)]
    assert steps == [20, 14, 5, 0, 0]
    with engine.begin() as connection:
        assert [found.title for _, found in items_since(connection, EVER)] == ["title 99"]
        assert [owed.receiver for owed in due(connection, NOW, 10, 1)] == ["a"]
    engine.dispose()


def test_the_newest_item_is_kept_so_that_row_numbers_never_repeat(database_url):
    engine = open_database(database_url)
    with engine.begin() as connection:
        add_items(connection, [item(number, NOW - 200 * DAY) for number in range(3)])
        assert forget(connection, NOW, NOW) == 2
        add_items(connection, [item(7)])
        assert [number for number, _ in items_since(connection, EVER)] == [3, 4]
    engine.dispose()
