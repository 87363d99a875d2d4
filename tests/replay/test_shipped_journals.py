import json
import random
from pathlib import Path

JOURNALS = Path(__file__).parents[1] / "journals"


def test_the_story_and_the_mild_winter_bring_what_is_written_beside_them(alerter):
    for name, every in (("story", "15m"), ("mild-winter", "1h")):
        done = alerter("replay", JOURNALS / f"{name}.jsonl", "--brief", "--every", every)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith("as expected\n")


def test_a_journal_shuffled_or_played_again_tells_the_same(alerter, tmp_path):
    plain = alerter("replay", JOURNALS / "story.jsonl", "--json")
    lines = (JOURNALS / "story.jsonl").read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    halves = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for path, part in zip(halves, (lines[::2], lines[1::2]), strict=True):
        path.write_text("\n".join(part), encoding="utf-8")
    assert alerter("replay", *halves, "--json").stdout == plain.stdout
    assert json.loads(plain.stdout.splitlines()[0]).keys() == {"at", "kind", "rule", "severity", "regions", "text"}


def test_an_expectation_that_does_not_hold_is_named_and_exits_with_1(alerter, tmp_path):
    journal = tmp_path / "story.jsonl"
    journal.write_bytes((JOURNALS / "story.jsonl").read_bytes())
    (tmp_path / "story.jsonl.expect.yaml").write_text(
        "messages:\n- {kind: alert, regions: [UA-63, UA-46], from: 2026-02-03T00:00Z}\n- {rule: no-such-rule}\nsilence:\n- {kind: alert, to: 2026-01-29T00:00Z, regions: [UA-30]}\n",
        encoding="utf-8",
    )
    done = alerter("replay", journal, "--brief")
    assert done.returncode == 1
    assert "expected: alert in UA-63, UA-46 from 2026-02-03 00:00Z; never told for UA-46" in done.stdout
    assert "expected but never told: message of no-such-rule" in done.stdout
    assert "not expected (alert in UA-30 to 2026-01-29 00:00Z): alert of cold-before-large-strike" in done.stdout
