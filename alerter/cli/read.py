"""`alerter read`: what the reader makes of a text, and which words say so."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from alerter.cli.common import DONE, Commands, Progress, configuration, item_of, json_lines, json_option, say
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.domain.model import FeedItem, Report, Span
from alerter.domain.news import read, understand
from alerter.domain.news.why import Reason, reasons

_DESCRIPTION = """\
Say what the reader makes of a text, underline the words that say so, and give the reason for each event that was or was
not concluded. The first line is read as a title, the rest as its lead."""
_EPILOG = """\
examples:
  alerter read "Drones hit a substation near Kharkiv last night"
  alerter read --file items.jsonl --json
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "read",
        help="what the reader makes of a text, and why",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("text", nargs="?", metavar="TEXT", help="what to read (default: standard input)")
    parser.add_argument("--file", type=Path, metavar="ITEMS.jsonl", help="read items instead, a line each: id, date, title, lead")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Read a text, a file of items, or standard input."""
    _, config = configuration()
    items = _items(options)
    with Progress() as bar:
        for number, item in enumerate(items, 1):
            if options.json:
                say(json.dumps(_row(item, config), ensure_ascii=False))
            else:
                bar.hide()
                say("\n".join(_told(item, config, underline=sys.stdout.isatty())))
            if not sys.stdout.isatty():
                bar.portion(number / len(items), f"{number} items")
    return DONE


def _items(options: argparse.Namespace) -> list[FeedItem]:
    now = SystemClock().now()
    if options.file is None:
        text = options.text if options.text is not None else sys.stdin.read()
        title, _, lead = text.strip().partition("\n")
        return [FeedItem("text", "1", title, lead, "", now, now)]
    return [item_of(row, now) for row in json_lines(options.file)]


def _row(item: FeedItem, config: Configuration) -> dict[str, object]:
    reports = [report for report in read(item, config.lexicon, config.zone) if report.certainty]
    country = config.regions.country
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


def _told(item: FeedItem, config: Configuration, *, underline: bool) -> Iterator[str]:
    reading = understand(item, config.lexicon, config.zone)
    found = [report for report in read(item, config.lexicon, config.zone) if report.certainty]
    yield from _underlined(reading.text.strip("\n"), [span for report in found for span in report.evidence], ansi=underline)
    for report in found:
        yield f"  {report.event.value}: {_where(report, config)}; {report.certainty.label}; says so: {_words(report.evidence)}"
    for reason in reasons(reading, config.lexicon):
        if not reason.concluded:
            yield f"  {reason.event.value} {reason.why}{_because(reason)}"


def _where(report: Report, config: Configuration) -> str:
    if report.regions:
        return ", ".join(sorted(report.regions))
    apart = f" without {', '.join(sorted(report.excluded))}" if report.excluded else ""
    return f"{config.regions.country} (whole country{apart})"


def _because(reason: Reason) -> str:
    return f": {_words(reason.spans)}" if reason.spans else ""


def _words(spans: Iterable[Span]) -> str:
    return ", ".join(f"“{span.text}”" for span in dict.fromkeys(spans))


def _underlined(text: str, spans: list[Span], *, ansi: bool) -> Iterator[str]:
    """Yield the lines of a text with the spans underlined: by the terminal, or by a line of ^ below."""
    marked = {place for span in spans for place in range(span.start, span.end)}
    start = 0
    for line in text.split("\n"):
        on = [start + place in marked for place in range(len(line))]
        if ansi:
            yield "".join(f"\x1b[4m{letter}\x1b[24m" if under else letter for letter, under in zip(line, on, strict=True))
        else:
            yield line
            if any(on):
                yield "".join("^" if under else " " for under in on).rstrip()
        start += len(line) + 1
