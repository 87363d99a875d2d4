"""What the forecasts of a winter take on the disk, kept as the shipped weather.yaml says. Prints only.

    python benchmarks/keeping.py

Some refreshes of each provider are written with all their members, made up hour by hour, and the file is weighed; then a
winter of refreshes with nothing in them is written and thinned as the daemon does, to count what is kept of it.
"""

import random
from datetime import UTC, datetime, timedelta

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import Forecast
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, thin_forecasts

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WINTER, REFRESHES = 200, 4
MEMBERS = {"open-meteo-ensemble": 51, "open-meteo": 1, "met-norway": 1}
DICE = random.Random(1)


def series(hours: int, mean: float, spread: float) -> tuple[float, ...]:
    value, values = mean, []
    for hour in range(hours):
        value += DICE.gauss(0, 0.4) + 0.03 * (mean - value)
        values.append(round(value + spread * ((hour % 24) - 12) / 12, 1))
    return tuple(values)


def refresh(provider, points, at: datetime, members: int) -> list[Forecast]:
    hours = 24 * (provider.days + 1)  # providers begin with the day that was
    return [
        Forecast(
            provider.key,
            region,
            at,
            tuple(series(hours, -12, 4) for _ in range(members)),
            at,
            wind=tuple(tuple(map(abs, series(hours, 4, 1))) for _ in range(members)),
            point=point,
        )
        for region, point in points
    ]


def weigh(provider, points) -> float:
    """Return the bytes by which a refresh makes a file grow."""
    sizes = []
    with open_database("sqlite://").begin() as connection:
        for number in range(REFRESHES):
            add_forecasts(connection, refresh(provider, points, BEGIN + number * DAY, MEMBERS[provider.provider]))
            pages, page = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
            sizes.append(pages * page)
    return (sizes[-1] - sizes[0]) / (REFRESHES - 1)


def kept(provider, keep) -> int:
    """Return how many refreshes are kept at the end of a winter."""
    with open_database("sqlite://").begin() as connection:
        at = BEGIN
        while at < BEGIN + WINTER * DAY:
            add_forecasts(connection, [Forecast(provider.key, "r", at, (), at, point="p")])
            at += provider.every
        thin_forecasts(connection, at - keep.every_run, at - keep.one_a_day)
        return connection.exec_driver_sql("SELECT count(*) FROM forecasts").scalar_one()


def main() -> None:
    config = load(shipped_config())
    points = [(region.id, point.name) for region in config.regions.regions if region.enabled for point in region.points]
    keep = config.weather.keep
    print(f"{len(points)} points; every run for {keep.every_run.days} days, then one a day for {keep.one_a_day.days} days")
    whole = 0.0
    for provider in config.weather.providers:
        bytes_, count = weigh(provider, points), kept(provider, keep)
        whole += bytes_ * count
        members = MEMBERS[provider.provider]
        print(
            f"{provider.key}: {members} members, {provider.days} days, every {provider.every}: {bytes_ / 1e6:.2f} MB a refresh, "
            f"{count} of {WINTER * DAY // provider.every} kept: {bytes_ * count / 1e6:.0f} MB"
        )
    print(f"in all {whole / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
