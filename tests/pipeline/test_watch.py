"""What the operators are told of blindness and of the week, and that each is told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from desk import Desk, told

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.health import SourceState, quorum_seen, seen, state
from alerter.domain.model import Forecast, Kind, Receiver, Situation
from alerter.pipeline.digest import digests
from alerter.pipeline.progress import LATELY, Progress
from alerter.pipeline.watch import Watch
from alerter.store.schedule import SourceRow
from alerter.store.tally import STUCK, Tally, flowing, tally

CONFIG = load(shipped_config())
FEEDS = [feed.id for feed in CONFIG.feeds.feeds if feed.enabled]
POINTS = dict.fromkeys(CONFIG.offsets, frozenset({""}))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path, bot_api):
    desk = Desk(tmp_path, bot_api, Receiver("all", "1", "en", budget=1))
    yield desk
    desk.close()


class Watched:
    """A watch over the shipped sources, looked at each minute."""

    def __init__(self, desk):
        self.desk, self.watch = desk, Watch(CONFIG)
        self.news, self.forecasts = timedelta(0), timedelta(0)
        self.broken = {}

    def look(self, after=MINUTE):
        self.desk.clock.wait(after)
        now = self.desk.clock.now()
        heard, made = now - self.news, now - self.forecasts
        known = {region: (Forecast("x", region, made, ((-5.0,) * 96,), made),) for region in CONFIG.offsets}
        rows = [row(name, fetched=heard) for name in FEEDS if name not in self.broken]
        rows += [row(name, fetched=since, failures=9, error=why) for name, (since, why) in self.broken.items()]
        with self.desk.engine.begin() as connection:
            self.watch.look(connection, Situation(now, (), known, heard, points=POINTS), rows)
        self.desk.deliver()
        return self.desk.shown("9")


def row(name, fetched, failures=0, error=None):
    return SourceRow(name, fetched, fetched, None, None, None, None, None, failures, error)


def test_blindness_and_recovery_are_each_told_once_over_restarts(desk):
    desk.clock.wait(24 * HOUR)  # to a Tuesday
    watched = Watched(desk)
    assert watched.look(timedelta(0)) == watched.look(11 * MINUTE) == []
    watched.news = 2 * HOUR
    assert "Too few news sources show anything new" in watched.look()[0]
    watched.watch = Watch(CONFIG)
    watched.look(timedelta(0))
    for _ in range(20):
        assert len(watched.look()) == 1
    watched.news = timedelta(0)
    assert "Enough news sources are back" in watched.look()[1]
    watched.forecasts = 30 * HOUR
    assert "no forecast that can be trusted" in watched.look()[2]
    watched.forecasts = timedelta(0)
    assert "Every region has a forecast again" in watched.look()[3]
    assert len(watched.look()) == 4


def test_a_source_that_fails_for_a_day_is_named_once_a_week(desk):
    desk.clock.wait(24 * HOUR)  # to a Tuesday
    watched, (broken, *_) = Watched(desk), FEEDS
    watched.look(timedelta(0))
    began = desk.clock.now()
    watched.broken = {broken: (began, "HTTP 500")}
    for _ in range(24):
        assert watched.look(HOUR) == []
    for _ in range(4 * 24):
        assert watched.look(HOUR) == [f"🛠 Source {broken} has not answered since 2026-01-13 14:00: HTTP 500"]
    watched.broken = {}
    assert len(watched.look(HOUR)) == 1


def test_once_a_week_the_operators_read_that_it_is_alive_and_how_it_does(desk):
    watched = Watched(desk)
    desk.owe(told())
    desk.clock.wait(90 * timedelta(seconds=1))
    desk.deliver()
    watched.look(timedelta(0))
    (line,) = watched.look(11 * MINUTE)  # the desk's clock begins on a Monday
    assert f"Sources: {len(FEEDS)} of {len(FEEDS)} in order" in line
    assert "1 messages arrived, 0 did not" in line
    for _ in range(6 * 24):
        assert len(watched.look(HOUR)) == 1
    for _ in range(24):
        watched.look(HOUR)
    assert len(desk.shown("9")) == 2


def test_delays_run_from_published_to_delivered(desk):
    moment = desk.clock.now()
    found = replace(told().facts[0], published=moment - timedelta(seconds=30))
    desk.owe(replace(told(), facts=(found,)))
    desk.clock.wait(timedelta(seconds=15))
    desk.deliver()
    with desk.engine.begin() as connection:
        assert tally(connection, moment - HOUR).delays == [45.0]
    assert Tally({}, [1.0, 2.0, 3.0, 100.0]).delay(0.5) == 2.0
    assert Tally({}, [1.0, 2.0, 3.0, 100.0]).delay(0.95) == 100.0


def test_what_a_budget_held_back_comes_in_the_mornings_digest_with_the_reason(desk):
    desk.owe(told(rule="first"))
    desk.deliver()
    desk.owe(told(rule="second"))
    desk.deliver()
    desk.owe(told(Kind.CANCEL, rule="second"))
    desk.deliver()
    assert len(desk.shown("1")) == 1
    config = replace(CONFIG, receivers=desk.receivers)
    for _ in range(2):
        desk.clock.wait(22 * HOUR)
        with desk.engine.begin() as connection:
            digests(connection, config, desk.clock.now())
        desk.deliver()
    _, digest = desk.shown("1")
    assert "your limit of 1 messages a week was used up" in digest
    assert digest.count("second") == 2
    assert desk.bot.messages[-1]["disable_notification"] == "true"


def test_deliveries_flow_unless_something_waits_that_could_go(desk):
    with desk.engine.begin() as connection:
        assert flowing(connection, desk.clock.now())
    desk.owe(told())
    with desk.engine.begin() as connection:
        assert flowing(connection, desk.clock.now() + MINUTE)
        assert not flowing(connection, desk.clock.now() + STUCK)
    desk.deliver()
    with desk.engine.begin() as connection:
        assert flowing(connection, desk.clock.now() + STUCK)


def test_a_job_that_does_not_come_round_ends_the_vouching():
    now = [0.0]
    progress = Progress(("poll", "tick"), clock=lambda: now[0])
    progress.done("poll")
    assert not progress.flows(), "one has not come round yet"
    progress.done("tick")
    assert progress.flows()
    now[0] = LATELY + 1
    progress.done("tick")
    assert not progress.flows()


def test_three_clocks_tell_how_a_source_is():
    now = datetime(2026, 1, 12, tzinfo=UTC)
    assert state(None, None, 0, now) is SourceState.NEW
    assert state(now, now, 0, now) is SourceState.OK
    assert state(now, now, 1, now) is SourceState.ERROR
    assert state(now, now - 49 * HOUR, 0, now) is SourceState.STALE
    assert seen(now, now - 60 * HOUR) == now - 12 * HOUR, "a page that stands still shows the world of two days later at the most"
    assert quorum_seen([now, now - HOUR, now - 9 * HOUR, None, None, None]) == now - HOUR
    assert quorum_seen([None, None]) is None
