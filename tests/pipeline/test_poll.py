"""Who polls a source, and who takes over from one that stopped in the middle of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from world import World, until

from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.pipeline.poll import Poller
from alerter.store.database import open_database
from alerter.store.journal import items_since
from alerter.store.schedule import all_sources

SECOND = timedelta(seconds=1)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


def test_a_slow_poll_keeps_its_source_and_a_stopped_one_leaves_it_to_another(world):
    engine, clock = open_database(world.database), SteppedClock(datetime.now(UTC))
    answer, quick, asked = threading.Event(), world.feed, []

    def slow(name):
        asked.append(name)
        answer.wait(20)
        return quick(name)

    world.feed = slow
    first, second = (Poller(load(world.config), engine, clock, holder) for holder in "ab")
    polls = first.run()
    assert until(lambda: len(asked) == 2)
    for _ in range(40):
        clock.wait(SECOND)
        for poll in first.run() + second.run():
            poll.result(10)  # of the forecast, which is quick
    assert sorted(asked) == ["a", "b"]
    clock.wait(21 * SECOND)  # `first` gave no sign of life in them
    polls += second.run()
    assert until(lambda: sorted(asked) == ["a", "a", "b", "b"])
    answer.set()
    for poll in polls:
        poll.result(10)
    with engine.begin() as connection:
        assert [row.failures for row in all_sources(connection)] == [0, 0, 0]
    first.close()
    second.close()
    engine.dispose()


@pytest.mark.parametrize("answer", [(500, b"no"), (200, b"<html>maintenance</html>"), (200, b"")], ids=["500", "HTML", "nothing"])
def test_a_feed_that_fails_is_said_once_holds_up_no_other_and_catches_up_when_it_answers_again(world, answer, caplog):
    caplog.set_level("INFO")
    engine, clock = open_database(world.database), SteppedClock(datetime.now(UTC))
    poller = Poller(load(world.config), engine, clock, "a")
    world.broken["a"] = answer
    world.items = {"a": ["First of a", "Second of a"], "b": ["First of b"]}
    for _ in range(3):
        for poll in poller.run():
            poll.result(10)
        clock.wait(timedelta(minutes=1))
    assert titles(engine) == {"The museum opens a new wing", "First of b"}
    world.broken.clear()
    for poll in poller.run():
        poll.result(10)
    assert titles(engine) >= {"First of a", "Second of a"}
    assert caplog.text.count("a cannot be read: ") == caplog.text.count("a answers again") == 1
    poller.close()
    engine.dispose()


def titles(engine):
    with engine.begin() as connection:
        return {item.title for _, item in items_since(connection, datetime(2000, 1, 1, tzinfo=UTC), 0)}
