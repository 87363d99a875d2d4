"""How fast a winter is replayed: 25 regions, 11 members four times a day, 50,000 news items in 90 days, a tick every 15 minutes.

    python benchmarks/replay.py [DAYS…] [--profile]

Each span of days (30, 60 and 90 unless told; news in proportion) is played in a process of its own. Seconds are those of its
processor, so that neighbours disturb little. A twentieth of the news claims something, in three languages and of every
event (of a feed's news a two-hundredth does); ten days of each thirty are frosty, so that each span has its share. The
journal is made up with a seed: always the same.
"""

import argparse
import cProfile
import json
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.replay.journal import Journal
from alerter.replay.player import Ticks, play

REGIONS, MEMBERS, HOURS, ITEMS, EVERY = 25, 11, 240, 50_000, timedelta(minutes=15)
WANTED_SECONDS, WANTED_MEGABYTES = 60, 500
BEGIN = datetime(2025, 12, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLAIMS = (
    "Росіяни вдарили по підстанції, {uk} частково без світла",
    "Массированная атака на энергетику, введены экстренные отключения: {ru}",
    "Russian missiles hit a thermal power plant overnight in {en}, {n} people without heat",
    "Russia launched {n} missiles and drones at Ukraine overnight, explosions heard in {en}",
    "Зеленський попередив про підготовку масованого удару по енергетиці",
    "Світло повернули {n} родинам: {uk}",
    "Officials warn of a possible large-scale missile attack on Ukraine's power grid in the coming days",
)
SYLLABLES = (  # a text is of one script: words of two look like an attempt to hide, and are read with care
    "ка но ри ло ве та мі су пре до за лю по ста ний ві го ля".split(),  # noqa: SIM905 (reads better)
    "re mo ta ling con ver pro the ing er est".split(),  # noqa: SIM905 (reads better)
)
PARTS = {
    "checking the journal": ("_index",),
    "reading it again": ("__iter__",),
    "reading the news": ("add_items",),
    "judging cold": ("_cold",),
    "judging news": ("_news",),
    "deciding in all": ("decide",),
}


def winter(days: int, path: Path) -> None:
    """Write the journal of so many days."""
    config, dice = load(shipped_config()), random.Random(1)
    regions = [region for region in config.regions.regions if region.enabled][:REGIONS]
    with path.open("w", encoding="utf-8") as file:
        for hours in range(0, 24 * days, 6):
            for region in regions:
                series = [[temperature(hours + hour, dice) for hour in range(HOURS)] for _ in range(MEMBERS)]
                about = {"provider": "open-meteo", "region": region.id, "start": at(hours), "members": series}
                file.write(json.dumps({"observed": at(hours + 1), "forecast": about}) + "\n")
        for number in range(ITEMS * days // 90):
            hours = dice.uniform(0, 24 * days)
            about = {"source": dice.choice(config.feeds.feeds).id, "guid": str(number), "published": at(hours)}
            about |= {"title": title(dice.choice(regions).name.model_dump(), dice), "summary": words(25, dice)}
            file.write(json.dumps({"observed": at(hours), "item": about}, ensure_ascii=False) + "\n")


def at(hours: float) -> str:
    return (BEGIN + hours * HOUR).isoformat()


def temperature(hour: int, dice: random.Random) -> float:
    frost = -11 if 10 <= hour // 24 % 30 < 20 else 0
    return round(-4 + frost + 4 * ((hour % 24) - 12) / 12 + dice.gauss(0, 1.5), 1)


def title(names: dict[str, str], dice: random.Random) -> str:
    if dice.random() < 0.05:
        return dice.choice(CLAIMS).format(**{"ru": names["uk"]} | names, n=dice.randint(20, 90))
    return words(10, dice)


def words(count: int, dice: random.Random) -> str:
    syllables = dice.choice(SYLLABLES)
    return " ".join("".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(count))


def played(path: Path) -> dict[str, float]:
    """Replay the journal in this process, and say what it took."""
    config = load(shipped_config())
    begun = time.process_time()
    journal = Journal([path], config)
    checked = time.process_time()
    kinds = Counter(told.kind.value for told in play(config, journal, Ticks.over(journal, EVERY)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"checking": checked - begun, "playing": time.process_time() - checked, "megabytes": memory, "told": kinds.total()}


def profiled(path: Path) -> str:
    """Replay the journal once more under the profiler, and say which part took which share."""
    profile = cProfile.Profile()
    profile.runcall(played, path)
    stats = pstats.Stats(profile)
    whole = stats.total_tt  # type: ignore[attr-defined]
    spent = Counter[str]()
    for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items():  # type: ignore[attr-defined]
        for part, names in PARTS.items():
            if "alerter" in file and name in names:
                spent[part] += cumulative
    return ", ".join(f"{part} {seconds / whole:.0%}" for part, seconds in spent.most_common())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("days", nargs="*", type=int, default=[30, 60, 90], help="how long the journals are (default 30 60 90)")
    parser.add_argument("--profile", action="store_true", help="say what takes which share of the shortest (a slow second run)")
    parser.add_argument("--journal", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.journal:
        print(profiled(options.journal) if options.profile else json.dumps(played(options.journal)))
        return
    print(f"{REGIONS} regions, {MEMBERS} members 4 times a day, {ITEMS:,} items in 90 days, a tick every 15 minutes")
    a_day = []
    with tempfile.TemporaryDirectory() as folder:
        for days in options.days:
            path = Path(folder) / f"{days}.jsonl"
            winter(days, path)
            took = json.loads(alone(path))
            whole = took["checking"] + took["playing"]
            a_day.append(whole / days)
            print(
                f"{days:3d} days, {path.stat().st_size / 1e6:4.0f} MB: {whole:5.1f} s ({took['checking']:.1f} checking the journal), "
                f"{whole / days:.2f} s a day, {ITEMS * days / 90 / whole:,.0f} items/s, "
                f"{took['megabytes']:.0f} MB at most, {took['told']:.0f} messages",
                flush=True,
            )
        print(f"a day of the longest takes {a_day[-1] / a_day[0]:.2f} of one of the shortest (1 is linear)")
        print(f"wanted: at most {WANTED_SECONDS} s and {WANTED_MEGABYTES} MB for 90 days")
        if options.profile:
            print(f"shares, each with what it calls: {alone(Path(folder) / f'{options.days[0]}.jsonl', '--profile')}", end="")


def alone(path: Path, *flags: str) -> str:
    command = [sys.executable, __file__, "--journal", str(path), *flags]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
