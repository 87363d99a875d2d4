"""What became of each alert that was told: the cold that came, and what was reported while it stood.

Nothing of it is stored: it is worked out from the journal whenever it is asked for, so that better words or rules apply
to the past as well. Whether cold *came* is asked of the hours that came just as the rule asks it of a forecast, so that
"at or below -15 degrees for 12 hours" means the same before and after. What came is what later forecasts say of an hour:
the last run that begins before it, `NEAR` ahead at most. The first hours of a run stand on observations; a thermometer may
have shown something else.

An alert is a **hit** when all that it foretold has come: the cold that its rule asks for, and, when its news was a warning
of a strike, a strike, an attack on the grid or an outage there. What has happened already (the grid was hit) is not
foretold. It is a **false alarm** when something of it has not come although its time is over, and **open** while its time
is not over or too little is known of the weather that came.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from alerter.domain.asking import question_of
from alerter.domain.cold import assess_region
from alerter.domain.model import Certainty, ColdSpell, Event, Forecast, Report
from alerter.domain.rules import Cold, News, Rule
from alerter.domain.verification import FORESEES, Period, leaves

NEAR = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_STRIKES = FORESEES[Event.STRIKE_WARNING]


class Result(StrEnum):
    """How an alert ended up."""

    HIT = "hit"
    FALSE = "false alarm"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one alert.

    `came` is the cold that came in the time it spoke of; `reported_at` the first report after it began of a strike, an attack
    on the grid or an outage there. `cold` and `strike`: whether what was foretold came; None where nothing was, or nobody knows.
    """

    period: Period
    result: Result
    came: ColdSpell | None = None
    reported_at: datetime | None = None
    cold: bool | None = None
    strike: bool | None = None

    @property
    def lead(self) -> timedelta | None:
        """From the alert to when all it foretold had come; negative where the cold was there already; None without a hit."""
        moments = [self.came.onset] if self.came else []
        moments += [self.reported_at] if self.strike and self.reported_at else []
        return max(moments) - self.period.begins if moments and self.result is Result.HIT else None


@dataclass
class WhatCame:
    """The temperature and wind of hours that are past, gathered from forecasts."""

    now: datetime
    hours: dict[tuple[str, str], dict[datetime, tuple[float | None, float | None]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, forecast: Forecast) -> None:
        """Take a forecast; they come in the order in which they were observed. Of its members the median counts."""
        known = self.hours[forecast.region, forecast.point]
        reach = int((min(forecast.made + NEAR, self.now) - forecast.start) / _HOUR) + 1
        for hour in range(min(reach, max(map(len, forecast.members), default=0))):
            air, wind = middle(forecast.members, hour), middle(forecast.wind, hour)
            if air is not None:
                known[forecast.start + hour * _HOUR] = (air, wind)

    def forecasts(self) -> dict[str, list[Forecast]]:
        """Return by region what came as one forecast a point, which knew all; hours that nobody knows are missing."""
        found: dict[str, list[Forecast]] = defaultdict(list)
        for (region, point), known in self.hours.items():
            start = min(known, default=self.now)
            count = int((max(known, default=start) - start) / _HOUR) + 1
            pairs = [known.get(start + hour * _HOUR, (None, None)) for hour in range(count)]
            air, wind = (tuple(pair[n] for pair in pairs) for n in (0, 1))
            found[region].append(Forecast("came", region, start, (air,), self.now, (wind,), point=point))
        return found


def middle(series: Iterable[Sequence[float | None]], hour: int) -> float | None:
    """Return the median of an hour over members, None where none knows it."""
    values = [one[hour] for one in series if hour < len(one)]
    known = [value for value in values if value is not None]
    return median(known) if known else None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at `now` when one looks back: what came, by region, and what was reported."""

    now: datetime
    came: Mapping[str, Sequence[Forecast]]
    reports: Sequence[Report]
    zone: ZoneInfo


def outcomes(rules: Sequence[Rule], offsets: Mapping[str, float], told: Iterable[Period], known: Known) -> list[Outcome]:
    """Return what became of each period; alerts of rules that are gone are left out."""
    by_id = {rule.id: rule for rule in rules}
    return [
        _outcome(by_id[period.rule], offsets.get(period.region, 0.0), period, known) for period in told if period.rule in by_id
    ]


def _outcome(rule: Rule, offset: float, period: Period, known: Known) -> Outcome:
    ends = min(known.now, max(period.ends or known.now, period.spell.ends if period.spell else period.begins))
    over = period.ends is not None and ends < known.now
    reported = min((r.at for r in known.reports if r.at and _there(r, period, ends)), default=None)
    answers = [_came(node, offset, period, ends, known) for node in leaves(rule.when) if isinstance(node, Cold)]
    cold, spell = _coldest(answers) if answers else (None, None)
    warned = any(isinstance(node, News) and Event.STRIKE_WARNING in node.of for node in leaves(rule.when))
    strike = (True if reported else False if over else None) if warned else None
    foretold = ([cold] if answers else []) + ([strike] if warned else [])
    result = Result.FALSE if over and False in foretold else Result.HIT if all(foretold) else Result.OPEN
    return Outcome(period, result, spell, reported, cold, strike)


Came = tuple[bool | None, ColdSpell | None]


def _came(node: Cold, offset: float, period: Period, ends: datetime, known: Known) -> Came:
    within = max(node.within, ends - period.begins)
    question = question_of(replace(node, within=within), firing=False, offset=offset)
    chance = assess_region(list(known.came.get(period.region, ())), question, now=period.begins, tz=known.zone)
    return (True if chance.low else False if not chance.high else None), chance.spell


def _coldest(answers: Sequence[Came]) -> Came:
    """Any of the colds that a rule asks for will do; none has come only when each is known not to have."""
    spells = [spell for _, spell in answers if spell]
    said = [answer for answer, _ in answers]
    cold = True if True in said else None if None in said else False
    return cold, min(spells, key=lambda spell: spell.minimum, default=None)


def _there(report: Report, period: Period, ends: datetime) -> bool:
    timely = report.at is not None and period.begins < report.at <= ends
    return timely and report.event in _STRIKES and report.covers(period.region) and report.certainty >= Certainty.LIKELY
