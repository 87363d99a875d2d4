"""What no single file can show: names that lead nowhere, rules that cannot work, receivers whom nothing reaches.

Everything is read from what was written, not from what was accepted, so that a mistake in one file hides none in another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from alerter.config.files import read_span
from alerter.config.yamlfile import Document, Problem
from alerter.domain.asking import spoken
from alerter.domain.budget import worst_week
from alerter.domain.examples import PLACE, run_examples, situation_of
from alerter.domain.model import Answer, Severity
from alerter.domain.rules import SPELLS, Cold, Example, News, Official, Rule, leaves
from alerter.domain.verdicts import evaluate

_FILES = {"providers": "weather", "warnings": "weather"}
"""Lists that are not named like their file."""
_WOBBLES = timedelta(hours=24)
"""What must be gone for so long does not end by the wobble of a forecast's runs."""


@dataclass(frozen=True, slots=True)
class Written:
    """The documents that are YAML, by name, and the rules that are well written, by their place in the file."""

    documents: Mapping[str, Document]
    rules: Mapping[int, Rule]

    def entries(self, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the entries of a file's list that are mappings, with their places."""
        document = self.documents.get(_FILES.get(name, name))
        data = document.data if document else None
        found = data.get(name) if isinstance(data, dict) else None
        for number, entry in enumerate(found if isinstance(found, list) else ()):
            if isinstance(entry, dict):
                yield number, entry

    def enabled(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield the entries that are in use."""
        return (entry for _, entry in self.entries(name) if str(entry.get("enabled", "true")).lower() != "false")

    def problem(self, name: str, path: tuple[str | int, ...], what: str) -> Problem:
        """Return a mistake in a file."""
        return self.documents[_FILES.get(name, name)].problem((name, *path), what)

    def warning(self, name: str, path: tuple[str | int, ...], what: str) -> Problem:
        """Return what is probably a mistake in a file."""
        return self.documents[name].problem((name, *path), what, warning=True)


def mistakes(written: Written) -> list[Problem]:
    """Return what cannot work: names given twice or leading nowhere, circles, rules without an end."""
    return [*_twice(written), *_unknown_regions(written), *_superseding(written), *_endless(written)]


def failing_examples(written: Written) -> list[Problem]:
    """Return the examples that do not come out as their rule says."""
    return [
        written.problem("rules", (number, "examples", failure.number), str(failure))
        for number, rule in written.rules.items()
        for failure in run_examples([rule])
    ]


def warnings(written: Written) -> list[Problem]:
    """Return what is probably not meant."""
    found = [*_unreachable(written), *_over_budget(written)]
    for number, rule in written.rules.items():
        if not rule.examples:
            what = "the rule has no example; write one that alerts and one that is quiet"
            found.append(written.warning("rules", (number, "examples"), what))
        for path, node in leaves(rule.when):
            doubts = [*_doubts(node, written), *_flaps(node, rule)]
            found += [written.warning("rules", (number, *path, key), what) for key, what in doubts]
    return found


def _doubts(node: Cold | News | Official, written: Written) -> Iterator[tuple[str, str]]:
    if isinstance(node, News):
        yield from _doubts_of_news(node, written)
    elif isinstance(node, Cold):
        yield from _doubts_of_cold(node, written)
    else:
        yield from _doubts_of_official(node, written)


def _twice(written: Written) -> Iterator[Problem]:
    for name in ("feeds", "receivers", "regions", "rules", "warnings"):
        seen: set[str] = set()
        for number, entry in written.entries(name):
            key = str(entry.get("id"))
            if key in seen:
                yield written.problem(name, (number, "id"), f"{key!r} is there twice; write an id of its own")
            seen.add(key)


def _unknown_regions(written: Written) -> Iterator[Problem]:
    known = {str(entry.get("id")): entry.get("name") for _, entry in written.entries("regions")}
    codes = {str(name).lower(): code for code, names in known.items() if isinstance(names, dict) for name in names.values()}
    for name in ("receivers", "rules"):
        for number, entry in written.entries(name):
            regions = entry.get("regions")
            for place, region in enumerate(regions if isinstance(regions, list) and known else ()):
                if region not in known:
                    meant = get_close_matches(str(region).lower(), codes, 1)
                    advice = f"{codes[meant[0]]} ({meant[0].title()})" if meant else "a code of it, like UA-63"
                    what = f"{region!r} is no region of regions.yaml; write {advice}"
                    yield written.problem(name, (number, "regions", place), what)


def _superseding(written: Written) -> Iterator[Problem]:
    raw = {number: (str(entry.get("id")), entry.get("supersedes")) for number, entry in written.entries("rules")}
    weaker = {key: [str(one) for one in names] for key, names in raw.values() if isinstance(names, list)}
    known = {key for key, _ in raw.values()}
    for number, (key, _) in raw.items():
        for place, name in enumerate(weaker.get(key, ())):
            if name not in known:
                what = f"{name!r} is no rule; write {_close(name, known - {key}, 'the id of another rule')}"
                yield written.problem("rules", (number, "supersedes", place), what)
            elif circle := _circle(key, name, weaker):
                what = f"supersedes in a circle ({' → '.join(circle)}), so none would speak; remove one of these"
                yield written.problem("rules", (number, "supersedes", place), what)


def _circle(start: str, name: str, weaker: Mapping[str, list[str]]) -> list[str]:
    """Return the way from `start` over `name` back to `start`, empty when there is none."""
    ways, seen = [[start, name]], {name}
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        ways += [[*way, one] for one in weaker.get(way[-1], ()) if one not in seen]
        seen.update(weaker.get(way[-1], ()))
    return []


def _endless(written: Written) -> Iterator[Problem]:
    """A rule that holds in mild weather with nothing in the news would fire everywhere, or having fired never end."""
    quiet = situation_of(Example("nothing happens", (), Answer.NO))
    for number, rule in written.rules.items():
        if evaluate(rule, quiet, PLACE).answer is Answer.YES:
            what = "holds when nothing happens, so an alert would never end; add a condition that is false on a quiet day"
            yield written.problem("rules", (number, "when"), what)
        elif evaluate(rule, quiet, PLACE, firing=True).answer is Answer.YES:
            what = "goes on holding when nothing happens, so an alert would never end; write a colder `until_above`"
            yield written.problem("rules", (number, "when"), what)


def _unreachable(written: Written) -> Iterator[Problem]:
    enabled = {str(entry.get("id")) for entry in written.enabled("regions")}
    for number, entry in written.entries("receivers"):
        least = Severity.__members__.get(str(entry.get("at_least", "minor")).upper())
        regions = entry.get("regions") or []
        if entry.get("role", "subscribers") != "subscribers" or least is None or not isinstance(regions, list):
            continue
        grave = [rule for rule in written.rules.values() if rule.severity >= least]
        wanted = set(map(str, regions)) or enabled
        if written.rules and not grave:
            highest = max(rule.severity for rule in written.rules.values()).label
            what = f"no rule is {entry['at_least']}, so nothing reaches this receiver; write at_least: {highest} or less"
            yield written.warning("receivers", (number, "at_least"), what)
        elif grave and enabled and not any(wanted & enabled & (rule.regions or enabled) for rule in grave):
            what = "no rule speaks of these regions (are they enabled?), so nothing reaches this receiver; write others"
            yield written.warning("receivers", (number, "regions"), what)


def _over_budget(written: Written) -> Iterator[Problem]:
    """Tell whose budget one alert would break that stands for a week, by its repeats alone."""
    for number, entry in written.entries("receivers"):
        budget = str(entry.get("budget", "")).partition("/")[0]
        least = Severity.__members__.get(str(entry.get("at_least", "minor")).upper())
        if not budget.isdigit() or least is None:
            continue
        heard = [rule for rule in written.rules.values() if least <= rule.severity < Severity.EXTREME]
        over = [f"{rule.id} ({worst_week(rule)})" for rule in heard if worst_week(rule) > int(budget)]
        if over:
            what = f"one alert that stands for a week sounds more often: {', '.join(over)}; the rest would wait for the digest"
            yield written.warning("receivers", (number, "budget"), f"{what}; write more, or a longer `repeat` in the rule")


def _doubts_of_news(node: News, written: Written) -> Iterator[tuple[str, str]]:
    fastest: dict[str, timedelta] = {}
    for feed in written.enabled("feeds"):
        every = read_span(feed.get("every", "5m"))
        owner = str(feed.get("owner"))
        if every is not None:
            fastest[owner] = min(every, fastest.get(owner, every))
    asked = sorted(fastest.values())
    if asked and len(asked) < node.sources:
        yield "sources", f"there are only {len(asked)} owners in feeds.yaml, so this can never hold; write {len(asked)} or less"
    elif asked and node.past < asked[node.sources - 1]:
        needed = spoken(asked[node.sources - 1])
        yield (
            "past",
            f"{spoken(node.past)} is less than the {needed} in which enough sources are asked; write {needed} or more",
        )
    if node.sources == 1 and node.alone is None:
        yield "sources", "one source rated B is enough here; write `alone: B` beside it if that is meant, else sources: 2"


def _doubts_of_cold(node: Cold, written: Written) -> Iterator[tuple[str, str]]:
    providers = list(written.enabled("providers"))
    every = [span for span in (read_span(entry.get("every", "1h")) for entry in providers) if span is not None]
    if every and node.within < min(every):
        least = spoken(min(every))
        yield (
            "within",
            f"{spoken(node.within)} is less than the {least} in which a forecast is asked for; write {least} or more",
        )
    written_days = (str(entry.get("days", 7)) for entry in providers)
    days = max((int(text) for text in written_days if text.isdecimal() and len(text) <= len("16")), default=0)
    if days and node.within + node.lasting > timedelta(days=days):
        yield "within", f"with `lasting` that is more than the {days} days of the forecasts, so it may stay unknown; write less"


def _flaps(node: Cold | News | Official, rule: Rule) -> Iterator[tuple[str, str]]:
    """A forecast wobbles by a degree and a half from run to run; without a softer end each such step begins or ends an alert."""
    if isinstance(node, Cold) and node.until_above is None and node.until_below is None and rule.keep_firing_for < _WOBBLES:
        key = "until_above" if node.quantity in SPELLS else "until_below"
        softer = f"{node.below + 3:g}°C" if node.quantity in SPELLS else "less than `at_least`"
        yield key, f"missing, so a forecast that wobbles begins and ends the alert again and again; write `{key}:` {softer}"


def _doubts_of_official(node: Official, written: Written) -> Iterator[tuple[str, str]]:
    known = {str(hazard) for entry in written.enabled("warnings") for hazard in entry.get("hazards") or ()}
    for hazard in sorted(node.hazards - known if known else ()):
        what = (
            f"no source of warnings in weather.yaml tells of {hazard!r}; write {_close(hazard, known, ', '.join(sorted(known)))}"
        )
        yield "hazards", what


def _close(name: Any, known: set[str], otherwise: str) -> str:
    close = get_close_matches(str(name), sorted(known), 1)
    return close[0] if close else otherwise
