"""How likely a forecast makes a cold: one question, one chance, whatever the quantity. Pure and fast."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from alerter.domain.model import ColdSpell, Forecast
from alerter.domain.quantities import DAY, FROST_LEVELS, GRID_STRESS, HOUR, local_days, midnight
from alerter.domain.rules import LEVELS, SPELLS, TOTALS
from alerter.domain.runs import Run, find_runs, lowest, series_of

UTC_DAYS = ZoneInfo("UTC")
QUANTITIES = SPELLS + TOTALS + LEVELS
_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a forecast.

    A quantity of `SPELLS`: is it at or below `below` (degrees Celsius) for at least `lasting`, beginning within `within`
    or going on already? Hours already past count towards the length.

    A quantity of `TOTALS`: does it reach `amount` within `within`? `degree_hours` adds up the degrees by which the hours
    fall short of `below`, from the current one on; `heating_degree_days` the degrees by which the means of local days
    fall short of `below` (18 is usual), over as many days as `within` has, today being the first.

    A quantity of `LEVELS`: is step `amount` (1-3) reached within `within`? `below` and `lasting` are those of the step.

    `offset` is added to every threshold but the base of heating degree days: where winters are milder, less is extreme.
    """

    below: float
    lasting: timedelta
    within: timedelta
    quantity: str = "temperature"
    amount: float = 0.0
    offset: float = 0.0

    def plain(self) -> "Question":
        """Return the same question without an offset, and of a spell where it asks for a step of a scale.

        Raises:
            ValueError: when the quantity or the step is not known.
        """
        if self.quantity not in QUANTITIES:
            raise ValueError(f"quantity is one of {', '.join(QUANTITIES)}, not {self.quantity!r}")
        shift = 0.0 if self.quantity == "heating_degree_days" else self.offset
        if self.quantity in TOTALS and self.amount <= 0:
            raise ValueError(f"{self.quantity} needs an amount above 0")
        if self.quantity not in LEVELS:
            return replace(self, below=self.below + shift, offset=0.0)
        if self.amount not in {1, 2, 3}:
            raise ValueError(f"{self.quantity} has the steps 1, 2 and 3, not {self.amount:g}")
        step = int(self.amount) - 1
        if self.quantity == "frost_level":
            return Question(FROST_LEVELS[step] + shift, HOUR, self.within)
        limit, days = GRID_STRESS[step]
        return Question(limit + shift, days * DAY, self.within, "daily_mean")


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of members that answer yes: at least `low`, and `high` if what is missing turns out cold.

    `spell` tells of the members that agree, of each its coldest stretch in question; None when none does. Asked later, but
    before `until`, the answer is the same.
    """

    low: float
    high: float
    spell: ColdSpell | None
    until: datetime = field(default=_EVER, compare=False)


def assess(forecast: Forecast, question: Question, *, now: datetime, tz: ZoneInfo = UTC_DAYS) -> Chance:
    """Tell how likely `forecast` answers `question` with yes at `now`; `tz` sets the local days.

    `low` takes a missing hour as warm; `high` takes it, and all hours before the forecast's start and after its end, as
    cold. The members of all models of a forecast are pooled and count alike. A single member gives 0 or 1.

    The answer is remembered with the forecast until the moment at which it may change.
    """
    known: tuple[datetime, Chance] | None = forecast.memo.get((question, tz))
    if known is None or not known[0] <= now < known[1].until:
        known = forecast.memo[question, tz] = (now, _assess(forecast, question.plain(), tz, now))
    return known[1]


def assess_region(
    forecasts: Sequence[Forecast], question: Question, *, now: datetime, tz: ZoneInfo = UTC_DAYS, whole: bool = True
) -> Chance:
    """Tell how likely it is at the coldest of a region's points: where most members agree, and of equals the coldest.

    A region is as cold as the point where people will freeze first, so the chances of points are not averaged; nor are
    they added up, for neighbouring towns freeze together. `whole` False: a point is missing, and may be cold.
    """
    chances = [assess(forecast, question, now=now, tz=tz) for forecast in forecasts]
    low = max((chance.low for chance in chances), default=0.0)
    high = max((chance.high for chance in chances), default=1.0)
    told = [chance.spell for chance in chances if chance.spell and chance.low == low]
    until = min((chance.until for chance in chances), default=_EVER)
    return Chance(low, high if whole else 1.0, min(told, key=lambda spell: (spell.minimum, spell.point), default=None), until)


Answer = tuple[list[Run], int, float, float]
"""The cold of the members that answer yes, how many may, and the next hours of the forecast at which that may change: when
the present reaches the one, or the end of the time asked for the other."""


def _assess(forecast: Forecast, question: Question, tz: ZoneInfo, now: datetime) -> Chance:
    if not forecast.members:
        return Chance(0.0, 1.0, None)
    begins, until = (now - forecast.start) // HOUR, (now + question.within - forecast.start) // HOUR
    ask = {"degree_hours": _degree_hours, "heating_degree_days": _degree_days}.get(question.quantity, _spells)
    agreeing, possible, leaves, enters = ask(forecast, question, tz, begins, until)
    low, high = len(agreeing) / len(forecast.members), possible / len(forecast.members)
    turns = [forecast.start + leaves * HOUR] if leaves < math.inf else []
    turns += [forecast.start + enters * HOUR - question.within] if enters < math.inf else []
    return Chance(low, high, _told(forecast, question, agreeing, low), min(turns, default=_EVER))


def _spells(forecast: Forecast, question: Question, tz: ZoneInfo, begins: int, until: int) -> Answer:
    below, lasting, quantity = question.below, question.lasting, question.quantity
    runs = find_runs(forecast, below=below, lasting=lasting, quantity=quantity, tz=tz, until=until)
    timely = ([run for run in member if run.first <= until and run.end > begins] for member in runs.certain)
    # whatever is cold may be: what is certain lies within what is possible
    possible = sum(count for spans, count in runs.possible.items() if any(a <= until and b > begins for a, b in spans))
    agreeing = [_coldest(forecast, found) for found in timely if found]
    return agreeing, possible, _after(runs.ends, begins), min(runs.seen, _after(runs.firsts, until))


def _coldest(forecast: Forecast, found: list[Run]) -> Run:
    """Return the run to tell of: a light frost tonight must not hide the hard one after it."""
    return found[0] if len(found) == 1 else min(found, key=lambda run: lowest(forecast, run)[0])


def _after(hours: Sequence[float], hour: int) -> float:
    place = bisect_right(hours, hour)
    return hours[place] if place < len(hours) else math.inf


def _degree_hours(forecast: Forecast, question: Question, tz: ZoneInfo, begins: int, until: int) -> Answer:
    hours = range(begins, max(until, begins + 1))
    agreeing, possible = [], 0
    for number, (member, least) in enumerate(series_of(forecast, "temperature", tz)):
        if least is not None and least >= question.below and begins >= 0 and hours[-1] < len(member):
            continue
        known = [(hour, member[hour]) for hour in hours if 0 <= hour < len(member)]
        cold = [(hour, value) for hour, value in known if value is not None and value < question.below]
        enough = sum(question.below - value for _, value in cold) >= question.amount
        if enough:
            agreeing.append(Run(cold[0][0], cold[-1][0] + 1, number))
        possible += enough or len(known) < len(hours) or any(value is None for _, value in known)
    return agreeing, possible, begins + 1, until + 1


def _degree_days(forecast: Forecast, question: Question, tz: ZoneInfo, begins: int, until: int) -> Answer:
    today = (forecast.start + begins * HOUR).astimezone(tz).date()
    wanted = [today + number * DAY for number in range(max(1, math.ceil(question.within / DAY)))]
    days = local_days(forecast, tz)
    first = round((midnight(today, tz) - forecast.start) / HOUR)
    end = round((midnight(wanted[-1] + DAY, tz) - forecast.start) / HOUR)
    agreeing, possible = [], 0
    for number, member in enumerate(forecast.members):
        means = [days[day].mean(member) if day in days else None for day in wanted]
        enough = sum(max(0.0, question.below - mean) for mean in means if mean is not None) >= question.amount
        if enough:
            agreeing.append(Run(max(0, first), min(end, len(member)), number))
        possible += enough or None in means
    return agreeing, possible, begins + 1, until + 1


def _told(forecast: Forecast, question: Question, agreeing: list[Run], chance: float) -> ColdSpell | None:
    """Return the spell of the members that agree; it is the same from hour to hour as long as they are."""
    if not agreeing:
        return None
    key = ("told", question)
    before: tuple[list[Run], ColdSpell] | None = forecast.memo.get(key)
    if before is None or before[0] != agreeing:
        before = forecast.memo[key] = (agreeing, _spell(forecast, question, agreeing, chance))
    return before[1]


def _spell(forecast: Forecast, question: Question, agreeing: Sequence[Run], chance: float) -> ColdSpell:
    lows = [lowest(forecast, run) for run in agreeing]
    felt = [chill for _, chill in lows if chill is not None]
    return ColdSpell(
        region=forecast.region,
        threshold=question.below,
        onset=forecast.start + median(run.first for run in agreeing) * HOUR,
        ends=forecast.start + median(run.end for run in agreeing) * HOUR,
        minimum=median(minimum for minimum, _ in lows),
        wind_chill=median(felt) if felt else None,
        chance=chance,
        members=len(forecast.members),
        provider=forecast.provider,
        observed=forecast.observed,
        issued=forecast.issued,
        point=forecast.point,
        quantity=question.quantity,
    )
