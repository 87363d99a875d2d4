"""`alerter backup FILE`: a copy of the database while the daemon runs."""

import argparse
from pathlib import Path

from sqlalchemy.engine import make_url

from alerter.cli.common import DONE, USAGE, Commands, environment, say
from alerter.store.backup import back_up


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("backup", help="copy the database to a new file while the daemon runs")
    parser.add_argument("file", type=Path, help="a new file, for example alerter-$(date +%%F).db")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Copy a SQLite database; PostgreSQL has a better tool of its own."""
    url = environment().database_url()
    if make_url(url).get_backend_name() != "sqlite":
        say(f"PostgreSQL has a tool of its own, also while daemons run: pg_dump --format=custom --file={options.file} DATABASE")
        return USAGE
    if options.file.exists():
        say(f"{options.file} exists; name a new file")
        return USAGE
    size = back_up(url, options.file) / 1e6
    say(f"{options.file}: {size:.1f} MB; to restore, stop the daemon and put it in the database's place")
    return DONE
