"""`alerter status`: sources, forecasts, alerts and messages owed."""

import argparse
import json

from alerter.cli.common import DONE, Commands, configuration, json_option, say
from alerter.clock import SystemClock
from alerter.pipeline.observe import as_json, lines, overview
from alerter.store.database import open_database

_DESCRIPTION = "Say how the sources, forecasts, alerts and messages are, by the database of a daemon, which may be running."
_EPILOG = """\
A source is ok; stale (nothing new for two days, or not read for three times its interval: is the daemon running?); error
(its last poll failed, and the line says why); new (not read yet); or off. Its three clocks say how long ago it was read,
its newest item was published, and it brought something new.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "status", help="sources, forecasts, alerts and messages owed", description=_DESCRIPTION, epilog=_EPILOG
    )
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what the database knows."""
    settings, config = configuration()
    with open_database(settings.database_url(), reading=True).begin() as connection:
        seen = overview(config, connection, SystemClock().now())
    if options.json:
        say(json.dumps(as_json(seen), ensure_ascii=False, default=lambda moment: moment.isoformat()))
        return DONE
    for line in lines(config, seen):
        say(line)
    return DONE
