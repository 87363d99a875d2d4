"""`alerter explain`: what a person sees who asks why."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import patch

import pytest

from alerter import cli
from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.alerts import decide
from alerter.domain.model import FeedItem, Forecast
from alerter.domain.standing import time_to_live
from alerter.domain.whereabouts import regions_meant
from alerter.pipeline.asof import as_of
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items, note_heard
from alerter.store.outbox import enqueue, save_alerts

NOW = datetime(2026, 2, 2, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONFIG = load(shipped_config())
FEEDS = [feed for feed in CONFIG.feeds.feeds if feed.enabled]
EARLIER = "Drones damaged a thermal power plant near Kharkiv, the governor said"
LATER = "Russian missiles hit a substation in Kharkiv region, officials say"
WARNING = "Ukraine warns that Russia is preparing a new massive missile attack on energy facilities"
TRUCE = "Energy truce: Kremlin says it agreed to halt strikes on energy"
NAMES = {code: called for code, called in CONFIG.region_names.items() if code != "UA"}


def learn(connection, feed, hours_ago, title):
    at = NOW - hours_ago * HOUR
    url = f"https://news.example/{feed.id}"
    add_items(connection, [FeedItem(feed.id, title, title, "", url, at, at, feed.owner, feed.reliability)])


def tick(connection, now):
    known = as_of(connection, CONFIG, "UA-63", now, past=True)
    alerts, told = decide(CONFIG.rules, known.situation, {}, {"UA-63": 0.0})
    save_alerts(connection, {}, alerts)
    for one in told:
        enqueue(connection, one, ["a"], time_to_live(one))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Kharkiv region: frost from the evening on, an attack five hours ago, confirmed two hours ago, and then the alert."""
    url = f"sqlite:///{tmp_path_factory.mktemp('explain') / 'a.db'}"
    engine = open_database(url)
    frost = tuple(tuple([-8.0] * 20 + [-17.0 - run] * 40 + [-4.0] * 100) for run in range(5))
    first, second = (next(feed for feed in FEEDS if feed.id == name) for name in ("suspilne-uk", "kyivindependent-en"))
    with engine.begin() as connection:
        note_heard(connection, [(feed.id, NOW - hours_ago * HOUR) for feed in FEEDS[:20] for hours_ago in range(7)])
        for point in ("Kharkiv", "Izium"):
            made = NOW.replace(hour=0)
            add_forecasts(
                connection, [Forecast("open-meteo-ensemble", "UA-63", made, frost, made + 10 * HOUR, issued=made, point=point)]
            )
        learn(connection, first, 5, EARLIER)
        tick(connection, NOW - 4 * HOUR)
        learn(connection, second, 2, LATER)
        tick(connection, NOW - 2 * HOUR)
        learn(connection, first, -3, WARNING)
        learn(connection, second, -4, TRUCE)
    engine.dispose()
    return url


def explain(database, *arguments):
    options = cli.command_line().parse_args(["explain", *arguments])
    with redirect_stdout(StringIO()) as out, patch.dict(os.environ, {"ALERTER_DATABASE": database}):
        status = options.command(options)
    return status, out.getvalue()


def part(text, begins):
    """Return the block of lines that begins so."""
    return next(block for block in text.split("\n\n") if block.startswith(begins))


def test_one_sees_why_an_alert_stands_with_margins_evidence_and_what_would_end_it(database):
    status, shown = explain(database, "UA-63", "--at", "2026-02-02T16:00Z")
    assert (status, shown.splitlines()[0]) == (0, "Kharkiv Oblast (UA-63) at 2026-02-02 18:00 (Kyiv time)")
    assert part(shown, "cold-after-grid-attack").splitlines() == [
        "cold-after-grid-attack (extreme): yes; firing since 2026-02-02 16:00 (2 h ago)",
        "  yes all: 2 of 2 hold (2 needed)",
        "  ├ yes any: 2 of 2 hold (1 needed)",
        "  │ ├ yes cold: temperature at or below -12°C for 1h within 3d",
        "  │ │   100% of the runs of open-meteo-ensemble agree; down to -19°C (+60% from 40%; 8.0°C to spare)",
        "  │ └ yes cold: daily mean at or below -8°C for 24h within 3d",
        "  │     100% of the runs of open-meteo-ensemble agree; down to -19°C (+60% from 40%; 12.0°C to spare)",
        "  └ yes news of grid_attack in the past 6d",
        "      2 independent sources report it (+0 from 2, best rated B)",
        f"      • 5 h ago, Suspilne, likely: “{EARLIER}” https://news.example/suspilne-uk",
        f"      • 2 h ago, The Kyiv Independent, observed: “{LATER}” https://news.example/kyivindependent-en",
        "  ends when, for 12h in fresh data: (fewer than 40% of the runs of a fresh forecast show temperature at or below -12°C for 1h and fewer than 40% of the runs of a fresh forecast show daily mean at or below -8°C for 24h) or no further report by 2026-02-08 11:00 UTC",
    ]


def test_a_moment_of_the_past_is_explained_by_what_was_known_then(database):
    _, shown = explain(database, "UA-63", "--at", "2026-02-02T12:30Z")
    rule = part(shown, "cold-after-grid-attack")
    assert rule.startswith("cold-after-grid-attack (extreme): no\n")
    assert "1 of 2 independent sources report it (-1 from 2, best rated B)\n      • 90 min ago, Suspilne" in rule
    assert LATER not in rule
    assert part(shown, "nearest").splitlines()[:2] == [
        "nearest that does not fire: cold-after-grid-attack, for want of",
        "  news of grid_attack in the past 6d: 1 of 2 independent sources report it (-1 from 2, best rated B)",
    ]


def test_one_sees_how_old_all_that_is(database):
    _, shown = explain(database, "UA-63", "--at", "2026-02-02T16:00Z")
    assert "forecast of Open-Meteo (ECMWF ensemble): 2026-02-02 02:00, 16 h old, in use" in shown
    assert "forecast of MET Norway: none" in shown
    assert "news: enough sources seen 0 min ago; 20 of 25 heard; silent for an hour: " in shown
    _, later = explain(database, "UA-63", "--at", "2026-02-03T18:00Z")
    assert "forecast of Open-Meteo (ECMWF ensemble): 2026-02-02 02:00, 42 h old, too old to be trusted" in later
    assert "news: enough sources seen 26 h ago, too long to say no by them; 0 of 25 heard" in later
    assert "the newest forecast is of 2026-02-02 00:00 UTC, too old to trust" in part(
        later, "cold-during-outages (extreme): unknown"
    )
    assert "firing since 2026-02-02 16:00 (28 h ago)" in later, "unknown ends nothing"


def test_one_sees_that_a_truce_is_claimed_and_what_it_does(database):
    assert "truce" not in explain(database, "UA-63", "--at", "2026-02-02T19:30Z")[1]
    _, shown = explain(database, "UA-63", "--at", "2026-02-02T20:30Z")
    claim = f"  • 30 min ago, The Kyiv Independent, possible: “{TRUCE}” https://news.example/kyivindependent-en"
    assert "truce claimed: strikes to come are one step less certain, what was observed is not\n" + claim in shown
    assert f"90 min ago, Suspilne, possible: “{WARNING}”" in part(shown, "cold-before-large-strike (severe): yes")


def test_machines_get_the_same_as_json(database):
    status, shown = explain(database, "UA-63", "--at", "2026-02-02T14:00Z", "--json")
    answer = json.loads(shown)
    assert (status, answer["region"], answer["at"]) == (0, "UA-63", "2026-02-02T14:00:00Z")
    rule = answer["rules"][0]
    assert rule["alert"] == {"state": "firing", "since": "2026-02-02T14:00:00Z", "hushed": False}
    news = rule["tree"]["children"][1]
    assert [(each["owner"], each["age"]) for each in news["evidence"]] == [("Suspilne", 10800), ("The Kyiv Independent", 0)]
    assert rule["tree"]["children"][0]["children"][0]["degrees"] == 8.0
    assert answer["nearest"] == {"rule": "cold-during-outages", "missing": 1.0}
    assert answer["sources"]["forecast"][0]["age"] == 14 * 3600


def test_nothing_is_known_yet(tmp_path):
    status, shown = explain(f"sqlite:///{tmp_path / 'none.db'}", "Kyiv")
    assert status == 0
    assert "cold-after-grid-attack (extreme): unknown" in shown
    assert "there is no forecast (60% of the runs needed)" in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ua-63", "UA-63"),
        ("Kharkiv Oblast", "UA-63"),
        ("харківська область", "UA-63"),
        ("Харьковская область", "UA-63"),
        ("kharkiv", "UA-63"),
        ("у Чугуєві", "UA-63"),
        ("київ", "UA-30"),
        ("Kyiv region", "UA-32"),
        ("суми", "UA-59"),
        ("Одесса", "UA-51"),
        ("Івано-Франківську", "UA-26"),
        ("Крим", "UA-43"),
    ],
)
def test_a_region_may_be_called_by_its_code_or_a_name_in_any_language_and_form(words, code):
    assert regions_meant(words, NAMES, CONFIG.lexicon) == [code]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "Karkov oblast",
            "'Karkov oblast' is no region; write UA-63 (Kharkiv Oblast), UA-32 (Kyiv Oblast), UA-65 (Kherson Oblast)",
        ),
        ("Xyz", "'Xyz' is no region; write UA-05, UA-07, UA-12"),
        ("Київ та область", "'Київ та область' means several regions; write one of UA-30 (Kyiv), UA-32 (Kyiv Oblast)"),
        ("Крим", "UA-43 (Crimea) is not enabled in regions.yaml"),
    ],
)
def test_a_region_that_is_not_known_or_not_clear_is_answered_with_what_may_be_meant(database, capsys, words, answer):
    assert explain(database, *words.split()) == (2, "")
    assert answer in capsys.readouterr().err


def test_a_time_that_cannot_be_is_wrong_usage(database):
    assert explain(database, "UA-63", "--at", "2126-01-01T00:00Z")[0] == 2


def test_colours_are_for_terminals_only(database):
    assert "\x1b" not in explain(database, "UA-63")[1]
    script = f"{sys.executable} -m alerter explain UA-63"
    environment = {"ALERTER_DATABASE": database, "PATH": os.environ["PATH"], "TERM": "xterm"}
    seen = subprocess.run(["script", "-qec", script, "/dev/null"], env=environment, capture_output=True, check=False).stdout
    assert b"\x1b[1mcold-after-grid-attack\x1b[0m" in seen
