"""What an operator asks: is it well, does a message arrive, do the sources answer."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.error import HTTPError

import pytest
import yaml
from botapi import TOKEN, refusal
from hostile import Hostile, answer

from alerter.cli import command_line
from alerter.config.load import load
from alerter.domain.model import Kind, Notification, Receiver, Severity
from alerter.pipeline.observe import lines, metrics, overview
from alerter.pipeline.page import AddressError, StatusPage
from alerter.store.chats import set_chat
from alerter.store.database import open_database
from alerter.store.outbox import enqueue

SHIPPED = Path(__file__).parents[1] / "config"
FEED = (
    f"<rss><channel><item><title>Quiet day</title><pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item></channel></rss>"
)


@pytest.fixture
def server():
    found = Hostile()
    found.pages["/feed"] = answer(FEED.encode())
    yield found
    found.close()


@pytest.fixture
def alerter(tmp_path, server, bot_api, monkeypatch, capsys):
    config = tmp_path / "config"
    shutil.copytree(SHIPPED, config)
    feeds = [
        {
            "id": name,
            "url": f"{server.url}/{path}",
            "language": "en",
            "owner": name,
            "reliability": "B",
            "every": "1s",
            "enabled": on,
        }
        for name, path, on in (("good", "feed", True), ("bad", "broken", True), ("unused", "feed", False))
    ]
    _write(config / "feeds.yaml", {"feeds": feeds, "private_hosts": ["127.0.0.1"]})
    weather = {
        "contact": "test",
        "providers": [{"provider": "open-meteo", "url": f"{server.url}/none"}],
        "private_hosts": ["127.0.0.1"],
    }
    _write(config / "weather.yaml", weather)
    receivers = [{"id": "channel", "telegram": "-1001", "language": "uk"}, {"id": "here", "telegram": "console"}]
    _write(config / "receivers.yaml", {"receivers": receivers})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALERTER_")} | {
        "ALERTER_CONFIG": str(config),
        "ALERTER_DATABASE": f"sqlite:///{tmp_path / 'a.db'}",
        "ALERTER_TELEGRAM_API": bot_api.url,
    }

    def process(*arguments, token=TOKEN, **more):
        command = [sys.executable, "-m", "alerter", *arguments]
        variables = environment | ({"ALERTER_TELEGRAM_TOKEN": token} if token else {}) | more
        return subprocess.run(command, check=False, env=variables, capture_output=True, text=True, timeout=60)

    def run(*arguments, token=TOKEN):
        """Do the same in this process: much quicker, but without what `main` does about errors and logs."""
        for name, value in (environment | {"ALERTER_TELEGRAM_TOKEN": token}).items():
            monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
        options = command_line().parse_args(arguments)
        code = options.command(options)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    run.process = process
    run.environment = environment
    return run


def _write(path, data):
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_a_test_message_arrives_and_says_what_it_is(alerter, bot_api):
    done = alerter("send-test", "channel")
    assert (done.returncode, "arrived as message 1" in done.stdout) == (0, True)
    assert "ПЕРЕВІРКА. Небезпеки немає" in bot_api.messages[0]["text"]
    assert "TEST. There is no danger" in alerter("send-test", "here", token=None).stdout


def test_one_call_tries_every_receiver_and_tells_of_each(alerter, bot_api):
    bot_api.faults.append(refusal(403, "Forbidden: bot was kicked from the channel chat"))
    done = alerter("send-test", "--all", "--json")
    rows = {row["receiver"]: row["arrived"] for line in done.stdout.splitlines() if line[:1] == "{" for row in [json.loads(line)]}
    assert (done.returncode, rows) == (1, {"channel": False, "here": True})
    assert alerter("send-test").returncode == 2, "nobody is told by mistake"


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (refusal(400, "Bad Request: chat not found"), "check the number"),
        (refusal(403, "Forbidden: bot was kicked from the channel chat"), "add the bot"),
        (refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009), "write -1009"),
        (refusal(429, "Too Many Requests: retry after 30", retry_after=30), "try again in 30 s"),
        (refusal(401, "Unauthorized"), "@BotFather"),
    ],
)
def test_a_test_message_that_does_not_arrive_says_what_to_do(alerter, bot_api, fault, advice):
    bot_api.faults.append(fault)
    done = (alerter.process if fault.status == 401 else alerter)("send-test", "channel")
    assert done.returncode == 1
    assert advice in done.stdout
    assert TOKEN not in done.stdout + done.stderr


def test_an_unknown_receiver_and_a_missing_token_are_said(alerter):
    unknown, missing = alerter("send-test", "nobody"), alerter("send-test", "channel", token=None)
    assert (unknown.returncode, "write one of channel, here" in unknown.stderr) == (2, True)
    assert (missing.returncode, "ALERTER_TELEGRAM_TOKEN_FILE" in missing.stdout) == (1, True)


def test_status_tells_ok_from_error_from_stale_from_off(alerter):
    alerter("run", "--once", "--dry-run")
    text, rows = alerter("status").stdout, json.loads(alerter("status", "--json").stdout)
    states = {row["id"]: row["state"] for row in rows["sources"]}
    assert states == {"good": "ok", "bad": "error", "unused": "off", "open-meteo": "error"}
    good = next(row for row in rows["sources"] if row["id"] == "good")
    assert all(datetime.fromisoformat(good[clock]).tzinfo for clock in ("fetched", "newest", "changed"))
    assert "bad" in text
    assert "HTTP 500" in text
    assert "sources: 1 ok, 2 error, 1 off" in text
    assert {(row["id"], row["state"], row["owed"]) for row in rows["receivers"]} == {("channel", "ok", 0), ("here", "ok", 0)}


def test_a_receiver_that_refuses_us_or_has_to_wait_is_seen_with_what_it_is_owed():
    engine, now, hour = open_database("sqlite://"), datetime.now(UTC), timedelta(hours=1)
    config = replace(load(SHIPPED), receivers=tuple(Receiver(name, "1", "en") for name in ("gone", "busy", "well")))
    alert = Notification("r", Kind.ALERT, now, Severity.EXTREME, ("UA-63",))
    with engine.begin() as connection:
        enqueue(connection, alert, ["gone", "busy"], hour)
        set_chat(connection, "gone", disabled=True, why="bot was kicked")
        set_chat(connection, "busy", blocked_until=now + hour)
        text = "\n".join(lines(config, overview(config, connection, now)))
    engine.dispose()
    assert re.search(r"to gone +disabled, 1 messages owed  bot was kicked", text)
    assert re.search(r"to busy +waiting until .*Z, 1 messages owed", text)
    assert re.search(r"to well +ok, 0 messages owed", text)


def test_check_online_says_what_each_source_and_telegram_answered(alerter):
    done = alerter("check", "--online", token=None)
    assert done.returncode == 1
    assert "ok    good                     1 items, newest of" in done.stdout
    assert "error bad                      HTTP 500" in done.stdout
    assert "name its file in ALERTER_TELEGRAM_TOKEN_FILE" in done.stdout
    refused = alerter.process("check", "--online", "--json")
    rows = {row["asked"]: row for row in map(json.loads, refused.stdout.splitlines()) if "asked" in row}
    assert rows["good"]["well"]
    assert TOKEN not in refused.stdout + refused.stderr


def test_the_status_page_tells_health_metrics_and_status_while_the_daemon_runs(alerter):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = alerter.environment | {"ALERTER_HTTP": f"127.0.0.1:{port}"}
    process = subprocess.Popen([sys.executable, "-m", "alerter", "run"], env=variables, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: 'alerter_source_state{source="good",state="ok"} 1' in get(port, "/metrics"))
        assert get(port, "/health") == "ok\n"
        assert "sources:" in get(port, "/")
        assert 'alerter_source_failures{source="bad"}' in get(port, "/metrics")
        with pytest.raises(HTTPError, match="404"):
            get(port, "/etc/passwd")
        with socket.create_connection(("127.0.0.1", port)):  # a client that says nothing
            assert eventually(lambda: get(port, "/health", 6) == "ok\n")
    finally:
        process.terminate()
        assert process.wait(15) == 0


def test_metrics_are_what_prometheus_reads(alerter):
    line = r'^(# (HELP|TYPE) alerter_[a-z_]+ .+|alerter_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.]+)$'
    engine = open_database("sqlite://")
    with engine.begin() as connection:
        found = list(metrics(overview(load(SHIPPED), connection, datetime.now(UTC))))
    engine.dispose()
    assert found
    assert all(re.match(line, each) for each in found)


def test_no_port_is_open_unless_one_is_named_and_a_wrong_one_is_refused(alerter):
    done = alerter.process("run", ALERTER_HTTP="everywhere")
    assert done.returncode == 3
    assert "write an address and a port, like 127.0.0.1:9130" in done.stderr
    with pytest.raises(AddressError):
        StatusPage("192.0.2.1:1", None, None, None, lambda: True)


def test_health_is_bad_when_no_work_is_finished():
    page = StatusPage("127.0.0.1:0", None, None, None, lambda: False)
    with pytest.raises(HTTPError, match="503"):
        get(page.port, "/health")
    page.close()


def get(port, path, timeout=5):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as reply:
        return reply.read().decode()


def eventually(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
