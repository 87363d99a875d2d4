"""Reload: notice that the configuration was changed, and let a good one through; of a bad one the operators are told."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from alerter.config.load import Configuration, diagnose
from alerter.domain.model import Notice
from alerter.store.operators import last_notice, last_told, tell_operators

log = logging.getLogger(__name__)
KEY = "config"
_KNOWN_FOR = timedelta(minutes=10)
"""Several daemons that read one change tell of it once."""


class Reloader:
    """Watches a configuration directory; `look` at it every few seconds, from one thread."""

    def __init__(self, directory: Path, engine: Engine) -> None:
        """Take what the directory holds now for what is in force."""
        self._directory, self._engine = directory, engine
        self._seen = self._judged = _state(directory)
        self._asked = self._answered = 0

    def ask(self) -> None:
        """Have the configuration read at the next look even if nothing changed. Safe in a signal handler."""
        self._asked += 1

    def look(self, now: datetime) -> Configuration | None:
        """Return the configuration if it was changed, is written to its end and is good; else None.

        It is taken for written to its end when two looks find the same, so that no half of a change is read. Mistakes, and
        examples that fail, are told to the operators, once a change.
        """
        asked, seen = self._asked, _state(self._directory)
        rests, self._seen = seen == self._seen, seen
        if asked == self._answered and (seen == self._judged or not rests):
            return None
        found = diagnose(self._directory)
        if wrong := [*found.mistakes, *found.failures]:
            lines = [str(problem).removeprefix(f"{self._directory}/") for problem in sorted(wrong)]
            self._tell(Notice("config", {"mistakes": lines, "version": version(self._directory)}, KEY), now)
        self._judged, self._answered = seen, asked
        return None if wrong else found.config

    def tell_in_force(self, now: datetime) -> None:
        """Tell the operators that the configuration in the directory is the one that is followed."""
        log.info("the configuration in %s is in force (version %s)", self._directory, version(self._directory))
        self._tell(Notice("config_loaded", {"version": version(self._directory)}, KEY), now)

    def tell_mended(self, now: datetime) -> None:
        """Tell the same at a start, but only if mistakes were the last that operators heard of."""
        with self._engine.begin() as connection:
            last = last_notice(connection, KEY)
        if last and last.topic == "config":
            self.tell_in_force(now)

    def _tell(self, notice: Notice, now: datetime) -> None:
        with self._engine.begin() as connection:
            at = last_told(connection, KEY)
            if at is None or now - at >= _KNOWN_FOR or last_notice(connection, KEY) != notice:
                tell_operators(connection, notice, now)


def version(directory: Path) -> str:
    """Return a short name for what a configuration directory says, the same wherever the same is written."""
    digest = hashlib.sha256()
    for path in _files(directory):
        with suppress(OSError):  # an editor is just exchanging it
            digest.update(f"{path.relative_to(directory)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def _state(directory: Path) -> dict[Path, tuple[int, int, int]]:
    """Return what tells a changed file from an unchanged one, without reading it."""
    found = {}
    for path in _files(directory):
        with suppress(OSError):
            stat = path.stat()
            found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def _files(directory: Path) -> Iterator[Path]:
    """Yield what a configuration is read from, and nothing else that may lie there."""
    found = (path for pattern in ("*.yaml", "lexicon/*.yaml", "templates/*.j2") for path in directory.glob(pattern))
    return (path for path in sorted(found) if not path.name.startswith("."))
