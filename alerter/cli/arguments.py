"""The grammar of the command line: a parser that tells what was meant, and kinds of values that people write."""

import argparse
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from alerter.config.files import Span

_CHOICE = re.compile(r"invalid choice: '(?P<given>[^']*)' \(choose from (?P<known>.*)\)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Keeps the lines of descriptions and examples, and answers a misspelt word with the one that was meant."""

    def __init__(self, **options: Any) -> None:
        """Take what argparse takes."""
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter} | options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what is not known here, where its relatives are known, rather than in the parser above."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            self.error(f"{unknown[0]!r} is not known here{_meant(unknown[0], options)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Print one line that says what was meant and where to read on; exit with status 2."""
        if choice := _CHOICE.search(message):
            known = re.findall(r"[\w-]+", choice["known"])
            message = f"{choice['given']!r} is not known here{_meant(choice['given'], known)}"
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _meant(given: str, known: Iterable[str]) -> str:
    close = get_close_matches(given, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def moment(text: str) -> datetime:
    """Return a moment that a person wrote with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; write it like 2026-01-28T19:05:00Z") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; write it like 2026-01-28T19:05:00Z")
    return at


def span(text: str) -> timedelta:
    """Return a length of time that a person wrote with its unit."""
    try:
        length: timedelta = TypeAdapter(Span).validate_python(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    if length <= timedelta(0):
        raise argparse.ArgumentTypeError(f"{text!r} is no time at all; write a length like 15m")
    return length
