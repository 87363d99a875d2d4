"""`alerter backup FILE`: a copy of the database while the daemon runs."""

import argparse
from pathlib import Path

from sqlalchemy.engine import make_url

from alerter.cli.common import DONE, Commands, environment, refuse, say
from alerter.store.backup import back_up

_DESCRIPTION = """\
Copy the SQLite database to a new file, whole and checked, while the daemon goes on working. To restore: stop the daemon,
remove alerter.db-wal and alerter.db-shm, and copy it over alerter.db, which must stay the daemon's own (chown)."""
_EPILOG = """\
example:
  alerter backup alerter-$(date +%F).db
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "backup", help="copy the database to a new file while the daemon runs", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Copy a SQLite database; PostgreSQL has a better tool of its own."""
    url = environment().database_url()
    if make_url(url).get_backend_name() != "sqlite":
        return refuse(f"PostgreSQL has a tool of its own for that: pg_dump --format=custom --file={options.file} DATABASE")
    if options.file.exists():
        return refuse(f"{options.file} exists; name a new file")
    size = back_up(url, options.file) / 1e6
    say(f"{options.file}: {size:.1f} MB, checked; `alerter backup --help` says how to restore it")
    return DONE
