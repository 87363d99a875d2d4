"""MeteoAlarm: green levels and what has expired are no warnings."""

import json
from datetime import UTC, datetime

import pytest

from alerter.sources import meteoalarm
from alerter.sources.weather import WeatherError

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


def entry(level="3; orange; Severe", expires="2026-01-11T00:00:00+02:00", **more):
    info = {
        "language": "en-GB",
        "area": [{"areaDesc": "Kyiv", "geocode": [{"value": "UA001"}]}],
        "onset": "2026-01-10T00:00:00+02:00",
        "expires": expires,
        "headline": "Frost",
        "parameter": [
            {"valueName": "awareness_level", "value": level},
            {"valueName": "awareness_type", "value": "6; low-temperature"},
        ],
    }
    return {"alert": {"identifier": "a", "status": "Actual", "msgType": "Alert", "info": [info], **more}}


def parse(*entries, **more):
    return meteoalarm.parse(json.dumps({"warnings": entries}).encode(), now=NOW, **more)


def test_a_warning_is_read():
    (one,) = parse(entry(), areas={"UA001": "kyiv"})
    assert (one.level, one.hazard, one.regions) == ("orange", "low-temperature", {"kyiv"})
    assert one.expires == datetime(2026, 1, 10, 22, tzinfo=UTC)
    assert parse(entry())[0].regions == {"UA001"}


def test_what_is_no_warning_is_left_out():
    assert parse(entry("1; green; Minor"), entry(expires="2026-01-10T11:00:00Z"), entry(status="Test")) == ()
    assert parse(entry(), entry(identifier="b", msgType="Cancel", references="s,a,t")) == ()


@pytest.mark.parametrize("raw", [b"x", b"[]", b'{"warnings": [1]}'])
def test_what_is_doubtful_is_refused(raw):
    with pytest.raises(WeatherError):
        meteoalarm.parse(raw, now=NOW)
