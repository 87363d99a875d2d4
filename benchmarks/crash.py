"""SIGKILLs at random moments of busy daemons, over loopback: what was lost, what was told twice, what was told wrongly.

    python benchmarks/crash.py [--kills 300]                                          one daemon on SQLite
    python benchmarks/crash.py --daemons 3 --kills 100 --database postgresql+psycopg://…   three daemons on an empty database

Each region has a chat of its own and goes its own way: frost is forecast until its alert has arrived and half a minute
has passed, then warmth until its all-clear has arrived and half a minute has passed. So each message is accounted for:
a second one with the text of an earlier one is a repeat, and an all-clear while frost is forecast is wrong. The Bot API
takes up to 0.4 s over each answer, so that kills find answers pending.
After each kill the database is asked which deliveries were under way: only those may be repeated, each chat's once.
Several chats' messages are under way at once, as the global rate demands, so one kill may cost a few chats one repeat each.
`deploy/faults.md` has the table that was measured last.
"""

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import yaml
from botapi import BotApi
from sqlalchemy import create_engine, text
from world import SHIPPED, World, stop, until

STAY = 31.0
"""Seconds after a message before its region changes: messages of one kind are then over a minute apart, and their texts differ."""

RULE = {
    "id": "frost",
    "title": {"en": "Extreme cold"},
    "severity": "extreme",
    "when": {"all": [{"cold": {"below": "-15°C", "lasting": "12h", "within": "72h", "chance": "60%"}}]},
    "keep_firing_for": "0m",
    "examples": [{"name": "frost", "given": [{"cold": "-20°C", "starts": "6h", "lasting": "30h"}], "then": "alert"}],
}
FROST, WARMTH = -20.0, 5.0


ON_ITS_WAY = 1.0
"""Seconds after a kill in which the server may take up what the killed daemon had written: less than a start takes."""


class SlowBotApi(BotApi):
    """Takes its time over each answer."""

    def answer(self, path, form):
        answered = super().answer(path, form)
        time.sleep(random.uniform(0, 0.4))
        return answered


@dataclass
class Region:
    """One region's turns between frost and warmth."""

    chat: str
    cold: bool = False
    since: float = 0.0
    waiting: bool = False
    expected: Counter = field(default_factory=Counter)
    texts: dict = field(default_factory=dict)
    repeats: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    delays: list = field(default_factory=list)

    def turn(self, now):
        self.cold, self.waiting = not self.cold, True
        self.since = now
        self.expected[self.cold] += 1

    def hear(self, message):
        """Take a message that arrived: the expected one, a repeat, or a wrong one."""
        said, at = message["text"], message["time"]
        alert = "All clear" not in said
        if said in self.texts:
            self.repeats.append((said, at))
            return
        self.texts[said] = at
        if self.waiting and alert == self.cold:
            self.delays.append(at - self.since)
            self.waiting, self.since = False, time.monotonic()
        else:
            self.wrong.append((alert, said))


class Bookkeeper(threading.Thread):
    """Turns the weather of each region as its messages arrive, and keeps count."""

    def __init__(self, world, regions):
        super().__init__(daemon=True)
        self.world, self.regions = world, regions
        self.by_chat = {region.chat: region for region in regions.values()}
        self.turning, self.running, self.heard = True, True, 0

    def run(self):
        while self.running:
            fresh = self.world.bot.messages[self.heard :]
            self.heard += len(fresh)
            for message in fresh:
                self.by_chat[message["chat_id"]].hear(message)
            now = time.monotonic()
            for name, region in self.regions.items():
                if self.turning and not region.waiting and now - region.since > STAY * random.uniform(1, 1.2):
                    region.turn(now)
                    self.world.lows[name] = FROST if region.cold else WARMTH
            time.sleep(0.05)

    @property
    def delays(self):
        return [delay for region in self.regions.values() for delay in region.delays] or [math.nan]

    def all_arrived(self):
        return not any(region.waiting for region in self.regions.values())


def build(directory, database):
    shipped = yaml.safe_load((SHIPPED / "regions.yaml").read_text(encoding="utf-8"))["regions"]
    names = [region["id"] for region in shipped]
    receivers = [{"id": name, "telegram": str(1000 + n), "language": "en", "regions": [name]} for n, name in enumerate(names)]
    world = World(directory, names, receivers)
    world.write("rules.yaml", {"rules": [RULE]})
    world.bot.close()
    world.bot = SlowBotApi()
    world.cold = WARMTH
    world.database = database or world.database
    regions = {name: Region(str(1000 + n), since=time.monotonic() - random.uniform(0, STAY)) for n, name in enumerate(names)}
    return world, regions


@dataclass(frozen=True)
class Kill:
    """When a daemon was killed, and which receivers' deliveries were under way then."""

    at: float
    under_way: frozenset


def under_way(engine):
    with engine.connect() as connection:
        return frozenset(connection.scalars(text("SELECT receiver FROM deliveries WHERE state = 'sending'")))


def start_one(world):
    """Start a daemon; return it, and the seconds it took until it ran."""
    before, began = running(world), time.monotonic()
    process = world.start()
    until(lambda: running(world) > before)
    return process, time.monotonic() - began


def running(world):
    return world.log.read_text(encoding="utf-8").count("running: ") if world.log.exists() else 0


def kill_at_random(world, count, number):
    """Kill one of `count` daemons again and again and start it at once; return the kills, and what runs at the end.

    A life lasts up to three seconds longer than a start took lately, so that kills fall upon starts and upon work.
    """
    daemons, starts = zip(*(start_one(world) for _ in range(count)), strict=True)
    daemons, start = list(daemons), starts[-1]
    engine, kills = create_engine(world.database), []
    for done in range(1, number + 1):
        time.sleep(random.uniform(0.1, start + 3) / count)
        victim = random.randrange(count)
        if daemons[victim].poll() is not None:
            raise SystemExit(f"a daemon ended by itself:\n{world.log.read_text(encoding='utf-8')[-2000:]}")
        daemons[victim].kill()
        at = time.monotonic()
        daemons[victim].wait()
        kills.append(Kill(at, under_way(engine)))
        if done % 10:
            daemons[victim] = world.start()
        else:
            daemons[victim], start = start_one(world)
        world.items["a"].append(f"The museum opens wing {done}")
        if sys.stderr.isatty() or done % 25 == 0:
            end = "\r" if sys.stderr.isatty() else "\n"
            print(f"{done} kills, {len(world.bot.messages)} messages ", end=end, file=sys.stderr, flush=True)
    engine.dispose()
    return kills, daemons


def table(world, book, kills, seconds):
    regions = book.regions.values()
    expected = [sum(region.expected[kind] for region in regions) for kind in (True, False)]
    lost = [sum(region.waiting and region.cold is kind for region in regions) for kind in (True, False)]
    wrong = [sum(kind is alert for region in regions for kind, _ in region.wrong) for alert in (True, False)]
    costs, unexplained = blame(book.regions, kills)
    rows = [
        ("kills", len(kills)),
        ("seconds", round(seconds)),
        ("alerts expected", expected[0]),
        ("alerts lost", lost[0]),
        ("wrong alerts", wrong[0]),
        ("all-clears expected", expected[1]),
        ("all-clears lost", lost[1]),
        ("wrong all-clears", wrong[1]),
        ("kills that found a message under way", sum(bool(kill.under_way) for kill in kills)),
        ("messages under way at kills", sum(len(kill.under_way) for kill in kills)),
        ("repeats", sum(len(region.repeats) for region in regions)),
        ("repeats a kill", f"{sum(costs.values()) / max(1, len(kills)):.2f}"),
        ("repeats a kill, at most, over all chats", max(per_kill(costs).values(), default=0)),
        ("repeats a kill, at most, in one chat", max(costs.values(), default=0)),
        ("repeats of a message that was not under way at a kill", unexplained),
        ("resends marked in the log", len(resends_logged(world))),
        ("median seconds from the weather's turn to the message", round(statistics.median(book.delays), 1)),
    ]
    width = max(len(name) for name, _ in rows)
    print("\n" + "\n".join(f"{name:{width}}  {value:>6}" for name, value in rows))
    return not (sum(lost) or sum(wrong) or unexplained or max(costs.values(), default=0) > 1 or sum(costs.values()) > len(kills))


def blame(regions, kills):
    """Return how many repeats each kill cost each chat, and how many repeats no kill explains."""
    costs, unexplained = Counter(), 0
    for name, region in regions.items():
        for said, at in region.repeats:
            first = region.texts[said]
            guilty = [kill for kill in kills if first - ON_ITS_WAY < kill.at < at and name in kill.under_way]
            if guilty:
                costs[guilty[-1].at, name] += 1
                continue
            unexplained += 1
            around = [
                f"{kill.at - first:+.2f} s{' (under way)' * (name in kill.under_way)}" for kill in kills if kill.at > first - 9
            ]
            print(f"unexplained: {name} repeated after {at - first:.2f} s; kills from its first copy: {', '.join(around[:4])}")
    return costs, unexplained


def per_kill(costs):
    total = Counter()
    for (at, _), count in costs.items():
        total[at] += count
    return total


def resends_logged(world):
    return [line for line in world.log.read_text(encoding="utf-8").splitlines() if "may be a repeat" in line]


def left_over(world):
    """Return what the database still owes, and whether SQLite finds itself sound."""
    engine = create_engine(world.database)
    with engine.connect() as connection:
        owed = connection.scalar(text("SELECT count(*) FROM deliveries WHERE state <> 'sent'"))
        sound = connection.scalar(text("PRAGMA integrity_check")) if engine.dialect.name == "sqlite" else "ok"
    engine.dispose()
    return owed, sound


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--daemons", type=int, default=1)
    parser.add_argument("--database", help="SQLAlchemy URL of an empty database; default SQLite in a temporary directory")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    random.seed(options.seed)
    os.nice(5)
    print(f"{options.daemons} daemon(s) on {(options.database or 'sqlite').partition(':')[0]}, seed {options.seed}")
    with tempfile.TemporaryDirectory() as directory:
        world, regions = build(Path(directory), options.database)
        book = Bookkeeper(world, regions)
        book.start()
        began = time.monotonic()
        kills, daemons = kill_at_random(world, options.daemons, options.kills)
        seconds = time.monotonic() - began
        book.turning = False
        until(book.all_arrived, 60)
        time.sleep(15)  # what comes late would be a repeat
        book.running = False
        book.join()
        for process in daemons:
            stop(process)
        good = table(world, book, kills, seconds)
        if not good:
            Path("crash.log").write_bytes(world.log.read_bytes())
            print("the daemons' log: crash.log")
        owed, sound = left_over(world)
        print(f"deliveries not sent: {owed}; integrity: {sound}")
        world.close()
    return 0 if good and not owed and sound == "ok" else 1


if __name__ == "__main__":
    raise SystemExit(main())
