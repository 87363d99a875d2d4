"""The command line as a person meets it who types a word wrong, hands over a broken file, or pipes into `head`."""

import json
import logging
import os
import subprocess
import sys

import pytest

from alerter.cli import _JournalFormatter, command_line


def alerter(*arguments, **environment):
    """Run the command as its own process, in an environment with nothing of ours but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALERTER_", "PYTHONUNBUFFERED"))}
    command = [sys.executable, "-m", "alerter", *arguments]
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["chek"], "alerter: 'chek' is not known here (did you mean check?); see `alerter --help`"),
        (
            ["check", "--strikt"],
            "alerter check: '--strikt' is not known here (did you mean --strict?); see `alerter check --help`",
        ),
        (["journal", "exprt"], "alerter journal: 'exprt' is not known here (did you mean export?); see `alerter journal --help`"),
        (["status", "now"], "alerter status: 'now' is not known here; see `alerter status --help`"),
        (
            ["report", "--since", "3"],
            "alerter report: argument --since: '3' is no length of time; write a number with its unit, like 90s, 15m, 12h or 3d; see `alerter report --help`",
        ),
        (
            ["explain", "UA-30", "--at", "2026-01-28T19:05:00"],
            "alerter explain: argument --at: '2026-01-28T19:05:00' has no offset; write it like 2026-01-28T19:05:00Z; see `alerter explain --help`",
        ),
    ],
)
def test_a_wrong_word_is_answered_in_one_line_with_the_one_that_was_meant(typed, answer, capsys):
    with pytest.raises(SystemExit) as end:
        command_line().parse_args(typed)
    assert end.value.code == 2
    assert capsys.readouterr().err == f"{answer}\n"


def test_without_a_command_the_help_is_shown_and_the_usage_is_wrong():
    done = alerter()
    assert done.returncode == 2
    assert "COMMAND --help" in done.stderr


def test_a_wrong_setting_is_named_with_what_to_write_and_a_misspelt_one_is_pointed_out():
    done = alerter("check", ALERTER_KEEP_ITEMS_DAYS="3", ALERTER_TELEGRAM_TOKN_FILE="token")
    assert done.returncode == 1
    assert done.stdout == "environment: ALERTER_KEEP_ITEMS_DAYS — '3' is too small; write 30 or more\n"
    assert "ALERTER_TELEGRAM_TOKN_FILE is no setting of the alerter (did you mean ALERTER_TELEGRAM_TOKEN_FILE?)" in done.stderr


def test_every_line_of_a_file_that_cannot_be_used_is_named(tmp_path):
    rows = tmp_path / "labels.jsonl"
    rows.write_text('{"id": "1", "title": "Frost"}\n{"id": \n\n["2"]\n{"id": "3", "date": "yesterday"}\n')
    done = alerter("read", "--file", str(rows))
    assert done.returncode == 3
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == [f"{rows}:{number}:" for number in (2, 4, 5)]


def test_a_file_that_is_missing_is_named_without_jargon(tmp_path):
    done = alerter("evaluate", str(tmp_path / "none.jsonl"))
    assert (done.returncode, done.stderr) == (3, f"alerter: {tmp_path / 'none.jsonl'}: No such file or directory\n")


def test_a_pipe_that_closes_early_is_no_error():
    command = f'set -o pipefail; {sys.executable} -m alerter read --file <(yes \'{{"id": "1"}}\' | head -2000) | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (141, "")


def test_explain_tells_machines_the_whole_tree(tmp_path):
    done = alerter("explain", "UA-63", "--json", ALERTER_DATABASE=f"sqlite:///{tmp_path / 'none.db'}")
    rules = json.loads(done.stdout)["rules"]
    assert done.returncode == 0
    assert {rule["answer"] for rule in rules} == {"unknown"}
    assert all(rule["tree"]["children"] and rule["tree"]["reason"] for rule in rules)


def test_the_journal_of_systemd_learns_how_grave_each_line_is():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "the database:\n  is full", None, None)
    assert _JournalFormatter("%(message)s").format(record) == "<3>the database:\n<3>  is full"
