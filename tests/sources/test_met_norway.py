"""MET Norway: hours between six-hourly values, units, and the terms of service."""

import json
from datetime import UTC, datetime

import pytest

from alerter.sources import met_norway
from alerter.sources.weather import Place, WeatherError

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
KYIV = Place("kyiv", "kyiv", 50.450012, 30.52)


def body(values, unit="celsius"):
    steps = [
        {"time": f"2026-01-10T{hour:02}:00:00Z", "data": {"instant": {"details": {"air_temperature": t}}}} for hour, t in values
    ]
    meta = {"updated_at": "2026-01-10T11:30:00Z", "units": {"air_temperature": unit}}
    return json.dumps({"properties": {"meta": meta, "timeseries": steps}}).encode()


def test_six_hourly_values_are_joined_by_lines_and_longer_gaps_are_not():
    found = met_norway.parse(body([(0, 0.0), (1, -1.0), (7, -7.0), (15, 0.0)]), KYIV, observed=NOW)
    assert found.members == ((*(-float(h) for h in range(8)), *(None,) * 7, 0.0),)
    assert found.issued == datetime(2026, 1, 10, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("raw", [body([(0, None)]), body([]), body([(0, 1)], "fahrenheit"), b"{}", b"x", b"[]"])
def test_what_is_doubtful_is_refused(raw):
    with pytest.raises(WeatherError):
        met_norway.parse(raw, KYIV, observed=NOW)


def test_the_request_keeps_the_terms():
    kept = met_norway.Kept(met_norway.parse(body([(0, 1)]), KYIV, observed=NOW), None, "Sat, 10 Jan 2026 11:30:00 GMT")
    url, headers = met_norway.request("https://x", KYIV, contact="me@example.org", kept=kept)
    assert url == "https://x?lat=50.4500&lon=30.5200"
    assert "me@example.org" in headers["User-Agent"]
    assert headers["If-Modified-Since"] == kept.last_modified
