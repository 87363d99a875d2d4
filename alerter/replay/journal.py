"""Journals on disk: checked whole, then read in the order of what was observed, whatever the order of their lines."""

import gzip
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from alerter.config.load import ConfigError, Configuration
from alerter.config.yamlfile import Problem
from alerter.domain.model import Bulletin, FeedItem, Forecast, Heard
from alerter.replay.lines import Entry, LineError, Meta, parse

_Place = tuple[datetime, bytes, int, int]  # observed, digest of the line, file, offset


class Journal:
    """Several files as one stream. Lines are read twice and never all held, so that years of forecasts fit in memory.

    Lines observed at one moment come in the order of their digests: any order would do, if only it is always the same.
    A news item that comes again (source and guid) is left out, as the daemon leaves it out.
    """

    def __init__(self, paths: Sequence[Path], config: Configuration) -> None:
        """Check every line of every file.

        Raises:
            ConfigError: with every mistake of every line.
            OSError: when a file cannot be read.
        """
        self._feeds = {feed.id: feed for feed in config.feeds.feeds}
        self._known = {region.id for region in config.regions.regions}
        self._stack = ExitStack()
        self._files: list[BinaryIO] = []
        self.metas: list[Meta] = []
        self.sources: set[str] = set()
        self.owners: dict[str, str] = {}
        self.polled = False
        problems: list[Problem] = []
        places: list[_Place] = []
        for path in paths:
            self._files.append(self._open(path))
            places += self._index(path, len(self._files) - 1, problems)
        if not places and not problems:
            problems.append(Problem(str(paths[0]), 1, "(file)", "says nothing was observed; write at least one line"))
        if problems:
            self.close()
            raise ConfigError(sorted(problems))
        self._places = sorted(places)
        self.first, self.last = self._places[0][0], self._places[-1][0]

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    def __len__(self) -> int:
        """How many lines there are, but for those of meta."""
        return len(self._places)

    def __iter__(self) -> Iterator[Entry]:
        """Read all lines, oldest observation first."""
        seen: set[tuple[str, str]] = set()
        for _, _, number, offset in self._places:
            self._files[number].seek(offset)
            entry = parse(self._files[number].readline(), self._feeds)
            if isinstance(entry, FeedItem):
                if (entry.source, entry.guid) in seen:
                    continue
                seen.add((entry.source, entry.guid))
            if not isinstance(entry, Meta):
                yield entry

    def _open(self, path: Path) -> BinaryIO:
        if path.suffix != ".gz":
            return self._stack.enter_context(path.open("rb"))
        plain = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
        with gzip.open(path) as packed:
            shutil.copyfileobj(packed, plain)
        plain.seek(0)
        return plain

    def _index(self, path: Path, number: int, problems: list[Problem]) -> Iterator[_Place]:
        offset = 0
        for count, line in enumerate(self._files[number], 1):
            if line.strip():
                try:
                    entry = self._checked(line)
                except LineError as error:
                    problems += [Problem(str(path), count, key, what) for key, what in error.mistakes]
                else:
                    if not isinstance(entry, Meta):
                        yield entry.observed, blake2b(line.strip(), digest_size=8).digest(), number, offset
            offset += len(line)

    def _checked(self, line: bytes) -> Entry | Meta:
        entry = parse(line, self._feeds)
        if isinstance(entry, Meta):
            self.metas.append(entry)
        elif isinstance(entry, Forecast):
            if entry.region not in self._known:
                raise LineError(("forecast.region", f"{entry.region!r} is no region of regions.yaml; write its code there"))
        elif not isinstance(entry, Bulletin):
            self.polled |= isinstance(entry, Heard)
            self.sources.add(entry.source)
            if isinstance(entry, FeedItem):
                self.owners[entry.source] = min(self.owners.get(entry.source, entry.owner), entry.owner)
        return entry
