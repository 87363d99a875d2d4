"""The reader: what a text claims, where, how surely, and which words say so.

Sentence by sentence: words play roles (a weapon, a warning, an energy target); an event is a combination of roles.
A sentence that denies, supposes, remembers, or tells of other countries claims nothing here.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from alerter.domain.lexicon import Lexicon
from alerter.domain.model import Certainty, Event, FeedItem, Report, Span
from alerter.domain.places import Kind, places_of
from alerter.domain.text import clean, sentences, tokens

Roles = Mapping[str, list[Span]]
_NUMBER = re.compile(r"(?<![\w.,/-])(-?)(\d{1,4})(?![\d.,]*\d)(\s?°|\s?°?\s?[CcСс]\b)?")
_LARGE = {"drone": 100, "missile": 20}
"""From how many on a strike counts as large."""
_SUMMARY = 1500
"""So many in one strike have never been seen: a number above counts weeks, or is no number of weapons."""
_SEVERE_FROST = 15
"""Frost of so many degrees Celsius below zero counts as severe."""
_NEAR = 45
"""Characters within which a number belongs to a weapon, or an actor to an action: about five words."""
_NEXT = 2
"""Characters between a number and its own unit or sign."""
_OUT = {Kind.OCCUPIED: Kind.FOREIGN}
"""What nobody of ours can check is read like another country."""
# without a place, the country or one of its authorities a text speaks of somewhere else
_ANCHORS = frozenset({"country", "origin", "enemy"})


def read(item: FeedItem, lexicon: Lexicon) -> tuple[Report, ...]:
    """Return the reports of one item: one an event, two where a nationwide claim stands beside named regions.

    Denials come back as `UNLIKELY`.
    """
    text = clean(f"{item.title}\n{item.summary}")
    found: dict[Event, tuple[Certainty, list[Span]]] = {}
    places: dict[Event, set[str]] = {}
    anywhere: set[str] = set()
    wide: set[Event] = set()
    origin = ""
    anchored = False
    for begin, sentence in sentences(text):
        roles = roles_of(sentence, begin, text, lexicon)
        if "tail" in roles or (begin == 0 and _ours(roles)):
            break
        here = {role[1:] for role in roles if role.startswith("@")}
        claimed = events_of(roles)
        if claimed or not roles.get("foreign"):
            anywhere |= here
        for spoken in roles.get("origin", ()):
            origin = origin or spoken.text.lower()
        for event, (certainty, roles_used) in claimed.items():
            spans = [span for role in roles_used for span in roles.get(role, ())]
            known = found.get(event)
            if known is None or certainty > known[0]:
                found[event] = (certainty, spans)
            places.setdefault(event, set()).update(here)
            if "nationwide" in roles:
                wide.add(event)
        anchored |= any(role.startswith("@") or role in _ANCHORS for role in roles)
    if not anchored:
        return ()
    mark = _fingerprint(text) if found else 0
    return tuple(
        _report(item, event, certainty, spans, where, origin, mark)
        for event, (certainty, spans) in found.items()
        for where in _where(frozenset(places[event] or anywhere), nationwide=event in wide)
    )


def _where(named: frozenset[str], *, nationwide: bool) -> tuple[frozenset[str], ...]:
    return (named, frozenset()) if named and nationwide else (named,)


def roles_of(sentence: str, begin: int, text: str, lexicon: Lexicon) -> dict[str, list[Span]]:
    """Return the roles that words of a sentence play; spans count from the beginning of the whole text."""
    words = tokens(sentence, begin)
    roles: dict[str, list[Span]] = {}
    for role, first, last in lexicon.roles.find(words):
        roles.setdefault(role, []).append(_span(text, words[first].start, words[last].end))
    for place in places_of(words, text, lexicon):
        span = _span(text, words[place.first].start, words[place.last].end)
        for role in (
            [f"@{code}" for code in place.regions] if place.kind is Kind.REGION else [_OUT.get(place.kind, place.kind).value]
        ):
            roles.setdefault(role, []).append(span)
    _count(sentence, begin, roles)
    return _without(roles)


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])


def _count(sentence: str, begin: int, roles: dict[str, list[Span]]) -> None:
    """Add what numbers say: a strike of many drones or missiles is large, many degrees below zero are severe."""
    for match in _NUMBER.finditer(sentence):
        span = Span(begin + match.start(), begin + match.end(), match[0])
        role = _meaning(match, span, roles)
        if role:
            roles.setdefault(role, []).append(span)


def _meaning(match: re.Match[str], span: Span, roles: Roles) -> str | None:
    number = int(match[2])
    if match[3] or _followed(span, roles, "degree", _NEXT):
        below = match[1] or any(0 <= span.start - one.end <= _NEXT for one in roles.get("minus", ()))
        return "cold" if below and _SEVERE_FROST <= number <= 3 * _SEVERE_FROST else None
    many = any(least <= number <= _SUMMARY and _followed(span, roles, kind, _NEAR) for kind, least in _LARGE.items())
    return "large" if many else None


def _followed(number: Span, roles: Roles, role: str, reach: int) -> bool:
    return any(0 <= span.start - number.end <= reach for span in roles.get(role, ()))


def _without(roles: dict[str, list[Span]]) -> dict[str, list[Span]]:
    """Drop the foreign places that a strike was only launched from."""
    kept = dict(roles)
    if "launched" in roles and "foreign" in roles:
        kept["foreign"] = [one for one in roles["foreign"] if one.start < roles["launched"][0].start]
    return {role: spans for role, spans in kept.items() if spans}


def _ours(roles: Roles) -> bool:
    """Tell whether the country's own forces strike: their energy targets are abroad or occupied."""
    if roles.get("truce"):
        return False
    acts = [span.start for span in roles.get("attack", ())]
    return bool(roles.get("own")) or any(0 <= act - span.end <= _NEAR for span in roles.get("ours", ()) for act in acts)


def events_of(roles: Roles) -> dict[Event, tuple[Certainty, tuple[str, ...]]]:
    """Return what a sentence with these roles claims, and by which roles."""
    here = {role for role in roles if role.startswith("@")}
    if roles.get("unreal") or _ours(roles):
        return {}
    if roles.get("foreign") and (roles.get("outage") or not (here or (roles.get("country") and roles.get("enemy")))):
        return {}
    found = dict(_claims(roles))
    if roles.get("deny"):
        return {event: (Certainty.UNLIKELY, used) for event, (_, used) in found.items()}
    return found


def _claims(roles: Roles) -> list[tuple[Event, tuple[Certainty, tuple[str, ...]]]]:
    has = roles.keys().__contains__
    found: list[tuple[Event, tuple[Certainty, tuple[str, ...]]]] = []
    armed = has("weapon") or has("drone") or has("missile")
    feared = has("imminent") or (has("warn") and (has("attack") or armed) and (has("large") or has("energy")))
    if has("truce"):
        if has("over"):
            found.append((Event.TRUCE_OVER, (Certainty.LIKELY, ("truce", "over"))))
        elif has("agreed"):
            found.append((Event.TRUCE, (Certainty.POSSIBLE, ("truce", "agreed"))))
        return found
    if feared:
        found.append((Event.STRIKE_WARNING, (Certainty.LIKELY, ("imminent", "warn", "attack", "large", "energy"))))
    if not feared and has("energy") and has("attack"):
        found.append((Event.GRID_ATTACK, (Certainty.OBSERVED, ("energy", "attack"))))
    if (
        not feared
        and has("large")
        and has("attack")
        and (armed or has("energy") or has("enemy") or any(role[0] == "@" for role in roles))
    ):
        found.append((Event.LARGE_STRIKE, (Certainty.OBSERVED, ("large", "attack"))))
    if has("restoration") and (has("energy") or has("outage")):
        found.append((Event.RESTORATION, (Certainty.OBSERVED, ("restoration",))))
    elif has("outage"):
        found.append((Event.OUTAGE, (Certainty.OBSERVED, ("outage",))))
        if has("attack") and not feared:
            found.append((Event.GRID_ATTACK, (Certainty.OBSERVED, ("outage", "attack"))))
    if has("cold"):
        found.append((Event.SEVERE_COLD, (Certainty.LIKELY, ("cold",))))
    return found


def _report(
    item: FeedItem, event: Event, certainty: Certainty, spans: list[Span], regions: frozenset[str], origin: str, mark: int
) -> Report:
    return Report(
        event=event,
        regions=regions,
        certainty=certainty,
        at=_moment(item),
        observed=item.observed,
        source=item.source,
        owner=item.owner or item.source,
        reliability=item.reliability,
        origin=origin,
        item=item.guid,
        title=item.title,
        url=item.url,
        published=item.published,
        evidence=tuple(spans),
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
