"""Whether the jobs get on with their work: what systemd's watchdog and the dead-man's switch are fed by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alerter.clock import monotonic

LATELY = 60.0
"""Seconds within which each job must have finished a round; the slowest round is bounded by the timeouts of its calls."""


@dataclass
class Progress:
    """Remembers when each of `jobs` last finished a round, by a clock that never steps."""

    jobs: Iterable[str]
    clock: Callable[[], float] = monotonic
    _done: dict[str, float] = field(default_factory=dict, init=False)

    def done(self, job: str) -> None:
        """Count a finished round."""
        self._done[job] = self.clock()

    def flows(self) -> bool:
        """Tell whether every job has finished a round lately."""
        now = self.clock()
        return all(now - self._done.get(job, float("-inf")) <= LATELY for job in self.jobs)
