"""From the claims of sentences to the assertions of an item: where they apply, and what sentences say together."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from alerter.domain.model import Certainty, Event, Span
from alerter.domain.news.article import HOME, hostile, native, nearest, ours
from alerter.domain.news.claims import Claim, NearMiss
from alerter.domain.news.scope import Side, abroad, striker
from alerter.domain.news.sentence import Sentence
from alerter.domain.news.strikes import happened
from alerter.domain.news.truces import PROPOSAL
from alerter.domain.news.where import threatened, where

_EVIDENCE = 8
_STOPS = 4
_HOSTILE = ("attack", "fired", "warn", "threat", "imminent")
_STRIKES = (Event.GRID_ATTACK, Event.LARGE_STRIKE, Event.STRIKE_WARNING, Event.OUTAGE)
_BY_SOMEBODY = (Event.GRID_ATTACK, Event.LARGE_STRIKE)
"""Of strikes the language alone does not say whose they are: each side tells of those on the other."""
_BETWEEN = (Event.TRUCE, Event.TRUCE_OVER)
_SOMEWHERE = (Event.GRID_ATTACK, Event.LARGE_STRIKE, Event.OUTAGE, Event.RESTORATION, Event.SEVERE_COLD)
_CORRECTING = ("supposes", "asks", "says that it only may come")


@dataclass(frozen=True, slots=True)
class Assertion:
    """An event that an item claims, once.

    `regions` and `since` are None where nothing in reach says where or when.
    """

    event: Event
    certainty: Certainty
    spans: tuple[Span, ...]
    regions: frozenset[str] | None
    nationwide: bool
    excluded: frozenset[str]
    since: datetime | None = None


@dataclass(slots=True)
class Reading:
    """What was understood of one item: its cleaned text, what it claims, and what it nearly claims."""

    text: str
    assertions: list[Assertion] = field(default_factory=list)
    misses: list[NearMiss] = field(default_factory=list)
    origin: str = ""
    anchored: bool = True


def placed(parsed: list[Sentence], index: int, outcome: Claim | NearMiss, *, somewhere: bool) -> Assertion | NearMiss:
    """Say where a claim applies: in its clause, else its sentence, else the nearest sentence that names a place.

    `somewhere` tells whether the text is `sided`.
    """
    if isinstance(outcome, NearMiss):
        return outcome
    sentence = parsed[index]
    spans = _spans(sentence, outcome.marks)
    if outcome.event not in _BETWEEN and not (somewhere or (outcome.event not in _BY_SOMEBODY and native(parsed))):
        return NearMiss(outcome.event, "names neither the country, nor a place in it, nor one of the sides", spans)
    regions, nationwide = where(sentence, outcome)
    if regions is None:
        near = nearest(parsed, index)
        elsewhere = near is not None and abroad(near)
        elsewhere = elsewhere or (abroad(parsed[0]) and not any(each.regions() for each in parsed))
        if outcome.side is Side.NOWHERE and elsewhere and not _foretold(outcome, near):
            return NearMiss(outcome.event, "puts it elsewhere in another country or behind the front", spans)
        told = (
            outcome.hostile or sentence.has("enemy_source") or any(map(_attacked, parsed)) or _official(parsed) or native(parsed)
        )
        if near is None and outcome.event in _SOMEWHERE and not told:
            return NearMiss(outcome.event, "says neither where nor who", spans)
        warned = outcome.event is Event.STRIKE_WARNING and parsed[0].has("source")
        if outcome.event in _STRIKES and not warned and ours(parsed[0]) and not hostile(sentence):
            return NearMiss(outcome.event, "tells of what a strike by the country's own forces did", spans)
        regions = _around(outcome, near)
        nationwide = nationwide or bool(near and not regions and near.named(*HOME))
    return Assertion(outcome.event, outcome.certainty, spans, regions, nationwide, sentence.excluded())


def _foretold(claim: Claim, near: Sentence | None) -> bool:
    """Tell whether a claim warns of the enemy's strike, and the place abroad is but where it is said."""
    return claim.event is Event.STRIKE_WARNING and claim.hostile and near is not None and not near.has("attack", "damage")


def _around(claim: Claim, near: Sentence | None) -> frozenset[str] | None:
    """Return the regions that a neighbouring sentence lends to a claim.

    What was shot down was counted in the whole country, and who warns of a strike may do so anywhere.
    """
    if near is None or (claim.event is Event.LARGE_STRIKE and claim.marks[0].label == "downed"):
        return None
    if claim.event is Event.STRIKE_WARNING:
        if not near.has(*_HOSTILE):
            return None
        return frozenset(code for place in threatened(near) for code in place.regions) or None
    return near.regions() or None


def _attacked(sentence: Sentence) -> bool:
    """Tell whether the enemy attacks anywhere in a sentence: "Attack on the grid: Russia fired 70 missiles"."""
    return any(striker(sentence, act) == "enemy" for act in sentence.all("attack", "fired", "damage"))


def _official(parsed: list[Sentence]) -> bool:
    """Tell whether an authority of the country is cited, and none of the other side."""
    return any(sentence.has("authority") for sentence in parsed) and not any(sentence.has("enemy_source") for sentence in parsed)


def caused(parsed: list[Sentence], assertions: list[Assertion]) -> list[Assertion]:
    """Add the attack that a neighbouring sentence gives as the cause of lost light or heat."""
    if any(each.event is Event.GRID_ATTACK for each in assertions):
        return []
    found = []
    for first, second in pairwise(parsed):
        for lost, told in ((first, second), (second, first)):
            dark = [
                each
                for each in assertions
                if each.event is Event.OUTAGE and _lost_to_them(lost) and each.certainty and _stands_in(each, lost)
            ]
            acts = happened(told) if dark and not abroad(told) else []
            if acts:
                spans = (told.span(acts[0]), *dark[0].spans)
                found.append(replace(dark[0], event=Event.GRID_ATTACK, certainty=Certainty.LIKELY, spans=spans))
    return found[:1]


def _lost_to_them(sentence: Sentence) -> bool:
    """Tell whether light or heat is off and the sentence itself gives no weather as the cause."""
    return sentence.has("dark", "fails") and (sentence.has("attack") or not sentence.has("weather"))


def stopped(parsed: list[Sentence]) -> list[Assertion]:
    """Return the attack that made plants stand still, when their sentence or the next tells of it."""
    found = []
    for index, sentence in enumerate(parsed):
        if not sentence.has("tripped"):
            continue
        plants = [each for each in sentence.all("grid") if sentence.near(each, "tripped", before=_STOPS, after=_STOPS)]
        around = [each for each in parsed[max(0, index - 1) : index + 2] if not abroad(each)]
        acts = [(told, act) for told in around for act in happened(told)]
        if plants and acts and not abroad(sentence) and sentence.regions():
            told, act = acts[0]
            spans = (*_spans(sentence, plants[:1]), told.span(act))
            found.append(Assertion(Event.GRID_ATTACK, Certainty.LIKELY, spans, sentence.regions(), False, frozenset()))  # noqa: FBT003
    return found


def correct(reading: Reading, title: int) -> None:
    """Let the lead correct a title: what only the title claims is none when the lead supposes, asks or denies it."""
    for event in (Event.OUTAGE, Event.STRIKE_WARNING, Event.GRID_ATTACK):
        held = [each for each in reading.assertions if each.event is event and each.certainty]
        denied = [each for each in reading.assertions if each.event is event and not each.certainty]
        supposed = [each for each in reading.misses if each.event is event and each.why in _CORRECTING]
        below = any(spans[0].start > title for spans in [each.spans for each in supposed] + [each.spans for each in denied])
        if held and below and all(each.spans[0].start <= title for each in held):
            reading.assertions = [each for each in reading.assertions if each not in held]
            reading.misses += [NearMiss(event, "takes it back in the lead", each.spans) for each in held]


def proposed(reading: Reading, parsed: list[Sentence]) -> None:
    """Take a truce of the lead for none that is but a term of what the title proposes: "They offer a truce: Russia halts …".

    Where the lead says that it was agreed to, it stands.
    """
    titled = [each for each in reading.assertions if each.event is Event.TRUCE and parsed[0].holds(each.spans[0].start)]
    if titled or not (parsed[0].has("truce") and parsed[0].has("propose")):
        return
    agreed = [sentence for sentence in parsed if sentence.has("accepted")]
    truces = [each for each in reading.assertions if each.event is Event.TRUCE]
    later = [each for each in truces if not any(_stands_in(each, sentence) for sentence in agreed)]
    reading.assertions = [each for each in reading.assertions if each not in later]
    reading.misses += [NearMiss(Event.TRUCE, PROPOSAL, each.spans) for each in later]


def regain(reading: Reading, parsed: list[Sentence]) -> None:
    """Take what a strike switched off for past when the title says that it is back and no words say that it lasts."""
    back = any(
        each.event is Event.RESTORATION and each.certainty and parsed[0].holds(each.spans[0].start) for each in reading.assertions
    )
    gone = [each for each in reading.assertions if each.event is Event.OUTAGE and each.certainty]
    if not (back and gone and all(_switched_off(each, parsed) for each in gone)):
        return
    reading.assertions = [each for each in reading.assertions if each not in gone]
    reading.misses += [NearMiss(Event.OUTAGE, "tells of what is back again", each.spans) for each in gone]


def _switched_off(outage: Assertion, parsed: list[Sentence]) -> bool:
    """Tell whether an outage is told as a deed, in one word, of a strike: "the attack had de-energised them"."""
    there = next((each for each in parsed if _stands_in(outage, each)), parsed[0])
    one = len(outage.spans) == 1 and " " not in outage.spans[0].text
    return one and there is not parsed[0] and there.has("attack") and not there.has("still", "waiting", "restore")


def spread(reading: Reading, parsed: list[Sentence]) -> None:
    """Add to a large strike on the country the regions that other sentences say were hit."""
    wide = [each for each in reading.assertions if each.event is Event.LARGE_STRIKE and each.nationwide]
    if wide:
        hit = [
            each
            for each in parsed
            if each.has("attack", "damage") and not each.has("past", "if", "might", "warn") and not ours(each)
        ]
        regions = frozenset(code for each in hit if not abroad(each) for code in each.regions())
        reading.assertions.append(replace(wide[0], regions=regions))


def merged(assertions: list[Assertion]) -> list[Assertion]:
    """Return one assertion of an event, or two where a nationwide claim stands beside named regions; denials apart."""
    held = [each for each in assertions if each.certainty] or assertions
    best = max(held, key=lambda each: each.certainty)
    spans = tuple(dict.fromkeys(span for each in (best, *held) for span in each.spans))[:_EVIDENCE]
    regions = frozenset(code for each in held for code in each.regions or ())
    excluded = frozenset(code for each in held for code in each.excluded)
    since = min((each.since for each in held if each.since), default=None)
    whole = replace(best, spans=spans, regions=regions, excluded=excluded, since=since)
    wide = any(each.nationwide for each in held)
    return [whole, replace(whole, regions=frozenset())] if regions and wide else [whole]


def _stands_in(assertion: Assertion, sentence: Sentence) -> bool:
    return any(sentence.holds(span.start) for span in assertion.spans)


def _spans(sentence: Sentence, marks: Iterable[object]) -> tuple[Span, ...]:
    spans = {sentence.span(mark) for mark in marks}  # type: ignore[arg-type]
    return tuple(sorted(spans, key=lambda span: span.start))
