"""`alerter journal`: journals for `alerter replay`, from a running daemon's database or from archives."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from alerter.cli.arguments import moment, span
from alerter.cli.common import DONE, TRY_AGAIN, Commands, configuration, refuse
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.domain.model import FeedItem, Forecast, Heard
from alerter.replay.archive import PREVIOUS_RUNS, as_came, as_issued, previous_runs, read_temperatures
from alerter.replay.lines import Meta, write
from alerter.replay.newsfiles import NewsFiles
from alerter.sources.http import Fetcher, FetchError
from alerter.sources.weather import Place, WeatherError
from alerter.store.database import open_database
from alerter.store.journal import observed_between

_DESCRIPTION = "Write down what was observed, one observation a line (JSON), for `alerter replay`."
_EXPORT = """\
example:
  alerter journal export --from 2026-01-01T00:00:00Z --out january.jsonl
"""
_ARCHIVE = """\
examples:
  alerter journal from-archive --from 2025-12-01T00:00:00Z --to 2026-03-01T00:00:00Z --previous-runs \\
      --news articles.jsonl --out winter.jsonl
  alerter journal from-archive --from 2025-12-01T00:00:00Z --to 2026-03-01T00:00:00Z --temperatures hourly.csv \\
      --column "Kyiv=UA-30,UA-32" --rss courier=saved.xml --out winter.jsonl
"""
_CAME = "The weather of this journal is what came, read from {}; no forecast is that good."
_ISSUED = "The forecasts of this journal are Open-Meteo's previous runs (CC BY 4.0), stitched by lead time from {}."


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "journal", help="make a journal for `replay`: from this database, or from archives", description=_DESCRIPTION
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    export = kinds.add_parser("export", help="from the database of a daemon, which may be running", epilog=_EXPORT)
    export.add_argument("--from", dest="first", type=moment, metavar="TIME", help="observed since (default: all)")
    export.add_argument("--to", dest="last", type=moment, metavar="TIME", help="observed until (default: now)")
    export.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    export.set_defaults(command=_export)
    archive = kinds.add_parser(
        "from-archive", help="from forecasts as issued or temperatures that came, and news files", epilog=_ARCHIVE
    )
    _archive_options(archive)
    archive.set_defaults(command=_from_archive)


def _archive_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", type=moment, metavar="TIME", required=True, help="the first forecast")
    parser.add_argument(
        "--to", dest="last", type=moment, metavar="TIME", required=True, help="the last forecast; news between the two"
    )
    parser.add_argument(
        "--every", type=span, metavar="LENGTH", default=timedelta(hours=6), help="how often a forecast is issued (default 6h)"
    )
    weather = parser.add_mutually_exclusive_group()
    weather.add_argument(
        "--previous-runs", nargs="?", const=PREVIOUS_RUNS, metavar="URL", help=f"forecasts as issued (default {PREVIOUS_RUNS})"
    )
    weather.add_argument(
        "--temperatures", type=Path, metavar="FILE.csv", help="hourly °C that came: an hour, then a column a place"
    )
    parser.add_argument(
        "--column", action="append", default=[], metavar="NAME=REGION,…", help="which regions a column stands for"
    )
    parser.add_argument(
        "--issue-delay", type=span, metavar="LENGTH", default=timedelta(hours=6), help="from a run's hour to its publication (6h)"
    )
    parser.add_argument(
        "--news", action="append", default=[], type=Path, metavar="FILE.jsonl", help="items with source, title, date"
    )
    parser.add_argument("--rss", action="append", default=[], metavar="SOURCE=FILE", help="a saved feed")
    parser.add_argument(
        "--delay",
        type=span,
        metavar="LENGTH",
        default=timedelta(minutes=10),
        help="from publication to observation (default 10m)",
    )
    parser.add_argument("--owner", metavar="NAME", help="who speaks in sources that nobody knows")
    parser.add_argument("--reliability", choices=list("ABCDEF"), help="their Admiralty letter")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def _export(options: argparse.Namespace) -> int:
    settings, config = configuration()
    first = options.first or datetime.min.replace(year=1970, tzinfo=SystemClock().now().tzinfo)
    last = options.last or SystemClock().now()
    feeds = {feed.id for feed in config.feeds.feeds}
    with _output(options.out) as file, open_database(settings.database_url(), reading=True).connect() as connection:
        entries = observed_between(connection, first, last)
        for entry in entries:
            if not isinstance(entry, Heard) or entry.source in feeds:
                file.write(write(entry) + "\n")
    return DONE


def _from_archive(options: argparse.Namespace) -> int:
    _, config = configuration()
    news = NewsFiles({feed.id: feed for feed in config.feeds.feeds}, options.delay, options.owner, options.reliability)
    wrong = [text for text in (*options.column, *options.rss) if "=" not in text]
    if wrong:
        return refuse(f"{wrong[0]!r} has no =; write NAME=REGION,… or SOURCE=FILE")
    try:
        entries: list[FeedItem | Forecast] = [*_items(news, options), *_weather(config, options)]
    except (WeatherError, FetchError) as error:
        print(f"alerter: {options.previous_runs}: {error}", file=sys.stderr)  # noqa: T201
        return TRY_AGAIN
    entries.sort(key=lambda entry: entry.observed)
    with _output(options.out) as file:
        for line in (*map(write, _metas(options)), *map(write, entries)):
            file.write(line + "\n")
    if news.undated:
        print(f"{news.undated} items without a date were left out", file=sys.stderr)  # noqa: T201
    return DONE


def _metas(options: argparse.Namespace) -> Iterator[Meta]:
    if options.temperatures:
        yield Meta(weather="observed", note=_CAME.format(options.temperatures.name))
    elif options.previous_runs:
        yield Meta(note=_ISSUED.format(options.previous_runs))


def _items(news: NewsFiles, options: argparse.Namespace) -> Iterator[FeedItem]:
    sources: list[Iterable[FeedItem]] = [news.json_lines(path) for path in options.news]
    sources += [news.saved_feed(source, Path(path)) for source, _, path in (text.partition("=") for text in options.rss)]
    return (item for found in sources for item in found if options.first <= item.observed <= options.last)


def _weather(config: Configuration, options: argparse.Namespace) -> Iterator[Forecast]:
    count = (options.last - options.first) // options.every + 1
    moments = [options.first + number * options.every for number in range(count)]
    if options.temperatures:
        found = read_temperatures(options.temperatures, _columns(config, options.column))
        for (region, point), series in found.items():
            yield from as_came(series, region, point, moments)
    elif options.previous_runs:
        yield from _previous(config, options, moments)


def _previous(config: Configuration, options: argparse.Namespace, moments: list[datetime]) -> Iterator[Forecast]:
    places = [
        Place(region.id, point.name, point.latitude, point.longitude)
        for region in config.regions.regions
        if region.enabled
        for point in region.points
    ]
    fetcher = Fetcher(private_hosts=frozenset(config.weather.private_hosts))
    first, last = moments[0], moments[-1]
    known: dict[Place, dict[datetime, tuple[float | None, ...]]] = {place: {} for place in places}
    for place, series in previous_runs(fetcher, options.previous_runs, places, first, last):
        known[place] |= series
    for place, series in known.items():
        yield from as_issued(series, place.region, place.point, moments, options.issue_delay, "open-meteo")


def _columns(config: Configuration, named: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return which regions and points each header stands for: points by name, regions by code, and what was said by hand."""
    columns = {point.name: [(region.id, point.name)] for region in config.regions.regions for point in region.points}
    columns |= {region.id: [(region.id, "")] for region in config.regions.regions}
    for text in named:
        name, _, regions = text.partition("=")
        columns[name] = [(region, "") for region in regions.split(",")]
    return columns


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8") as file:
        yield file
