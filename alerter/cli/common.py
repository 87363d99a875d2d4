"""What the commands share: exit statuses, the configuration, and how items and labels are read from files."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, Self

from pydantic import ValidationError

from alerter.config.load import ConfigError, Configuration, load
from alerter.config.mistakes import mistakes_of
from alerter.config.settings import Settings
from alerter.config.yamlfile import Problem
from alerter.domain.model import FeedItem

log = logging.getLogger(__name__)

DONE, MISTAKES, USAGE, NO_START = 0, 1, 2, 3
TRY_AGAIN = 75
"""What hindered the start may pass by itself (EX_TEMPFAIL of sysexits.h): the unit restarts on this one."""

Commands = Any  # argparse keeps the type of its subparsers to itself


class Command(Protocol):
    """What a module of this package offers."""

    @property
    def register(self) -> Callable[[Commands], None]:
        """Add the command, with its help, to the command line."""
        ...


def say(text: str) -> None:
    """Print one line of a command's answer."""
    print(text)  # noqa: T201 (this is the command line)


def refuse(text: str) -> int:
    """Say on standard error what a command cannot be asked for, and what to write instead; return the exit status."""
    print(f"alerter: {text}", file=sys.stderr)  # noqa: T201
    return USAGE


def configuration(
    *, thorough: bool = False, rules: Path | None = None, lexicon: Path | None = None
) -> tuple[Settings, Configuration]:
    """Return the environment's settings and the checked configuration that they name, perhaps with other rules or words.

    `thorough` tries the templates as well.

    Raises:
        ConfigError: with every mistake of every file.
    """
    settings = environment()
    return settings, load(settings.config_directory(), thorough=thorough, rules_file=rules, lexicon_directory=lexicon)


def environment() -> Settings:
    """Return the environment's settings; a variable that looks like one but is none is pointed out in the log.

    Raises:
        ConfigError: with every variable that cannot be understood.
    """
    known = {_variable(name) for name in Settings.model_fields}
    for name in sorted(name for name in os.environ if name.startswith("ALERTER_") and not name.startswith("ALERTER_TEST_")):
        if name not in known:
            close = get_close_matches(name, known, 1)
            log.warning("%s is no setting of the alerter%s", name, f" (did you mean {close[0]}?)" if close else "")
    try:
        return Settings()
    except ValidationError as error:
        wrong = mistakes_of(error, Settings)
        raise ConfigError([Problem("environment", 0, _variable(str(one.path[0])), one.what) for one in wrong]) from error


def _variable(setting: str) -> str:
    return f"ALERTER_{setting}".upper()


def json_option(parser: argparse.ArgumentParser) -> None:
    """Give a command that reports its `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a labels or items file.

    Raises:
        ConfigError: with every line that cannot be used.
    """
    rows, wrong = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                rows.append(_row(line))
            except ValueError as error:
                wrong.append(Problem(str(path), number, "(line)", str(error)))
    if wrong:
        raise ConfigError(wrong)
    return rows


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or "id" not in row:
        raise ValueError('is no JSON object with an id; write one a line, like {"id": "1", "title": "…"}')
    if row.get("date"):
        datetime.fromisoformat(str(row["date"]))
    return row


def item_of(row: dict[str, Any], now: datetime) -> FeedItem:
    """Return a row of a labels or items file as an item; `date` without an offset is taken as UTC."""
    published = datetime.fromisoformat(row["date"]) if row.get("date") else None
    if published and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    title, lead = row.get("title") or "", row.get("lead") or row.get("summary") or ""
    return FeedItem(row.get("source") or "", row["id"], title, lead, "", published, published or now)


class Progress:
    """A bar on standard error while long work goes on; nothing where that is no terminal."""

    def __init__(self, whole: timedelta = timedelta(0)) -> None:
        """Begin with nothing done of `whole`; who counts something else than time shows portions."""
        self._whole = whole
        self._shown = -1
        self._on = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Return the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self.hide()

    def show(self, done: timedelta, what: str) -> None:
        """Draw the bar anew when another hundredth is done."""
        self.portion(done / self._whole if self._whole else 1, what)

    def portion(self, share: float, what: str) -> None:
        """Draw the bar anew when another hundredth is done, from 0 to 1."""
        hundredths = round(100 * share)
        if self._on and hundredths != self._shown:
            self._shown = hundredths
            sys.stderr.write(f"\r{'█' * (hundredths // 4):░<25} {hundredths:3d} % {what}")
            sys.stderr.flush()

    def hide(self) -> None:
        """Clear the line, so that something can be printed."""
        if self._on and self._shown >= 0:
            sys.stderr.write("\r\x1b[K")
            self._shown = -1
