"""Open-Meteo bodies are read, or refused with a reason."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerter.sources import open_meteo
from alerter.sources.weather import Place, WeatherError

NOW = datetime(2026, 1, 10, 21, tzinfo=UTC)
KYIV, LVIV = Place("kyiv", "kyiv", 50.45, 30.52), Place("lviv", "lviv", 49.84, 24.03)
ODESA = Place("odesa", "odesa", 46.48, 30.73)


def body(times=("2026-01-10T00:00", "2026-01-10T01:00"), unit="°C", wind="m/s", offset=0, **series):
    series = series or {"temperature_2m": [-10.0, None], "wind_speed_10m": [1.0, 2.0]}
    units = {key: unit if key.startswith("temp") else wind for key in series}
    return {"utc_offset_seconds": offset, "hourly_units": units, "hourly": {"time": list(times), **series}}


def parse(answer, places=(KYIV,)):
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return open_meteo.parse(raw, places, provider="p", observed=NOW).forecasts


def test_one_place_and_several():
    (one,) = parse(body())
    assert (one.start, one.members, one.wind) == (datetime(2026, 1, 10, tzinfo=UTC), ((-10.0, None),), ((1.0, 2.0),))
    assert [f.region for f in parse([body(), body()], (KYIV, LVIV))] == ["kyiv", "lviv"]


def test_members_of_several_models():
    keys = ["temperature_2m_icon", "temperature_2m_member01_icon", "temperature_2m_gfs"]
    (one,) = parse(body(**{key: [float(i), 0.0] for i, key in enumerate(keys)}))
    assert [member[0] for member in one.members] == [0, 1, 2]
    assert one.wind == ()


def test_units_and_offsets_are_brought_home():
    (one,) = parse(body(unit="°F", wind="km/h", offset=7200, temperature_2m=[14.0, 32.0], wind_speed_10m=[36.0, 0.0]))
    assert one.members[0] == pytest.approx((-10, 0))
    assert one.wind[0] == pytest.approx((10, 0))
    assert one.start == datetime(2026, 1, 9, 22, tzinfo=UTC)
    assert parse(body(times=(1768003200, 1768006800), offset=7200))[0].start == datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"hourly": {"time": [Unexpected error while streaming data: x', "Unexpected error while streaming"),
        ({"error": True, "reason": "bad"}, "bad"),
        ([body(), body()], "2 locations for 1"),
        (body(temperature_2m=[None, None]), "no temperature"),
        (body(unit="K"), "temperature in 'K'"),
        (body(wind="furlong"), "wind in"),
        (body(times=("2026-01-10T00:00", "2026-01-10T06:00")), "consecutive"),
        (body(temperature_2m=["x", 1]), "shape"),
        (7, "shape"),
    ],
)
def test_what_is_doubtful_is_refused(answer, reason):
    with pytest.raises(WeatherError, match=reason):
        parse(answer)


@pytest.mark.parametrize(
    ("reason", "wait"),
    [
        ("Minutely API request limit exceeded. Please try again in one minute.", timedelta(minutes=1)),
        ("Hourly API request limit exceeded. Please try again in the next hour.", timedelta(minutes=43)),
        ("Daily API request limit exceeded. Please try again tomorrow.", timedelta(hours=2, minutes=43)),
        ("Too many concurrent requests", timedelta(seconds=10)),
        ("The service is overloaded", None),
    ],
)
def test_limits_name_their_wait(reason, wait):
    assert open_meteo.retry_window(reason, NOW + timedelta(minutes=17)) == wait


def test_one_doubtful_place_does_not_lose_the_others():
    broken = body(temperature_2m=[None, None])
    raw = json.dumps([body(), broken, {"hourly": 7}]).encode()
    answers = open_meteo.parse(raw, (KYIV, LVIV, ODESA), provider="p", observed=NOW)
    assert [forecast.region for forecast in answers.forecasts] == ["kyiv"]
    assert answers.refused == {LVIV: "no temperature", ODESA: "no hours"}


def test_places_are_told_apart_by_their_order_for_the_first_has_no_location_id():
    first, second = body(), body(temperature_2m=[-20.0, -21.0]) | {"location_id": 1}
    assert [f.members[0][0] for f in parse([first, second], (KYIV, LVIV))] == [-10, -20]


def test_a_body_that_begins_before_yesterday_was_made_on_an_earlier_day():
    (old,) = parse(body(times=("2026-01-07T00:00", "2026-01-07T01:00")))
    assert old.made == datetime(2026, 1, 9, tzinfo=UTC)
    assert parse(body())[0].made == NOW


def test_equal_numbers_share_one_object_to_spare_memory():
    a, b = parse([body(), body()], (KYIV, LVIV))
    assert a.members[0][0] is b.members[0][0]


def test_one_request_asks_for_all_places():
    _, form = open_meteo.request("https://x", (KYIV, LVIV), models=["a", "b"], days=7)
    assert (form["latitude"], form["models"], form["timezone"]) == ("50.4500,49.8400", "a,b", "GMT")
