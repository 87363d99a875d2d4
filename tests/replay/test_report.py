"""`alerter report`, of a week that a daemon lived through: Kharkiv and Kyiv are hit, frost is forecast for both, and comes to one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.ledger import Result
from alerter.domain.model import FeedItem, Forecast
from alerter.pipeline.tick import Ticker
from alerter.replay.report import brier, look_back
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items
from alerter.store.outbox import mark
from alerter.store.schedule import claim_due, enrol, settle
from alerter.store.schema import deliveries

CONFIG = load(shipped_config())
FEEDS = [feed for feed in CONFIG.feeds.feeds if feed.enabled]
VOICES = {feed.owner: feed for feed in FEEDS if feed.reliability <= "B"}
BEGIN = datetime(2026, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
END = BEGIN + 150 * HOUR
POINTS = {region.id: [point.name for point in region.points] for region in CONFIG.regions.regions}


def forecasts(hours, region, cold):
    series = tuple(-20.0 if cold[0] <= hours + hour < cold[1] else -3.0 for hour in range(120))
    made = BEGIN + hours * HOUR
    return [Forecast("open-meteo", region, made, (series,), made + HOUR, issued=made, point=point) for point in POINTS[region]]


def item(hours, feed, title):
    at = BEGIN + hours * HOUR
    url = f"https://{feed.id}.example/1"
    return FeedItem(feed.id, "1", title, "", url, at, at + timedelta(minutes=10), feed.owner, feed.reliability)


def live(path):
    """A daemon's week, an hour a tick; each message takes five seconds to its chat."""
    engine = open_database(f"sqlite:///{path}")
    one, two = list(VOICES.values())[:2]
    news = {
        30: item(30, one, "Russian missiles hit a substation in Kharkiv region and a power plant in Kyiv region, officials say"),
        31: item(31, two, "Drones damaged thermal power plants near Kharkiv and in Kyiv Oblast last night"),
        60: item(60, list(VOICES.values())[2], "Russian missiles hit a substation in Kharkiv region"),
    }
    ticker = Ticker(CONFIG, engine, "me")
    for hours in range(150):
        now = BEGIN + hours * HOUR + timedelta(minutes=30)
        with engine.begin() as connection:
            enrol(connection, [feed.id for feed in FEEDS], now)
            rows = claim_due(connection, [feed.id for feed in FEEDS], now, "me", HOUR)
            settle(connection, "me", [replace(row, next_due=now, fetched_ok_at=now, content_changed_at=now) for row in rows])
            add_items(connection, [news[hours]] if hours in news else [])
            if hours % 6 == 1:
                add_forecasts(connection, forecasts(hours - 1, "UA-63", (48, 96)))
                add_forecasts(connection, forecasts(hours - 1, "UA-32", (48, 96) if hours < 40 else (0, 0)))
        ticker.run(now)
        with engine.begin() as connection:
            for due in connection.scalars(select(deliveries.c.id).where(deliveries.c.state == "due")).all():
                mark(connection, due, state="sent", delivered_at=now + timedelta(seconds=5))
    engine.dispose()
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    return live(tmp_path_factory.mktemp("daemon") / "a.db")


@pytest.fixture(scope="module")
def ledger(lived):
    with open_database(lived, reading=True).connect() as connection:
        return look_back(connection, CONFIG, BEGIN, END)


def of(ledger, region):
    (found,) = [one for one in ledger.outcomes if one.period.region == region and one.period.rule == "cold-after-grid-attack"]
    return found


def test_frost_that_came_makes_the_alert_a_hit_with_its_lead_time(ledger):
    hit = of(ledger, "UA-63")
    assert hit.result is Result.HIT
    assert (hit.came.minimum, hit.came.onset) == (-20.0, BEGIN + 48 * HOUR)
    assert hit.lead == BEGIN + 48 * HOUR - hit.period.begins
    assert hit.reported_at == BEGIN + 60 * HOUR


def test_frost_that_did_not_come_makes_it_a_false_alarm(ledger):
    false = of(ledger, "UA-32")
    assert (false.result, false.came, false.cold, false.lead) == (Result.FALSE, None, False, None)
    assert brier([false]) == 1.0
    assert brier([of(ledger, "UA-63"), false]) == 0.5


def test_while_its_time_is_not_over_an_alert_is_open(lived):
    with open_database(lived, reading=True).connect() as connection:
        early = look_back(connection, CONFIG, BEGIN, BEGIN + 40 * HOUR)
    assert {of(early, region).result for region in ("UA-63", "UA-32")} == {Result.OPEN}


def test_each_step_from_the_source_to_the_chat_is_timed(ledger):
    steps = ledger.latencies
    assert set(steps.news_published_to_observed) == {timedelta(minutes=10)}
    assert steps.published_to_observed[0] == timedelta(minutes=10)
    assert steps.observed_to_decided[0] == timedelta(minutes=20)
    assert set(steps.decided_to_delivered) == {timedelta(seconds=5)}
    assert steps.published_to_delivered[0] == timedelta(minutes=30, seconds=5)


def test_the_command_prints_the_ledger_and_draws_a_picture_a_region(lived, alerter, tmp_path):
    known = {"ALERTER_DATABASE": lived}
    done = alerter("report", "--since", "150h", "--at", END.isoformat(), "--out", tmp_path / "pictures", **known)
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("cold-after-grid-attack  UA-63"))
    assert "hit" in row
    assert "-20 °C from 01-12 00:00Z" in row
    assert "16.5 h" in row
    drawn = sorted(path.stem for path in (tmp_path / "pictures").iterdir())
    assert drawn == ["UA-32", "UA-63"]
    assert (tmp_path / "pictures/UA-63.png").read_bytes().startswith(b"\x89PNG")
    told = json.loads(alerter("report", "--since", "150h", "--at", END.isoformat(), "--json", **known).stdout)
    assert told["latencies"]["decided_to_delivered"]["p95"] == 5.0
    assert {one["outcome"] for one in told["alerts"] if one["region"] == "UA-63"} == {"hit"}
