"""The faults of Telegram's: `pipeline/test_faults.py` plays each row, and `deploy/faults.md` has each in these words."""

from dataclasses import dataclass
from datetime import timedelta

from botapi import Fault, refusal

S, M, H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """`copies` reach the subscriber, in chat `chat`, not before `after`; the operator reads `operator`, and `logged` in the log."""

    fault: str
    sees: str
    faults: tuple[Fault, ...]
    after: timedelta = timedelta(0)
    copies: int = 1
    operator: str = ""
    logged: str = ""
    lost: str = "nothing"
    chat: str = "-1001"
    plain: bool = False
    calls: int = 2
    waits: int = 0

    def cells(self):
        """What the table says: the fault, what the subscriber sees, what the operator reads, what is lost."""
        read = (("message", self.operator), ("log", self.logged))
        return self.fault, self.sees, "; ".join(f"{where}: “{words}”" for where, words in read if words) or "nothing", self.lost


KICKED = refusal(403, "Forbidden: bot was kicked from the group chat")
NOT_FOUND = refusal(400, "Bad Request: chat not found")
UPGRADED = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
ONCE_MORE = "is uncertain"
LEFT_ALONE = "Receiver all cannot be reached"

MATRIX = [
    Row("429 for 3 s", "it comes 3 s later", (refusal(429, "Too Many Requests", retry_after=3),), 4 * S),
    Row("429 for 60 s", "it comes a minute later", (refusal(429, "Too Many Requests", retry_after=60),), 61 * S),
    Row(
        "429 for 6 h",
        "it comes 6 h later",
        (refusal(429, "Too Many Requests", retry_after=21600),),
        6 * H + S,
        operator="lets nothing into the chat of all",
    ),
    Row("429 that is no JSON", "it comes half a minute later", (Fault(429, "slow down"),), 31 * S),
    Row("500", "it comes seconds later", (refusal(500, "Internal Server Error"),), 10 * S),
    Row("502 with HTML", "it comes seconds later", (Fault(502, "<html>Bad Gateway</html>"),), 10 * S),
    Row("502 for ten minutes", "it comes when Telegram is back", tuple(Fault(502, "<html>") for _ in range(6)), 20 * M, calls=7),
    Row("no answer, not accepted", "it comes seconds later", (Fault(delay=0.6, reset=True),), 6 * S, logged=ONCE_MORE),
    Row(
        "no answer, though accepted",
        "it comes twice",
        (Fault(delay=0.6, reset=True, accept=True),),
        6 * S,
        copies=2,
        logged=ONCE_MORE,
    ),
    Row("connection reset before it was read", "it comes seconds later", (Fault(reset=True),), 6 * S, logged=ONCE_MORE),
    Row(
        "connection reset after acceptance",
        "it comes twice",
        (Fault(reset=True, accept=True),),
        6 * S,
        copies=2,
        logged=ONCE_MORE,
    ),
    Row(
        "no answer twice, though accepted",
        "it came twice",
        (Fault(reset=True, accept=True), Fault(reset=True, accept=True)),
        6 * S,
        copies=2,
        operator="may have arrived",
    ),
    Row(
        "no answer twice, not accepted",
        "nothing, unless the operator acts",
        (Fault(reset=True), Fault(reset=True)),
        6 * S,
        copies=0,
        operator="may have arrived",
        lost="that message, said aloud; the next of its alert comes with sound",
    ),
    Row("the group became a supergroup", "it comes at once to the new one", (UPGRADED,), chat="-1009"),
    Row(
        "403: the bot was blocked or kicked",
        "it comes once the chat is mended",
        (KICKED,),
        copies=0,
        calls=1,
        waits=1,
        operator=LEFT_ALONE,
    ),
    Row("chat not found", "it comes once the chat is mended", (NOT_FOUND,), copies=0, calls=1, waits=1, operator=LEFT_ALONE),
    Row("the HTML is refused", "it comes plain", (refusal(400, "Bad Request: can't parse entities: x"),), plain=True),
    Row("it is too long", "it comes plain and cut", (refusal(400, "Bad Request: message is too long"),), plain=True),
    Row(
        "the thread is gone",
        "it comes to the chat itself",
        (refusal(400, "Bad Request: message thread not found"),),
        operator="thread of receiver all is gone",
    ),
    Row("a refusal nobody knows", "it comes plain", (refusal(400, "Bad Request: something new"),), plain=True),
    Row(
        "a refusal nobody knows, of plain words too",
        "nothing, unless the operator acts",
        (refusal(400, "Bad Request: something new"), refusal(400, "Bad Request: something new")),
        copies=0,
        operator="message(s) to all did not arrive",
        lost="that message, said aloud",
    ),
]
