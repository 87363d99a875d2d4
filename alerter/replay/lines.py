"""One line of a journal: what was observed at one moment, as JSON; read strictly and written the same way.

Five kinds: `item` (news), `forecast` (weather), `bulletin` (all that a weather service warned of, as CAP alerts), `polled`
(a source answered, with or without news) and `meta` (without a moment: how the journal was made). A journal made from
weather that came, not from forecasts as they were issued, says `"weather": "observed"`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, FiniteFloat, ValidationError

from alerter.config.files import Feed
from alerter.domain.model import Bulletin, FeedItem, Forecast, Heard

KINDS = ("item", "forecast", "bulletin", "polled", "meta")
_HINTS = {
    "timezone_aware": "has no offset; write it like 2026-01-28T19:05:00Z",
    "datetime_from_date_parsing": "is no moment; write it like 2026-01-28T19:05:00Z",
    "datetime_parsing": "is no moment; write it like 2026-01-28T19:05:00Z",
    "datetime_type": "is no moment; write it like 2026-01-28T19:05:00Z",
    "string_type": "is no text; write it between double quotes",
    "float_type": "is no number; write degrees Celsius (m/s for wind), or null where the hour is missing",
    "float_parsing": "is no number; write degrees Celsius (m/s for wind), or null where the hour is missing",
    "tuple_type": "is no list; write a list of hourly values for each member, like [[-12.1, -12.4]]",
    "literal_error": "is not known; write one of {expected}",
    "extra_forbidden": "is an unknown key; remove it",
    "missing": "is missing; write this key and its value",
}


class LineError(Exception):
    """A line that is no journal line; `mistakes` say what is wrong and what to write instead."""

    def __init__(self, *mistakes: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{key} {what}" for key, what in mistakes))
        self.mistakes = mistakes


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Item(_Strict):
    source: str
    guid: str
    title: str
    summary: str = ""
    url: str = ""
    published: AwareDatetime | None = None
    owner: str | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None


_Series = tuple[tuple[FiniteFloat | None, ...], ...]


class _Forecast(_Strict):
    provider: str
    region: str
    start: AwareDatetime
    members: _Series
    wind: _Series = ()
    issued: AwareDatetime | None = None
    point: str = ""


class _Bulletin(_Strict):
    source: str
    alerts: tuple[dict[str, Any], ...] = ()


class Meta(_Strict):
    """How a journal was made. `note` is repeated by every report that rests on it."""

    weather: Literal["forecast", "observed"] = "forecast"
    note: str = ""


class _Line(_Strict):
    observed: AwareDatetime | None = None
    item: _Item | None = None
    forecast: _Forecast | None = None
    bulletin: _Bulletin | None = None
    polled: str | None = None
    meta: Meta | None = None


Entry = FeedItem | Forecast | Bulletin | Heard
_SHAPES: dict[type, tuple[str, type[_Strict]]] = {
    FeedItem: ("item", _Item),
    Forecast: ("forecast", _Forecast),
    Bulletin: ("bulletin", _Bulletin),
}


def parse(text: str | bytes, feeds: Mapping[str, Feed]) -> Entry | Meta:
    """Return what a line says; owner and reliability of a source in `feeds` are those that stand there.

    Raises:
        LineError: with every mistake of the line.
    """
    try:
        line = _Line.model_validate_json(text)
    except ValidationError as error:
        raise LineError(*_mistakes(error)) from None
    said = [kind for kind in KINDS if getattr(line, kind) is not None]
    if len(said) != 1:
        raise LineError(("(line)", f"says {' and '.join(said) or 'nothing'}; write one of {', '.join(KINDS)}"))
    if line.meta:
        return line.meta
    if line.observed is None:
        raise LineError(("observed", "is missing; write when this was learnt, like 2026-01-28T19:05:00Z"))
    observed = line.observed.astimezone(UTC)
    if line.item:
        return _item(line.item, observed, feeds)
    if line.forecast:
        return _forecast(line.forecast, observed)
    if line.bulletin:
        return Bulletin(line.bulletin.source, observed, line.bulletin.alerts)
    return Heard(line.polled or "", observed)


def write(entry: Entry | Meta) -> str:
    """Return the line that `parse` reads back."""
    if isinstance(entry, Meta):
        return _dump({"meta": entry.model_dump()})
    if isinstance(entry, Heard):
        return _dump({"observed": entry.observed, "polled": entry.source})
    kind, shape = _SHAPES[type(entry)]
    body = {name: value for name, field in shape.model_fields.items() if (value := getattr(entry, name)) != field.default}
    return _dump({"observed": entry.observed, kind: body})


def _dump(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=stamp)


def stamp(moment: datetime) -> str:
    """Return a moment as journals write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _item(item: _Item, observed: datetime, feeds: Mapping[str, Feed]) -> FeedItem:
    feed = feeds.get(item.source)
    owner, reliability = (feed.owner, feed.reliability) if feed else (item.owner, item.reliability)
    if owner is None or reliability is None:
        lacking = [name for name, value in (("owner", owner), ("reliability", reliability)) if value is None]
        what = f"is missing, and feeds.yaml does not know the source {item.source!r}; write who speaks and a letter A to F"
        raise LineError(*((f"item.{name}", what) for name in lacking))
    published = item.published.astimezone(UTC) if item.published else None
    return FeedItem(item.source, item.guid, item.title, item.summary, item.url, published, observed, owner, reliability)


def _forecast(one: _Forecast, observed: datetime) -> Forecast:
    if not one.members or not all(one.members):
        raise LineError(("forecast.members", "has no hours; write a list of hourly °C for each member, like [[-12.1, -12.4]]"))
    if one.wind and [len(series) for series in one.wind] != [len(series) for series in one.members]:
        raise LineError(("forecast.wind", "does not match members; write as many series of as many hours, or leave it out"))
    issued = one.issued.astimezone(UTC) if one.issued else None
    start = one.start.astimezone(UTC)
    return Forecast(one.provider, one.region, start, one.members, observed, one.wind, issued, one.point)


def _mistakes(error: ValidationError) -> list[tuple[str, str]]:
    found = []
    for each in error.errors(include_url=False):
        key = ".".join(map(str, each["loc"])) or "(line)"
        hint = _HINTS.get(each["type"], "")
        if each["type"] == "json_invalid":
            found.append(("(line)", "is no JSON; write one object a line, and end the last line too"))
        elif each["type"] == "model_type":
            found.append((key, 'is no object; write {"observed": …, "item": {…}} or the like'))
        elif hint:
            shown = "" if each["type"] in {"missing", "extra_forbidden"} else f"{each['input']!r:.60} "
            found.append((key, shown + hint.format(**each.get("ctx", {}))))
        else:
            found.append((key, f"{each['msg'][:1].lower()}{each['msg'][1:]}; write such a value"))
    return found
