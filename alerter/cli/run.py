"""`alerter run`: the daemon."""

import argparse

from alerter.cli.common import Commands, configuration
from alerter.clock import SystemClock
from alerter.daemon import Daemon
from alerter.store.database import open_database


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="poll, decide and tell until stopped")
    parser.add_argument("--once", action="store_true", help="one round, then exit")
    parser.add_argument("--dry-run", action="store_true", help="print messages, send nothing")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Run until stopped, or one round."""
    settings, config = configuration()
    engine = open_database(settings.database_url())
    daemon = Daemon(config, settings, engine, SystemClock(), dry_run=options.dry_run)
    return daemon.once() if options.once else daemon.run()
