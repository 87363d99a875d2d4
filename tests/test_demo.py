"""The story that people are shown, told by the daemon's own code."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from alerter.demo.botapi import BotApi, mistake

PAUSE = "2026-01-29T18:40"
ATTACK = "2026-02-03T00:40"
TIMES = re.compile(r"(\w{3} )?(\d+ \w{3} )?\d\d:\d\d|\d+")


def demo(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALERTER_")}
    command = [sys.executable, "-m", "alerter", "demo", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=240)


@pytest.fixture(scope="module")
def told():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = demo("--json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30, "a demonstration is watched"
    return [json.loads(line) for line in done.stdout.splitlines()]


def loud(told, reader="Kyiv"):
    return [row for row in told if row["to"] == reader and row["kind"] == "new"]


def test_the_first_alert_comes_before_the_pause_and_the_attack_from_cold_and_a_warning(told):
    first = loud(told)[0]
    assert first["at"] < PAUSE
    assert "Extreme cold while a large strike is expected" in first["text"]
    assert not first["silent"]


def test_the_claimed_pause_silences_nothing(told):
    between = [row for row in loud(told) if row["at"] < ATTACK]
    assert not any("All clear" in row["text"] or "Expired" in row["text"] for row in between)
    assert any(row["at"] > PAUSE for row in between), "it is repeated during the pause"


def test_the_attack_escalates_to_extreme_within_the_hour(told):
    later = [row for row in loud(told) if row["at"] >= ATTACK]
    assert "Extreme cold where the power grid was hit" in later[0]["text"]
    assert "extreme" in later[0]["text"]
    assert later[0]["at"] < "2026-02-03T02:00"


def test_an_all_clear_ends_it_when_it_has_become_warm(told):
    last = loud(told)[-1]
    assert "All clear" in last["text"]
    assert last["at"] > "2026-02-04"
    assert [row for row in loud(told) if "All clear" in row["text"] and "power grid was hit" in row["text"]]


def test_every_message_is_marked_as_an_exercise_in_the_readers_language(told):
    assert all(row["text"].startswith("🔶 EXERCISE") for row in told if row["to"] == "Kyiv")
    assert all(row["text"].startswith("🔶 НАВЧАННЯ") for row in told if row["to"] == "Харків")


def test_the_readme_shows_what_a_subscriber_sees(told):
    """When this fails, copy the message of the attack from `alerter demo` into README.md again. Its times may differ: the
    clock of the story runs so fast that a poll comes now a little earlier, now later."""
    page = (Path(__file__).parents[1] / "README.md").read_text()
    shown = re.search(r"<!-- told by `alerter demo` -->\n((?:>.*\n)+)", page)[1]
    text = "\n".join(line.removeprefix(">").removeprefix(" ").removesuffix("\\") for line in shown.splitlines())
    told_alike = {TIMES.sub("…", row["text"].strip()) for row in loud(told)}
    assert TIMES.sub("…", text) in told_alike


def test_a_language_nobody_reads_is_wrong_usage():
    done = demo("--language", "fr")
    assert done.returncode == 2
    assert "write one of en, uk" in done.stderr


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("<b>open", "parse entities"),
        ("<b>crossed<i></b></i>", "parse entities"),
        ("<script>x</script>", "unsupported"),
        ("a & b", "parse entities"),
        ("1 < 2", "parse entities"),
        ("  ", "empty"),
        ("x" * 4097, "too long"),
        ("<b>fine &amp; well</b>", ""),
    ],
)
def test_the_bot_api_of_the_story_refuses_what_telegram_refuses(text, sign):
    found = mistake(text)
    assert sign in found if sign else not found


def test_the_bot_api_of_the_story_knows_its_messages():
    told = []
    api = BotApi("1:x", told.append)
    assert api.answer("/bot2:y/sendMessage", {})[0] == 401
    status, body = api.answer("/bot1:x/sendMessage", {"chat_id": "5", "text": "one"})
    number = body["result"]["message_id"]
    edit = {"chat_id": "5", "message_id": str(number), "text": "two"}
    assert (status, api.answer("/bot1:x/editMessageText", edit)[0]) == (200, 200)
    assert "not modified" in api.answer("/bot1:x/editMessageText", edit)[1]["description"]
    assert "not found" in api.answer("/bot1:x/editMessageText", edit | {"chat_id": "6"})[1]["description"]
    assert [one.html for one in told] == ["one", "two"]
