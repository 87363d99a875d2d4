"""How fast Telegram may be called: one budget a chat and one for all, for new messages and edits alike.

The limits are those of the Bot API's FAQ ("My bot is hitting limits"): one message a second in a chat, 20 a minute in a
group or channel, about 30 a second in all. The server looks at a call somewhere between its start and its end. A call
counts from its start until a while after its end, less the shortest round trip seen lately: what is left is the jitter
by which calls can come closer together on their way, so the server's sliding windows never hold more than is allowed.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from alerter.clock import steady

_MOST_CHATS = 1000
_SURE, _JITTER, _KNOWN = 0.9, 0.005, 30
"""How much of the shortest round trip is counted on, seconds that are not, and after how many trips."""
BURST = 4
"""Calls are spread over the second rather than made all at once, so that a graver message never finds it used up."""


@dataclass
class Pace:
    """Counts the calls of this process; times are seconds of `clock`, which must be steady."""

    clock: Callable[[], float] = steady
    per_chat: float = 1.0
    per_group: int = 20
    overall: int = 30
    _under_way: set[str] = field(default_factory=set)
    _trips: deque[float] = field(default_factory=lambda: deque(maxlen=4 * _KNOWN))
    _ended: deque[float] = field(default_factory=deque)
    _chats: dict[str, deque[float]] = field(default_factory=dict)
    _next: float = float("-inf")

    def delay(self) -> float:
        """Return how many seconds no call may be started yet; 0 when one may, infinity until one has ended."""
        now = self.clock()
        _forget(self._ended, now - 1)
        full = len(self._ended) + len(self._under_way) >= self.overall
        turn = max(0.0, self._next - now)
        if not full:
            return turn
        return max(turn, self._ended[0] + 1 - now) if self._ended else float("inf")

    def allows(self, chat: str) -> bool:
        """Tell whether a call into `chat` may be started now, as far as that chat goes; one at a time in each."""
        now, mine = self.clock(), self._chats.get(chat)
        if chat in self._under_way:
            return False
        if not mine:
            return True
        _forget(mine, now - 60)
        crowded = is_group(chat) and len(mine) >= self.per_group
        return not crowded and not (mine and now - mine[-1] < self.per_chat)

    def start(self, chat: str) -> None:
        """Count a call that is about to start."""
        now, gap = self.clock(), 1 / self.overall
        self._next = max(self._next + gap, now - BURST * gap)
        self._under_way.add(chat)

    def end(self, chat: str, began: float, ended: float) -> None:
        """Count a call that began and ended at these times of `clock`."""
        self._under_way.discard(chat)
        self._trips.append(ended - began)
        at = ended - self._surely_past()
        self._ended.append(at)
        self._chats.setdefault(chat, deque(maxlen=self.per_group)).append(at)
        if len(self._chats) > _MOST_CHATS:
            self._chats = {name: times for name, times in self._chats.items() if times[-1] > ended - 60}

    def _surely_past(self) -> float:
        """Return the seconds by which the server had surely looked at a call before its end was known here."""
        if len(self._trips) < _KNOWN:  # the first calls open connections: their trips are no measure
            return 0.0
        return max(0.0, _SURE * min(self._trips) - _JITTER)

    def drop(self, chat: str) -> None:
        """Forget a call that was not made after all."""
        self._under_way.discard(chat)


def is_group(chat: str) -> bool:
    """Tell whether a chat is a group or a channel: their numbers are negative, private chats' are not."""
    return chat.startswith(("-", "@"))


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
