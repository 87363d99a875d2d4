"""MeteoAlarm: the official warnings of European weather services, from its JSON feed or its Atom feed with CAP 1.2."""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from alerter.domain.model import Bulletin
from alerter.sources.http import FetchError
from alerter.sources.weather import Fetching, WeatherError, header, read_json, retry_after

_OK, _UNCHANGED = 200, 304
_LARGEST_BODY = 20_000_000
_MOST_LINKS = 40
_LISTS = {
    "info",
    "area",
    "geocode",
    "parameter",
    "polygon",
    "category",
    "entry",
    "eventCode",
    "resource",
    "circle",
    "responseType",
}
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: the bulletin, None when it has not changed, and what to ask with next time."""

    bulletin: Bulletin | None
    etag: str | None
    last_modified: str | None


def fetch(
    fetcher: Fetching,
    url: str,
    *,
    source: str,
    now: datetime,
    etag: str | None = None,
    last_modified: str | None = None,
    details: MutableMapping[str, Mapping[str, Any]] | None = None,
) -> Heard:
    """Return what the service lists now.

    An entry of the Atom feed that does not say when it expires is completed from the CAP document it links to; `details`
    remembers those documents between calls.

    Raises:
        WeatherError: when there is no answer that can be read.
    """
    asked = {"Accept": "application/json, application/atom+xml", "If-None-Match": etag, "If-Modified-Since": last_modified}
    response = fetcher.fetch(url, headers={k: v for k, v in asked.items() if v}, limit=_LARGEST_BODY)
    if response.status == _UNCHANGED:
        return Heard(None, etag, last_modified)
    if response.status != _OK:
        raise WeatherError(f"HTTP {response.status}", retry_after(response.headers, now))
    known = details if details is not None else {}
    alerts = [_complete(alert, fetcher, known) for alert in parse(response.body)]
    links = {alert.get("link") for alert in alerts}
    for gone in [link for link in known if link not in links]:
        del known[gone]
    return Heard(
        Bulletin(source, now, tuple(alerts)), header(response.headers, "ETag"), header(response.headers, "Last-Modified")
    )


def parse(body: bytes) -> list[Mapping[str, Any]]:
    """Return the alerts of a JSON or Atom body, as CAP 1.2 in mappings; anything else is refused with a `WeatherError`."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        answer = read_json(body)
        if not isinstance(answer, dict) or not isinstance(answer.get("warnings"), list):
            raise WeatherError("no list of warnings")
        try:
            return [dict(entry["alert"]) for entry in answer["warnings"]]
        except (KeyError, TypeError, ValueError) as error:
            raise WeatherError(f"unexpected shape: {type(error).__name__} {error}") from error
    root = _xml(body)
    if _name(root) == "alert":
        return [_mapping(root)]
    if _name(root) != "feed":
        raise WeatherError(f"<{_name(root)[:40]}> is neither a feed nor an alert")
    return [_alert(entry) for entry in root if _name(entry) == "entry"]


def _xml(body: bytes) -> ET.Element:
    if _DOCTYPE.search(body):
        raise WeatherError("a document type, which no feed needs")
    try:
        return ET.fromstring(body)  # noqa: S314 (entities, its danger, are refused above)
    except ET.ParseError as error:
        raise WeatherError(f"no XML: {error}") from error


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _mapping(element: ET.Element) -> dict[str, Any]:
    """Return an element's children by name; those that may come several times are lists, as in the JSON feed."""
    found: dict[str, Any] = {}
    for child in element:
        name = _name(child)
        value: Any = _mapping(child) if len(child) else (child.text or "").strip()
        if name in _LISTS:
            found.setdefault(name, []).append(value)
        else:
            found.setdefault(name, value)
    return found


def _alert(entry: ET.Element) -> Mapping[str, Any]:
    """Return an Atom entry, which is an alert with one `info` and one area written flat, as an alert."""
    flat = _mapping(entry)
    links = [child.get("href", "") for child in entry if _name(child) == "link" and "cap" in child.get("type", "")]
    area = {name: flat[name] for name in ("areaDesc", "geocode", "polygon") if name in flat}
    info: dict[str, Any] = {
        name: flat[name] for name in ("event", "severity", "onset", "effective", "expires", "parameter") if name in flat
    }
    info |= {"headline": flat.get("title", ""), "area": [area], "language": "en"}
    return {
        "identifier": flat.get("identifier") or flat.get("id"),
        "status": flat.get("status", "Actual"),
        "msgType": flat.get("message_type") or flat.get("msgType", "Alert"),
        "references": flat.get("references"),
        "sent": flat.get("sent") or flat.get("updated"),
        "link": next(iter(links), None),
        "info": [info],
    }


def _complete(alert: Mapping[str, Any], fetcher: Fetching, known: MutableMapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    link = alert.get("link")
    if not link or alert["info"][0].get("expires"):
        return alert
    if link not in known and len(known) < _MOST_LINKS:
        try:
            document = parse(fetcher.fetch(link).body)
        except (WeatherError, FetchError):
            return alert  # stays without an end, and is told of as one that cannot be read
        if len(document) == 1:
            known[link] = {**document[0], "link": link}
    return known.get(link, alert)
