"""A tick over 27 regions, 10 rules, 51 members and 30 days of journal, beside the same with ten times the journal.

    python benchmarks/tick.py [--ticks 60] [--items 50000]

The journals are SQLite files with made-up news: one item in twelve speaks of an attack, an outage, a warning or a truce, the
rest means nothing. The last 30 days of both are the same, item by item; the longer one has nine times as many older ones.
Most regions are cold, so many alerts fire. Each tick is one second after the last, over the store, and the two journals are
ticked by turns, so that whatever else the machine does slows both alike. Wall time and processor time (of all threads) are
printed; what a tick costs when news or new forecasts came is printed apart, and so is what a start spends its time on.
"""

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from alerter.config.load import Configuration, load
from alerter.config.settings import shipped_config
from alerter.domain.alerts import decide
from alerter.domain.model import FeedItem, Forecast
from alerter.pipeline.knowledge import Knowledge
from alerter.pipeline.tick import Ticker
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items, items_since, newest_forecasts
from alerter.store.schedule import enrol
from alerter.store.schema import sources

NOW = datetime(2026, 1, 30, 12, tzinfo=UTC)
PLACES = ["Kharkiv", "Kyiv", "Odesa", "Sumy", "Dnipro", "Lviv", "Chernihiv", "Poltava"]
TELLING = [
    "Russian missiles hit a substation in {place} region, {number} homes without power",
    "Drones damaged a thermal power plant near {place} last night, officials say",
    "Emergency power outages in {place} region after the attack, energy ministry says",
    "Ukraine warns that Russia is preparing a new massive missile attack on energy facilities",
    "Massive missile and drone attack on Ukraine: explosions in {place}, {number} drones",
    "Energy truce: Kremlin says it agreed to halt strikes on energy until Sunday",
]
QUIET = [
    "Parliament votes on the budget for next year, amendment {number}",
    "Film festival opens in {place} with a documentary on rivers",
    "Central bank keeps its rate; hryvnia at {number} kopecks",
    "Football: {place} wins 2-1 in the cup, {number} spectators",
    "Researchers describe a new species of beetle, number {number} of its genus",
]


def item(number: int, count: int, days: int, feeds: list) -> FeedItem:
    rng = random.Random(count - number)  # the newest items are the same however long the journal is
    age = timedelta(days=days) / count * (count - number - 1)
    observed = NOW - age
    feed = feeds[(count - number) % len(feeds)]
    title = rng.choice(TELLING if rng.random() < 1 / 12 else QUIET).format(
        place=rng.choice(PLACES), number=rng.randrange(10, 9999)
    )
    lead = "The head of the regional administration said so on Telegram. More details are expected during the day."
    return FeedItem(
        feed.id,
        str(count - number),
        title,
        lead,
        f"https://example.org/{count - number}",
        observed,
        observed,
        feed.owner,
        feed.reliability,
    )


def write_forecasts(connection: Connection, config: Configuration, observed: datetime) -> None:
    rng = random.Random(1)
    for region in config.regions.regions:
        for point in region.points:
            add_forecasts(connection, [forecast(region.id, point.name, config.weather.providers[0].key, observed, rng)])


def forecast(region: str, point: str, provider: str, observed: datetime, rng: random.Random) -> Forecast:
    start = NOW.replace(hour=0)
    base = rng.uniform(-20, -6)
    members = tuple(
        tuple(round(base + rng.gauss(0, 2) + 4 * ((hour % 24) / 12 - 1), 1) for hour in range(240)) for _ in range(51)
    )
    wind = tuple((5.0,) * 240 for _ in range(51))
    return Forecast(provider, region, start, members, observed, wind=wind, issued=observed - timedelta(hours=1), point=point)


def ten_rules(config: Configuration) -> Configuration:
    """Twice the shipped rules: the second five differ in name and threshold, so nothing is answered from the first."""
    more = tuple(replace(rule, id=f"{rule.id}-2", when=_other(rule.when), supersedes=frozenset()) for rule in config.rules)
    return replace(config, rules=(*config.rules, *more))


def _other(node):
    if hasattr(node, "of") and isinstance(node.of, tuple):
        return replace(node, of=tuple(map(_other, node.of)))
    if hasattr(node, "past"):
        return replace(node, past=node.past - timedelta(hours=1))
    return replace(node, chance=node.chance - 0.05, within=node.within - timedelta(hours=1))


def journal(path: Path, config: Configuration, count: int, days: int) -> str:
    url = f"sqlite:///{path}"
    engine = open_database(url)
    feeds = [feed for feed in config.feeds.feeds if feed.enabled]
    with engine.begin() as connection:
        for first in range(0, count, 10_000):
            add_items(connection, [item(n, count, days, feeds) for n in range(first, min(count, first + 10_000))])
        write_forecasts(connection, config, NOW - timedelta(hours=1))
        enrol(connection, [feed.id for feed in feeds], NOW)
        connection.execute(sources.update().values(fetched_ok_at=NOW, next_due=NOW + timedelta(days=1)))
    engine.dispose()
    return url


class Subject:
    """A journal with its ticker, and what its ticks took: (wall, processor) seconds by what had come before them."""

    def __init__(self, name: str, url: str, config: Configuration) -> None:
        self.name, self.url, self.config = name, url, config
        self.engine = open_database(url)
        self.ticker = Ticker(config, self.engine, "benchmark")
        self.spent = {"nothing": [], "a report": [], "new forecasts": []}
        self.start = self._timed(NOW)

    def tick(self, number: int, came: str) -> None:
        now = NOW + timedelta(seconds=number)
        with self.engine.begin() as connection:
            if came == "a report":
                title = TELLING[number % len(TELLING)].format(place=PLACES[number % len(PLACES)], number=number)
                add_items(connection, [FeedItem("new", str(number), title, "", "", now, now, "new", "B")])
            if came == "new forecasts":
                write_forecasts(connection, self.config, now)
        self.spent[came].append(self._timed(now))

    def _timed(self, now: datetime) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        self.ticker.run(now)
        return time.perf_counter() - wall, time.process_time() - cpu

    def medians(self, came: str) -> tuple[float, float]:
        return tuple(1e3 * statistics.median(column) for column in zip(*self.spent[came], strict=True))

    def told(self) -> list[tuple[str, str]]:
        with self.engine.begin() as connection:
            return sorted(map(tuple, connection.exec_driver_sql("select rule, region from alerts").all()))

    def starts(self) -> None:
        """Print what a start spends its time on: the same steps as in a tick, on nothing read."""
        knowledge, wall = Knowledge(self.config), time.perf_counter()
        steps = {}

        def step(name, work):
            nonlocal wall
            result = work()
            steps[name], wall = time.perf_counter() - wall, time.perf_counter()
            return result

        with self.engine.begin() as connection:
            found = step("news from the journal", lambda: items_since(connection, NOW - knowledge.window))
            step("reading it", lambda: knowledge.add_items(item for _, item in found))
            weather = step("forecasts from the journal", lambda: newest_forecasts(connection, NOW - timedelta(days=2)))
        knowledge.add_forecasts(forecast for _, forecast in weather)
        situation = knowledge.situation(NOW, NOW)
        step("asking every rule", lambda: decide(self.config.rules, situation, {}, self.config.offsets))
        parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in steps.items())
        print(f"  a start took {self.start[0]:.2f} s ({self.start[1]:.2f} s of processor); of that about: {parts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=60)
    parser.add_argument("--items", type=int, default=50_000)
    options = parser.parse_args()
    shipped = load(shipped_config())
    regions = tuple(replace_enabled(region) for region in shipped.regions.regions)
    config = ten_rules(replace(shipped, regions=shipped.regions.model_copy(update={"regions": list(regions)})))
    print(f"{len(config.offsets)} regions, {len(config.rules)} rules, 51 members, {options.ticks} ticks a journal")
    with tempfile.TemporaryDirectory() as directory:
        subjects = []
        for factor in (1, 10):
            count, days = options.items * factor, 30 * factor
            url = journal(Path(directory) / f"{factor}.db", config, count, days)
            subjects.append(Subject(f"{count} items in {days} days", url, config))
        for number in range(1, options.ticks + 1):
            came = "new forecasts" if number % 20 == 0 else "a report" if number % 5 == 0 else "nothing"
            for subject in subjects if number % 2 else reversed(subjects):
                subject.tick(number, came)
        for subject in subjects:
            reports = len(subject.ticker._knowledge._reports)  # noqa: SLF001 (for the record)
            print(f"{subject.name}: {len(subject.told())} alerts, {reports} reports in the window")
            for came in subject.spent:
                wall, cpu = subject.medians(came)
                print(f"  median tick after {came}: {wall:.1f} ms ({cpu:.1f} ms of processor)")
            subject.starts()
        small, large = subjects
        print(f"the same alerts: {'yes' if small.told() == large.told() else 'NO'}")
        walls, cpus = zip(small.medians("nothing"), large.medians("nothing"), strict=True)
        print(f"wanted: at most 50 ms: {walls[0]:.1f} ms")
        print(
            f"wanted: at most 1.2 times that with ten times the journal: {walls[1] / walls[0]:.2f} ({cpus[1] / cpus[0]:.2f} by processor)"
        )


def replace_enabled(region):
    return region.model_copy(update={"enabled": True})


if __name__ == "__main__":
    main()
