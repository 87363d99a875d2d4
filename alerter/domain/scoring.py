"""How well the reader reads: its claims beside those of people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import Event, FeedItem, Report
from alerter.domain.news import read, understand
from alerter.domain.news.why import reasons

Row = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What was found (`hit`), found wrongly (`false`), and not found (`missed`)."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    def scores(self) -> dict[str, float | int]:
        """Return precision, recall, their harmonic mean, and how many there were to find."""
        precision, recall = self.hit / (self.hit + self.false or 1), self.hit / (self.hit + self.missed or 1)
        f1 = 2 * precision * recall / (precision + recall or 1)
        rounded = {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}
        return rounded | {"n": self.hit + self.missed, "false": self.false}


@dataclass(slots=True)
class Board:
    """Tallies by name, region sets that were exactly right, and every miss."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    regions: dict[str, Tally] = field(default_factory=dict)
    placed: int = 0
    exact: int = 0
    items: int = 0
    misses: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: Row, reports: list[Report], country: str) -> None:
        """Count one labelled row and what was read in it."""
        self.items += 1
        found, truth = {report.event.value for report in reports}, set(row["events"])
        where, there = {code for report in reports for code in report.regions or {country}}, set(row["regions"])
        language = row.get("lang") or "?"
        for event in found | truth:
            for key in ("micro", event, f"lang:{language}", f"{event}:{language}"):
                _count(self.tallies, key, event, found, truth)
        if found & truth:
            self.placed += 1
            self.exact += where == there
            for code in where | there:
                _count(self.regions, code, code, where, there)
        if found != truth or (found and where != there):
            self.misses.append(_miss(row, reports, where, there))

    def result(self) -> dict[str, Any]:
        """Return all scores as plain values."""
        return {
            "items": self.items,
            "scores": {key: tally.scores() for key, tally in sorted(self.tallies.items())},
            "regions_exact": round(self.exact / self.placed, 3) if self.placed else None,
            "regions": {code: tally.scores() for code, tally in sorted(self.regions.items())},
            "misses": self.misses,
        }


def _count(tallies: dict[str, Tally], key: str, each: str, found: set[str], truth: set[str]) -> None:
    tally = tallies.setdefault(key, Tally())
    tally.hit += each in found and each in truth
    tally.false += each in found and each not in truth
    tally.missed += each not in found


def _miss(row: Row, reports: list[Report], where: set[str], there: set[str]) -> dict[str, Any]:
    evidence = {report.event.value: [span.text for span in report.evidence] for report in reports}
    texts = {"title": row.get("title") or "", "lead": row.get("lead") or ""}
    places = {"expected_regions": sorted(there), "got_regions": sorted(where)}
    return {"id": row["id"], "expected": sorted(row["events"]), "got": sorted(evidence)} | places | texts | {"evidence": evidence}


def evaluate(
    rows: Iterable[Row], lexicon: Lexicon, country: str = "", progress: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Return the scores of the sure rows, and under `unsure` those of the rows that people may read otherwise.

    `country` is the code that labels use for the whole country; `progress` is told how many rows are done.
    """
    sure, unsure = Board(), Board()
    for number, row in enumerate(rows, 1):
        board = sure if row.get("sure", True) else unsure
        item = _item(row)
        board.add(row, [report for report in read(item, lexicon) if report.certainty], country)
        if board.misses and board.misses[-1]["id"] == row["id"]:
            board.misses[-1]["why_not"] = _why_not(item, board.misses[-1], lexicon)
        progress(number)
    return sure.result() | {"unsure": unsure.result()}


def _why_not(item: FeedItem, miss: dict[str, Any], lexicon: Lexicon) -> dict[str, str]:
    """Return for each event that was missed why the reader did not conclude it."""
    missed = set(miss["expected"]) - set(miss["got"])
    told = reasons(understand(item, lexicon), lexicon) if missed else []
    return {reason.event.value: reason.why for reason in told if reason.event.value in missed}


def _item(row: Row) -> FeedItem:
    at = datetime.fromisoformat(row["date"]) if row.get("date") else datetime(1970, 1, 1, tzinfo=UTC)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    published = at if row.get("date") else None
    return FeedItem("", str(row["id"]), row.get("title") or "", row.get("lead") or "", "", published, at)


EVENTS: tuple[str, ...] = tuple(event.value for event in Event)
