"""What the commands share: exit statuses, the configuration, and how items and labels are read from files."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from pydantic import ValidationError

from alerter.config.load import ConfigError, Configuration, load
from alerter.config.settings import Settings
from alerter.config.yamlfile import Problem
from alerter.domain.model import FeedItem

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


def configuration(*, rules: Path | None = None, lexicon: Path | None = None) -> tuple[Settings, Configuration]:
    """Return the environment's settings and the checked configuration that they name, perhaps with other rules or words.

    Raises:
        ConfigError: with every mistake of every file.
    """
    settings = environment()
    return settings, load(settings.config_directory(), rules_file=rules, lexicon_directory=lexicon)


def environment() -> Settings:
    """Return the environment's settings.

    Raises:
        ConfigError: with every variable that cannot be understood.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = [(f"ALERTER_{one['loc'][0]}".upper(), one["msg"]) for one in error.errors()]
        raise ConfigError([Problem("environment", 1, name, what) for name, what in wrong]) from error


def json_option(parser: argparse.ArgumentParser) -> None:
    """Give a command that reports its `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


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
