"""A receiver that is added while an alert stands is told of it, once, and nobody else is told again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import FeedItem, Forecast, Receiver, Severity
from alerter.pipeline.tick import Ticker
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items
from alerter.store.leases import release
from alerter.store.schema import deliveries, notifications

NOW = datetime(2026, 1, 20, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OLD = Receiver("old", "1", "en")
CONFIG = replace(load(shipped_config()), receivers=(OLD,))
POINTS = {region.id: [point.name for point in region.points] for region in CONFIG.regions.regions}


def with_receivers(*receivers):
    return replace(CONFIG, receivers=receivers)


class Town:
    """Kharkiv region, hit and with frost to come, as told by its ticks."""

    def __init__(self, path):
        self.engine = open_database(f"sqlite:///{path / 'a.db'}")
        self.ticker = Ticker(CONFIG, self.engine, "me")
        self.now = NOW
        one, two = [feed for feed in CONFIG.feeds.feeds if feed.enabled and feed.reliability <= "B" and feed.language == "en"][:2]
        titles = {one: "Russian missiles hit a substation in Kharkiv region", two: "Drones damage a power plant near Kharkiv"}
        with self.engine.begin() as connection:
            add_items(
                connection, [FeedItem(feed.id, "1", title, "", "", NOW, NOW, feed.owner, "B") for feed, title in titles.items()]
            )
            series = ((-20.0,) * 120,)
            add_forecasts(
                connection, [Forecast("open-meteo", "UA-63", NOW, series, NOW, point=point) for point in POINTS["UA-63"]]
            )

    def restart(self, config):
        with self.engine.begin() as connection:
            release(connection, {"me"})
        self.ticker = Ticker(config, self.engine, "me")

    def tick(self):
        self.now += MINUTE
        self.ticker.run(self.now)

    def owed(self):
        query = select(deliveries.c.receiver, notifications.c.rule, notifications.c.kind).join(
            notifications, notifications.c.id == deliveries.c.notification
        )
        with self.engine.begin() as connection:
            return sorted(tuple(row) for row in connection.execute(query.where(notifications.c.kind != "notice")))


RULE = "cold-after-grid-attack"


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path)
    town.tick()
    assert town.owed() == [("old", RULE, "alert")]
    yield town
    town.engine.dispose()


def test_who_is_added_while_an_alert_stands_is_told_of_it_once(town):
    town.ticker.adopt(with_receivers(OLD, Receiver("new", "2", "uk")))
    for _ in range(3):
        town.tick()
    assert town.owed() == [("new", RULE, "alert"), ("old", RULE, "alert")]


def test_a_restart_or_another_configuration_tells_nobody_again(town):
    town.restart(CONFIG)
    town.tick()
    town.ticker.adopt(CONFIG)
    town.tick()
    assert town.owed() == [("old", RULE, "alert")]


def test_who_was_added_while_the_daemon_stood_still_is_told_at_its_start(town):
    town.restart(with_receivers(OLD, Receiver("new", "2", "en")))
    town.tick()
    assert ("new", RULE, "alert") in town.owed()


@pytest.mark.parametrize(
    "newcomer",
    [
        pytest.param(Receiver("new", "2", "en", regions=frozenset({"UA-46"})), id="of another region"),
        pytest.param(Receiver("new", "2", "en", role="operators"), id="an operator"),
    ],
)
def test_whom_it_does_not_concern_is_not_told(town, newcomer):
    town.ticker.adopt(with_receivers(OLD, newcomer))
    town.tick()
    assert town.owed() == [("old", RULE, "alert")]


def test_one_who_wants_only_the_extreme_is_told_of_what_is_extreme(town):
    town.ticker.adopt(with_receivers(OLD, Receiver("new", "2", "en", at_least=Severity.EXTREME)))
    town.tick()
    assert ("new", RULE, "alert") in town.owed()
