"""From an item to its reports: sentence by sentence, title and lead together."""

import hashlib
from datetime import datetime
from functools import lru_cache

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import FeedItem, Report
from alerter.domain.news.article import anchored, article, text_of
from alerter.domain.news.claims import NearMiss
from alerter.domain.news.gate import Gate
from alerter.domain.news.placing import Assertion, Reading, caused, correct, merged, placed, spread
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.states import states
from alerter.domain.news.strikes import strikes
from alerter.domain.text import tokens


def read(item: FeedItem, lexicon: Lexicon) -> tuple[Report, ...]:
    """Return the reports of one item: one an event, two where a nationwide claim stands beside named regions.

    Denials come back as `UNLIKELY`.
    """
    reading = understand(item, lexicon)
    mark = _fingerprint(reading.text) if reading.assertions else 0
    return tuple(
        _report(item, reading, each_one, mark)
        for event in dict.fromkeys(each.event for each in reading.assertions)
        for each_one in merged([each for each in reading.assertions if each.event is event])
    )


def understand(item: FeedItem, lexicon: Lexicon) -> Reading:
    """Return what an item claims and nearly claims, with the words that say so."""
    text = text_of(item, lexicon)
    if not _gate(lexicon).opens(text):
        return Reading(text)
    parsed = article(item, text, lexicon)
    reading = Reading(text, origin=_origin(parsed), anchored=anchored(parsed))
    if not reading.anchored:
        return reading
    year = item.published.year if item.published else None
    for index, sentence in enumerate(parsed):
        for outcome in (*strikes(sentence, year), *states(sentence, year)):
            found = placed(parsed, index, outcome)
            (reading.misses if isinstance(found, NearMiss) else reading.assertions).append(found)  # type: ignore[arg-type]
    reading.assertions += caused(parsed, reading.assertions)
    correct(reading, len(item.title))
    spread(reading, parsed)
    return reading


@lru_cache(maxsize=4)
def _gate(lexicon: Lexicon) -> Gate:
    return Gate(lexicon)


def _origin(parsed: list[Sentence]) -> str:
    return next((sentence.span(mark).text.lower() for sentence in parsed for mark in sentence.all("origin")[:1]), "")


def _report(item: FeedItem, reading: Reading, assertion: Assertion, mark: int) -> Report:
    regions = assertion.regions or frozenset()
    return Report(
        event=assertion.event,
        regions=regions,
        certainty=assertion.certainty,
        at=_moment(item),
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


def _moment(item: FeedItem) -> datetime | None:
    return min(item.published, item.observed) if item.published else None


def _fingerprint(text: str) -> int:
    """Return a 64-bit simhash (Charikar 2002): near-identical texts differ in few bits."""
    weights = [0] * 64
    for word in {token.word for token in tokens(text)}:
        bits = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        for place in range(64):
            weights[place] += 1 if bits >> place & 1 else -1
    return sum(1 << place for place, weight in enumerate(weights) if weight > 0)
