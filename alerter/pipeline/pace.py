"""How fast Telegram may be called: one budget a chat and one for all, for new messages and edits alike.

The limits are those of the Bot API's FAQ ("My bot is hitting limits"): one message a second in a chat, 20 a minute in a
group or channel, about 30 a second in all. A call counts from its start until a while after its *end*: whenever the
server looked at it in between, its sliding window cannot hold more calls than allowed.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from alerter.clock import steady

BURST = 4
"""Calls are spread over the second rather than made all at once, so that a graver message never finds it used up."""


@dataclass
class Pace:
    """Counts the calls of this process; times are seconds of `clock`, which must be steady."""

    clock: Callable[[], float] = steady
    per_chat: float = 1.0
    per_group: int = 20
    overall: int = 30
    _under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _ended: deque[float] = field(default_factory=deque)
    _chats: dict[str, deque[float]] = field(default_factory=dict)
    _next: float = float("-inf")

    def free(self) -> bool:
        """Tell whether any call may be started now."""
        now = self.clock()
        _forget(self._ended, now - 1)
        return now >= self._next and len(self._ended) + sum(self._under_way.values()) < self.overall

    def allows(self, chat: str) -> bool:
        """Tell whether a call into `chat` may be started now, as far as that chat goes; one at a time in each."""
        now, mine = self.clock(), self._chats.get(chat)
        if self._under_way.get(chat):
            return False
        if not mine:
            return True
        _forget(mine, now - 60)
        crowded = is_group(chat) and len(mine) >= self.per_group
        return not crowded and not (mine and now - mine[-1] < self.per_chat)

    def start(self, chat: str) -> None:
        """Count a call that starts now."""
        now, gap = self.clock(), 1 / self.overall
        self._next = max(self._next + gap, now - BURST * gap)
        self._under_way[chat] += 1

    def end(self, chat: str) -> None:
        """Count a call that has just ended."""
        now = self.clock()
        self._under_way[chat] -= 1
        if not self._under_way[chat]:
            del self._under_way[chat]
        self._ended.append(now)
        self._chats.setdefault(chat, deque(maxlen=self.per_group)).append(now)
        if len(self._chats) > 4 * self.per_group + 1000:
            self._chats = {name: times for name, times in self._chats.items() if times[-1] > now - 60}


def is_group(chat: str) -> bool:
    """Tell whether a chat is a group or a channel: their numbers are negative, private chats' are not."""
    return chat.startswith(("-", "@"))


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
