"""`alerter run`: the daemon."""

import argparse

from alerter.cli.common import Commands, configuration
from alerter.clock import SystemClock
from alerter.daemon import Daemon
from alerter.store.database import open_database, sole_daemon

_DESCRIPTION = """\
Poll the sources that are due, decide, and tell the receivers, until SIGTERM or Ctrl-C. Without a Telegram token messages
are printed here. The configuration is $ALERTER_CONFIG, or what the package ships; the database is $ALERTER_DATABASE, or
a file in your state directory.

An edited configuration comes into force by itself, a few seconds after its last file was written; SIGHUP has it read at
once. That goes for all of $ALERTER_CONFIG: rules, receivers, feeds, weather, regions, lexicon and templates. One with
mistakes, or with an example that fails, is never followed: the one before stays in force, and receivers with
`role: operators` are told what to mend, and when it is mended. Environment variables are read at the start only."""
_EPILOG = """\
examples:
  alerter run --dry-run                                                      try a configuration on the real sources
  ALERTER_CONFIG=my-config ALERTER_TELEGRAM_TOKEN_FILE=token alerter run     warn people
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="poll, decide and tell until stopped", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--once", action="store_true", help="poll what is due, decide and tell once, then exit")
    parser.add_argument("--dry-run", action="store_true", help="print messages whatever the token, send nothing")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Run until stopped, or one round."""
    settings, config = configuration(thorough=True)
    url = settings.database_url()
    if options.once:
        return Daemon(config, settings, open_database(url), SystemClock(), dry_run=options.dry_run).once()
    with sole_daemon(url):
        return Daemon(config, settings, open_database(url), SystemClock(), dry_run=options.dry_run).run()
