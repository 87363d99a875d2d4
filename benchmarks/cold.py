"""The cost of an ensemble of the whole country: reading, keeping and asking it. Medians; prints only."""

import json
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from alerter.domain.cold import Question, assess_region
from alerter.sources.open_meteo import parse
from alerter.sources.weather import Place
from alerter.store.database import open_database
from alerter.store.journal import add_forecasts, newest_forecasts

POINTS, MEMBERS, DAYS = 81, 51, 10
NOW = datetime(2026, 1, 10, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = [Place(f"UA-{number // 3}", f"point-{number % 3}", 50.0, 30.0) for number in range(POINTS)]


def body() -> bytes:
    start = NOW.replace(hour=0, minute=0) - 24 * HOUR
    times = [(start + hour * HOUR).strftime("%Y-%m-%dT%H:%M") for hour in range(24 * (DAYS + 1))]
    dice = random.Random(1)

    def series(mean: float, spread: float) -> list[float]:
        value, values = mean, []
        for hour in range(len(times)):
            value += dice.gauss(0, 0.4) + 0.03 * (mean - value)
            values.append(round(value + spread * ((hour % 24) - 12) / 12, 1))
        return values

    def place() -> dict:
        names = ["", *(f"_member{number:02}" for number in range(1, MEMBERS))]
        air = {f"temperature_2m{name}": series(-12, 4) for name in names}
        wind = {f"wind_speed_10m{name}": [abs(value) for value in series(4, 1)] for name in names}
        units = dict.fromkeys(air, "°C") | dict.fromkeys(wind, "m/s")
        return {"utc_offset_seconds": 0, "hourly_units": units, "hourly": {"time": times} | air | wind}

    return json.dumps([place() for _ in PLACES]).encode()


def questions() -> list[Question]:
    spells = [Question(below, 12 * HOUR, 72 * HOUR) for below in (-10, -12, -15, -20)]
    chills = [Question(below, 6 * HOUR, 48 * HOUR, "wind_chill") for below in (-20, -27)]
    means = [Question(-10, 120 * HOUR, 72 * HOUR, "daily_mean"), Question(-5, 24 * HOUR, 72 * HOUR, "daily_mean")]
    return [
        *spells,
        *chills,
        *means,
        Question(-10, HOUR, 72 * HOUR, "degree_hours", 200),
        Question(0, HOUR, 72 * HOUR, "frost_level", 2),
    ]


def timed(work: Callable[[], object], times: int = 5) -> float:
    """Return the median of the processor seconds that `work` took."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return statistics.median(spent)


def main() -> None:
    text = body()
    print(f"{POINTS} points, {MEMBERS} members, {DAYS + 1} days, air and wind: {len(text) / 1e6:.1f} MB of JSON")
    print(f"read:  {timed(lambda: parse(text, PLACES, provider='p', observed=NOW), 3):.2f} s")
    tracemalloc.start()
    forecasts = parse(text, PLACES, provider="p", observed=NOW).forecasts
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"       {held / 1e6:.0f} MB held, {peak / 1e6:.0f} MB at most while reading")
    with open_database("sqlite://").begin() as connection:
        print(f"write: {timed(lambda: add_forecasts(connection, forecasts), 1):.2f} s")
        size = connection.exec_driver_sql("SELECT sum(length(body)) FROM forecasts").scalar()
        print(f"       {size / 1e6:.1f} MB compressed")
        print(f"load:  {timed(lambda: newest_forecasts(connection, NOW), 3):.2f} s")
    regions = [forecasts[number : number + 3] for number in range(0, POINTS, 3)]
    asked, moment = questions(), [NOW]

    def tick() -> None:
        for region in regions:
            for question in asked:
                assess_region(region, question, now=moment[0])

    def next_hour() -> None:
        moment[0] += HOUR
        tick()

    print(f"ask {len(asked)} questions in {len(regions)} regions:")
    print(f"  first time after a refresh {timed(tick, 1) * 1000:7.1f} ms")
    print(f"  when the hour turns        {timed(next_hour, 9) * 1000:7.1f} ms")
    print(f"  at every other tick        {timed(tick, 21) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
