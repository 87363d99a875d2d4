"""A tick over 27 regions, 10 rules, 51 members and 30 days of journal, then with ten times the journal; and the cold start.

    python benchmarks/tick.py [--ticks 60] [--items 50000]

The journals are SQLite files with made-up news: one item in twelve speaks of an attack, an outage, a warning or a truce, the
rest means nothing. Most regions are cold, so many alerts fire. Each tick is one second after the last, over the store.
"""

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerter.config.load import Configuration, load
from alerter.config.settings import shipped_config
from alerter.domain.model import FeedItem, Forecast
from alerter.pipeline.tick import Ticker
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, add_items
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
    observed = NOW - timedelta(days=days) * (1 - (number + 1) / count)
    feed = feeds[(count - number) % len(feeds)]
    title = rng.choice(TELLING if rng.random() < 1 / 12 else QUIET).format(
        place=rng.choice(PLACES), number=rng.randrange(10, 9999)
    )
    lead = "The head of the regional administration said so on Telegram. More details are expected during the day."
    return FeedItem(
        feed.id, str(number), title, lead, f"https://example.org/{number}", observed, observed, feed.owner, feed.reliability
    )


def forecast(region: str, point: str, provider: str, rng: random.Random) -> Forecast:
    start = NOW.replace(hour=0)
    base = rng.uniform(-20, -6)
    members = tuple(
        tuple(round(base + rng.gauss(0, 2) + 4 * ((hour % 24) / 12 - 1), 1) for hour in range(240)) for _ in range(51)
    )
    wind = tuple((5.0,) * 240 for _ in range(51))
    return Forecast(
        provider, region, start, members, NOW - timedelta(hours=1), wind=wind, issued=NOW - timedelta(hours=2), point=point
    )


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
    rng = random.Random(1)
    feeds = [feed for feed in config.feeds.feeds if feed.enabled]
    with engine.begin() as connection:
        for first in range(0, count, 10_000):
            add_items(connection, [item(n, count, days, feeds) for n in range(first, min(count, first + 10_000))])
        for region in config.regions.regions:
            for point in region.points:
                add_forecasts(connection, [forecast(region.id, point.name, config.weather.providers[0].key, rng)])
        enrol(connection, [feed.id for feed in feeds], NOW)
        connection.execute(sources.update().values(fetched_ok_at=NOW, next_due=NOW + timedelta(days=1)))
    engine.dispose()
    return url


def measure(url: str, config: Configuration, ticks: int) -> tuple[float, list[float], int, int]:
    engine = open_database(url)
    ticker = Ticker(config, engine, "benchmark")
    begun = time.perf_counter()
    ticker.run(NOW)
    cold = time.perf_counter() - begun
    spent = []
    for number in range(1, ticks + 1):
        begun = time.perf_counter()
        ticker.run(NOW + timedelta(seconds=number))
        spent.append(time.perf_counter() - begun)
    with engine.begin() as connection:
        alerts = connection.exec_driver_sql("select count(*) from alerts").scalar_one()
    engine.dispose()
    return cold, spent, alerts, len(ticker._knowledge._reports)  # noqa: SLF001 (for the record)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=60)
    parser.add_argument("--items", type=int, default=50_000)
    options = parser.parse_args()
    shipped = load(shipped_config())
    regions = tuple(replace_enabled(region) for region in shipped.regions.regions)
    config = ten_rules(replace(shipped, regions=shipped.regions.model_copy(update={"regions": list(regions)})))
    print(f"{len(config.offsets)} regions, {len(config.rules)} rules, 51 members, {options.ticks} ticks a journal")
    medians = []
    with tempfile.TemporaryDirectory() as directory:
        for factor in (1, 10):
            count, days = options.items * factor, 30 * factor
            url = journal(Path(directory) / f"{factor}.db", config, count, days)
            cold, spent, alerts, reports = measure(url, config, options.ticks)
            medians.append(statistics.median(spent))
            print(
                f"{count:>7} items in {days} days: median {medians[-1] * 1e3:.1f} ms, worst {max(spent) * 1e3:.1f} ms; "
                f"cold start {cold:.2f} s; {alerts} alerts, {reports} reports in the window"
            )
    print(f"ten times the journal: {medians[1] / medians[0]:.2f} times the median (wanted: at most 1.2); wanted at most 50 ms")


def replace_enabled(region):
    return region.model_copy(update={"enabled": True})


if __name__ == "__main__":
    main()
