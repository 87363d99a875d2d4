"""`alerter read` and `alerter evaluate`, as a person runs them."""

import json
import subprocess
import sys


def alerter(*arguments, stdin=""):
    done = subprocess.run([sys.executable, "-m", "alerter", *arguments], input=stdin, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_words_that_say_so_are_underlined_and_every_event_has_its_reason():
    lines = alerter("read", "Росіяни вдарили по підстанції у Харкові").splitlines()
    assert lines[:2] == ["Росіяни вдарили по підстанції у Харкові", "        ^^^^^^^    ^^^^^^^^^^"]
    assert "  grid_attack: UA-63; observed; says so: “вдарили”, “підстанції”" in lines
    assert "  large_strike is not: the text does not say a word or number that makes it large: “вдарили”" in lines
    assert "  truce is not: nothing speaks of it" in lines


def test_a_veto_is_told_in_words():
    told = alerter("read", stdin="Ukrainian drones hit a substation in Belgorod")
    assert "grid_attack is not: the text tells of a strike by the country's own forces: “hit”, “substation”" in told


def test_a_file_of_items_becomes_json_lines_and_scores(tmp_path):
    row = {"id": "7", "date": "2026-02-01", "lang": "uk", "title": "У Києві введено екстрені відключення", "lead": None}
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(row | {"events": ["outage"], "regions": ["UA-30"], "sure": True}) + "\n")
    (read,) = map(json.loads, alerter("read", "--file", str(path), "--json").splitlines())
    assert (read["id"], read["events"], read["regions"]) == ("7", ["outage"], ["UA-30"])
    (report,) = read["reports"]
    assert report["certainty"] == "observed"
    assert [row["title"][span["start"] : span["end"]] for span in report["evidence"]] == [s["text"] for s in report["evidence"]]
    assert "outage               1.000" in alerter("evaluate", str(path))
