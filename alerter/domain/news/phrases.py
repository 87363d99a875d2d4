"""What terms of a sentence say together and no term says alone: strikes by their weapon, truces by what ceases."""

from collections.abc import Iterator

from alerter.domain.terms import Found

_SEVERAL = 2
_TARGETS = ("grid", "energy", "infra")


def _halts(found: list[Found]) -> Iterator[Found]:
    """Yield the truces that are said as a halt of strikes: "suspend attacks", "не бити по"; not "does not stop attacks"."""
    apart = [each for each in found if each.label == "other"]
    for halt in found:
        if halt.label != "halt" or any(inside(halt, whole) for whole in apart):
            continue
        if any(each.label == "not" and 0 < halt.first - each.last <= _SEVERAL for each in found):
            continue
        acts = (each for each in found if each.label == "attack" and 0 <= each.first - halt.last <= _HALTED)
        act = next(acts, None)
        if act and not any(each.label == "because" and halt.last < each.first < act.first for each in found):
            yield Found("truce", halt.first, act.last)


def said_otherwise(found: list[Found]) -> Iterator[Found]:
    """Yield the strikes and truces that no term says alone; most sentences have none of the words for them."""
    labels = {each.label for each in found}
    if "halt" in labels and "attack" in labels:
        yield from _halts(found)
    if "halted" in labels and "blows" in labels:
        yield from _ceased(found)
    if not labels.isdisjoint(_ARMS):
        yield from _by_weapon(found)
    if "spare" in labels:
        yield from _spared(found)


def _ceased(found: list[Found]) -> Iterator[Found]:
    """Yield the truces that are said as strikes that cease: "strikes are on hold", "обстріли припинено"."""
    for halted in found:
        if halted.label == "halted" and not any(each.label == "not" and 0 < halted.first - each.last <= 1 for each in found):
            blows = (each for each in found if each.label == "blows" and 0 < halted.first - each.last <= _HALTED)
            yield from (Found("truce", blow.first, halted.last) for blow in list(blows)[-1:])


def _spared(found: list[Found]) -> Iterator[Found]:
    """Yield the truces that are said as leaving something alone: "will spare the power plants"."""
    for spare in found:
        if spare.label == "spare":
            targets = (each for each in found if each.label in _TARGETS and abs(each.first - spare.last) <= _HALTED)
            yield from (Found("truce", min(spare.first, each.first), max(spare.last, each.last)) for each in list(targets)[:1])


def _by_weapon(found: list[Found]) -> Iterator[Found]:
    """Yield the strikes that are named by their weapon: "without light after the missiles", "через шахеди"."""
    hits = {each.last + 1 for each in found if each.label == "into"} & {each.first for each in found if each.label in _TARGETS}
    intos = {each.first for each in found if each.label == "into" and each.last + 1 in hits}
    yield from (Found("attack", each.first, each.last) for each in found if each.label in _ARMS and each.last + 1 in intos)
    busy = {each.first for each in found if each.label in {"attack", "fired", "downed", "guard"}}
    for wake in found:
        if wake.label == "wake":
            arms = (each for each in found if each.label in _ARMS and 0 < each.first - wake.last <= _SEVERAL)
            arm = next(arms, None)
            if arm and busy.isdisjoint(range(wake.first, arm.last + _HALTED)):
                yield Found("attack", arm.first, arm.last)


def add_lulls(marks: dict[str, list[Found]]) -> None:
    """Read a pause as a truce where strikes, weapons or energy stand beside it, or the attacker who agrees to it or ends it."""
    if "lull" not in marks or "lull_of" in marks:
        return
    company = not marks.keys().isdisjoint(("attack", "grid", "energy", *_ARMS))
    sides = not marks.keys().isdisjoint(("enemy", "agent", "envoy")) and not marks.keys().isdisjoint(
        ("agreed", "over", "accepted")
    )
    if company or sides:
        taken = {word for each in marks.get("truce", ()) for word in range(each.first, each.last + 1)}
        lulls = [each._replace(label="truce") for each in marks["lull"] if each.first not in taken]
        marks["truce"] = sorted([*marks.get("truce", ()), *lulls], key=lambda mark: mark.first)


_ARMS = ("drone", "missile", "weapon")
_HALTED = 4
"""Words from "halt" to the strikes that are halted."""


def inside(part: Found, whole: Found) -> bool:
    """Tell whether a term stands within another."""
    return whole.first <= part.first and part.last <= whole.last
