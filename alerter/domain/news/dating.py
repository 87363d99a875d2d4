"""When strikes that an item tells of were: by the words of their sentence, else when it was published."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import Event
from alerter.domain.moments import Moment, moment_of
from alerter.domain.news.claims import NearMiss
from alerter.domain.news.placing import Assertion, Reading
from alerter.domain.news.sentence import Sentence

_STRIKES = (Event.GRID_ATTACK, Event.LARGE_STRIKE)
_AHEAD = (Event.STRIKE_WARNING, Event.SEVERE_COLD)
"""What is told before it happens."""


def date(reading: Reading, parsed: list[Sentence], published: datetime | None, zone: ZoneInfo, lexicon: Lexicon) -> None:
    """Give each strike the time that its sentence speaks of; whatever ended more than a week before is no news.

    Denials keep the time of publication, for they answer what was told before.
    """
    if published is None:
        return
    begins = {span.start for each in reading.assertions if each.event not in _AHEAD for span in each.spans}
    named = [
        (sentence, moment_of(sentence.words, published, zone, lexicon.times))
        for sentence in parsed
        if any(map(sentence.holds, begins))
    ]
    told = [(sentence, moment) for sentence, moment in named if moment and moment.start <= published]
    dated: list[Assertion] = []
    for assertion in reading.assertions:
        moment = _moment(assertion, told)
        if moment and moment.retrospective and not _goes_on(assertion, parsed):
            reading.misses.append(NearMiss(assertion.event, "tells of what ended more than a week ago", assertion.spans))
        else:
            dated.append(replace(assertion, since=moment.start) if moment and assertion.event in _STRIKES else assertion)
    reading.assertions = dated


def _goes_on(assertion: Assertion, parsed: list[Sentence]) -> bool:
    """Tell whether an outage lasts, whenever its cause was: "still without heat after the strike of 9 January"."""
    return assertion.event is Event.OUTAGE and any(
        sentence.has("still") and sentence.holds(span.start) for sentence in parsed for span in assertion.spans
    )


def _moment(assertion: Assertion, told: list[tuple[Sentence, Moment]]) -> Moment | None:
    """Return the last time that the sentences of an assertion speak of."""
    if assertion.event in _AHEAD or not assertion.certainty:
        return None
    moments = [moment for sentence, moment in told if any(sentence.holds(span.start) for span in assertion.spans)]
    return max(moments, key=lambda moment: moment.start, default=None)
