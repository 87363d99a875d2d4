"""The chain of weather providers over loopback HTTP: real poller, database, knowledge and verdicts; only time is stepped."""

import http.server
import json
import shutil
import threading
from concurrent.futures import wait
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import yaml

from alerter.cli import status
from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.domain.forecasts import in_use
from alerter.domain.html import plain
from alerter.domain.messages import Messages
from alerter.domain.model import Answer, Event, Kind, Severity
from alerter.domain.rules import Official, Rule
from alerter.domain.verdicts import evaluate
from alerter.pipeline.knowledge import Knowledge, warnings_seen
from alerter.pipeline.poll import Poller
from alerter.pipeline.tick import Ticker
from alerter.store.database import open_database
from alerter.store.journal import newest_bulletins, newest_forecasts
from alerter.store.schedule import all_sources

SHIPPED = Path(__file__).parents[2] / "config"
START = datetime(2026, 1, 10, 6, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = """
rules:
  - id: frost
    title: {en: Frost}
    severity: severe
    when: {cold: {below: -15°C, lasting: 12h, within: 72h, chance: 60%, until_above: -12°C}}
    keep_firing_for: 6h
    repeat: 7d
    examples: [{name: frost, given: [{cold: -19°C, starts: 6h, lasting: 30h}], then: alert}]
"""


class Server(http.server.ThreadingHTTPServer):
    """Serves whatever weather a test makes; one server and one configuration for all tests."""

    weather = None

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            self.answer(*self.server.weather.get(self.path, self.headers))

        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(*self.server.weather.post(self.path.strip("/"), form))

        def answer(self, status, body, headers=()):
            self.send_response(status)
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


class Weather:
    """Three providers and a warnings feed, each with its own weather and its own trouble."""

    def __init__(self, clock):
        self.clock = clock
        self.air = {"ensemble": -18.0, "forecast": -18.0, "met": -18.0}
        self.trouble = {}
        self.warnings = []
        self.asked = []

    def post(self, name, form):
        self.asked.append((name, self.clock.now()))
        trouble = self.trouble.get(name)
        if trouble in TROUBLES_AT_ONCE:
            return TROUBLES_AT_ONCE[trouble]
        count = form.count("%2C", form.index("latitude="), form.index("&longitude")) + 1
        start = self.clock.now().replace(hour=0, minute=0) - 24 * HOUR
        if trouble == "stale":
            start -= 72 * HOUR
        hours = 36 if trouble == "short" else 240
        spread = [-1.0, -0.5, 0.0, 0.5, 1.0] if name == "ensemble" else [0.0]
        times = [(start + hour * HOUR).strftime("%Y-%m-%dT%H:%M") for hour in range(hours)]
        series = {
            "temperature_2m" + (f"_member{number:02}" if number else ""): [
                None if trouble == "nulls" and hour > 40 else self.air[name] + shift for hour in range(hours)
            ]
            for number, shift in enumerate(spread)
        }
        place = {
            "utc_offset_seconds": 0,
            "hourly_units": {"time": "iso8601"} | dict.fromkeys(series, "°C"),
            "hourly": {"time": times, **series},
        }
        body = json.dumps([place] * count if count > 1 else place)
        if trouble == "truncated":
            body = body[: len(body) // 2] + "Unexpected error while streaming data: timeout"
        return 200, body.encode()

    def get(self, path, headers):
        if path.startswith("/warnings"):
            if "warnings" in self.trouble:
                return 503, b"busy"
            return 200, json.dumps({"warnings": [{"alert": alert} for alert in self.warnings]}).encode()
        self.asked.append(("met", self.clock.now()))
        trouble = self.trouble.get("met")
        if trouble in TROUBLES_AT_ONCE or (trouble == "one place" and "lat=49.5892" in path):
            return TROUBLES_AT_ONCE.get(trouble, (422, b""))
        now = self.clock.now().replace(minute=0)
        steps = [
            {
                "time": f"{now + hour * HOUR:%Y-%m-%dT%H:%M:%SZ}",
                "data": {"instant": {"details": {"air_temperature": self.air["met"]}}},
            }
            for hour in (*range(60), *range(60, 220, 6))
        ]
        issued = now - (30 if trouble == "stale" else 2) * HOUR
        meta = {"updated_at": f"{issued:%Y-%m-%dT%H:%M:%SZ}", "units": {"air_temperature": "celsius"}}
        sent = {"Expires": format_datetime(self.clock.now() + HOUR / 2, usegmt=True), "Last-Modified": "x"}
        return 200, json.dumps({"properties": {"meta": meta, "timeseries": steps}}).encode(), sent


LIMITED = json.dumps({"error": True, "reason": "Hourly API request limit exceeded. Please try again in the next hour."})
TROUBLES_AT_ONCE = {"500": (500, b"oops"), "429": (429, LIMITED.encode())}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(("127.0.0.1", 0), Server.Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    server.directory = tmp_path_factory.mktemp("chain") / "config"
    shutil.copytree(SHIPPED, server.directory)
    providers = [
        {"provider": "open-meteo-ensemble", "name": "Ensemble", "url": f"{url}/ensemble", "every": "3h"},
        {"provider": "open-meteo", "name": "Single", "url": f"{url}/forecast", "every": "3h"},
        {"provider": "met-norway", "name": "MET Norway", "url": f"{url}/met", "every": "6h"},
    ]
    shipped = yaml.safe_load((SHIPPED / "weather.yaml").read_text(encoding="utf-8"))
    warnings = [shipped["warnings"][0] | {"url": f"{url}/warnings"}]
    more = {"contact": "me@home.test", "private_hosts": ["127.0.0.1"], "warnings": warnings, "keep": shipped["keep"]}
    regions = yaml.safe_load((SHIPPED / "regions.yaml").read_text(encoding="utf-8"))
    regions["regions"] = [region for region in regions["regions"] if region["id"] in {"UA-63", "UA-53"}]
    files = {"weather": {"providers": providers} | more, "regions": regions, "feeds": {"feeds": []}}
    for name, data in files.items():
        (server.directory / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (server.directory / "rules.yaml").write_text(RULES, encoding="utf-8")
    server.config = load(server.directory)
    yield server
    server.shutdown()
    server.server_close()


class Life:
    """A daemon without its timers: each step polls what is due and decides."""

    def __init__(self, server, directory):
        self.clock = SteppedClock(START)
        self.weather = server.weather = Weather(self.clock)
        self.config = server.config
        self.database = f"sqlite:///{directory / 'a.db'}"
        self.engine = open_database(self.database)
        self.poller = Poller(self.config, self.engine, self.clock, "test")
        self.ticker = Ticker(self.config, self.engine, "test")
        self.told = []

    def go(self, hours, step=1.0):
        for _ in range(round(hours / step)):
            self.clock.wait(step * HOUR)
            self.poll()
            self.told += self.ticker.run(self.clock.now())

    def poll(self):
        wait(self.poller.run(), timeout=20)

    def loud(self):
        return [told.kind for told in self.told if told.loud]

    def situation(self):
        knowledge = Knowledge(self.config)
        with self.engine.begin() as connection:
            knowledge.add_forecasts(forecast for _, forecast in newest_forecasts(connection, START - 240 * HOUR))
            knowledge.add_bulletins(bulletin for _, bulletin in newest_bulletins(connection, START - 240 * HOUR).values())
            rows = [row for row in all_sources(connection) if row.id == "meteoalarm"]
        return knowledge.situation(self.clock.now(), None, warnings_seen(rows))

    def provider(self, region="UA-63"):
        forecast = in_use(self.situation())[region]
        return forecast and forecast.provider

    def error(self, source):
        with self.engine.begin() as connection:
            return next(row.last_error for row in all_sources(connection) if row.id == source)

    def close(self):
        self.poller.close()
        self.engine.dispose()


@pytest.fixture
def life(server, tmp_path):
    life = Life(server, tmp_path)
    yield life
    life.close()


@pytest.mark.parametrize("trouble", ["500", "429", "truncated", "nulls", "short", "stale"])
def test_another_provider_stands_in_and_neither_that_nor_recovery_tells_anyone_aloud(life, trouble):
    life.go(2)
    assert (life.provider(), life.loud()) == ("open-meteo-ensemble", [Kind.ALERT])
    life.weather.trouble["ensemble"] = trouble
    life.go(10, step=2)
    assert life.provider() == "open-meteo-ensemble"
    life.go(20, step=2)
    assert life.provider() == "open-meteo"
    assert life.told[-1].facts[0].spell.provider == "Single"
    life.weather.trouble.clear()
    life.go(4)
    assert life.provider() == "open-meteo-ensemble"
    assert life.told[-1].facts[0].spell.provider == "Ensemble"
    assert life.loud() == [Kind.ALERT]


@pytest.mark.parametrize("trouble", ["truncated", "nulls", "short"])
def test_a_degraded_answer_is_refused_with_its_reason_and_does_not_replace_the_good_one(life, trouble):
    life.go(1)
    life.weather.trouble["ensemble"] = trouble
    life.go(4)
    reasons = {"truncated": "Unexpected error while streaming", "nulls": "hours to come", "short": "hours to come"}
    assert reasons[trouble] in life.error("open-meteo-ensemble")
    assert all(len(f.members[0]) == 240 for f in life.situation().forecasts["UA-63"] if f.provider == "open-meteo-ensemble")


def test_the_last_link_serves_when_all_before_it_fail_and_says_when_it_was_made(life):
    life.weather.trouble = {"ensemble": "500", "forecast": "429"}
    life.go(1)
    assert life.provider() == "met-norway"
    (alert,) = life.told
    spell = alert.facts[0].spell
    assert (alert.kind, spell.provider, spell.deterministic, spell.chance) == (Kind.ALERT, "MET Norway", True, 1)
    assert spell.issued == datetime(2026, 1, 10, 5, tzinfo=UTC)
    messages = Messages(life.config.templates, life.config.region_names, life.config.zone)
    message = messages.render(alert, "en", regions=alert.regions)
    assert "07:00 from MET Norway" in plain(message)


def test_one_place_refused_keeps_the_others(life):
    life.weather.trouble = {"ensemble": "500", "forecast": "500", "met": "one place"}
    life.go(1)
    assert {told.region for alert in life.told for told in alert.facts} == {"UA-63", "UA-53"}
    assert "1 of 3 places refused, Poltava: HTTP 422" in life.error("met-norway")
    life.weather.trouble["met"] = None
    life.go(1)
    assert life.error("met-norway") is None


def test_a_provider_that_stands_still_is_stale_and_then_nothing_is_known(life):
    life.weather.trouble = {"ensemble": "500", "forecast": "500", "met": "stale"}
    life.go(1)
    assert (life.provider(), life.told) == (None, [])


def test_when_all_fall_silent_the_alert_says_so_and_never_ends_as_an_all_clear(life):
    life.go(1)
    life.weather.trouble = dict.fromkeys(("ensemble", "forecast", "met"), "500")
    life.go(60, step=3)
    assert Kind.CANCEL not in {told.kind for told in life.told}
    assert any(fact.blind_since for told in life.told for fact in told.facts)


def test_a_forecast_that_wobbles_around_the_threshold_for_a_day_alerts_once(life):
    for round_ in range(16):
        wobble = (-1.5, 0.8, 1.5, -0.3)[round_ % 4]
        life.weather.air = dict.fromkeys(life.weather.air, -15.0 + wobble)
        life.go(3, step=1.5)
    assert life.loud() == [Kind.ALERT]


def test_providers_that_take_turns_and_roughly_agree_neither_end_nor_repeat_an_alert(life):
    life.weather.air = {"ensemble": -15.4, "forecast": -14.2, "met": -14.6}
    life.go(2)
    assert life.loud() == [Kind.ALERT]
    for round_ in range(3):
        life.weather.trouble = {} if round_ % 2 else {"ensemble": "500"}
        life.go(15, step=1.5)
    assert life.loud() == [Kind.ALERT]


def test_warmth_ends_it_whoever_tells_of_it(life):
    life.go(1)
    life.weather.trouble = {"ensemble": "500"}
    life.weather.air = dict.fromkeys(life.weather.air, -3.0)
    life.go(24)
    assert life.loud() == [Kind.ALERT, Kind.CANCEL]


def test_a_limit_is_waited_for_and_no_longer(life):
    life.weather.trouble["ensemble"] = "429"
    life.go(0.5, step=0.25)
    life.weather.trouble.clear()
    life.go(1, step=0.25)
    asked = [f"{at:%H:%M}" for name, at in life.weather.asked if name == "ensemble"]
    assert asked == ["06:25", "07:10"]


def test_fallbacks_are_fresh_at_a_modest_rate(life):
    life.go(24)
    asked = [name for name, _ in life.weather.asked]
    assert asked.count("ensemble") <= 9
    assert asked.count("forecast") <= 9
    assert asked.count("met") <= 5 * 3


def test_status_says_where_the_forecast_comes_from(life, server, monkeypatch, capsys):
    monkeypatch.setenv("ALERTER_CONFIG", str(server.directory))
    monkeypatch.setenv("ALERTER_DATABASE", life.database)
    monkeypatch.setattr(status, "SystemClock", lambda: life.clock)
    options = type("Options", (), {"json": False})
    life.go(1)
    status.run(options)
    assert "forecast from Ensemble of 2026-01-10 07:10Z for 2 of 2 regions\n" in capsys.readouterr().out
    life.weather.trouble["ensemble"] = "500"
    life.go(15)
    status.run(options)
    assert "forecast from Single" in (out := capsys.readouterr().out)
    assert "standing in for Ensemble" in out
    life.clock.wait(48 * HOUR)
    status.run(options)
    assert "no forecast that can be trusted for UA-53, UA-63" in capsys.readouterr().out


FROST = {
    "identifier": "f1",
    "status": "Actual",
    "msgType": "Alert",
    "sent": "2026-01-10T05:00:00+00:00",
    "info": [
        {
            "language": "en-GB",
            "event": "Severe frost warning",
            "severity": "Severe",
            "onset": "2026-01-10T18:00:00+00:00",
            "expires": "2026-01-11T18:00:00+00:00",
            "area": [{"areaDesc": "Kharkiv oblast"}],
        }
    ],
}


def official(life, region="UA-63"):
    node = Official(frozenset({"low-temperature"}), "orange", 48 * HOUR)
    rule = Rule("r", {"en": "r"}, Severity.SEVERE, node, timedelta(0), timedelta(0))
    return evaluate(rule, life.situation(), region).answer


def test_no_warnings_is_a_no_and_silence_is_unknown(life):
    assert official(life) is Answer.UNKNOWN
    life.go(1)
    assert official(life) is Answer.NO
    life.weather.trouble["warnings"] = True
    life.go(8)
    assert official(life) is Answer.UNKNOWN


def test_a_warning_holds_for_its_region_until_it_expires_or_is_withdrawn(life):
    life.weather.warnings = [FROST]
    life.go(1)
    assert (official(life), official(life, "UA-53")) == (Answer.YES, Answer.NO)
    assert [(r.event, r.owner) for r in life.situation().reports] == [(Event.SEVERE_COLD, "Ukrainian Hydrometeorological Center")]
    life.weather.warnings = []
    life.go(1)
    assert official(life) is Answer.NO
    life.weather.warnings = [FROST]
    life.go(36, step=2)
    assert official(life) is Answer.NO


def test_old_runs_are_thinned_while_the_daemon_lives(life):
    life.go(6)
    life.clock.wait(timedelta(days=11))
    life.go(1)
    with life.engine.begin() as connection:
        runs = connection.exec_driver_sql(
            "SELECT substr(observed, 1, 10), count(*) FROM forecasts WHERE provider = 'open-meteo-ensemble' AND region = 'UA-63' GROUP BY 1"
        ).all()
    assert runs == [("2026-01-10", 1), ("2026-01-21", 1)]
