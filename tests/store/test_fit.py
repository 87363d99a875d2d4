"""Text of any origin can be stored; what cannot harms nothing else and ends no daemon."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from world import World

from alerter.clock import SystemClock
from alerter.config.load import load
from alerter.config.settings import Settings
from alerter.daemon import Daemon
from alerter.domain.model import FeedItem
from alerter.sources.feeds import item
from alerter.sources.parser import Entry
from alerter.store.database import open_database
from alerter.store.faults import describe
from alerter.store.group import GroupCommit
from alerter.store.journal import add_items, items_since, known_guids
from alerter.store.schema import sources

NOW = datetime(2026, 1, 12, tzinfo=UTC)


class Feed:
    id, owner, reliability = "a", "o", "B"


def test_what_no_database_can_hold_is_written_as_a_sign_for_it(database_url):
    engine = open_database(database_url)
    entries = [
        Entry("1", "hit\0 in \ud800Kharkiv", "\0", "", None),
        Entry("\0", "by a name of nothing", "", "", None),
        Entry("".join(chr(0x400 + n * 7 % 900) for n in range(9000)), "by a name as long as a page", "", "", None),
    ]
    news = [item(entry, Feed, NOW) for entry in entries]
    for fresh in (3, 0):
        with engine.begin() as connection:
            assert add_items(connection, news) == fresh
    with engine.begin() as connection:
        stored = [one for _, one in items_since(connection, NOW)]
        assert [one.title for one in stored] == ["hit\ufffd in ?Kharkiv", "by a name of nothing", "by a name as long as a page"]
        assert known_guids(connection, "a", [one.guid for one in news]) == {one.guid for one in news}
        connection.execute(sources.insert().values(id="a", next_due=NOW, failures=0, last_error="no\0"))
        assert connection.scalar(select(sources.c.last_error)) == "no\ufffd"
    engine.dispose()


def test_what_cannot_be_written_spoils_nothing_that_can_and_ends_no_daemon(tmp_path, caplog):
    world = World(tmp_path)
    engine = open_database(world.database)
    with engine.begin() as connection:
        refusing = "CREATE TRIGGER t BEFORE INSERT ON items WHEN NEW.guid = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(text(refusing))
    daemon = Daemon(load(world.config), Settings(), engine, SystemClock(), dry_run=True)
    commit = GroupCommit(engine, add_items)
    commit._brought = [FeedItem("a", guid, guid, "", "", NOW, NOW) for guid in ("one", "bad", "two")]
    with pytest.raises(DBAPIError) as refused:
        commit.add(FeedItem("a", "three", "", "", "", NOW, NOW))
    with engine.begin() as connection:
        assert [one.guid for _, one in items_since(connection, NOW)] == ["one", "two", "three"]
    assert "it does not take what it is given" in describe(refused.value)
    daemon._ail(refused.value)
    assert not daemon._stop.is_set()
    daemon.close()
    world.close()
    engine.dispose()
