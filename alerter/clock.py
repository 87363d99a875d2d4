"""The only module that looks at the clock; everything else is told the time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current moment, always timezone-aware and in UTC."""

    def now(self) -> datetime:
        """Return the current moment in UTC."""
        ...

    def wait(self, span: timedelta) -> None:
        """Block until `span` of this clock has passed."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)

    def wait(self, span: timedelta) -> None:
        """Sleep for `span`."""
        time.sleep(max(0.0, span.total_seconds()))


class CompressedClock:
    """A clock that starts at a given moment and runs `factor` times as fast as the machine's.

    It follows the monotonic clock, so a step of the machine's time does not disturb it.
    """

    def __init__(self, start: datetime, factor: float) -> None:
        """Start the clock at `start` (timezone-aware); `factor` must be positive."""
        self._start = start
        self._factor = factor
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the compressed moment in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._factor)

    def wait(self, span: timedelta) -> None:
        """Sleep until `span` of compressed time has passed."""
        time.sleep(max(0.0, span.total_seconds() / self._factor))


class SteppedClock:
    """A clock that moves only when told: for replays and tests."""

    def __init__(self, start: datetime) -> None:
        """Stop the clock at `start` (timezone-aware)."""
        self._now = start

    def now(self) -> datetime:
        """Return the moment last set."""
        return self._now

    def wait(self, span: timedelta) -> None:
        """Move on by `span` without sleeping."""
        self._now += span

    def set(self, moment: datetime) -> None:
        """Move to `moment`, forwards or backwards."""
        self._now = moment


def monotonic() -> float:
    """Return seconds of a clock that never steps; only differences mean anything."""
    return time.monotonic()


def steady() -> float:
    """Return seconds of a clock that never steps and goes on while the machine sleeps, where it has such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
