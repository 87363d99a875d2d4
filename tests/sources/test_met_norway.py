"""MET Norway: hours between six-hourly values, units, and the terms of service."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerter.sources import met_norway
from alerter.sources.http import FetchError, Response
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


class Service:
    """Answers each place by its latitude: a status, or an error."""

    def __init__(self, **statuses):
        self.statuses = statuses
        self.asked = []
        self.pauses = []
        self.expires = "Sat, 10 Jan 2026 12:30:00 GMT"

    def fetch(self, url, *, headers=None, data=None, deadline=20, limit=0):
        self.asked.append((url, headers))
        status = self.statuses.get(url.split("lat=")[1][:2], 200)
        if status is None:
            raise FetchError("does not answer in time")
        sent = {"Expires": self.expires, "Last-Modified": "Sat, 10 Jan 2026 11:30:00 GMT", "Retry-After": "900"}
        return Response(status, sent if status in {200, 429} else {"Expires": self.expires}, body([(0, 1.0)]), url)


PLACES = [Place("r", str(latitude), latitude, 30.0) for latitude in range(44, 53)]


def ask(service, kept, now=NOW):
    return met_norway.fetch_all(service, PLACES, contact="me@example.org", now=now, kept=kept, pause=service.pauses.append)


def test_places_are_asked_for_one_by_one_at_ten_a_second():
    service = Service()
    assert len(ask(service, {}).forecasts) == 9
    assert service.pauses == [timedelta(milliseconds=100)] * 9


def test_nothing_is_asked_before_it_expires_and_then_only_whether_it_changed():
    service, kept = Service(), {}
    ask(service, kept)
    assert ask(service, kept).unchanged == 9
    assert len(service.asked) == 9
    service.statuses = {str(latitude): 304 for latitude in range(44, 53)}
    answers = ask(service, kept, NOW + timedelta(hours=1))
    assert (answers.unchanged, answers.forecasts) == (9, ())
    assert service.asked[-1][1]["If-Modified-Since"] == "Sat, 10 Jan 2026 11:30:00 GMT"


def test_a_place_that_is_refused_loses_no_other():
    answers = ask(Service(**{"46": 422, "50": None}), {})
    assert [forecast.point for forecast in answers.forecasts] == ["44", "45", "47", "48", "49", "51", "52"]
    assert {place.point: reason for place, reason in answers.refused.items()} == {
        "46": "HTTP 422",
        "50": "does not answer in time",
    }


def test_a_service_that_wants_to_be_left_alone_is_left_alone():
    service = Service(**{"46": 429})
    answers = ask(service, {})
    assert (len(service.asked), len(answers.forecasts), answers.retry_after) == (3, 2, timedelta(minutes=15))


def test_a_service_that_is_ill_is_not_asked_for_every_place():
    service = Service(**{str(latitude): 500 for latitude in range(44, 53)})
    with pytest.raises(WeatherError, match="HTTP 500"):
        ask(service, {})
    assert len(service.asked) == 3
