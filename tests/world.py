"""A small world over loopback: feeds and a forecast by URL, a Bot API, and the daemon as a process of its own."""

import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs

import yaml
from botapi import TOKEN, BotApi, Server

SHIPPED = Path(__file__).parents[1] / "config"
REGIONS = ("UA-63", "UA-46")
RECEIVERS = (
    {"id": "east", "telegram": "1001", "language": "en", "regions": ["UA-63"]},
    {"id": "all", "telegram": "1002", "language": "uk"},
    {"id": "west", "telegram": "1003", "language": "en", "regions": ["UA-46"]},
)


class World:
    """Two feeds and a forecast for some regions, polled each second; `cold` holds everywhere but where `lows` says.

    A feed in `broken` answers with that status and body instead; what stands in `past` is six days old.
    """

    def __init__(self, directory, regions=REGIONS, receivers=RECEIVERS):
        self.items = {"a": [], "b": []}
        self.cold = -20.0
        self.lows = {}
        self.broken, self.past = {}, {"a": [], "b": []}
        self.asked = Counter()
        self.bot = BotApi()
        self.server = Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.directory = directory
        directory.mkdir(exist_ok=True)
        self.config = directory / "config"
        self.database = f"sqlite:///{directory / 'a.db'}"
        self._configure(regions, receivers)

    def close(self):
        self.silence()
        self.bot.close()

    def silence(self):
        """Let feeds and forecast answer no more."""
        self.server.shutdown()
        self.server.server_close()

    def write(self, name, data):
        (self.config / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    def _configure(self, regions, receivers):
        shutil.copytree(SHIPPED, self.config)
        polled = {"language": "en", "reliability": "B", "every": "1s"}
        feeds = [{"id": name, "url": f"{self.url}/{name}", "owner": name} | polled for name in self.items]
        self.write("feeds.yaml", {"private_hosts": ["127.0.0.1"], "feeds": feeds})
        provider = {"provider": "open-meteo", "url": f"{self.url}/forecast", "every": "1s"}
        self.write("weather.yaml", {"private_hosts": ["127.0.0.1"], "contact": "test", "providers": [provider]})
        shipped = yaml.safe_load((SHIPPED / "regions.yaml").read_text(encoding="utf-8"))
        shipped["regions"] = [region | {"enabled": True} for region in shipped["regions"] if region["id"] in regions]
        self._latitudes = {f"{point['latitude']:.4f}": one["id"] for one in shipped["regions"] for point in one["points"]}
        self.write("regions.yaml", shipped)
        self.write("receivers.yaml", {"receivers": list(receivers)})
        rules = (self.config / "rules.yaml").read_text(encoding="utf-8").replace("keep_firing_for: 12h", "keep_firing_for: 0m")
        (self.config / "rules.yaml").write_text(rules, encoding="utf-8")

    def _handler(world):  # noqa: N805 (the world that the handler serves)
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                name = self.path.strip("/")
                world.asked[name] += 1
                self.answer(*world.broken.get(name) or (200, world.feed(name)))

            def do_POST(self):
                world.asked["forecast"] += 1
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(200, world.forecast(form["latitude"][0].split(",")))

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def feed(self, name):
        recent = ["The museum opens a new wing", *self.items[name]]
        entries = [self._entry(title, f"{name}{n}", 0.5) for n, title in enumerate(recent)]
        entries += [self._entry(title, f"{name}-past{n}", 144) for n, title in enumerate(self.past[name])]
        return f'<rss version="2.0"><channel><title>x</title>{"".join(entries)}</channel></rss>'.encode()

    def _entry(self, title, guid, hours):
        date = format_datetime(datetime.now(UTC) - timedelta(hours=hours))
        link = f"https://news.example/{guid}"
        return f"<item><title>{title}</title><link>{link}</link><guid>{guid}</guid><pubDate>{date}</pubDate></item>"

    def forecast(self, latitudes):
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        times = [(start + timedelta(hours=h)).strftime("%Y-%m-%dT%H:%M") for h in range(96)]
        lows = [self.lows.get(self._latitudes[latitude], self.cold) for latitude in latitudes]
        units = {"time": "iso8601", "temperature_2m": "°C", "wind_speed_10m": "m/s"}
        places = [
            {
                "utc_offset_seconds": 0,
                "hourly_units": units,
                "hourly": {"time": times, "temperature_2m": [low] * 96, "wind_speed_10m": [3.0] * 96},
            }
            for low in lows
        ]
        return json.dumps(places if len(places) > 1 else places[0]).encode()

    def start(self, *arguments, command="run", first="", **environment):
        """Start `alerter run` (or another command), after the statements in `first`; what it logs is appended to `log`."""
        settings = {
            "ALERTER_CONFIG": str(self.config),
            "ALERTER_DATABASE": self.database,
            "ALERTER_TELEGRAM_TOKEN": TOKEN,
            "ALERTER_TELEGRAM_API": self.bot.url,
        }
        program = f"{first}\nfrom alerter.cli import main\nmain()"
        words = [sys.executable, "-c", program, command, *arguments]
        with self.log.open("ab") as log:
            return subprocess.Popen(words, env=os.environ | settings | environment, stdout=log, stderr=log)

    def look_round(self, times=3):
        """Wait until every source was asked so many times more, which gives the ticks between time to decide."""
        before = self.asked.copy()
        assert until(lambda: all(self.asked[name] >= before[name] + times for name in ("a", "b", "forecast")))

    @property
    def log(self):
        return self.directory / "log"

    def chats(self):
        """Return the chats that got a message, once a message."""
        return sorted(str(message["chat_id"]) for message in self.bot.messages)


def stop(process):
    """End a daemon as systemd does; return its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(15)


def until(condition, seconds=45):
    """Wait for something to become true; tell whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
