"""How well the reader reads: its claims beside those of people."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import FeedItem
from alerter.domain.news import read


def evaluate(items: Iterable[Mapping[str, Any]], lexicon: Lexicon, country: str = "") -> dict[str, Any]:
    """Return counts and scores of events over the sure items, region accuracy, and every miss.

    `country` is the code that labels use for the whole country.
    """
    counts: dict[str, list[int]] = {}
    misses, regions, exact, unsure = [], 0, 0, 0
    for row in items:
        if not row.get("sure", True):
            unsure += 1
            continue
        events, where = claims(row, lexicon, country)
        truth = set(row["events"])
        for event in events | truth:
            for key in (event, f"lang:{row.get('lang', '')}", "micro"):
                tally = counts.setdefault(key, [0, 0, 0])
                tally[0 if event in events & truth else 1 if event in events else 2] += 1
        if events & truth:
            regions += 1
            exact += where == set(row["regions"])
        if events != truth:
            misses.append({"id": row["id"], "expected": sorted(truth), "got": sorted(events), "title": row.get("title", "")})
    scores = {key: _scores(*tally) for key, tally in sorted(counts.items())}
    return {"scores": scores, "regions_exact": exact / regions if regions else None, "unsure": unsure, "misses": misses}


def claims(row: Mapping[str, Any], lexicon: Lexicon, country: str) -> tuple[set[str], set[str]]:
    """Return the events and regions that the reader finds in a labelled row."""
    at = datetime.fromisoformat(row["date"]) if row.get("date") else None
    at = at.replace(tzinfo=UTC) if at and not at.tzinfo else at
    observed = at or datetime(1970, 1, 1, tzinfo=UTC)
    reports = read(FeedItem("", row["id"], row.get("title") or "", row.get("lead") or "", "", at, observed), lexicon)
    sure = [report for report in reports if report.certainty]
    return {r.event.value for r in sure}, {code for r in sure for code in r.regions or {country}}


def _scores(hit: int, false: int, missed: int) -> dict[str, float | int]:
    precision, recall = hit / (hit + false or 1), hit / (hit + missed or 1)
    f1 = 2 * precision * recall / (precision + recall or 1)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3), "n": hit + missed}
