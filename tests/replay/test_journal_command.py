"""`alerter journal`: out of a database, out of Open-Meteo's previous runs, out of files."""

import http.server
import json
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import yaml

from alerter.config.load import load
from alerter.domain.model import Bulletin, FeedItem, Forecast
from alerter.replay.archive import REACH, as_issued
from alerter.replay.journal import Journal
from alerter.store.database import open_database
from alerter.store.journal import add_bulletin, add_forecasts, add_items
from alerter.store.schedule import claim_due, enrol, settle

CONFIG = Path(__file__).parents[2] / "config"
T = datetime(2026, 1, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_database_is_exported_as_it_was_learnt_and_replays(alerter, tmp_path):
    config = load(CONFIG)
    feed = config.feeds.feeds[0]
    item = FeedItem(feed.id, "1", "Snow", "", "", T, T + HOUR, feed.owner, feed.reliability)
    forecast = Forecast("open-meteo", "UA-63", T, ((-1.0, None, -3.5),), T + 2 * HOUR, issued=T, point="Kharkiv")
    bulletin = Bulletin("meteoalarm", T + 3 * HOUR, ({"identifier": "x"},))
    with open_database(f"sqlite:///{tmp_path / 'a.db'}").begin() as connection:
        add_forecasts(connection, [forecast])
        add_items(connection, [item])
        add_bulletin(connection, bulletin)
    done = alerter("journal", "export", "--out", tmp_path / "j.jsonl")
    assert done.returncode == 0, done.stderr
    assert list(Journal([tmp_path / "j.jsonl"], config)) == [item, forecast, bulletin]
    part = alerter("journal", "export", "--from", "2026-01-10T01:30:00Z", "--to", "2026-01-10T02:30:00Z")
    assert [line["observed"] for line in read(part.stdout)] == ["2026-01-10T02:00:00Z"]
    assert alerter("replay", tmp_path / "j.jsonl").returncode == 0


def test_when_a_feed_answered_is_exported_once_in_half_an_hour_and_silence_shows(alerter, tmp_path):
    feed = load(CONFIG).feeds.feeds[0].id
    with open_database(f"sqlite:///{tmp_path / 'a.db'}").begin() as connection:
        enrol(connection, [feed, "open-meteo"], T)
        for minutes in (0, 5, 10, 31, 300):
            now = T + timedelta(minutes=minutes)
            for name in (feed, "open-meteo"):
                rows = claim_due(connection, [name], now, "me", 3 * HOUR)
                settle(connection, "me", [replace(row, fetched_ok_at=now, next_due=now) for row in rows])
    heard = read(alerter("journal", "export").stdout)
    moments = [(T + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z") for minutes in (0, 31, 300)]
    assert heard == [{"observed": moment, "polled": feed} for moment in moments]


class PreviousRuns:
    """Answers with temperatures that say which day they were forecast on: -10 for one day before, -20 for two, ..."""

    def __init__(self):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_POST(self):
                form = {
                    key: values[0]
                    for key, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
                }
                asked.append(form)
                first, last = (datetime.fromisoformat(form[name]) for name in ("start_date", "end_date"))
                hours = [first + n * HOUR for n in range(int((last - first + DAY) / HOUR))]
                keys = form["hourly"].split(",")
                hourly = {key: [-10.0 * number] * len(hours) for number, key in enumerate(keys, 1)}
                hourly["time"] = [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours]
                place = {"hourly": hourly, "hourly_units": dict.fromkeys(keys, "°C")}
                body = json.dumps([place] * len(form["latitude"].split(","))).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/forecast"


@pytest.fixture
def previous_runs():
    server = PreviousRuns()
    yield server
    server.server.shutdown()
    server.server.server_close()


def test_previous_runs_become_forecasts_as_they_were_issued_each_hour_by_its_lead_time(alerter, previous_runs, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    weather = yaml.safe_load((config / "weather.yaml").read_text(encoding="utf-8")) | {"private_hosts": ["127.0.0.1"]}
    (config / "weather.yaml").write_text(yaml.safe_dump(weather, allow_unicode=True), encoding="utf-8")
    arguments = [
        "--from",
        "2026-01-10T00:00Z",
        "--to",
        "2026-02-20T12:00Z",
        "--every",
        "12h",
        "--previous-runs",
        previous_runs.url,
    ]
    out = tmp_path / "j.jsonl"
    done = alerter("journal", "from-archive", *arguments, "--out", out, ALERTER_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    journal = Journal([out], load(CONFIG))
    forecasts = list(journal)
    regions = [region for region in load(CONFIG).regions.regions if region.enabled]
    assert len(forecasts) == 84 * sum(len(region.points) for region in regions)
    assert journal.metas[0].weather == "forecast"
    first = forecasts[0]
    assert (first.start, first.issued, first.observed) == (T, T, T + 6 * HOUR)
    assert [first.members[0][hour] for hour in (0, 1, 24, 25, 48, 49, 167)] == [-10, -10, -10, -20, -20, -30, -70]
    assert all(len(forecast.members[0]) == 24 * REACH for forecast in forecasts)
    assert len(previous_runs.asked) == 2, "a month a request"


def test_no_hour_of_a_forecast_was_issued_after_it():
    hours = {T + n * HOUR: tuple(float(day) for day in range(1, 8)) for n in range(400)}
    for forecast in as_issued(hours, "UA-63", "Kharkiv", [T + n * 5 * HOUR for n in range(20)], HOUR, "p"):
        for number, lead in enumerate(forecast.members[0]):
            assert forecast.start + number * HOUR - lead * DAY <= forecast.issued


def test_an_archive_that_does_not_answer_is_said_in_one_line(alerter):
    done = alerter(
        "journal",
        "from-archive",
        "--from",
        "2026-01-10T00:00Z",
        "--to",
        "2026-01-11T00:00Z",
        "--previous-runs",
        "http://127.0.0.1:1/x",
    )
    assert done.returncode not in {0, 1}
    assert len([line for line in done.stderr.splitlines() if line.startswith("alerter: http://127.0.0.1:1/x: ")]) == 1


RSS = """<rss version="2.0"><channel><title>x</title>
<item><title>Frost ahead</title><guid>r1</guid><link>https://x.example/1</link><pubDate>Sat, 10 Jan 2026 06:00:00 GMT</pubDate></item>
<item><title>No date</title><guid>r2</guid></item></channel></rss>"""


def test_temperatures_that_came_and_news_files_become_a_journal_that_says_so(alerter, tmp_path):
    rows = "".join(f"{T + n * HOUR:%Y-%m-%d %H:%M},{-n / 10},{n}\n" for n in range(300))
    (tmp_path / "t.csv").write_text(f"hour,Kharkiv,Somewhere\n{rows}", encoding="utf-8")
    (tmp_path / "n.jsonl").write_text(
        '{"id": "7", "source": "suspilne-uk", "title": "Сніг", "date": "2026-01-10T05:00:00Z"}\n'
        '{"source": "radio", "title": "Ice", "date": "2026-01-10T05:00:00Z", "observed": "2026-01-10T09:00:00Z"}\n'
        '{"source": "radio", "title": "Late", "date": "2027-01-10T05:00:00Z"}\n'
        '{"source": "radio", "title": "When?"}\n',
        encoding="utf-8",
    )
    (tmp_path / "f.xml").write_text(RSS, encoding="utf-8")
    span = [
        "--from",
        "2026-01-10T00:00Z",
        "--to",
        "2026-01-11T00:00Z",
        "--every",
        "12h",
        "--owner",
        "Radio",
        "--reliability",
        "C",
    ]
    files = [
        "--temperatures",
        tmp_path / "t.csv",
        "--column",
        "Somewhere=UA-30,UA-32",
        "--news",
        tmp_path / "n.jsonl",
        "--rss",
        f"bbc-europe={tmp_path / 'f.xml'}",
    ]
    done = alerter("journal", "from-archive", *span, *files)
    lines = read(done.stdout)
    assert lines[0]["meta"]["weather"] == "observed"
    assert "2 items without a date were left out" in done.stderr
    news = [(line["observed"], line["item"]["title"], line["item"]["reliability"]) for line in lines if "item" in line]
    assert news == [
        ("2026-01-10T05:10:00Z", "Сніг", "B"),
        ("2026-01-10T06:10:00Z", "Frost ahead", "A"),
        ("2026-01-10T09:00:00Z", "Ice", "C"),
    ]
    weather = [line["forecast"] for line in lines if "forecast" in line]
    assert [one["region"] for one in weather].count("UA-32") == 3
    kharkiv = next(one for one in weather if one["region"] == "UA-63")
    assert kharkiv["members"][0][24:27] == [0.0, -0.1, -0.2]
    assert kharkiv["members"][0][:24] == [None] * 24


def test_every_bad_line_of_a_temperature_file_is_named(alerter, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("hour,Kharkiv\n2026-01-10 00:00,cold\nyesterday,1\n", encoding="utf-8")
    span = ["--from", "2026-01-10T00:00Z", "--to", "2026-01-11T00:00Z"]
    done = alerter("journal", "from-archive", *span, "--temperatures", path)
    assert done.returncode == 3
    assert [line.split(" — ")[0].removeprefix(str(path)) for line in done.stderr.splitlines()] == [":2: (row)", ":3: (row)"]
    path.write_text("hour,Atlantis\n", encoding="utf-8")
    assert "names no known place in ['Atlantis']" in alerter("journal", "from-archive", *span, "--temperatures", path).stderr
