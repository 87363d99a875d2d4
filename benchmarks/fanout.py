"""Fan-out: one alert to many receivers, at the documented limits of the Bot API and never above them.

    python benchmarks/fanout.py [--receivers 300] [--latency 0.05] [--runs 1]

The Bot API here enforces the documented limits with sliding windows: 1 message a second in a chat, 20 a minute in a group,
30 a second in all; every refusal counts. An extreme alert to ten of the receivers is raised half-way and must overtake.
Median of five runs of 300 receivers on two cores: 98.7 % of the limit at 50 ms of latency, 94.9 % at 200 ms (each way up to a
fifth more), none refused, the extreme alert with all ten after 0.4 and 0.6 s while 150 severe ones waited. A busy machine adds to each trip and takes its share of
the rate: beside other work give the benchmark the first turn (`chrt -r 1 python benchmarks/fanout.py`).
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from multiprocessing import Pipe, Process
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from botapi import BotApi
from desk import Desk, told

from alerter.domain.model import Receiver, Severity
from alerter.pipeline.pace import Pace

ENOUGH = 0.95
"""The share of the documented rate below which the run counts as failed."""


class DistantBotApi(BotApi):
    """Each call takes `latency` seconds, up to a fifth more now and then; where on its way it is counted differs, too."""

    latency = 0.0

    def answer(self, path, form):
        there, back = (self.latency / 2 * random.uniform(1, 1.2) for _ in range(2))
        time.sleep(there)
        answered = super().answer(path, form)
        time.sleep(back)
        return answered


def serve(latency, pipe):
    """Be Telegram, in a process of its own, until told to stop; then tell what came."""
    bot = DistantBotApi(per_chat=1, group_minute=20, overall=30)
    bot.latency = latency
    pipe.send(bot.url)
    pipe.recv()
    pipe.send((bot.messages, bot.refused))
    bot.close()


def fan_out(receivers: int, latency: float, path: Path) -> dict:
    pipe, far_end = Pipe()
    server = Process(target=serve, args=(latency, far_end), daemon=True)
    server.start()
    chats = [
        Receiver(f"r{n}", str(-1000 - n if n % 3 == 0 else 1000 + n), "en", regions=frozenset("A")) for n in range(receivers)
    ]
    chats += [Receiver(f"x{n}", str(5000 + n), "en", regions=frozenset("B")) for n in range(10)]
    desk = Desk(path, SimpleNamespace(url=pipe.recv()), *chats, pace=Pace())
    desk.owe(told(regions="A"))
    raised = []

    def raise_extreme():
        desk.owe(told(regions="B", rule="extreme", severity=Severity.EXTREME))
        raised.append(time.monotonic())

    timer = Timer(receivers / 30 / 2, raise_extreme)
    timer.start()
    desk.deliver()
    timer.join()
    desk.deliver()
    desk.close()
    pipe.send("stop")
    messages, refused = pipe.recv()
    server.join()
    first = [m["time"] for m in messages if "<b>frost</b>" in m["text"]]
    extreme = [m["time"] for m in messages if m["chat_id"].startswith("5") and len(m["chat_id"]) == 4]
    everything = [m["time"] for m in messages]
    window = max(sum(a <= b < a + 1 for b in everything) for a in everything)
    span = max(everything) - min(everything)
    return {
        "messages": len(everything),
        "seconds": span,
        "rate": (len(everything) - 1) / span,
        "of_limit": (len(everything) - 1) / span / 30,
        "refused": refused,
        "most_in_a_second": window,
        "extreme_after": max(extreme) - raised[0],
        "severe_left_then": sum(at > max(extreme) for at in first),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", type=int, default=300)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each answer takes, at least")
    parser.add_argument("--runs", type=int, default=1, help="the median of so many runs is printed, of refusals the sum")
    options = parser.parse_args()
    found = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as directory:
            found.append(fan_out(options.receivers, options.latency, Path(directory)))
    for name in found[0]:
        values = [run[name] for run in found]
        value = sum(values) if name == "refused" else statistics.median(values)
        print(f"{name:18} {value:.3f}" if isinstance(value, float) else f"{name:18} {value}")
    refused, rate = sum(run["refused"] for run in found), statistics.median(run["of_limit"] for run in found)
    return 0 if rate >= ENOUGH and not refused and all(run["severe_left_then"] for run in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
