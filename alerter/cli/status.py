"""`alerter status`: sources, alerts and messages owed."""

import argparse
import json

from alerter.cli.common import DONE, Commands, configuration, json_option, say
from alerter.store.database import open_database
from alerter.store.outbox import load_alerts, owed
from alerter.store.schedule import all_sources


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("status", help="sources, alerts and messages owed")
    json_option(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what the database knows."""
    settings, config = configuration()
    with open_database(settings.database_url(), reading=True).begin() as connection:
        rows, alerts, waiting = all_sources(connection), load_alerts(connection), owed(connection)
    if options.json:
        sources = [{"id": row.id, "failures": row.failures, "error": row.last_error} for row in rows]
        say(json.dumps({"sources": sources, "alerts": [list(key) for key in alerts], "owed": waiting}))
        return DONE
    for row in rows:
        seen = f"{row.fetched_ok_at:%Y-%m-%d %H:%M}Z" if row.fetched_ok_at else "never"
        say(f"{row.id:24} {'error' if row.failures else 'ok':6} seen {seen}  {row.last_error or ''}")
    for (rule, region), alert in sorted(alerts.items()):
        say(f"{alert.state.value} {rule} in {region} since {alert.since:%Y-%m-%d %H:%M}Z")
    say(f"{len(config.rules)} rules; {len(alerts)} alerts; {waiting} messages owed")
    return DONE
