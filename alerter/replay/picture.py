"""A picture a region: what was forecast and came, what was reported, and when alerts stood. Needs the extra `report`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alerter.config.load import Configuration
from alerter.domain.ledger import Result
from alerter.domain.model import Certainty, Event, Forecast, Severity
from alerter.domain.rules import Cold
from alerter.domain.verification import leaves
from alerter.replay.report import Ledger

AHEAD = timedelta(hours=24)
"""The forecast that is drawn for a past hour is the last that was made this long before it."""
_REACH = timedelta(hours=36)
_HOUR = timedelta(hours=1)
_SHOWN = (Event.RESTORATION, Event.OUTAGE, Event.GRID_ATTACK, Event.LARGE_STRIKE, Event.STRIKE_WARNING)
_COLOURS = {1: "#ffe08a", 2: "#ffc34d", 3: "#ff8c42", 4: "#d7263d"}
_FRAME = {Result.HIT: "#1b7837", Result.FALSE: "#777777", Result.OPEN: "#ffffff"}

Place = tuple[str, str]
Band = dict[datetime, tuple[float, float]]


class DayAhead:
    """What was forecast a day ahead for each hour, and what is forecast now: the 10th and 90th percentile of the members."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._past: dict[Place, Band] = {}
        self._newest: dict[Place, Forecast] = {}

    def add(self, forecast: Forecast) -> None:
        """Take a forecast; they come in the order in which they were observed."""
        place = (forecast.region, forecast.point)
        self._past.setdefault(place, {}).update(_band(forecast, forecast.made + AHEAD, forecast.made + _REACH))
        self._newest[place] = forecast

    def band(self, place: Place, now: datetime) -> Band:
        """Return the band of one place, of past and future hours."""
        newest = self._newest.get(place)
        future = _band(newest, now, datetime.max.replace(tzinfo=now.tzinfo)) if newest else {}
        return {hour: span for hour, span in self._past.get(place, {}).items() if hour < now} | future


def _band(forecast: Forecast, first: datetime, last: datetime) -> Band:
    found: Band = {}
    for number, values in enumerate(zip(*forecast.members, strict=False)):
        hour = forecast.start + number * _HOUR
        if first <= hour <= last and (known := sorted(value for value in values if value is not None)):
            found[hour] = (known[len(known) // 10], known[-1 - len(known) // 10])
    return found


def draw(ledger: Ledger, ahead: DayAhead, config: Configuration, region: str, path: Path) -> None:
    """Write the picture of a region as PNG.

    Raises:
        ImportError: when matplotlib is not installed.
    """
    # heavy, and wanted by this alone; a figure of one's own keeps pyplot's global state and its windows away
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(11, 6.2), layout="constrained")
    FigureCanvasAgg(figure)
    air, news, alerts = figure.subplots(3, 1, sharex=True, height_ratios=[5, 2, 2])
    name = config.region_names[region].get("en", region)
    figure.suptitle(f"{name} ({region}), {ledger.since:%Y-%m-%d} to {ledger.now:%Y-%m-%d}", fontweight="bold")
    _weather(air, ledger, ahead, config, region)
    _reports(news, ledger, region)
    _alerts(alerts, ledger, config, region)
    for axes in (air, news, alerts):
        axes.axvline(ledger.now, color="#555555", linewidth=0.8)
    air.annotate("now", (ledger.now, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7)
    figure.align_ylabels()
    locator: Any = AutoDateLocator(tz=config.zone)  # type: ignore[no-untyped-call]
    alerts.xaxis.set_major_locator(locator)
    alerts.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=config.zone))  # type: ignore[no-untyped-call]
    alerts.set_xlabel(f"local time of {config.zone.key} · read by a machine from public sources", fontsize=8)
    figure.savefig(path, dpi=110)


def _weather(axes: Any, ledger: Ledger, ahead: DayAhead, config: Configuration, region: str) -> None:
    """Draw the region's point at which it became coldest."""
    places = {place: _air(known, ledger.since) for place, known in ledger.weather.hours.items() if place[0] == region}
    place = min(places, key=lambda one: min(places[one].values(), default=99.0), default=(region, ""))
    band = {hour: span for hour, span in ahead.band(place, ledger.now).items() if hour >= ledger.since}
    for hours in _unbroken(sorted(band)):
        lows, highs = ([band[hour][n] for hour in hours] for n in (0, 1))
        axes.fill_between(hours, lows, highs, color="#7fb3d5", alpha=0.6, linewidth=1, label="forecast a day ahead, 10–90 %")
    for hours in _unbroken(sorted(places.get(place, {}))):
        axes.plot(hours, [places[place][hour] for hour in hours], color="#1b4965", linewidth=1.3, label="came")
    cold = [node for rule in config.rules for node in leaves(rule.when) if isinstance(node, Cold)]
    thresholds = {node.below for node in cold if node.quantity == "temperature"}
    for below in sorted(thresholds):
        label = "thresholds of the rules"
        axes.axhline(below + config.offsets.get(region, 0.0), color="#d7263d", linewidth=0.8, linestyle="--", label=label)
    axes.margins(y=0.08)
    axes.set_ylabel(f"{place[1] or region}, °C")
    axes.grid(visible=True, linewidth=0.3)
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    axes.legend(handles.values(), handles.keys(), loc="lower left", bbox_to_anchor=(0, 1), fontsize=7, ncols=3, frameon=False)


def _air(known: dict[datetime, tuple[float | None, float | None]], since: datetime) -> dict[datetime, float]:
    return {hour: air for hour, (air, _) in known.items() if air is not None and hour >= since}


def _unbroken(hours: Sequence[datetime]) -> Iterable[list[datetime]]:
    """Yield runs of hours: no line is drawn over a gap."""
    run: list[datetime] = []
    for hour in hours:
        if run and hour - run[-1] > _HOUR:
            yield run
            run = []
        run.append(hour)
    if run:
        yield run


def _reports(axes: Any, ledger: Ledger, region: str) -> None:
    names = [event.value.replace("_", " ") for event in _SHOWN]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(-0.7, len(names) - 0.3)
    for report in ledger.reports:
        if report.at and report.at >= ledger.since and report.event in _SHOWN and report.covers(region):
            sure = report.certainty >= Certainty.LIKELY
            face = "#1b4965" if sure else "none"
            axes.scatter([report.at], [_SHOWN.index(report.event)], s=22, marker="o", facecolors=face, edgecolors="#1b4965")
    axes.grid(visible=True, axis="x", linewidth=0.3)
    axes.set_ylabel("reports\n(hollow: unsure)", fontsize=8)


def _alerts(axes: Any, ledger: Ledger, config: Configuration, region: str) -> None:
    mine = [one for one in ledger.outcomes if one.period.region == region]
    severity = {rule.id: rule.severity for rule in config.rules}
    rules = sorted({one.period.rule for one in mine}, key=lambda rule: severity[rule])
    axes.set_yticks(range(len(rules)), rules, fontsize=8)
    axes.set_ylim(-0.7, max(1, len(rules)) - 0.3)
    for one in mine:
        begins, ends = one.period.begins, one.period.ends or ledger.now
        row, colour = rules.index(one.period.rule), _COLOURS[int(severity[one.period.rule])]
        axes.barh(row, ends - begins, left=begins, height=0.6, color=colour, edgecolor=_FRAME[one.result], linewidth=1.5)
        dark = severity[one.period.rule] is Severity.EXTREME
        axes.text(begins, row, f"  {one.result.value}", va="center", fontsize=8, color="white" if dark else "black")
    if not mine:
        axes.text(0.5, 0.5, "no alert", transform=axes.transAxes, ha="center", va="center", color="#777777")
    axes.grid(visible=True, axis="x", linewidth=0.3)
    axes.set_ylabel("alerts", fontsize=8)
