"""Who acts, on which side of the border, and whether a clause speaks of what is: the questions every claim must answer."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from alerter.domain.news.sentence import Sentence
from alerter.domain.places import Kind, Place
from alerter.domain.terms import Found

_ADJACENT = 2
_NEGATED_BEFORE, _NEGATED_AFTER = 2, 3
_OF_THE_ENEMY = 4
_GUARDED = 6


class Side(StrEnum):
    """Where something happens."""

    HOME = "home"
    ABROAD = "abroad"
    NOWHERE = "nowhere"  # the sentence does not say


def striker(sentence: Sentence, act: Found) -> str | None:
    """Return who carries out an attack: `own` forces, the `enemy`, or None when the clause does not say; it is found once.

    The nearest actor of the clause counts, before the act rather than behind it; one behind "on", "по" is its target.
    """
    known = sentence.strikers
    if act not in known:
        known[act] = _striker(sentence, act)
    return known[act]


def _striker(sentence: Sentence, act: Found) -> str | None:
    if not sentence.has("own", "enemy", "agent"):
        return None
    if _on_the_enemy(sentence, act):
        return "own"
    clause = sentence.clause[act.first]
    actors = [each for each in sentence.within(clause, "own", "enemy", "agent") if not _aimed_at(sentence, each)]
    if not actors:
        return None
    nearest = min(actors, key=lambda each: _distance(each, act))
    return "own" if nearest.label == "own" else "enemy"


def _on_the_enemy(sentence: Sentence, act: Found) -> bool:
    """Tell whether an act is aimed at the other side itself: "a drone attack on Russia", "атака дронов на Россию"."""
    aims = sentence.near(act, "upon", after=_AIMED)
    return any(aim.last + 1 == foe.first for aim in aims for foe in sentence.within(sentence.clause[act.first], "enemy"))


_AIMED = 3
"""Words from a strike to the "on" that says at whom."""


def _distance(actor: Found, act: Found) -> float:
    return act.first - actor.last if actor.last < act.first else actor.first - act.last + 0.5


def _aimed_at(sentence: Sentence, mark: Found) -> bool:
    owned = mark.label == "own" and sentence.near(mark, *_TARGETS, before=1)
    return bool(owned or sentence.near(mark, "at", before=1))


_TARGETS = ("grid", "energy", "infra")


def side(sentence: Sentence, mark: Found) -> Side:
    """Return on which side the nearest place puts what a mark names; a place in its own clause is always nearer."""
    if mark.label in {"grid", "energy"} and _of_the_enemy(sentence, mark):
        return Side.ABROAD
    named = [place for place in sentence.places if not _whose(sentence, place)]
    own_clause = [place for place in named if sentence.clause[place.first] == sentence.clause[mark.first]]
    candidates = [place for place in own_clause or named if place.kind not in _SILENT and not _apart(sentence, mark, place)]
    if not candidates:
        grids = sentence.within(sentence.clause[mark.first], "grid", "energy") if mark.label in _LOST else ()
        return Side.ABROAD if any(_of_the_enemy(sentence, each) for each in grids) else Side.NOWHERE
    nearest = min(candidates, key=lambda place: (_gap(sentence, place, mark), place.kind not in _OUT))
    return Side.ABROAD if nearest.kind in _OUT or _held(sentence, nearest) else Side.HOME


_OUT = (Kind.FOREIGN, Kind.OCCUPIED)
_HELD = 3
"""Words from "occupied" to the place it belongs to."""
_SILENT = (Kind.EXCLUDED, Kind.LAUNCHED)


def _held(sentence: Sentence, place: Place) -> bool:
    """Tell whether a place is said to be occupied: "in the occupied part of Zaporizhzhia"."""
    return any(other.kind is Kind.OCCUPIED and 0 < place.first - other.last <= _HELD for other in sentence.places)


def _whose(sentence: Sentence, place: Place) -> bool:
    """Tell whether a place only says whose forces act: "Ukrainian drones"."""
    return place.kind is Kind.COUNTRY and any(each.first <= place.first <= each.last for each in sentence.all("own"))


def _apart(sentence: Sentence, mark: Found, place: Place) -> bool:
    """Tell whether another country only follows in a list: "an attack on the grid, Kazakhstan and oil"."""
    if place.kind is not Kind.FOREIGN or place.first < mark.last:
        return False
    return _parted(sentence, mark, place)


def _gap(sentence: Sentence, place: Place, mark: Found) -> float:
    """Return how far a place is, in words: ahead is nearer, for most sentences begin with where, and behind a comma farther."""
    behind = (place.first - mark.last) * _BEHIND
    comma = behind > 0 and _parted(sentence, mark, place)
    return max(behind + _COMMA * comma, mark.first - place.last, 0)


def _parted(sentence: Sentence, one: Found, other: Found | Place) -> bool:
    """Tell whether a comma stands between one mark and another behind it."""
    return "," in sentence.text[sentence.words[one.last].end : sentence.words[other.first].start]


_BEHIND, _COMMA = 1.4, 3
_LOST = ("dark", "cuts", "fails", "supply")


def _of_the_enemy(sentence: Sentence, mark: Found) -> bool:
    """Tell whether it is the enemy's own ("Russian power grid", "енергетику росії")."""
    clause = sentence.clause[mark.first]
    near = sentence.near(mark, "enemy_adjective", before=_ADJECTIVES) + sentence.near(mark, "enemy_of", after=_OF_THE_ENEMY)
    whose = [each for each in near if sentence.clause[each.first] == clause]
    if any(each.label == "enemy_adjective" for each in whose) and sentence.near(mark, "attack", after=1):
        return False
    act_between = [each for each in sentence.all("attack", "weapon", "drone", "missile") if _between(each, whose, mark)]
    return bool(whose) and not act_between


_ADJECTIVES = 2


def _between(each: Found, others: Iterable[Found], mark: Found) -> bool:
    return any(min(other.first, mark.first) < each.first < max(other.first, mark.first) for other in others)


def abroad(sentence: Sentence) -> bool:
    """Tell whether a sentence names only places abroad."""
    home = [place for place in sentence.places if place.kind in {Kind.REGION, Kind.COUNTRY, Kind.NATIONWIDE}]
    return sentence.named(*_OUT) and all(_held(sentence, place) for place in home)


def unreal(sentence: Sentence, mark: Found, *, ahead: bool = False) -> str | None:
    """Return why what a mark names is no event of these days, or None when nothing does; `ahead` when it is still to come."""
    if not sentence.has(*_VEILS):
        return None
    clause = sentence.clause[mark.first]
    if sentence.has("past", "memory") or (sentence.has("anniversary") and not ahead):
        return "speaks of the past"
    if sentence.within(clause, "if") or sentence.within(clause - 1, "if"):
        return "supposes"
    if (sentence.question and sentence.has("asks")) or (ahead and sentence.within(clause, "whether")):
        return "asks"
    if sentence.within(clause, "drill"):
        return "speaks of a drill, a cyber attack, a labour strike or a scandal"
    return _untold(sentence, mark) if mark.label == "attack" else None


_VEILS = ("past", "memory", "anniversary", "if", "asks", "whether", "drill", "span", "guard")
"""Without any of these words a sentence speaks of what is."""


def _untold(sentence: Sentence, act: Found) -> str | None:
    """Return why a strike is none of these days though nothing else is said against it."""
    if sentence.has("span") and any(_counted(sentence, each) for each in sentence.all("attack")):
        return "counts strikes over a long time"
    if any(not _parted(sentence, each, act) for each in sentence.near(act, "guard", before=_GUARDED)):
        return "tells of protection from strikes"
    return None


def _counted(sentence: Sentence, act: Found) -> bool:
    """Tell whether a number of strikes is given: "4,500 strikes", "17 massive attacks"."""
    return any(word.word[0].isdigit() for word in sentence.words[max(0, act.first - _COUNTED) : act.first])


_COUNTED = 2


def negated(sentence: Sentence, mark: Found, among: Sequence[Found] = ()) -> bool:
    """Tell whether "not", "no" or "without" belongs to a mark, and not to another `among` the marks of the claim."""
    if mark.label in _TARGETS or not sentence.has("not", "not_after"):
        return False
    clause = sentence.clause[mark.first]
    found = sentence.near(mark, "not", before=_NEGATED_BEFORE) + sentence.near(mark, "not_after", after=_NEGATED_AFTER)
    taken = {word for each in among for word in range(each.first, each.last + 1)}
    taken |= {each.first for each in found for halt in sentence.near(each, "halt", after=1) if halt.last < mark.first}
    return any(sentence.clause[each.first] == clause and each.first not in taken for each in found)


def denied(sentence: Sentence, mark: Found) -> bool:
    """Tell whether the clause of a mark calls it untrue."""
    return sentence.has("deny") and bool(sentence.within(sentence.clause[mark.first], "deny"))
