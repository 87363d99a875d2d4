"""The time a sentence speaks of, counted from the day of publication in the country's time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerter.domain.terms import Found, Terms
from alerter.domain.text import Token

PRESENT = timedelta(days=7)
"""What ended longer ago is told in retrospect: the news cycle of the labelling guide."""
_NIGHT = 22
"""The hour at which the night before a day begins: drones are launched after dusk."""
_NAMED = 2
"""A weekday so many days back is that day; an earlier one may be the coming one."""
_MONTH, _YEAR = 30, 365
_DAYS = {"day": 1, "week": 7, "month": _MONTH, "year": _YEAR}
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of time, in UTC. `retrospective` when it ended more than `PRESENT` before publication."""

    start: datetime
    end: datetime
    retrospective: bool


@dataclass(frozen=True, slots=True)
class _Days:
    """Days from `first` to before `after`, local; `exact` when words tell the very day."""

    first: date
    after: date
    exact: bool = True


def moment_of(words: Sequence[Token], published: datetime, zone: ZoneInfo, times: Terms) -> Moment | None:
    """Return the time that the words of a sentence speak of; of several the last that has begun; None when they name none.

    `published` is aware. `times` are the terms of the section `times` of the lexicon, labelled "section key".
    """
    marks = times.find(words)
    if not any(each.label.split(" ")[0] in _TELLING for each in marks) and not _years(words):
        return None
    today = published.astimezone(zone).date()
    named = list(_named(words, marks, today))
    hours = [each for each in marks if each.label.startswith(("hours ", "night"))]
    if not named and hours:
        named = [_one(today)]
    moments = [_moment(each, hours, published, zone) for each in named]
    begun = [each for each in moments if each.start <= published]
    return max(begun, key=lambda each: each.start, default=min(moments, key=lambda each: each.start, default=None))


_TELLING = frozenset(
    {"days", "hours", "night", "night_before", "months", "weekdays", "ago", "week", "month", "year", "year_words"}
)


def _moment(days: _Days, hours: Sequence[Found], published: datetime, zone: ZoneInfo) -> Moment:
    start, end = _local(days.first, 0, zone), _local(days.after, 0, zone)
    if days.exact and any(each.label.startswith("night") for each in hours):
        start, end = _local(days.first - timedelta(days=1), _NIGHT, zone), _local(days.first, 6, zone)
    elif days.exact and hours:
        start = _local(days.first, int(hours[0].label.split(" ")[1]), zone)
    return Moment(start, end, end < published - PRESENT)


def _local(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _one(day: date) -> _Days:
    return _Days(day, day + timedelta(days=1))


def _named(words: Sequence[Token], marks: Sequence[Found], today: date) -> Iterator[_Days]:
    """Yield every day, week, month or year that is named."""
    months = {each.first: int(each.label.split(" ")[1]) for each in marks if each.label.startswith("months ")}
    yield from _dates(words, months, today)
    yield from _ago(words, marks, today)
    yield from _in_years(words, marks, months, today)
    for each in marks:
        section, _, key = each.label.partition(" ")
        if section == "days":
            yield _one(today + timedelta(days=int(key)))
        elif section == "weekdays":
            back = (today.isoweekday() - int(key)) % 7
            if back <= _NAMED:
                yield _one(today - timedelta(days=back))
        elif section in {"week", "month", "year"}:
            yield _period(section, int(key), today)


def _dates(words: Sequence[Token], months: dict[int, int], today: date) -> Iterator[_Days]:
    """Yield dates like "3 лютого", "February 3, 2026" and "1-3 February"; without a year the nearest is meant."""
    for index, month in months.items():
        for at, year_at in ((index - 1, index + 1), (index + 1, index + 2)):
            day = _number(words, at)
            if day is None:
                continue
            year = _year(words, year_at)
            found = _date(year, month, day) if year else _nearest(month, day, today)
            if found:
                yield _one(found)
            break


def _ago(words: Sequence[Token], marks: Sequence[Found], today: date) -> Iterator[_Days]:
    """Yield times like "two years ago" and "рік тому"; a month or a year back is no exact day."""
    units = {each.first: each.label.split(" ")[1] for each in marks if each.label.startswith("units ")}
    numbers = {each.first: int(each.label.split(" ")[1]) for each in marks if each.label.startswith("numbers ")}
    for each in marks:
        unit = units.get(each.first - 1) if each.label == "ago" else None
        if unit:
            count = _number(words, each.first - 2) or numbers.get(each.first - 2, 1)
            day = today - timedelta(days=count * _DAYS[unit])
            yield _Days(day, day + timedelta(days=1), exact=unit == "day")


def _in_years(words: Sequence[Token], marks: Sequence[Found], months: dict[int, int], today: date) -> Iterator[_Days]:
    """Yield past years that are the time of what is told, like "in 2022" and "у лютому 2022 року"."""
    before, behind = _firsts(marks, "in_year"), _firsts(marks, "year_words")
    since = _firsts(marks, "since")
    for index, year in _years(words).items():
        if year >= today.year or index - 1 in since:
            continue
        if index - 1 in months and _number(words, index - 2) is None:
            yield _month(year, months[index - 1])
        elif index - 1 in before or index + 1 in behind:
            yield _Days(date(year, 1, 1), date(year + 1, 1, 1), exact=False)


def _period(section: str, offset: int, today: date) -> _Days:
    if section == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        return _Days(monday, monday + timedelta(weeks=1), exact=False)
    if section == "month":
        years, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
        return _month(years, month + 1)
    return _Days(date(today.year + offset, 1, 1), date(today.year + offset + 1, 1, 1), exact=False)


def _month(year: int, month: int) -> _Days:
    return _Days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1), exact=False)


def _nearest(month: int, day: int, today: date) -> date | None:
    dates = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _date(year, month, day))]
    return min(dates, key=lambda found: abs(found - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(words: Sequence[Token], index: int) -> int | None:
    """Return the number at a word, of a span like "1-3" and an ordinal like "3rd" the first; None when there is none."""
    word = words[index].word if 0 <= index < len(words) else ""
    first = word.split("-")[0].removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    return int(first) if first.isascii() and first.isdigit() and len(first) < len("1000") else None


def _year(words: Sequence[Token], index: int) -> int | None:
    return _years(words[index : index + 1]).get(0) if index < len(words) else None


def _years(words: Sequence[Token]) -> dict[int, int]:
    """Return the words that are years, by their place."""
    return {index: year for index, token in enumerate(words) if (year := _as_year(token.word))}


def _as_year(word: str) -> int:
    year = int(word) if len(word) == len("2026") and word.isascii() and word.isdigit() else 0
    return year if _FIRST_YEAR <= year < _FIRST_YEAR + 200 else 0


def _firsts(marks: Sequence[Found], label: str) -> set[int]:
    return {each.first for each in marks if each.label == label}
