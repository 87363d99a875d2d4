"""From an item to its reports: sentence by sentence, title and lead together."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import compress
from struct import Struct
from zoneinfo import ZoneInfo

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import FeedItem, Report
from alerter.domain.news.across import together
from alerter.domain.news.article import anchored, article, heard, sided, sports, text_of
from alerter.domain.news.claims import NearMiss, Outcome
from alerter.domain.news.dating import date
from alerter.domain.news.foretelling import WEIGHTLESS
from alerter.domain.news.gate import CLAIMING, Gate
from alerter.domain.news.placing import Assertion, Reading, caused, correct, merged, placed, proposed, regain, spread, stopped
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.states import states
from alerter.domain.news.strikes import strikes
from alerter.domain.origins import origin_of
from alerter.domain.text import WORD, plain

_UTC = ZoneInfo("UTC")


def read(item: FeedItem, lexicon: Lexicon, zone: ZoneInfo = _UTC) -> tuple[Report, ...]:
    """Return the reports of one item: one an event, two where a nationwide claim stands beside named regions.

    Denials come back as `UNLIKELY`. Days and nights that a text names are those of `zone`.
    """
    reading = understand(item, lexicon, zone)
    mark = _fingerprint(reading.text) if reading.assertions else 0
    return tuple(
        _report(item, reading, each_one, mark)
        for event in dict.fromkeys(each.event for each in reading.assertions)
        for each_one in merged([each for each in reading.assertions if each.event is event])
    )


def understand(item: FeedItem, lexicon: Lexicon, zone: ZoneInfo = _UTC) -> Reading:
    """Return what an item claims and nearly claims, with the words that say so."""
    raw = f"{item.title}\n{item.summary}"
    if plain(raw) and not _gate(lexicon).opens(raw):
        return Reading(raw)
    text = text_of(item, lexicon)
    if text != raw and not _gate(lexicon).opens(text):
        return Reading(text)
    said = heard(text, lexicon)
    if not _gate(lexicon).heard(said):
        return Reading(text)
    parsed = article(text, lexicon, said)
    reading = Reading(text, anchored=anchored(parsed))
    if not reading.anchored:
        return reading
    somewhere = sided(parsed)
    for index, outcome in _outcomes(parsed):
        found = placed(parsed, index, outcome, somewhere=somewhere)
        (reading.misses if isinstance(found, NearMiss) else reading.assertions).append(found)  # type: ignore[arg-type]
    reading.assertions += caused(parsed, reading.assertions)
    reading.assertions += stopped(parsed)
    correct(reading, len(item.title))
    proposed(reading, parsed)
    regain(reading, parsed)
    spread(reading, parsed)
    if reading.assertions:
        date(reading, parsed, item.published, zone, lexicon)
        reading.origin = _origin(parsed, lexicon)
    return reading


def _outcomes(parsed: list[Sentence]) -> Iterator[tuple[int, Outcome]]:
    """Yield what the sentences claim and nearly claim, each alone and then together, with their numbers."""
    sport, weightless = sports(parsed), set()
    for index, sentence in enumerate(parsed):
        if sport and sentence.has("sport", "score") and not sentence.has("enemy", "agent"):
            continue
        if sentence.marks.keys().isdisjoint(CLAIMING) and not sentence.quantities:
            continue
        for outcome in (*strikes(sentence), *states(sentence)):
            if isinstance(outcome, NearMiss) and outcome.why == WEIGHTLESS:
                weightless.add(index)
            yield index, outcome
    yield from together(parsed, weightless)


@lru_cache(maxsize=4)
def _gate(lexicon: Lexicon) -> Gate:
    return Gate(lexicon)


def _origin(parsed: list[Sentence], lexicon: Lexicon) -> str:
    """Return whom the item cites first."""
    return next((name for each in parsed if (name := origin_of(each.words, each.text, lexicon.origins))), "")


def _report(item: FeedItem, reading: Reading, assertion: Assertion, mark: int) -> Report:
    regions = assertion.regions or frozenset()
    return Report(
        event=assertion.event,
        regions=regions,
        certainty=assertion.certainty,
        at=_moment(item, assertion.since),
        observed=item.observed,
        source=item.source,
        owner=item.owner or item.source,
        reliability=item.reliability,
        origin=reading.origin,
        item=item.guid,
        title=item.title,
        url=item.url,
        published=item.published,
        evidence=assertion.spans,
        excluded=assertion.excluded if not regions else frozenset(),
        fingerprint=mark,
    )


def _moment(item: FeedItem, named: datetime | None) -> datetime | None:
    """Return when the event was: the time that the text names if that is earlier; unknown for an item without a date."""
    if item.published is None:
        return None
    told = min(item.published, item.observed)
    return min(told, named) if named else told


def _fingerprint(text: str) -> int:
    """Return a 64-bit simhash (Charikar 2002): near-identical texts differ in few bits."""
    words = {word.removesuffix("'s") for word in WORD.findall(text.lower())}
    votes = sum(map(_spread, words)) % (1 << 8 * _LANES.size)
    counts = _LANES.unpack(votes.to_bytes(_LANES.size, "little"))
    return sum(compress(_POWERS, map((len(words) // 2).__lt__, counts)))


_LANE = 16
_LANES = Struct("<64H")
_POWERS = tuple(1 << place for place in range(64))
_BYTES = tuple(sum(1 << _LANE * bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
"""Each bit of a byte in a lane of its own, so that one addition counts the votes for all bits."""


@lru_cache(maxsize=1 << 16)
def _spread(word: str) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
    return sum(_BYTES[byte] << 8 * _LANE * place for place, byte in enumerate(reversed(digest)))
