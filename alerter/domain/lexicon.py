"""The words the reader knows: data, compiled once into a dictionary of word stems."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from alerter.domain.model import Mistake
from alerter.domain.sections import SECTIONS, misshapen, place_terms, terms_of
from alerter.domain.terms import Terms
from alerter.domain.wording import fault, role_fault

ROLES: dict[str, str] = {
    "grid": "things that make or carry power, heat or gas",
    "energy": "looser words for the same, which count only close to an attack",
    "infra": "infrastructure that may or may not be energy",
    "attack": "hostile acts",
    "damage": "what such acts do, as a verb",
    "harming": "the same as what is wanted or feared, never as a fact: to destroy",
    "harm": "the same as a noun, which counts only beside an attack, a weapon or the enemy",
    "drone": "drones, as they are counted",
    "missile": "missiles, as they are counted",
    "aerial": "words that count drones and missiles together",
    "foe_arms": "weapons that only the attacker has: they name him",
    "weapon": "other weapons, and weapons as adjectives",
    "fired": "launching and using weapons",
    "downed": "shooting them down",
    "number": "numbers in words, each under its value",
    "dozens": "about two dozen, in words",
    "hundreds": "a hundred or more, in words",
    "large": "massive, combined, record",
    "salvo": "phrases that say a large strike alone",
    "warn": "warning and expecting",
    "prepare": "preparing and planning",
    "threat": "threats and dangers",
    "might": "what may be: could, possible, future",
    "foreseen": "the same behind a strike: is expected, is possible",
    "retaliation": "what is threatened with in other words than a strike: a massive response",
    "next": "right ahead of a strike, which then is still to come: the next blow",
    "heavy": "strikes that weigh enough to be warned of: a barrage, a salvo",
    "embassy_shut": "embassies that close: beside a threat, they know of a strike",
    "aimed": "targets that are still to be hit: the next target, in the crosshairs",
    "imminent": "phrases that say a strike is coming alone: bombers in the air",
    "bombers": "strategic bombers",
    "airborne": "taking off, in the air",
    "dark": "people have no light, heat or hot water",
    "dark_open": "the same left open at the end of a sentence that was cut: left without …",
    "cuts": "outages as a noun: cuts, schedules, blackouts",
    "cuts_vague": "the same short for it: a text that speaks of power or heat says the rest",
    "utility": "who delivers power and heat: gives short words their meaning",
    "tripped": "plants stand still or lose their connection",
    "ready": "advice to be ready, ahead of an outage, which then is none yet",
    "still": "what goes on, whenever it began",
    "lifted": "outages are cancelled or eased",
    "restore": "bringing something back",
    "effort": "trying to bring it back, which is not yet",
    "deprive": "leaving without, plunging into: the attacker who does it to light or heat attacked it",
    "fails": "how light, heat or hot water goes: cut off, lost",
    "anew": "again, for the first time in a week, at last: beside light or heat, they are back",
    "arrives": "how light and heat come: reaches, flows, right behind them",
    "icy": "cold, beside radiators and homes",
    "radiators": "what is cold without heating, and warm with it",
    "warmed": "warm, beside radiators and homes",
    "mains": "what runs on the mains and is seen by all: lifts, street lights",
    "stopped": "how it stands still",
    "running": "how it runs again",
    "supply": "what goes and is brought back",
    "waiting": "those who have none still, beside others who have it back",
    "homes": "whom it is brought back to",
    "restored": "phrases that say both",
    "truce": "truces, and halts of strikes",
    "halt": "stopping, ahead of a strike",
    "spare": "leaving alone, ahead of energy or a place: a truce for it",
    "blows": "strikes as those that cease, ahead of `halted`",
    "halted": "are stopped, will cease: behind strikes",
    "keep": "keeping a truce, which it breaks not to do",
    "lull": "a pause, a lull, silence: a truce beside strikes, weapons, energy or the attacker",
    "lull_of": "what a pause may be of otherwise: aid, talks, deliveries",
    "pact": "promises and agreements: a truce broken, where strikes are told with their end",
    "deal": "despite the agreement, the promise: a strike of the attacker beside it breaks a truce",
    "ended": "phrases that say in a neighbouring sentence that it ended: time is up",
    "resume": "beginning again, ahead of a strike",
    "local": "ahead of a truce: it holds only where the sentence says",
    "agreed": "a truce is agreed, announced or in force",
    "promise": "promising, right ahead of not striking: the attacker who does it consents",
    "accepted": "a party accepts what is proposed",
    "over": "a truce ends, is broken or refused",
    "propose": "talks, wishes and offers",
    "offer": "offers and their terms: a halt that stands beside them is none yet",
    "frost": "severe frost in words",
    "minus": "below zero, ahead of a number",
    "outdoors": "where and when it is so cold: outside, at night",
    "cold": "frost without a number: beside degrees, it puts them below zero",
    "warm": "what keeps degrees above zero",
    "degree": "the unit behind a number",
    "thermometer": "words that make a number with a dash one of frost",
    "frost_unit": "a unit that says frost by itself",
    "enemy": "the attacker",
    "foe": "whom the author calls the enemy",
    "enemy_adjective": "the attacker as an adjective: ahead of a target, it is the attacker's own",
    "enemy_of": "the attacker as an owner: behind a target, it is the attacker's own",
    "agent": "the attacker's forces as those who act",
    "own": "the country's forces as those who strike",
    "envoy": "who speaks for the attacker or between the sides: of a truce, not of strikes",
    "enemy_source": "the attacker's ministry or media speak",
    "hearsay": "allegedly, reportedly",
    "source": "officials and intelligence",
    "authority": "authorities of the country",
    "tongue": "letters that only the country's own language has: its texts speak of it unless they name another",
    "office": "what makes a region the office of who speaks",
    "at": "words before what is aimed at",
    "because": "after, due to, as a result",
    "into": "between a weapon and its target: a drone into a substation",
    "wake": "the same ahead of a weapon, which then is a strike: after the missiles",
    "aim": "what is wanted, not done: in order to, tries to",
    "beside": "near, around",
    "almost": "nearly: the number behind it was not reached",
    "launched": "where a strike came from follows",
    "work": "a book, a film, a band: the name in quotes beside it means nothing",
    "whether": "words of a question that nobody has answered, in a sentence that is none",
    "span": "months or years: strikes that are counted over them are statistics",
    "stock": "making, buying and losing weapons at the front: what is counted there is no strike",
    "eased": "cuts that become shorter or fewer, and go on",
    "scheduled": "what emergency cuts give way to: cuts by the hour, which go on",
    "yet": "forms of coming back that say it is still to come: to restore, will return",
    "managed": "words that turn such a form into a deed: managed, was able",
    "sake": "for the sake of: what is refused so is not the truce behind it",
    "to_strike": "the infinitive before the noun of a blow: what is still to be done, or only meant",
    "emergency": "of cuts that come without a schedule",
    "schedule": "the plan of hourly cuts: where it does not apply for emergency cuts, nothing is eased",
    "aid": "what is given or bought: damage beside it tells of help, not of an attack",
    "which": "words that begin a clause about the noun before them",
    "grid_vague": "short for it: plant, unit, in a text that speaks of power",
    "system": "the one grid of the whole country",
    "within": "ahead of the country's name, which then is where, not who: in Ukraine struck again",
    "upon": "at whom or what a strike is aimed follows right behind",
    "reply": "what a strike is said to answer follows",
    "join": "words that begin a new clause",
    "night": "nights and hours: so many weapons in one of them were a strike",
    "measure": "months, money and other units: the number before them counts no weapons",
    "not": "no, not, without",
    "not_after": "negation behind a noun: are not planned",
    "deny": "denials and fakes",
    "meaning": "what follows is meant by what was said before: it is no more a fact than that",
    "if": "suppositions",
    "asks": "questions that leave open whether",
    "past": "what was long ago",
    "memory": "looking back: in a title, all of the text is of the past",
    "anniversary": "anniversaries, which are of the past unless a warning is given for them",
    "sport": "matches, goals and teams: two of them, and a text tells of sport",
    "period": "sums over weeks and months",
    "guard": "protection from strikes, which is none",
    "drill": "drills, cyber attacks, labour strikes, tariffs",
    "crime": "courts and arrests",
    "weather": "weather and accidents as a cause",
    "anywhere": "all over a country that is not named",
    "tail": "what follows was reported before",
    "other": "phrases whose words mean something else",
}
"""What a word may do in a sentence."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What every word may mean: roles in a sentence, places, times and origins. `hash` changes when any word does."""

    roles: Terms
    places: Terms
    times: Terms
    origins: Terms
    hash: str
    letters: frozenset[str] = frozenset()


def compile_lexicon(documents: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon of documents that `lint` finds right: one a language, `places`, `times` and `origins`."""
    canonical = json.dumps(documents, sort_keys=True, ensure_ascii=False)
    return Lexicon(
        roles=Terms(each for each in _roles(documents) if each[0] != "tongue"),
        places=Terms(place_terms(documents.get("places", {}))),
        times=Terms(terms_of(documents.get("times", {}))),
        origins=Terms(terms_of(documents.get("origins", {}))),
        letters=frozenset(text for role, text in _roles(documents) if role == "tongue"),
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def lint(documents: Mapping[str, Any]) -> list[Mistake]:
    """Return every mistake: unknown roles, and words that can never match, say nothing new, or match or cost too much."""
    found = []
    for name, document in documents.items():
        if not isinstance(document, dict):
            found.append(Mistake((name,), "is no mapping of roles to words; write lines like `energy: [substation*]`"))
            continue
        known = SECTIONS.get(name, ROLES)
        found += [Mistake((name, key), f"unknown role; {_meant(key, known)}") for key in document if key not in known]
        for role, values in document.items():
            found += _words(name, role, values)
        found += misshapen(name, document)
    return found


def _meant(key: Any, known: Collection[str]) -> str:
    """Return which role to write: the one that is spelt nearly so, or where all of them stand."""
    close = get_close_matches(str(key), known, 1)
    return f"write {close[0]}" if close else "the roles are those that the shipped file of this name has, each with what it means"


def _words(name: str, role: str, values: Any) -> Iterator[Mistake]:
    if isinstance(values, dict):
        for key, inner in values.items():
            yield from _words(name, key, inner)
    elif not isinstance(values, list):
        yield Mistake((name, role), "is no list; write words between square brackets")
    else:
        known = {word for word in values if isinstance(word, str)} if name not in SECTIONS else set()
        for index, word in enumerate(values):
            what = fault(word, values[:index]) or (role_fault(word, known) if known else None)
            if what:
                yield Mistake((name, role, index), what)


def _roles(documents: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, document in documents.items():
        if name not in SECTIONS:
            yield from terms_of(document)
