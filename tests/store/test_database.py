"""A database is upgraded with all it holds, belongs to one daemon, and says clearly what ails it."""

import re
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from alerter.domain.model import AlertState, FeedItem
from alerter.store.chats import live_message
from alerter.store.database import HEAD, StoreError, open_database, sole_daemon
from alerter.store.faults import Fault, fault_of
from alerter.store.journal import add_items, items_since, newest_forecasts
from alerter.store.leases import Lease
from alerter.store.outbox import due, fetch, load_alerts
from alerter.store.schedule import all_sources, enrol
from alerter.store.schema import chats, metadata

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
NOW = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
MONTH = timedelta(days=31)


def restore(url, dump):
    """Write a dump of an older alerter's SQLite database into an empty database of either kind."""
    engine = create_engine(url)
    script = dump.read_text(encoding="utf-8")
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(engine.url.database) as connection:
            connection.executescript(script)
        connection.close()
        return
    script = script.replace("BLOB", "BYTEA").replace("BEGIN TRANSACTION;", "").replace("COMMIT;", "")
    script = re.sub(r"id INTEGER NOT NULL", "id SERIAL NOT NULL", re.sub(r"X'([0-9A-Fa-f]+)'", r"'\\x\1'", script))
    script = re.sub(r"(INTO \"chats\" VALUES\('\w+',NULL,NULL),1", r"\1,true", script)
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";\n")):
            connection.exec_driver_sql(statement.replace("%", "%%"))
        for table in ("items", "forecasts", "notifications", "deliveries"):
            connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    engine.dispose()


@pytest.mark.parametrize("dump", RELEASED, ids=lambda path: path.stem)
def test_a_database_of_each_release_keeps_its_alerts_and_what_it_owes(database_url, dump):
    restore(database_url, dump)
    engine = open_database(database_url)
    with engine.begin() as connection:
        (alert,) = load_alerts(connection).values()
        assert (alert.rule, alert.region, alert.state) == ("cold-after-grid-attack", "UA-63", AlertState.FIRING)
        assert alert.facts.spell.minimum == -19
        assert [report.source for report in alert.facts.reports] == ["Suspilne"]
        (owed,) = (fetch(connection, row.id) for row in due(connection, NOW, 10, 1))
        assert (owed.receiver, owed.state, owed.notification.rule) == ("all", "sending", "cold-after-grid-attack")
        assert live_message(connection, "east", "cold-after-grid-attack") == 17
        assert connection.scalar(select(chats.c.disabled).where(chats.c.receiver == "gone"))
        assert [item.title for _, item in items_since(connection, NOW - MONTH)] == ["Missiles hit a substation near Kharkiv"]
        assert [forecast.members for _, forecast in newest_forecasts(connection, NOW - MONTH)] == [((-12.1, -12.4),)]
        assert [row.id for row in all_sources(connection)] == ["open-meteo", "suspilne"]
        fresh = FeedItem("suspilne", "2", "More", "", "", NOW, NOW)
        assert add_items(connection, [fresh, fresh]) == 1
    with Lease("tick", "me").hold(engine) as connection:
        assert connection is not None, "who held a lease before the upgrade holds nothing now"
    engine.dispose()


def test_every_table_is_made_by_the_migrations_as_the_code_expects_it(database_url):
    engine = open_database(database_url)
    made = inspect(engine)
    for table in metadata.tables.values():
        assert {column["name"] for column in made.get_columns(table.name)} == set(table.columns.keys())
        assert {index["name"] for index in made.get_indexes(table.name)} >= {index.name for index in table.indexes}
    engine.dispose()


def test_many_daemons_may_start_on_an_empty_server_at_once(postgres):
    began = [
        subprocess.Popen([sys.executable, "-c", f"from alerter.store.database import open_database as o; o({postgres!r})"])
        for _ in range(3)
    ]
    assert [process.wait(30) for process in began] == [0] * 3


def test_daemons_that_start_together_enrol_each_source_once(postgres):
    engine = open_database(postgres)

    def enrol_too():
        with engine.begin() as connection:
            enrol(connection, ["a", "b"], NOW)

    second = threading.Thread(target=enrol_too)
    with engine.begin() as connection:
        enrol(connection, ["a"], NOW)
        second.start()
        time.sleep(0.3)  # it reads that there is nothing yet, and waits for us
    second.join(10)
    with engine.begin() as connection:
        assert [row.id for row in all_sources(connection)] == ["a", "b"]
    engine.dispose()


def test_a_database_of_a_newer_alerter_is_left_alone(database_url):
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=f"its schema is 9999, this program's {HEAD}: a newer alerter wrote it") as refused:
        open_database(database_url)
    assert not refused.value.passing


def test_reading_creates_nothing_and_upgrades_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'state' / 'a.db'}"
    with open_database(url, reading=True).begin() as connection:
        assert load_alerts(connection) == {}
    assert list(tmp_path.iterdir()) == []
    restore(f"sqlite:///{tmp_path / 'b.db'}", RELEASED[0])
    with pytest.raises(StoreError, match=r"its schema is 0001, .* start `alerter run` once to upgrade it"):
        open_database(f"sqlite:///{tmp_path / 'b.db'}", reading=True)


def test_reading_waits_for_no_writer_and_writes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}?timeout=0.1"
    writer, reader = open_database(url), open_database(url, reading=True)
    with writer.begin(), reader.begin() as connection:
        assert load_alerts(connection) == {}
        with pytest.raises(DBAPIError, match="readonly"):
            connection.execute(text("DELETE FROM alerts"))


def test_a_second_daemon_on_a_file_is_refused_and_a_killed_one_leaves_it_free(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    code = f"from alerter.store.database import sole_daemon\nwith sole_daemon({url!r}): print(1, flush=True); input()"
    first = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    first.stdout.readline()
    with (
        pytest.raises(StoreError, match=f"another daemon \\(process {first.pid}\\) works on it; stop that one, or give"),
        sole_daemon(url),
    ):
        pass
    first.kill()
    first.communicate()
    with sole_daemon(url), pytest.raises(StoreError), sole_daemon(url):
        pass


def test_rows_of_the_journal_become_visible_in_the_order_of_their_numbers(postgres):
    engine = open_database(postgres)
    item = FeedItem("a", "1", "first", "", "", NOW, NOW)

    def second():
        with engine.begin() as connection:
            add_items(connection, [FeedItem("b", "1", "second", "", "", NOW, NOW)])

    with engine.begin() as connection:
        add_items(connection, [item])
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.3)
        with engine.begin() as reading:
            assert items_since(reading, NOW - MONTH) == [], "the second waits, so no reader passes over the first"
    other.join(10)
    with engine.begin() as connection:
        assert [found.title for _, found in items_since(connection, NOW - MONTH)] == ["first", "second"]
    engine.dispose()


def test_a_locked_database_is_an_error_that_passes(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}?timeout=0.3"
    engine = open_database(url)
    began = time.monotonic()
    with engine.begin(), pytest.raises(StoreError, match="another process keeps it locked") as refused:
        open_database(f"{url}&cached_statements=1")
    assert refused.value.passing
    assert time.monotonic() - began < 5


def test_a_damaged_file_is_named_with_what_to_do_and_is_left_as_it_is(tmp_path):
    path = tmp_path / "a.db"
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match=r"a\.db: it is damaged, or no database at all .*put a backup in its place") as refused:
        open_database(f"sqlite:///{path}")
    assert not refused.value.passing
    assert path.read_bytes() == b"this is no database" * 1000


def test_a_full_disk_leaves_no_partial_state(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    news = [FeedItem("a", str(number), "title " * 100, "", "", NOW, NOW) for number in range(2000)]
    limit(engine, 60)
    with pytest.raises(DBAPIError) as full, engine.begin() as connection:
        add_items(connection, news)
    assert fault_of(full.value) is Fault.FULL
    with engine.begin() as connection:
        assert items_since(connection, NOW - MONTH) == []
    limit(engine, 1_000_000)
    with engine.begin() as connection:
        assert add_items(connection, news) == 2000


def limit(engine, pages):
    """Make the disk as small as a SQLite file of so many pages."""
    with engine.begin() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))


@pytest.mark.parametrize(
    ("url", "words", "passing"),
    [
        ("nonsense", "is no database URL; write", False),
        ("sqlite:////proc/nowhere/a.db", "set ALERTER_DATABASE to a database that can be written", False),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "it does not answer", True),
        ("mysql+mysqldb://a@b/c", r"pip install 'alerter\[postgres\]'", False),
    ],
)
def test_a_database_that_cannot_be_had_is_explained(url, words, passing):
    with pytest.raises(StoreError, match=words) as refused:
        open_database(url)
    assert refused.value.passing is passing
