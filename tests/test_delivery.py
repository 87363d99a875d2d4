"""The real daemon before a Bot API that fails in every way: what it writes, when it ends, and whom it assures of its work."""

import http.server
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from botapi import TOKEN, Fault, refusal
from desk import told
from test_world import ATTACKS
from world import World, stop, until

from alerter.clock import SteppedClock
from alerter.config.load import load
from alerter.config.settings import Settings
from alerter.daemon import Daemon
from alerter.store.database import open_database
from alerter.store.outbox import enqueue
from alerter.store.tally import STUCK

LOUD = """
import logging
import alerter.cli, alerter.sinks.telegram
everything = lambda: logging.getLogger().setLevel(logging.DEBUG)
alerter.cli.quiet_libraries = alerter.sinks.telegram.quiet_libraries = everything
"""
"""Lets libraries log all they can, as if nobody had quietened them: what is left is the filter."""


CHATS = ["1001", "1002", "1003", "1004", "1005"]
FAULTS = [
    Fault(502, "<html>Bad Gateway</html>"),
    refusal(500, "Internal Server Error"),
    Fault(reset=True),
    refusal(429, "Too Many Requests", retry_after=1),
    refusal(400, "Bad Request: can't parse entities"),
]
"""One for each chat, so that all are waited out at once."""


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


class Switch:
    """A dead-man's switch that counts its pings."""

    def __init__(self):
        switch, self.pings = self, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                switch.pings += 1
                self.send_response(200)
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret-of-the-switch"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def test_whatever_telegram_answers_the_token_is_never_written_and_a_refused_one_ends_the_daemon(tmp_path):
    settings = {"ALERTER_DEADMAN_URL": "http://127.0.0.1:1/secret-of-the-switch"}
    receivers = [{"id": chat, "telegram": chat, "language": "en"} for chat in CHATS]
    worlds = [World(tmp_path / name, receivers=receivers) for name in ("quiet", "loud")]
    for world in worlds:
        world.bot.faults.extend(FAULTS)
        world.items.update(ATTACKS)
    quiet, loud = worlds
    daemons = [quiet.start(**settings), loud.start(first=LOUD, **settings)]
    try:
        assert until(lambda: all(set(CHATS) <= set(world.chats()) for world in worlds), 60)
        for world in worlds:
            world.bot.token = "another"
            world.cold = 1.0
        assert [process.wait(60) for process in daemons] == [78, 78]
    finally:
        for process, world in zip(daemons, worlds, strict=True):
            process.kill()
            world.close()
    for world in worlds:
        written = world.log.read_text()
        assert "Telegram refuses the token: give a valid one" in written
        for secret in (TOKEN, TOKEN.split(":")[1], "secret-of-the-switch"):
            assert secret not in written
    assert "sendMessage" not in quiet.log.read_text()
    assert "sendMessage" in loud.log.read_text()


def test_nobody_is_assured_before_a_tick_has_finished_and_no_switch_while_deliveries_are_stuck(world, tmp_path, monkeypatch):
    switch = Switch()
    clock, engine = SteppedClock(datetime.now(UTC)), open_database(world.database)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    settings = Settings(telegram_token=TOKEN, telegram_api=world.bot.url, deadman_url=switch.url)
    daemon = Daemon(load(world.config), settings, engine, clock)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)

        def assured():
            daemon._vouch()
            try:
                return channel.recv(100).decode(), switch.pings
            except BlockingIOError:
                return "", switch.pings

        daemon._poll()
        daemon._deliver()
        assert assured() == ("", 0)
        daemon._tick()
        assert assured() == ("WATCHDOG=1", 1)
        with engine.begin() as connection:
            enqueue(connection, told(at=clock.now(), regions=["UA-63"]), ["all"], timedelta(hours=1))
        clock.wait(STUCK + timedelta(minutes=1))
        assert assured() == ("WATCHDOG=1", 1), "it works, but what it says arrives nowhere"
        daemon._deliver()
        assert assured() == ("WATCHDOG=1", 2)
    daemon.close()
    engine.dispose()
    switch.close()


def test_systemd_and_the_switch_are_assured_of_work_that_was_done_and_told_of_the_end(world, tmp_path):
    switch, told = Switch(), []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(0.1)
        process = world.start(NOTIFY_SOCKET=str(tmp_path / "notify"), ALERTER_DEADMAN_URL=switch.url)

        def heard(wanted):
            try:
                told.append(channel.recv(100).decode())
            except TimeoutError:
                pass
            return wanted in told

        assert until(lambda: heard("WATCHDOG=1"), 30)
        assert told[0] == "READY=1"
        assert until(lambda: switch.pings, 10)
        assert stop(process) == 0
        assert until(lambda: heard("STOPPING=1"), 5)
    switch.close()
