"""The command line: one module a command, registered by one line here."""

import argparse
import logging
import os
import sys
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from alerter import __version__
from alerter.cli import backup, check, demo, evaluate, explain, init, journal, read, replay, report, run, status
from alerter.cli.common import MISTAKES, NO_START, TRY_AGAIN, Command
from alerter.config.load import ConfigError
from alerter.sinks.telegram import RedactingFilter, quiet_libraries
from alerter.store.database import StoreError
from alerter.store.faults import describe, fault_of

COMMANDS: tuple[Command, ...] = (run, demo, check, init, read, evaluate, replay, journal, report, explain, status, backup)
"""In the order in which `--help` teaches them."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 mistakes found, 2 wrong usage, 3 could not start, 75 not yet."""
    options = _parser().parse_args(arguments)
    _log()
    try:
        code = int(options.command(options))
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr if options.name != "check" else sys.stdout)
        code = MISTAKES if options.name == "check" else NO_START
    except (StoreError, OSError) as error:
        print(f"alerter: {error}", file=sys.stderr)  # noqa: T201
        code = TRY_AGAIN if getattr(error, "passing", False) else NO_START
    except DBAPIError as error:
        print(f"alerter: the database: {describe(error)}", file=sys.stderr)  # noqa: T201
        code = TRY_AGAIN if fault_of(error).passing else NO_START
    sys.stdout.flush()
    logging.shutdown()
    # a source that hangs in a thread must not hold the process back
    os._exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alerter",
        description="Early warning where extreme cold meets a damaged or threatened power grid.",
        epilog="Without a Telegram token, `alerter run` prints its messages here. Begin with `alerter run` or `alerter check`.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    return parser


def _log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    quiet_libraries()
