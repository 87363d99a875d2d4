"""Polling many sources, of which some are hostile, over real sockets and a real database; and who takes over from whom."""

import threading
import time
from concurrent.futures import wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hostile import Hostile, answer, rss
from world import World, until

from alerter.clock import SteppedClock
from alerter.config.files import Feeds
from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.pipeline.poll import Poller
from alerter.store.database import open_database
from alerter.store.journal import items_since
from alerter.store.schedule import all_sources

NOW = datetime(2026, 2, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Desk:
    """A poller over the given feeds (name: URL), and what came of it."""

    def __init__(self, engine, urls):
        shipped = load(shipped_config())
        feeds = [
            {"id": name, "url": url, "language": "en", "owner": name, "reliability": "B", "every": "1m"}
            for name, url in urls.items()
        ]
        hosts = [url.split("/")[2].rpartition(":")[0] for url in urls.values()]
        weather = shipped.weather.model_copy(update={"providers": [], "warnings": []})
        self.config = replace(shipped, feeds=Feeds.model_validate({"feeds": feeds, "private_hosts": hosts}), weather=weather)
        self.clock, self.engine = SteppedClock(NOW), engine
        self.poller = Poller(self.config, engine, self.clock, "test:1")

    def poll(self, later=timedelta(minutes=2)):
        self.clock.wait(later)
        return wait(self.poller.run(), timeout=30)

    def titles(self):
        with self.engine.begin() as connection:
            return [item.title for _, item in items_since(connection, LONG_AGO)]

    def source(self, name="a"):
        with self.engine.begin() as connection:
            return next(row for row in all_sources(connection) if row.id == name)


@pytest.fixture
def desk(tmp_path):
    made = []

    def make(**urls):
        made.append(Desk(open_database(f"sqlite:///{tmp_path / 'a.db'}"), urls))
        return made[-1]

    yield make
    for each in made:
        each.poller.close()
        each.engine.dispose()


@pytest.fixture
def servers():
    made = []

    def make(host="127.0.0.1"):
        made.append(Hostile(host))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_forty_dripping_feeds_keep_no_healthy_one_waiting(desk, servers):
    drips = [servers(f"127.0.1.{number}") for number in range(1, 41)]
    healthy = [servers(f"127.0.2.{number}") for number in range(1, 6)]
    for number, server in enumerate(healthy):
        server.pages["/feed"] = answer(rss(f"news {number}"))
    found = desk(
        **{f"d{n}": server.url + "/header-drip" for n, server in enumerate(drips)},
        **{f"h{n}": server.url + "/feed" for n, server in enumerate(healthy)},
    )
    for _ in range(2):
        began = time.monotonic()
        found.clock.wait(timedelta(minutes=2))
        while any(server.seen == [] for server in healthy) and time.monotonic() - began < 10:
            found.poller.run()
            time.sleep(0.05)
        assert time.monotonic() - began < 8, "although forty threads are held for twenty seconds"
        for server in healthy:
            server.seen.clear()
    assert sum(server.dripping for server in drips) >= 16, "they do drip"


def test_a_host_is_asked_for_one_thing_at_a_time(desk, servers):
    server, together, most = servers(), [], []

    def slow(connection):
        together.append(1)
        most.append(len(together))
        time.sleep(0.1)
        together.pop()
        connection.sendall(answer(rss("x")))

    server.pages.update({f"/{name}": slow for name in "abcdef"})
    found = desk(**{name: f"{server.url}/{name}" for name in "abcdef"})
    found.poll()
    assert len(most) == 6
    assert max(most) == 1


def test_the_same_news_under_another_identifier_is_not_new(desk, servers):
    server = servers()
    found = desk(a=server.url + "/feed")
    dated = format_datetime(NOW)
    page = f"<rss><channel><item><title>Substation hit in Kharkiv, two crews at work</title><link>https://x.example/{{0}}</link><guid>{{1}}</guid><pubDate>{dated}</pubDate></item></channel></rss>"
    server.pages["/feed"] = answer(page.format("story", 1).encode())
    found.poll()
    first = found.source().content_changed_at
    server.pages["/feed"] = answer(page.format("story", 2).replace("two crews", "three crews").encode())
    found.poll()
    server.pages["/feed"] = answer(page.format("story?utm=2", 3).encode())
    found.poll()
    assert len(found.titles()) == 1
    assert found.source().content_changed_at == first, "and the source has not spoken again"
    server.pages["/feed"] = answer(
        page.format("story", 4).replace("Substation hit in Kharkiv, two crews at work", "Power is back everywhere").encode()
    )
    found.poll()
    assert found.titles()[1:] == ["Power is back everywhere"]


def test_a_routine_title_on_another_day_is_new(desk, servers):
    server = servers()
    found = desk(a=server.url + "/feed")
    for number in range(2):
        at = format_datetime(NOW + timedelta(hours=10 * number))
        server.pages["/feed"] = answer(
            f"<rss><channel><item><title>Air raid alert in Kyiv</title><guid>{number}</guid><pubDate>{at}</pubDate></item></channel></rss>".encode()
        )
        found.poll(timedelta(hours=10))
    assert found.titles() == ["Air raid alert in Kyiv"] * 2


def test_a_stand_in_page_is_no_sign_of_life(desk, servers):
    server = servers()
    found = desk(a=server.url + "/feed")
    server.pages["/feed"] = answer(rss(*(f"news number {number}" for number in range(20))))
    found.poll()
    seen = found.source().fetched_ok_at
    server.pages["/feed"] = answer(b"<rss><channel><item><title>We are busy, come back later</title></item></channel></rss>")
    found.poll()
    assert found.source().fetched_ok_at == seen
    assert "stand-in" in found.source().last_error
    server.pages["/feed"] = answer(rss(*(f"news number {number}" for number in range(21))))
    found.poll(timedelta(minutes=10))
    assert found.source().failures == 0


def test_a_wait_that_a_server_asks_for_is_kept_and_failures_come_back_within_half_an_hour(desk, servers):
    server = servers()
    found = desk(a=server.url + "/feed")
    server.pages["/feed"] = answer(b"", 429, Retry_After="3000")
    found.poll()
    assert found.source().next_due >= found.clock.now() + timedelta(seconds=3000)
    server.pages["/feed"] = answer(b"", 500)
    for _ in range(6):
        found.poll(timedelta(hours=1))
    assert found.source().failures == 7
    assert found.source().next_due <= found.clock.now() + timedelta(minutes=33)


def test_a_database_that_fails_once_costs_no_news(desk, servers, monkeypatch):
    server = servers()
    found = desk(a=server.url + "/feed")
    server.pages["/feed"] = answer(rss("news"))
    write, failed = found.poller._commit._write, threading.Event()

    def once(connection, batch):
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        write(connection, batch)

    monkeypatch.setattr(found.poller._commit, "_write", once)
    found.poll()
    assert found.titles() == []
    found.poll(timedelta(minutes=4))
    assert found.titles() == ["news"]


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


def test_a_slow_poll_keeps_its_source_and_a_stopped_one_leaves_it_to_another(world):
    feed = {
        "id": "a",
        "url": world.url.replace("127.0.0.1", "localhost") + "/a",
        "owner": "a",
        "language": "en",
        "reliability": "B",
    }
    world.write("feeds.yaml", {"private_hosts": ["localhost"], "feeds": [feed | {"every": "1s"}]})  # not the forecast's host
    engine, clock = open_database(world.database), SteppedClock(datetime.now(UTC))
    answer, quick, asked = threading.Event(), world.feed, []

    def slow(name):
        asked.append(name)
        answer.wait(20)
        return quick(name)

    world.feed = slow
    first, second = (Poller(load(world.config), engine, clock, holder) for holder in "ab")
    polls = first.run()
    assert until(lambda: asked == ["a"])
    for _ in range(40):
        clock.wait(SECOND)
        for poll in first.run() + second.run():
            poll.result(10)  # of the forecast, which is quick
    assert asked == ["a"]
    clock.wait(21 * SECOND)  # `first` gave no sign of life in them
    polls += second.run()
    assert until(lambda: asked == ["a", "a"])
    answer.set()
    for poll in polls:
        poll.result(10)
    with engine.begin() as connection:
        assert [row.failures for row in all_sources(connection)] == [0, 0]
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
