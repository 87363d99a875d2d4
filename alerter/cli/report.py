"""`alerter report`: what became of the alerts that were told, and how fast they were."""

import argparse
import json
from datetime import timedelta
from pathlib import Path

from alerter.cli.arguments import moment, span
from alerter.cli.common import DONE, Commands, Progress, configuration, json_option, refuse, say
from alerter.clock import SystemClock
from alerter.config.load import Configuration
from alerter.domain.model import Forecast
from alerter.replay.picture import DayAhead, draw
from alerter.replay.report import Ledger, look_back
from alerter.store.database import open_database

_DESCRIPTION = """\
Look back at the alerts that were told: which were hits, which false alarms, and how long each step took. The daemon may
go on running meanwhile."""
_EPILOG = """\
A hit: all that the alert foretold has come, judged by later forecasts and reports. A false alarm: something of it has
not, and its time is over. Open: its time is not over, or nobody knows.

examples:
  alerter report                              the past 30 days
  alerter report --since 90d --out pictures   a winter, and a picture a region (needs the extra `report`)
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "report", help="what became of the alerts, and how fast they were", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "--since", type=span, metavar="LENGTH", default=timedelta(days=30), help="how far to look back (default 30d)"
    )
    parser.add_argument("--at", type=moment, metavar="TIME", help="the moment to look back from (default: now)")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write a PNG a region of which anything is known: forecast, reports, alerts"
    )
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the ledger, and draw it where wanted."""
    settings, config = configuration()
    now = options.at or SystemClock().now()
    since, ahead = now - options.since, DayAhead()
    watch = ahead.add if options.out else _pass
    with open_database(settings.database_url(), reading=True).connect() as connection, Progress(options.since) as bar:
        ledger = look_back(connection, config, since, now, lambda at: bar.show(at - since, f"{at:%Y-%m-%d}"), watch)
    say(json.dumps(ledger.json(), ensure_ascii=False) if options.json else "\n".join(ledger.lines()))
    return _pictures(ledger, ahead, config, options) if options.out else DONE


def _pass(_: Forecast) -> None:
    """Draw nothing, keep nothing."""


def _pictures(ledger: Ledger, ahead: DayAhead, config: Configuration, options: argparse.Namespace) -> int:
    options.out.mkdir(parents=True, exist_ok=True)
    known = ledger.regions
    with Progress() as bar:
        for number, region in enumerate(known, 1):
            try:
                draw(ledger, ahead, config, region, options.out / f"{region}.png")
            except ImportError:
                return refuse("pictures need matplotlib; install it with: pip install 'alerter[report]'")
            bar.portion(number / len(known), region)
    if not options.json:
        say(f"{len(known)} pictures in {options.out}")
    return DONE
