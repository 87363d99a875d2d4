"""What a sentence claims of strikes: on the grid, large ones, and those to come."""

from collections.abc import Iterator, Mapping

from alerter.domain.model import Certainty, Event
from alerter.domain.news.claims import Claim, NearMiss, Outcome, graded, judged
from alerter.domain.news.losses import losses
from alerter.domain.news.scope import denied, negated, striker
from alerter.domain.news.sentence import Sentence
from alerter.domain.terms import Found

MANY_DRONES, MANY_MISSILES = 100, 20
"""From how many on a strike counts as large."""
SUMMARY = 1500
"""So many in one strike have never been seen: a number above counts weeks, or is no number of weapons."""
_REACH = 26
_GOVERNS = 6
_CLOSE = 4
_LARGE = 6
_AHEAD = 8
_BESIDE = 4
WEIGHTLESS = "says neither that it is large nor that it is aimed at energy"
Act = tuple[Found, str | None]
"""A hostile act and its `striker`."""


def strikes(sentence: Sentence) -> Iterator[Outcome]:
    """Yield what a sentence claims and nearly claims of strikes."""
    ahead = {act: word for act in sentence.all("attack", "fired", "damage") if (word := _ahead(sentence, act))}
    ruled_out = {act for act in sentence.all("attack", "fired", "harm") if _in_truce(sentence, act)}
    spoken = ruled_out | ahead.keys()
    yield from _warnings(sentence, {act: word for act, word in ahead.items() if act not in ruled_out})
    acts = list(_acts(sentence, spoken))
    yield from _grid_attacks(sentence, acts)
    yield from _caused_outages(sentence, acts)
    yield from _large_strikes(sentence, spoken)
    yield from _spoken_of(sentence, spoken)


def happened(sentence: Sentence, *also: str) -> list[Found]:
    """Return the attacks, `also` of other roles, of others than the country's own forces that a sentence tells as facts."""
    if sentence.has("past", "if", "weather", "might"):
        return []
    return [
        act
        for act in sentence.all("attack", *also)
        if not (_ahead(sentence, act) or _in_truce(sentence, act) or negated(sentence, act) or denied(sentence, act))
        and striker(sentence, act) != "own"
    ]


def told(sentence: Sentence) -> bool:
    """Tell whether a sentence tells of any hostile act as of a fact."""
    acts = sentence.all("attack", "fired", "damage")
    return any(not (_ahead(sentence, act) or _in_truce(sentence, act)) for act in acts)


def _spoken_of(sentence: Sentence, spoken: set[Found]) -> Iterator[NearMiss]:
    """Say of energy targets that the strikes on them are not told as facts."""
    for act in spoken:
        for target in sentence.within(sentence.clause[act.first], "grid", "energy")[:1]:
            why = "speaks of strikes that are to come, or that a truce rules out"
            yield NearMiss(Event.GRID_ATTACK, why, (sentence.span(act), sentence.span(target)))


def _ahead(sentence: Sentence, act: Found) -> Found | None:
    """Return the word that puts an attack in the future: "warns of a strike", "attack threats"."""
    if sentence.has("next") and (soon := sentence.near(act, "next", before=1)):
        return soon[0]
    if not sentence.has("warn", "prepare", "threat", "might", "foreseen"):
        return None
    if act.label == "damage":
        return next(iter(sentence.near(act, "prepare", "might", before=1)), None)
    words = sentence.within(sentence.clause[act.first], "warn", "prepare", "threat", "might")
    return _foreseen(sentence, act) or next((each for each in words if _puts_ahead(sentence, each, act)), None)


def _puts_ahead(sentence: Sentence, word: Found, act: Found) -> bool:
    if word.first - act.last == 1 or word.first <= act.first <= word.last:
        return True
    if not 0 < act.first - word.last <= _AHEAD:
        return False
    return not any(word.last < each.first < act.first for each in sentence.all("because"))


def _foreseen(sentence: Sentence, act: Found) -> Found | None:
    """Return what says behind an attack that it is still to come: "a large attack on Kyiv is expected"."""
    others = {each.first for each in sentence.all("attack", "damage", "dark", "because")}
    denials = {word for each in sentence.all("not", "not_after") for word in range(each.first, each.last + 1)}
    for word in sentence.within(sentence.clause[act.first], "foreseen"):
        near = 0 < word.first - act.last <= _FORESEEN and others.isdisjoint(range(act.last + 1, word.first))
        if near and word.first not in denials and not negated(sentence, word):
            told = sentence.text[sentence.words[act.last].end : sentence.words[word.first].start]
            if "," not in told:
                return word
    return None


_FORESEEN = 8
"""Words from a strike to the one behind it that says it is still to come."""


def _in_truce(sentence: Sentence, act: Found) -> bool:
    """Tell whether an attack is one that a truce rules out: "a moratorium on strikes"."""
    return any(
        truce.first <= act.first <= truce.last + _CLOSE and sentence.clause[truce.first] == sentence.clause[act.first]
        for truce in sentence.all("truce")
    )


def _acts(sentence: Sentence, spoken: set[Found]) -> Iterator[Act]:
    """Yield what is done, and who does it."""
    armed = sentence.has("attack", "enemy", "agent", "drone", "missile", "weapon")
    for act in sentence.all("attack", "damage", "harm", "fired"):
        if act not in spoken and (act.label != "harm" or armed) and (act.label != "fired" or _fired_at(sentence, act)):
            yield act, striker(sentence, act)


def _fired_at(sentence: Sentence, act: Found) -> bool:
    """Tell whether what was launched is said to be aimed: "fired seven missiles at"."""
    return bool(sentence.near(act, "at", after=_GOVERNS)) and sentence.has("drone", "missile", "weapon")


def _grid_attacks(sentence: Sentence, acts: list[Act]) -> Iterator[Outcome]:
    """An attack, or damage, and an energy target of the same clause."""
    for target in sentence.all("grid", "energy", "infra"):
        clause = sentence.clause[target.first]
        best: Outcome | None = None
        for act, by in acts:
            if sentence.clause[act.first] != clause or not _aims(act, target):
                continue
            outcome = _grid_attack(sentence, act, by, target)
            best = outcome if best is None or isinstance(outcome, Claim) else best
        if best:
            yield best


def _aims(act: Found, target: Found) -> bool:
    reach = _REACH if target.label == "grid" else _GOVERNS
    return max(target.first - act.last, act.first - target.last) <= reach


def _grid_attack(sentence: Sentence, act: Found, by: str | None, target: Found) -> Outcome:
    spans = (sentence.span(act), sentence.span(target))
    if by == "own":
        return NearMiss(Event.GRID_ATTACK, "tells of a strike by the country's own forces", spans)
    if sentence.near(target, "beside", before=_BESIDE):
        return NearMiss(Event.GRID_ATTACK, "only names the target's neighbourhood", spans)
    if act.label != "attack" and not sentence.has("attack", "weapon", "drone", "missile") and sentence.has("weather"):
        return NearMiss(Event.GRID_ATTACK, "gives the weather or an accident as the cause", spans)
    if sentence.has("crime"):
        return NearMiss(Event.GRID_ATTACK, "tells of a court or an arrest", spans)
    certainty = Certainty.POSSIBLE if target.label == "infra" else Certainty.OBSERVED
    certainty = min(certainty, Certainty.LIKELY) if act.label != "attack" and not sentence.has("attack", "enemy") else certainty
    return judged(sentence, Event.GRID_ATTACK, graded(sentence, certainty), (act, target))


def _caused_outages(sentence: Sentence, acts: list[Act]) -> Iterator[Outcome]:
    """Light or heat lost, and an attack named as the cause."""
    for lost in (*losses(sentence), *_regained(sentence, acts)):
        for act, by in acts:
            if by == "own" or (act.label != "attack" and not sentence.has("drone", "missile", "weapon")):
                continue
            if sentence.has("because") or _told_together(sentence, act, lost[0]):
                yield judged(sentence, Event.GRID_ATTACK, graded(sentence, Certainty.OBSERVED), (act, *lost))


def _regained(sentence: Sentence, acts: list[Act]) -> Iterator[tuple[Found, ...]]:
    """What comes back after a strike was lost by it: "power restored after the night's attack"."""
    if not any(sentence.near(act, "because", before=_CLOSE) for act, _ in acts):
        return
    yield from ((mark,) for mark in sentence.all("restored"))
    for back in sentence.all("restore"):
        yield from ((back, supply) for supply in sentence.near(back, "supply", before=_CLOSE, after=_CLOSE)[:1])


def _told_together(sentence: Sentence, act: Found, lost: Found) -> bool:
    """Tell whether what was lost stands in the clause of an attack, or behind its colon: "they hit Kyiv: no light"."""
    between = sentence.clause[lost.first] - sentence.clause[act.first]
    return between == 0 or (
        between == 1 and ":" in sentence.text[sentence.words[act.last].end : sentence.words[lost.first].start]
    )


def _large_strikes(sentence: Sentence, spoken: set[Found]) -> Iterator[Outcome]:
    for act in sentence.all("attack", "salvo"):
        if act in spoken:
            continue
        large = _sizes(sentence, act)
        if large or act.label == "salvo":
            yield _large_strike(sentence, (*large[-1:], act), striker(sentence, act))
    for many in sentence.quantities:
        if least(many.kind) <= many.number <= SUMMARY and not sentence.has("period"):
            acts = [act for act in sentence.all("attack", "downed", "fired") if act not in spoken]
            if acts:
                counted = Found(many.kind, many.first, many.last)
                nearest = min(acts, key=lambda act: abs(act.first - many.first))
                by = striker(sentence, nearest) if nearest.label != "downed" else _flown_by(sentence, counted)
                yield _large_strike(sentence, (nearest, counted), by)


def least(kind: str) -> int:
    """Return from how many of a kind on a strike counts as large."""
    return {"drone": MANY_DRONES, "missile": MANY_MISSILES, "aerial": MANY_DRONES}.get(kind, SUMMARY + 1)


def _sizes(sentence: Sentence, act: Found, after: int = 1) -> list[Found]:
    """Return the words that make an attack large, in its clause: ahead of it, right behind it, or of one phrase with it."""
    phrases = [each for each in sentence.all("large") if each.first <= act.first <= each.last]
    around = [*sentence.near(act, "large", before=_LARGE, after=after), *phrases]
    return [each for each in around if sentence.clause[each.first] == sentence.clause[act.first]]


def _flown_by(sentence: Sentence, counted: Found) -> str | None:
    """Return whose the weapons are that were shot down: the nearest actor right before them says so."""
    own = [each for each in sentence.all("own") if counted.first <= each.first <= counted.last + 1]
    return "own" if own else None


def _large_strike(sentence: Sentence, marks: tuple[Found, ...], by: str | None) -> Outcome:
    spans = tuple(sentence.span(mark) for mark in marks)
    if by == "own":
        return NearMiss(Event.LARGE_STRIKE, "tells of a strike by the country's own forces", spans)
    return judged(sentence, Event.LARGE_STRIKE, graded(sentence, Certainty.OBSERVED), marks)


def _warnings(sentence: Sentence, ahead: Mapping[Found, Found]) -> Iterator[Outcome]:
    """A strike that is large, or aimed at energy, and still to come; `ahead` has the word that says so for each."""
    for mark in sentence.all("imminent"):
        yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (mark,))
    for bomber in sentence.all("bombers"):
        for off in sentence.near(bomber, "airborne", before=_GOVERNS, after=_GOVERNS)[:1]:
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (bomber, off))
    yield from _targets_to_come(sentence)
    yield from _darkness_to_come(sentence)
    for act, word in ahead.items():
        if act.label != "damage" and striker(sentence, act) != "own":
            yield _warning(sentence, word, act)


def _weighty(sentence: Sentence, act: Found) -> bool:
    """Tell whether a strike matters otherwise: by bombers, by so many weapons, or as a barrage."""
    heavy = any(each.first <= act.last and act.first <= each.last for each in sentence.all("heavy"))
    near = sentence.near(act, "heavy", before=2, after=1)
    many = not sentence.has("downed", "fired") and any(least(each.kind) <= each.number <= SUMMARY for each in sentence.quantities)
    return heavy or bool(near) or many or sentence.has("bombers")


def _targets_to_come(sentence: Sentence) -> Iterator[Outcome]:
    """Energy that is said to be the next target, or in the crosshairs."""
    for aimed in sentence.all("aimed"):
        targets = [
            each
            for each in sentence.all("grid", "energy")
            if abs(each.first - aimed.first) <= _AHEAD and abs(sentence.clause[each.first] - sentence.clause[aimed.first]) <= 1
        ]
        if targets and striker(sentence, aimed) != "own":
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (aimed, targets[0]))
    for shut in sentence.all("embassy_shut"):
        if threats := sentence.all("threat", "attack", "warn"):
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (shut, threats[-1]))
    for answer in sentence.all("retaliation"):
        threats = sentence.within(sentence.clause[answer.first], "threat", "prepare")
        if threats and sentence.has("enemy", "agent", "envoy") and striker(sentence, threats[0]) != "own":
            yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (threats[0], answer))


_TO_COME = ("prepare", "threat", "might")


def _darkness_to_come(sentence: Sentence) -> Iterator[Outcome]:
    """The enemy who means to put out lights or heat: "plans to leave the country without light"."""
    warned = sentence.has("warn", "threat", "might") and sentence.has("authority", "source")
    if sentence.has("own", "guard") or not (warned or sentence.has("enemy", "agent")):
        return
    for lost in sentence.all("dark", "cuts", "damage", "harming"):
        if lost.label in {"damage", "harming"} and not sentence.near(lost, "grid", "energy", before=_CLOSE, after=_GOVERNS):
            continue
        for word in sentence.within(sentence.clause[lost.first], *_TO_COME, *(("warn",) if warned else ())):
            if any(each.first < word.first for each in sentence.all("attack")):
                break
            foes = [
                each
                for each in sentence.within(sentence.clause[lost.first], "enemy", "agent")
                if each.first < word.first + _CLOSE
            ]
            if (
                (foes or (warned and lost.label in {"damage", "harming"}))
                and -1 < lost.last - word.last <= _AHEAD
                and not _caused_between(sentence, word, lost)
            ):
                yield judged(sentence, Event.STRIKE_WARNING, Certainty.LIKELY, (word, lost))
                return


def _caused_between(sentence: Sentence, one: Found, other: Found) -> bool:
    return any(one.last < each.first < other.first for each in sentence.all("attack"))


def _warning(sentence: Sentence, word: Found, act: Found) -> Outcome:
    spans = (sentence.span(word), sentence.span(act))
    if sentence.has("crime"):
        return NearMiss(Event.STRIKE_WARNING, "tells of a court or an arrest", spans)
    if word.label == "prepare" and sentence.near(word, "not", after=1):
        return NearMiss(Event.STRIKE_WARNING, "says that it is not prepared", spans)
    targets = sentence.within(sentence.clause[act.first], "grid", "energy", "infra")
    weight = [*_sizes(sentence, act, after=_CLOSE), *(each for each in targets if each.first > min(word.first, act.first))]
    if not weight and not _weighty(sentence, act):
        return NearMiss(Event.STRIKE_WARNING, WEIGHTLESS, spans)
    certainty = Certainty.LIKELY if sentence.has("warn", "source", "prepare") else Certainty.POSSIBLE
    return judged(sentence, Event.STRIKE_WARNING, certainty, (word, *weight[:1], act))
