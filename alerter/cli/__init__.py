"""The command line: one module a command, registered by one line here."""

import logging
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import ClassVar, NoReturn, cast

from sqlalchemy.exc import DBAPIError

from alerter import __version__
from alerter.cli.arguments import Parser
from alerter.cli.common import MISTAKES, NO_START, TRY_AGAIN, USAGE, Command
from alerter.config.load import ConfigError
from alerter.sinks.telegram import RedactingFilter, quiet_libraries
from alerter.store.database import StoreError
from alerter.store.faults import describe, fault_of

_DESCRIPTION = "Early warning where extreme cold meets a damaged or threatened power grid."
_EPILOG = """\
`alerter COMMAND --help` explains each, with examples. The environment (ALERTER_CONFIG, ALERTER_TELEGRAM_TOKEN_FILE, …) is
described in README.md.

exit status:
  0   done; stopped on request
  1   mistakes or failures were found (check, replay, send-test)
  2   wrong usage
  3   could not start, and waiting cannot help: a mistake in the configuration, an unusable database or address
  65  the database turned out to be damaged, or may not be written
  75  not now: a database that does not answer, is locked or full; an archive that cannot be reached
  78  Telegram refuses the token

examples:
  alerter demo     what it does, in half a minute
  alerter run      begin: public sources in, messages to this terminal, until Ctrl-C
  alerter check    after each change of a configuration
"""

COMMANDS = (
    *("run", "demo", "check", "init", "send-test", "status"),
    *("read", "explain", "evaluate", "replay", "journal", "report", "backup"),
)
"""In the order in which `--help` teaches them; each is a module of this package."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with a status of `_EPILOG`."""
    code = execute(arguments)
    logging.shutdown()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    # a source that hangs in a thread must not hold the process back
    os._exit(code)


def execute(arguments: list[str] | None = None) -> int:
    """Run the command line and return a status of `_EPILOG`; wrong usage raises `SystemExit`, as argparse has it."""
    words = sys.argv[1:] if arguments is None else arguments
    # what a daemon never calls need not be loaded: it costs start and memory
    parser = command_line(words[:1] if words and words[0] in COMMANDS else COMMANDS)
    options = parser.parse_args(words)
    if options.name is None:
        parser.print_help(sys.stderr)
        sys.exit(USAGE)
    _log()
    try:
        code = int(options.command(options))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever reads what we print has had enough
        return 128 + signal.SIGPIPE
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr if options.name != "check" else sys.stdout)
        return MISTAKES if options.name == "check" else NO_START
    except (StoreError, OSError) as error:
        what = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else error
        print(f"alerter: {what}", file=sys.stderr)  # noqa: T201
        return TRY_AGAIN if getattr(error, "passing", False) else NO_START
    except DBAPIError as error:
        print(f"alerter: the database: {describe(error)}", file=sys.stderr)  # noqa: T201
        return TRY_AGAIN if fault_of(error).passing else NO_START
    return code


def command_line(names: Iterable[str] = COMMANDS) -> Parser:
    """Return the parser of the command line, with the commands of `names`: their options and helps."""
    parser = Parser(prog="alerter", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="name", metavar="COMMAND")
    for name in names:
        cast("Command", import_module(f"{__name__}.{name.replace('-', '_')}")).register(commands)
    return parser


def _log() -> None:
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_JournalFormatter("%(message)s") if _under_journal() else plain)
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    quiet_libraries()


class _JournalFormatter(logging.Formatter):
    """Marks each line with its priority as systemd's journal reads it (sd-daemon(3)); the journal knows the time itself."""

    _PRIORITIES: ClassVar = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{self._PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in super().format(record).split("\n"))


def _under_journal() -> bool:
    """Tell whether standard error is the journal's (systemd.exec(5), JOURNAL_STREAM)."""
    error = os.fstat(2)
    return os.environ.get("JOURNAL_STREAM") == f"{error.st_dev}:{error.st_ino}"
