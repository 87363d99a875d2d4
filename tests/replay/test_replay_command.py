"""`alerter replay` as a person uses it: scores, comparisons, budgets and mistakes."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[2] / "config"
BEGIN = datetime(2026, 1, 10, tzinfo=UTC)
REGIONS = ("UA-63", "UA-30")


def at(hours):
    return (BEGIN + timedelta(hours=hours)).isoformat()


def forecast(hours, region, cold):
    series = [-20.0 if cold[0] <= hours + hour < cold[1] else -3.0 for hour in range(120)]
    about = {"provider": "open-meteo", "region": region, "issued": at(hours), "start": at(hours), "members": [series]}
    return {"observed": at(hours), "forecast": about}


def news(hours, source, title):
    body = {
        "source": source,
        "guid": f"{source}{hours}",
        "title": title,
        "published": at(hours),
        "owner": source,
        "reliability": "B",
    }
    return {"observed": at(hours), "item": body}


@pytest.fixture
def winter(journal):
    """Three days of frost in Kharkiv and in Kyiv; the grid is hit in Kharkiv."""
    weather = [forecast(hours, region, (48, 120)) for hours in range(0, 160, 6) for region in REGIONS]
    hits = [
        news(30, "one", "Russian missiles hit a substation in Kharkiv region, officials say"),
        news(31, "two", "Drones damaged a thermal power plant near Kharkiv last night"),
    ]
    return journal({"meta": {"weather": "observed", "note": "Made up for a test."}}, *weather, *hits, name="winter.jsonl")


@pytest.fixture
def truth(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text(
        f"start,end,regions,event\n{at(50)},{at(100)},UA-63,cold-after-grid-attack\n{at(50)},{at(100)},UA-30,cold-after-grid-attack\n",
        encoding="utf-8",
    )
    return path


def test_a_replay_is_scored_and_says_that_its_weather_was_not_forecast(alerter, winter, truth):
    done = alerter("replay", winter, "--brief", "--score", truth)
    assert done.returncode == 0, done.stderr
    assert f"{BEGIN + timedelta(hours=31):%Y-%m-%d %H:%M}Z alert extreme cold-after-grid-attack UA-63" in done.stdout
    assert "what came, not what was forecast" in done.stdout
    assert "Made up for a test." in done.stdout
    row = next(
        line for line in done.stdout.splitlines() if line.startswith("cold-after-grid-attack  cold-after-grid-attack  all")
    )
    assert row.split()[4:12] == ["2", "1", "0.50", "1", "0", "0.00", "19.0", "h"]


def test_json_gives_a_line_a_message_and_a_line_a_score(alerter, winter, truth):
    lines = [
        json.loads(line) for line in alerter("replay", winter, "--every", "1h", "--json", "--score", truth).stdout.splitlines()
    ]
    first = lines[0]
    assert (first["kind"], first["rule"], first["severity"], first["regions"]) == (
        "alert",
        "cold-after-grid-attack",
        "extreme",
        ["UA-63"],
    )
    assert "Kharkiv Oblast" in first["text"]
    assert "<b>" not in first["text"]
    total = next(line["score"] for line in lines if "score" in line and line["score"]["region"] is None)
    assert (total["pod"], total["far"], total["lead_p50"], total["early_all_clears"]) == (0.5, 0.0, 19.0, 0)


def test_other_rules_are_laid_beside_and_the_alerts_that_differ_are_named(alerter, winter, truth, tmp_path):
    strict = tmp_path / "strict.yaml"
    strict.write_text((CONFIG / "rules.yaml").read_text(encoding="utf-8").replace("sources: 2", "sources: 3"), encoding="utf-8")
    done = alerter("replay", winter, "--brief", "--every", "1h", "--score", truth, "--compare", strict)
    assert "only the first: cold-after-grid-attack in UA-63 from 2026-01-11T07:00:00Z" in done.stdout
    assert "cold-after-grid-attack [1]" in done.stdout
    assert "cold-after-grid-attack [2]" in done.stdout
    same = alerter("replay", winter, "--brief", "--every", "3h", "--compare", CONFIG / "rules.yaml")
    assert same.stdout.endswith("no alert differs\n")


def test_a_rule_that_breaks_the_budget_of_a_receiver_is_named(alerter, winter, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    (config / "receivers.yaml").write_text(
        "receivers:\n- {id: school, telegram: console, language: en, budget: 1/week}\n", encoding="utf-8"
    )
    rules = (config / "rules.yaml").read_text(encoding="utf-8").replace("severity: extreme", "severity: severe")
    (config / "rules.yaml").write_text(rules, encoding="utf-8")
    done = alerter("replay", winter, "--brief", "--every", "1h", ALERTER_CONFIG=str(config))
    assert "over the budget of school, 1 a week: cold-after-grid-attack (" in done.stdout


def test_a_part_of_a_journal_knows_what_came_before_it(alerter, winter):
    done = alerter("replay", winter, "--brief", "--from", at(40), "--to", at(41), "--every", "30m")
    assert done.stdout.startswith(f"{BEGIN + timedelta(hours=40):%Y-%m-%d %H:%M}Z alert extreme cold-after-grid-attack UA-63")
    assert alerter("replay", winter, "--every", "15").returncode == 2
    assert alerter("replay", winter, "--from", "2026-01-10T00:00").returncode == 2


def test_every_mistake_of_the_truth_and_of_the_expectations_is_named(alerter, winter, tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "start,end,regions,event\n2026-01-10,2026-01-11T00:00Z,UA-63,x\n2026-01-11T00:00Z,2026-01-10T00:00Z,UA-99;UA-63,\n",
        encoding="utf-8",
    )
    done = alerter("replay", winter, "--score", truth)
    assert done.returncode == 3
    assert [line.removeprefix(str(truth)) for line in done.stderr.splitlines()] == [
        ":2: start — '2026-01-10' is no moment with offset; write it like 2026-01-28T19:05:00Z",
        ":3: regions — 'UA-99' is no region of regions.yaml; write its code, or ALL",
        ":3: event — is empty; write an event, a rule's id, or a word of your own",
        ":3: end — does not come after start; write a later moment",
    ]
    (tmp_path / "winter.expect.yaml").write_text("messages:\n- {kind: shout, regionen: [UA-63]}\n", encoding="utf-8")
    done = alerter("replay", winter)
    assert done.returncode == 3
    assert "winter.expect.yaml:2: messages[0].kind" in done.stderr
    assert "unknown key; write 'regions'" in done.stderr


def test_a_journal_that_is_not_there_is_said_in_one_line(alerter, tmp_path):
    done = alerter("replay", tmp_path / "none.jsonl")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
