"""`alerter read`: what the reader makes of a text, and which words say so."""

import argparse
import json
import sys
from pathlib import Path

from alerter.cli.common import DONE, Commands, configuration, item_of, json_lines, json_option, say
from alerter.clock import SystemClock
from alerter.domain.model import FeedItem, Report
from alerter.domain.news import read


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("read", help="what the reader makes of a text")
    parser.add_argument("text", nargs="?")
    parser.add_argument("--file", type=Path, help="JSON lines with id, date, title, lead")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Read a text, a file of items, or standard input."""
    _, config = configuration()
    country = config.regions.country
    for item in _items(options):
        reports = [report for report in read(item, config.lexicon, config.zone) if report.certainty]
        if options.json:
            say(json.dumps(_row(item, reports, country), ensure_ascii=False))
        else:
            _tell(item, reports, country)
    return DONE


def _items(options: argparse.Namespace) -> list[FeedItem]:
    now = SystemClock().now()
    if options.file is None:
        text = options.text if options.text is not None else sys.stdin.read()
        return [FeedItem("text", "1", text, "", "", now, now)]
    return [item_of(row, now) for row in json_lines(options.file)]


def _row(item: FeedItem, reports: list[Report], country: str) -> dict[str, object]:
    details = [
        {
            "event": report.event.value,
            "regions": sorted(report.regions) or [country],
            "certainty": report.certainty.label,
            "evidence": [{"start": span.start, "end": span.end, "text": span.text} for span in report.evidence],
        }
        for report in reports
    ]
    regions = sorted({region for report in reports for region in report.regions or {country}})
    return {"id": item.guid, "events": sorted({report.event.value for report in reports}), "regions": regions, "reports": details}


def _tell(item: FeedItem, reports: list[Report], country: str) -> None:
    say(f"{item.title}\n{item.summary}".strip())
    for report in reports:
        words = ", ".join(f"“{span.text}”" for span in report.evidence)
        where = ", ".join(sorted(report.regions)) or f"{country} (whole country)"
        say(f"  {report.event.value}: {where}; {report.certainty.label}; says so: {words}")
    if not reports:
        say("  nothing that counts")
