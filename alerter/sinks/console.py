"""Prints messages on a terminal, for trying things out."""

import os
import sys
from concurrent.futures import Future
from itertools import count
from typing import TextIO

from alerter.domain.html import plain
from alerter.sinks.outcome import Message, Outcome, Sent

BOLD, NORMAL = "\x1b[1m", "\x1b[0m"


class ConsoleSink:
    """Writes each message as plain text to `stream`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._ids = count(1)

    def submit(self, message: Message) -> Future[Outcome]:
        """Print the message at once; the future has ended already."""
        done: Future[Outcome] = Future()
        done.set_result(self.send(message))
        return done

    def send(self, message: Message) -> Outcome:
        """Print the message; this cannot fail."""
        head = f"--- to {message.chat}" + (f", edits {message.edit}" if message.edit else "")
        if self._stream.isatty() and not os.environ.get("NO_COLOR"):
            head = f"{BOLD}{head}{NORMAL}"
        print(f"{head}\n{plain(message.html)}\n", file=self._stream, flush=True)
        return Sent(next(self._ids))
