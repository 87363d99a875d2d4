"""What happened, as people write it down: `start,end,regions,event` in a CSV file, checked line by line."""

import csv
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from alerter.config.load import ConfigError
from alerter.config.yamlfile import Problem
from alerter.domain.verification import Happening

COLUMNS = ("start", "end", "regions", "event")


def read_truth(path: Path, regions: Collection[str], known: Collection[str]) -> list[Happening]:
    """Return one happening a row and region; regions that are `known` but not among `regions` are passed over.

    Raises:
        ConfigError: with every mistake of every line.
        OSError: when the file cannot be read.
    """
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            what = f"lacks the column {missing[0]}; write `{','.join(COLUMNS)}` as the first line"
            raise ConfigError([Problem(str(path), 1, "(header)", what)])
        found = [
            one for row in reader for one in _row(row, (str(path), reader.line_num), known, problems) if one.region in regions
        ]
    if problems:
        raise ConfigError(problems)
    return found


def _row(
    row: Mapping[str, str | None], at: tuple[str, int], known: Collection[str], problems: list[Problem]
) -> Iterator[Happening]:
    before = len(problems)
    begins, ends = (_moment(row, name, at, problems) for name in ("start", "end"))
    named = (row["regions"] or "").replace(";", " ").split()
    places = sorted(known) if named in ([], ["ALL"]) else named
    problems += [
        Problem(*at, "regions", f"{place!r} is no region of regions.yaml; write its code, or ALL")
        for place in places
        if place not in known
    ]
    event = (row["event"] or "").strip()
    if not event:
        problems.append(Problem(*at, "event", "is empty; write an event, a rule's id, or a word of your own"))
    if begins and ends and ends <= begins:
        problems.append(Problem(*at, "end", "does not come after start; write a later moment"))
    if begins and ends and len(problems) == before:
        yield from (Happening(event, place, begins, ends) for place in places)


def _moment(row: Mapping[str, str | None], name: str, at: tuple[str, int], problems: list[Problem]) -> datetime | None:
    text = (row[name] or "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        problems.append(Problem(*at, name, f"{text!r} is no moment with offset; write it like 2026-01-28T19:05:00Z"))
        return None
    return moment
