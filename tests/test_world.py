"""The whole way over loopback: feeds, forecast and Bot API by URL, the daemon as its own process."""

import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import yaml
from botapi import TOKEN, BotApi

SHIPPED = Path(__file__).parents[1] / "config"


class World:
    """Two feeds and a forecast for two regions, served over loopback."""

    def __init__(self) -> None:
        self.items = {"a": [], "b": []}
        self.cold = -20.0
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self.answer(world.feed(self.path.strip("/")))

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(world.forecast())

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def feed(self, name):
        entries = "".join(
            f"<item><title>{title}</title><link>https://news.example/{name}/{n}</link><guid>{name}{n}</guid>"
            f"<pubDate>{format_datetime(datetime.now(UTC) - timedelta(minutes=30))}</pubDate></item>"
            for n, title in enumerate(["The museum opens a new wing", *self.items[name]])
        )
        return f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'.encode()

    def forecast(self):
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        times = [(start + timedelta(hours=h)).strftime("%Y-%m-%dT%H:%M") for h in range(96)]

        def place(low):
            return {
                "utc_offset_seconds": 0,
                "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "wind_speed_10m": "m/s"},
                "hourly": {"time": times, "temperature_2m": [low] * 96, "wind_speed_10m": [3.0] * 96},
            }

        return json.dumps([place(self.cold), place(self.cold)]).encode()


@pytest.fixture
def world(tmp_path):
    world = World()
    world.config = tmp_path / "config"
    shutil.copytree(SHIPPED, world.config)
    _write(
        world.config / "feeds.yaml",
        {
            "private_hosts": ["127.0.0.1"],
            "feeds": [
                {"id": name, "url": f"{world.url}/{name}", "language": "en", "owner": name, "reliability": "B", "every": "1s"}
                for name in ("a", "b")
            ],
        },
    )
    _write(
        world.config / "weather.yaml",
        {
            "private_hosts": ["127.0.0.1"],
            "contact": "test",
            "providers": [{"provider": "open-meteo", "url": f"{world.url}/forecast", "every": "1s"}],
        },
    )
    regions = yaml.safe_load((SHIPPED / "regions.yaml").read_text(encoding="utf-8"))
    regions["regions"] = [region for region in regions["regions"] if region["id"] in {"UA-63", "UA-46"}]
    _write(world.config / "regions.yaml", regions)
    _write(
        world.config / "receivers.yaml",
        {
            "receivers": [
                {"id": "east", "telegram": "1001", "language": "en", "regions": ["UA-63"]},
                {"id": "all", "telegram": "1002", "language": "uk"},
                {"id": "west", "telegram": "1003", "language": "en", "regions": ["UA-46"]},
            ]
        },
    )
    rules = (world.config / "rules.yaml").read_text(encoding="utf-8").replace("keep_firing_for: 12h", "keep_firing_for: 0m")
    (world.config / "rules.yaml").write_text(rules, encoding="utf-8")
    world.bot = BotApi()
    world.database = f"sqlite:///{tmp_path / 'a.db'}"
    yield world
    world.server.shutdown()
    world.server.server_close()
    world.bot.close()


def _write(path, data):
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def start(world):
    environment = os.environ | {
        "ALERTER_CONFIG": str(world.config),
        "ALERTER_DATABASE": world.database,
        "ALERTER_TELEGRAM_TOKEN": TOKEN,
        "ALERTER_TELEGRAM_API": world.bot.url,
    }
    return subprocess.Popen([sys.executable, "-m", "alerter", "run"], env=environment, stderr=subprocess.PIPE, text=True)


def stop(process):
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=15)
    return process.returncode, errors


def until(condition, seconds=45):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def chats(bot):
    return sorted(str(message["chat_id"]) for message in bot.messages)


ATTACKS = {
    "a": ["Russian missiles hit a substation in Kharkiv region, officials say"],
    "b": ["Drones damaged a thermal power plant near Kharkiv last night"],
}


def test_two_independent_attacks_and_frost_reach_each_covering_receiver_once_and_end_in_one_all_clear(world):
    process = start(world)
    try:
        assert not until(lambda: world.bot.messages, 4)
        world.items["a"] = ATTACKS["a"]
        assert not until(lambda: world.bot.messages, 4), "one source is a rumour"
        world.items["b"] = ATTACKS["b"]
        assert until(lambda: len(world.bot.messages) >= 2)
        time.sleep(2)
        assert chats(world.bot) == ["1001", "1002"]
    finally:
        status, errors = stop(process)
    assert status == 0
    assert TOKEN not in errors
    process = start(world)
    try:
        time.sleep(4)
        assert chats(world.bot) == ["1001", "1002"], "a restart sends nothing again"
        world.cold = 1.0
        assert until(lambda: len(world.bot.messages) >= 4)
        time.sleep(2)
        assert chats(world.bot) == ["1001", "1001", "1002", "1002"]
    finally:
        print(stop(process)[1])


def test_a_kill_at_any_moment_loses_no_alert(world):
    world.items.update(ATTACKS)
    for number in range(6):
        process = start(world)
        time.sleep(0.7 + 0.25 * number)
        process.kill()
        process.communicate()
    process = start(world)
    try:
        assert until(lambda: {"1001", "1002"} <= set(chats(world.bot)))
    finally:
        stop(process)
    assert set(chats(world.bot)) == {"1001", "1002"}
    assert len(world.bot.messages) <= 2 + 6


def test_silent_sources_never_give_an_all_clear(world):
    world.items.update(ATTACKS)
    process = start(world)
    try:
        assert until(lambda: len(world.bot.messages) >= 2)
        world.server.shutdown()
        world.server.server_close()
        time.sleep(5)
        assert len(world.bot.messages) == 2
    finally:
        stop(process)
