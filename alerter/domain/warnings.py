"""Official warnings: what a weather service's alerts (CAP 1.2, as MeteoAlarm publishes them) mean for our regions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from alerter.domain.model import Bulletin, Certainty, Event, OfficialWarning, Report

Polygon = Sequence[tuple[float, float]]

LEVELS = ("green", "yellow", "orange", "red")
"""MeteoAlarm's colours; green is no warning."""

_BY_SEVERITY = {"minor": "green", "moderate": "yellow", "severe": "orange", "extreme": "red"}
_EVENTS = {"low-temperature": Event.SEVERE_COLD}
_SEPARATORS = re.compile(r"\s*[,;/&]\s*")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """How warnings are brought to regions and hazards.

    `areas` maps a code or name (as `key` writes it) to a region; `points` are latitude and longitude of places of each
    region; `hazards` maps each hazard to words of events that mean it, the first that fits counting.
    """

    areas: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    hazards: Mapping[str, Sequence[str]] = field(default_factory=dict)


def key(name: str) -> str:
    """Return the form in which names and codes of areas are compared."""
    return " ".join(name.casefold().replace("’", "'").split())


def read(bulletin: Bulletin, gazetteer: Gazetteer) -> tuple[tuple[OfficialWarning, ...], list[str]]:
    """Return the warnings of a bulletin, one for each alert whatever its languages and areas, and what cannot be read.

    Green levels, tests, cancellations and what an update replaces are no warnings. Expired ones are left in: whether they
    have expired depends on the moment.
    """
    replaced = {part.split(",")[1] for alert in bulletin.alerts for part in _references(alert)}
    found: dict[tuple[str, datetime, datetime], OfficialWarning] = {}
    problems: list[str] = []
    for alert in bulletin.alerts:
        if str(alert.get("identifier")) in replaced:
            continue
        try:
            warning = _warning(alert, bulletin, gazetteer)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
            problems.append(f"{str(alert.get('identifier', 'a warning'))[:80]}: {type(error).__name__} {error}")
            continue
        if warning:
            same = (warning.identifier, warning.onset, warning.expires)
            found[same] = _merge(found[same], warning, gazetteer) if same in found else warning
    return tuple(found.values()), problems


def in_force(warnings: Iterable[OfficialWarning], now: datetime) -> tuple[OfficialWarning, ...]:
    """Return the warnings that have not expired at `now`; some begin later."""
    return tuple(warning for warning in warnings if warning.expires > now)


def reports(warnings: Iterable[OfficialWarning], owner: str, origin: str = "") -> Iterator[Report]:
    """Yield what warnings claim as any other source would: severe cold, from a source that is official; `origin` names it."""
    for warning in warnings:
        event = _EVENTS.get(warning.hazard)
        if event and warning.regions:
            yield Report(
                event=event,
                regions=warning.regions,
                certainty=Certainty.LIKELY,
                at=min(warning.sent or warning.observed, warning.observed),
                observed=warning.observed,
                source=warning.source,
                owner=owner,
                reliability="A",
                origin=origin,
                item=warning.identifier,
                title=warning.headline or f"{warning.level} {warning.hazard}",
                url=warning.url,
                published=warning.sent,
            )


def _references(alert: Mapping[str, Any]) -> list[str]:
    """Return the "sender,identifier,sent" of the alerts that an update or cancellation replaces (CAP 1.2, 3.2.1)."""
    if alert.get("msgType") not in ("Update", "Cancel"):  # whatever its type is
        return []
    return [part for part in str(alert.get("references") or "").split() if "," in part]


def _warning(alert: Mapping[str, Any], bulletin: Bulletin, gazetteer: Gazetteer) -> OfficialWarning | None:
    infos = alert["info"]
    if not infos or alert.get("status", "Actual") != "Actual" or alert.get("msgType") == "Cancel":
        return None
    info = next((info for info in infos if str(info.get("language", "")).lower().startswith("en")), infos[0])
    level = _level(info)
    if level == "green":
        return None
    sent = alert.get("sent")
    onset = info.get("onset") or info.get("effective") or sent
    areas = [area for each in infos for area in each.get("area", [])]
    return OfficialWarning(
        identifier=str(alert["identifier"]),
        source=bulletin.source,
        hazard=_hazard(info, gazetteer),
        level=level,
        regions=frozenset(region for area in areas for region in _regions(area, gazetteer)),
        onset=_utc(onset) if onset else bulletin.observed,
        expires=_utc(info["expires"]),
        observed=bulletin.observed,
        headline=str(info.get("headline") or info.get("event") or ""),
        url=str(info.get("web") or ""),
        sent=_utc(sent) if sent else None,
    )


def _merge(one: OfficialWarning, other: OfficialWarning, gazetteer: Gazetteer) -> OfficialWarning:
    """Join what came in parts: feeds have an entry for each area, or for each language."""
    known = one.hazard if one.hazard in gazetteer.hazards else other.hazard
    level = max(one.level, other.level, key=LEVELS.index)
    return replace(one, regions=one.regions | other.regions, hazard=known, level=level)


def _level(info: Mapping[str, Any]) -> str:
    said = _parameter(info, "awareness_level")
    words = [*(said[1:2]), *re.findall(r"[a-z]+", f"{info.get('event', '')} {info.get('headline', '')}".lower())]
    colour = next((word for word in words if word in LEVELS), None)
    return colour or _BY_SEVERITY[str(info.get("severity", "")).lower()]


def _hazard(info: Mapping[str, Any], gazetteer: Gazetteer) -> str:
    said = _parameter(info, "awareness_type")
    texts = [text for text in ((said[1] if len(said) > 1 else ""), str(info.get("event", "")).lower()) if text]
    for text in texts:
        for hazard, words in gazetteer.hazards.items():
            if hazard in text or any(word in text for word in words):
                return hazard
    return texts[0].replace(" ", "-") if texts else "unknown"


def _parameter(info: Mapping[str, Any], name: str) -> list[str]:
    """Return the parts of a value such as "2; yellow; Moderate", none when there is no such parameter."""
    value = next((str(one["value"]) for one in info.get("parameter", []) if one.get("valueName") == name), "")
    return [piece.strip().lower() for piece in value.split(";")] if value else []


def _regions(area: Mapping[str, Any], gazetteer: Gazetteer) -> set[str]:
    """Return the regions of an area: by its codes, else by its name or the names in it, else by its outline."""
    codes = {gazetteer.areas.get(key(str(code.get("value", "")))) for code in area.get("geocode", [])}
    name = str(area.get("areaDesc", ""))
    for found in (codes, {gazetteer.areas.get(key(name))}, {gazetteer.areas.get(key(part)) for part in _SEPARATORS.split(name)}):
        if known := {region for region in found if region}:
            return known
    outlines = area.get("polygon") or []
    polygons = [_polygon(text) for text in ([outlines] if isinstance(outlines, str) else outlines)]
    return {
        region
        for region, points in gazetteer.points.items()
        if any(_inside(point, polygon) for point in points for polygon in polygons)
    }


def _polygon(text: str) -> Polygon:
    """Return the corners of CAP's "latitude,longitude latitude,longitude ..."."""
    return [(float(latitude), float(longitude)) for latitude, longitude in (pair.split(",") for pair in text.split())]


def _inside(point: tuple[float, float], polygon: Polygon) -> bool:
    """Tell whether a point lies in a polygon: a ray from it crosses the outline an odd number of times."""
    (y, x), inside = point, False
    for (y1, x1), (y2, x2) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _utc(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
