"""MeteoAlarm: the official warnings of European weather services, from its JSON feed (CAP 1.2 in JSON)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerter.domain.model import OfficialWarning
from alerter.sources.weather import Fetching, WeatherError, read_json, retry_after, utc

BASE_URL = "https://feeds.meteoalarm.org/api/v1/warnings/feeds-ukraine"

_OK = 200
_NO_WARNING = {"", "green", "white"}


def fetch(
    fetcher: Fetching, *, now: datetime, base_url: str = BASE_URL, areas: Mapping[str, str] | None = None
) -> tuple[OfficialWarning, ...]:
    """Return the warnings in force or to come."""
    response = fetcher.fetch(base_url, headers={"Accept": "application/json"})
    if response.status != _OK:
        raise WeatherError(f"HTTP {response.status}", retry_after(response.headers, now))
    return parse(response.body, now=now, areas=areas)


def parse(
    body: bytes, *, now: datetime, areas: Mapping[str, str] | None = None, source: str = "meteoalarm"
) -> tuple[OfficialWarning, ...]:
    """Return the warnings that have not expired at `now`; green ones, tests and cancellations are none.

    `areas` maps codes or names of areas to regions; an area it does not know keeps its code, or its name without one.
    """
    answer = read_json(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("warnings"), list):
        raise WeatherError("no list of warnings")
    try:
        alerts = [entry["alert"] for entry in answer["warnings"]]
        replaced = {part.split(",")[1] for alert in alerts for part in _references(alert)}
        found = [_warning(alert, now, areas or {}, source) for alert in alerts if alert.get("identifier") not in replaced]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise WeatherError(f"unexpected shape: {type(error).__name__} {error}") from error
    return tuple(warning for warning in found if warning and warning.expires > now)


def _references(alert: Mapping[str, Any]) -> list[str]:
    """Return the "sender,identifier,sent" of the alerts that an update or cancellation replaces (CAP 1.2, 3.2.1)."""
    if alert.get("msgType") not in {"Update", "Cancel"}:
        return []
    return [part for part in str(alert.get("references") or "").split() if "," in part]


def _warning(alert: Mapping[str, Any], now: datetime, areas: Mapping[str, str], source: str) -> OfficialWarning | None:
    infos = alert.get("info") or []
    if not infos or alert.get("status", "Actual") != "Actual" or alert.get("msgType") == "Cancel":
        return None
    info = _english(infos)
    level = _parameter(info, "awareness_level", 1).lower()
    if level in _NO_WARNING:
        return None
    return OfficialWarning(
        identifier=alert["identifier"],
        source=source,
        hazard=_parameter(info, "awareness_type", 1).lower() or str(info.get("event", "")).lower(),
        level=level,
        regions=frozenset(_region(area, areas) for area in info.get("area", [])),
        onset=utc(info.get("onset") or info.get("effective") or alert["sent"]),
        expires=utc(info["expires"]),
        observed=now,
        headline=info.get("headline") or info.get("event") or "",
        url=info.get("web") or "",
    )


def _english(infos: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((info for info in infos if str(info.get("language", "")).lower().startswith("en")), infos[0])


def _parameter(info: Mapping[str, Any], name: str, part: int) -> str:
    """Return a part of a value such as "2; yellow; Moderate", "" when there is none."""
    value = next((str(one["value"]) for one in info.get("parameter", []) if one.get("valueName") == name), "")
    parts = [piece.strip() for piece in value.split(";")]
    return parts[part] if len(parts) > part else ""


def _region(area: Mapping[str, Any], areas: Mapping[str, str]) -> str:
    names = [str(code["value"]) for code in area.get("geocode", [])] + [str(area.get("areaDesc", ""))]
    return next((areas[name] for name in names if name in areas), names[0])
