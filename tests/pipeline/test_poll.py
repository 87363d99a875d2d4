"""Who polls a source, and who takes over from one that stopped in the middle of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from world import World, until

from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.pipeline.poll import Poller
from alerter.store.database import open_database
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
