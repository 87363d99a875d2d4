"""What the page for rule writers shows is what the commands read."""

import re
from pathlib import Path

import pytest

from alerter.replay.expect import read_expectations

PAGE = (Path(__file__).parents[2] / "deploy/replay.md").read_text(encoding="utf-8")


@pytest.fixture
def page(tmp_path):
    """The examples of the page as files."""
    names = {"json": "winter.jsonl", "csv": "truth.csv", "yaml": "winter.expect.yaml"}
    for language, text in re.findall(r"```(json|csv|yaml)\n(.*?)```", PAGE, flags=re.DOTALL):
        (tmp_path / names[language]).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_journal_and_the_truth_of_the_page_are_played_and_scored(alerter, page):
    expected = page / "winter.expect.yaml"
    assert len(read_expectations([page / "winter.jsonl"]).messages) == 1
    expected.unlink()
    done = alerter("replay", page / "winter.jsonl", "--brief", "--score", page / "truth.csv")
    assert done.returncode == 0, done.stderr
    assert "Made up for this page." in done.stdout
    header = next(line for line in done.stdout.splitlines() if "POD" in line)
    columns = re.findall(r"\| ([a-zA-Z0-9, -]+?) \|", PAGE[PAGE.index("| column") :])
    shown = [name for cell in columns if cell not in {"column", "---"} for name in cell.split(", ")]
    assert all(name in header for name in shown), (shown, header)
    assert len(shown) > 10
