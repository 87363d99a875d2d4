"""`alerter run`: the daemon."""

import argparse

from alerter.cli.common import Commands, configuration
from alerter.clock import SystemClock
from alerter.daemon import Daemon
from alerter.store.database import open_database, sole_daemon


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="poll, decide and tell until stopped")
    parser.add_argument("--once", action="store_true", help="one round, then exit")
    parser.add_argument("--dry-run", action="store_true", help="print messages, send nothing")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Run until stopped, or one round."""
    settings, config = configuration()
    url = settings.database_url()
    if options.once:
        return Daemon(config, settings, open_database(url), SystemClock(), dry_run=options.dry_run).once()
    with sole_daemon(url):
        return Daemon(config, settings, open_database(url), SystemClock(), dry_run=options.dry_run).run()
