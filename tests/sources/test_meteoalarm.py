"""MeteoAlarm's two feeds come down to the same alerts; what is neither is refused with a reason."""

import json
from datetime import UTC, datetime

import pytest

from alerter.sources import meteoalarm
from alerter.sources.http import Response
from alerter.sources.weather import WeatherError

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
CAP = """<?xml version="1.0" encoding="utf-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>UA.FROST.1</identifier><sent>2026-01-09T10:00:00+02:00</sent><status>Actual</status><msgType>Alert</msgType>
  <info><language>en-GB</language><event>Frost warning</event><severity>Severe</severity>
    <expires>2026-01-12T10:00:00+02:00</expires>
    <parameter><valueName>awareness_level</valueName><value>3; orange; Severe</value></parameter>
    <area><areaDesc>Kharkiv oblast</areaDesc></area></info>
  <info><language>uk-UA</language><event>Мороз</event><expires>2026-01-12T10:00:00+02:00</expires>
    <area><areaDesc>Харківська область</areaDesc></area></info>
</alert>"""
FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
  <title>x</title>
  <entry>
    <cap:areaDesc>Kyiv oblast</cap:areaDesc>
    <cap:geocode><valueName>EMMA_ID</valueName><value>UA032</value></cap:geocode>
    <cap:polygon>50,30 50,31 51,31 51,30 50,30</cap:polygon>
    <cap:event>Squall warning</cap:event><cap:severity>Moderate</cap:severity><cap:message_type>Alert</cap:message_type>
    <cap:onset>2026-01-10T10:00:00+00:00</cap:onset><cap:expires>2026-01-10T18:00:00+00:00</cap:expires>
    <cap:identifier>a</cap:identifier><link type="application/cap+xml" href="http://feeds.test/a"/>
    <title>Yellow Wind Warning issued for Ukraine - Kyiv oblast</title><updated>2026-01-10T08:00:00Z</updated>
  </entry>
  <entry>
    <cap:areaDesc>Kharkiv oblast</cap:areaDesc><cap:event>Frost warning</cap:event>
    <link type="application/cap+xml" href="http://feeds.test/frost"/><id>b</id><title>Orange</title>
  </entry>
</feed>"""


class Web:
    def __init__(self, **pages):
        self.pages = pages
        self.asked = []

    def fetch(self, url, *, headers=None, data=None, deadline=20, limit=0):
        self.asked.append((url, headers or {}))
        status, body = self.pages[url.rpartition("/")[2]]
        return Response(status, {"ETag": '"1"'}, body.encode(), url)


def fetch(web, **more):
    return meteoalarm.fetch(web, "http://feeds.test/feed", source="m", now=NOW, **more)


def test_an_atom_entry_is_an_alert_written_flat():
    (one, _) = meteoalarm.parse(FEED.encode())
    (info,) = one["info"]
    assert (one["identifier"], one["msgType"], one["sent"]) == ("a", "Alert", "2026-01-10T08:00:00Z")
    assert (info["event"], info["expires"]) == ("Squall warning", "2026-01-10T18:00:00+00:00")
    assert info["area"] == [
        {
            "areaDesc": "Kyiv oblast",
            "geocode": [{"valueName": "EMMA_ID", "value": "UA032"}],
            "polygon": ["50,30 50,31 51,31 51,30 50,30"],
        }
    ]


def test_a_cap_document_is_an_alert_with_all_its_languages():
    (one,) = meteoalarm.parse(CAP.encode())
    assert [info["language"] for info in one["info"]] == ["en-GB", "uk-UA"]
    assert one["info"][0]["parameter"] == [{"valueName": "awareness_level", "value": "3; orange; Severe"}]


def test_an_entry_without_an_end_is_completed_from_its_document_and_that_is_asked_for_once():
    web, details = Web(feed=(200, FEED), frost=(200, CAP)), {}
    for _ in range(2):
        alerts = fetch(web, details=details).bulletin.alerts
        assert alerts[1]["info"][0]["expires"] == "2026-01-12T10:00:00+02:00"
    assert [url for url, _ in web.asked].count("http://feeds.test/frost") == 1
    web.pages["feed"] = (200, "<feed/>")
    assert fetch(web, details=details).bulletin.alerts == ()
    assert details == {}


def test_a_document_that_cannot_be_had_leaves_the_entry_as_it_is():
    alerts = fetch(Web(feed=(200, FEED), frost=(500, "oops"))).bulletin.alerts
    assert "expires" not in alerts[1]["info"][0]


def test_what_has_not_changed_is_not_read_again():
    web = Web(feed=(304, ""))
    heard = fetch(web, etag='"1"', last_modified="Sat, 10 Jan 2026 11:30:00 GMT")
    assert (heard.bulletin, heard.etag) == (None, '"1"')
    assert web.asked[0][1]["If-None-Match"] == '"1"'


def test_an_empty_feed_is_an_answer():
    assert fetch(Web(feed=(200, '{"warnings": []}'))).bulletin.alerts == ()


def test_json_alerts_are_taken_as_they_are():
    alert = {"identifier": "a", "info": [{"event": "x"}]}
    assert meteoalarm.parse(json.dumps({"warnings": [{"alert": alert, "uuid": "u"}]}).encode()) == [alert]


@pytest.mark.parametrize(
    "raw",
    [
        b"x",
        b"[]",
        b"",
        b'{"warnings": [1]}',
        b"<html><body>busy</body></html>",
        FEED[:900].encode(),
        b'<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>',
    ],
)
def test_what_is_doubtful_is_refused(raw):
    with pytest.raises(WeatherError):
        meteoalarm.parse(raw)


def test_an_error_is_no_answer():
    with pytest.raises(WeatherError, match="503"):
        fetch(Web(feed=(503, "")))
