"""Forecasts and bulletins in the journal: kept raw, thinned to what a replay needs, on both databases."""

import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, make_url, text

from alerter.domain.model import Bulletin, Forecast
from alerter.store.database import open_database
from alerter.store.journal import (
    add_bulletin,
    add_forecasts,
    forecast_heads,
    last_forecasts,
    newest_bulletins,
    newest_forecasts,
    thin_forecasts,
)

NOW = datetime(2026, 1, 30, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVER = NOW - 1000 * DAY


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def connection(request, tmp_path):
    if request.param == "sqlite":
        with open_database(f"sqlite:///{tmp_path / 'a.db'}").begin() as connection:
            yield connection
        return
    server = os.environ.get("ALERTER_TEST_POSTGRES")
    if not server:
        pytest.skip("ALERTER_TEST_POSTGRES is not set")
    name = f"weather_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as root:
        root.execute(text(f"CREATE DATABASE {name}"))
    engine = open_database(make_url(server).set(database=name).render_as_string(hide_password=False))
    with engine.begin() as connection:
        yield connection
    engine.dispose()
    with admin.connect() as root:
        root.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def forecast(observed, provider="a", point="x", value=-1.5):
    return Forecast(provider, "UA-30", observed, ((value, None), (value, 2.0)), observed, ((1.0, None), (2.0, 3.0)), point=point)


def test_members_come_back_as_they_were(connection):
    add_forecasts(connection, [forecast(NOW)])
    ((_, found),) = newest_forecasts(connection, EVER)
    assert found == forecast(NOW)


def test_the_last_of_each_point_of_one_provider(connection):
    add_forecasts(connection, [forecast(NOW - HOUR), forecast(NOW), forecast(NOW, point="y"), forecast(NOW, "b")])
    assert last_forecasts(connection, "a", NOW - DAY) == {("UA-30", "x"): forecast(NOW), ("UA-30", "y"): forecast(NOW, point="y")}
    heads = forecast_heads(connection, NOW - DAY)
    assert [(head.provider, head.point, head.observed, head.members) for head in heads] == [
        ("a", "x", NOW, ()),
        ("a", "y", NOW, ()),
        ("b", "x", NOW, ()),
    ]


def test_old_runs_are_thinned_to_the_first_of_each_day_and_very_old_ones_forgotten(connection):
    runs = [NOW - 40 * DAY, *(NOW - 12 * DAY + hours * HOUR for hours in (0, 3, 6, 12, 15)), NOW - 2 * HOUR, NOW]
    add_forecasts(connection, [forecast(at, point=point) for at in runs for point in ("x", "y")])
    assert thin_forecasts(connection, NOW - 10 * DAY, NOW - 30 * DAY) == 2 * (1 + 3)
    left = connection.execute(text("SELECT observed FROM forecasts WHERE point = 'x' ORDER BY observed")).scalars().all()
    assert [at[:13] for at in left] == ["2026-01-18T12", "2026-01-19T00", "2026-01-30T10", "2026-01-30T12"]
    assert thin_forecasts(connection, NOW - 10 * DAY, NOW - 30 * DAY) == 0


def bulletin(observed, *names):
    return Bulletin("m", observed, tuple({"identifier": name, "info": [{"event": "Мороз"}]} for name in names))


def test_a_bulletin_is_written_when_it_says_something_new_and_now_and_then_that_it_was_heard(connection):
    assert add_bulletin(connection, bulletin(NOW))
    assert not add_bulletin(connection, bulletin(NOW + HOUR))
    assert add_bulletin(connection, bulletin(NOW + 2 * HOUR, "a"))
    assert not add_bulletin(connection, bulletin(NOW + 3 * HOUR, "a"))
    assert add_bulletin(connection, bulletin(NOW + 6 * HOUR, "a"))
    ((number, found),) = newest_bulletins(connection, EVER).values()
    assert found == bulletin(NOW + 6 * HOUR, "a")
    assert newest_bulletins(connection, EVER, number) == {}


def test_bulletins_are_forgotten_with_the_forecasts_of_their_time(connection):
    add_bulletin(connection, bulletin(NOW - 40 * DAY, "a"))
    add_bulletin(connection, bulletin(NOW, "a"))
    thin_forecasts(connection, NOW - 10 * DAY, NOW - 30 * DAY)
    assert connection.execute(text("SELECT count(*) FROM bulletins")).scalar() == 1
