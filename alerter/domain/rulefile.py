"""Rules as people write them, turned into rules; every mistake is told at once."""

import re
from datetime import timedelta
from typing import Any

from alerter.domain.model import Certainty, Event, Mistake, Severity
from alerter.domain.rules import All, Any_, AtLeast, Cold, Condition, News, None_, Official, Rule

UNITS = {"m": 60, "h": 3600, "d": 86400}


def parse_rules(data: Any) -> tuple[tuple[Rule, ...], list[Mistake]]:
    """Return the rules that are well written, and the mistakes of the others."""
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        return (), [Mistake((), "is no mapping with a list `rules`; write `rules:` and the rules under it")]
    rules: list[Rule] = []
    mistakes: list[Mistake] = []
    for number, raw in enumerate(data["rules"]):
        try:
            rules.append(_rule(raw))
        except KeyError as error:
            mistakes.append(
                Mistake(("rules", number), f"key or value {error} is missing or not known; write it as in the shipped rules")
            )
        except (ValueError, TypeError, AttributeError) as error:
            mistakes.append(Mistake(("rules", number), str(error)))
    return tuple(rules), mistakes


def _time(text: Any) -> timedelta:
    found = re.fullmatch(r"(\d+)([mhd])", str(text))
    if not found:
        raise ValueError(f"{text!r} is no duration; write 12h, 30m or 3d")
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


def _number(text: Any, unit: str) -> float:
    if not str(text).endswith(unit):
        raise ValueError(f"{text!r} lacks its unit; write {text}{unit}")
    return float(str(text).removesuffix(unit).replace("−", "-"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _rule(raw: Any) -> Rule:
    if not raw.get("examples"):
        raise ValueError("a rule without examples; add one")
    season = raw.get("season")
    return Rule(
        raw["id"],
        _titles(raw["title"]),
        Severity[raw["severity"].upper()],
        _when(raw["when"]),
        _time(raw.get("for", "0m")),
        _time(raw["keep_firing_for"]),
        tuple(_time(one) for one in _list(raw.get("repeat", []))),
        frozenset(raw.get("supersedes", ())),
        frozenset(raw.get("regions", ())),
        (season["start"], season["end"]) if season else None,
        tuple(raw["examples"]),
    )


def _titles(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not raw:
        raise ValueError(f"title {raw!r} names no language; write title: {{en: ..., uk: ...}}")
    for language, text in raw.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"title {language!r} has no text; a title with a comma stands between double quotes")
    return raw


def _when(raw: Any) -> Condition:  # noqa: PLR0911 (one return a kind)
    ((kind, value),) = raw.items()
    if kind == "cold":
        until = value.get("until_above")
        return Cold(
            _number(value["below"], "°C"),
            _time(value["lasting"]),
            _time(value["within"]),
            _number(value["chance"], "%") / 100,
            None if until is None else _number(until, "°C"),
            value.get("quantity", "temperature"),
        )
    if kind == "news":
        events = frozenset(Event(one) for one in _list(value["of"]))
        return News(events, _time(value["past"]), Certainty[value["certainty"].upper()], int(value["sources"]))
    if kind == "official":
        return Official(frozenset(_list(value["hazards"])), value["level"], _time(value["within"]))
    if kind == "at_least":
        return AtLeast(int(value["count"]), tuple(map(_when, value["of"])))
    of = tuple(map(_when, value))
    if kind == "all":
        return All(of)
    if kind == "any":
        return Any_(of)
    if kind == "none":
        return None_(of)
    raise ValueError(f"unknown condition {kind!r}; write cold, news, official, all, any, none or at_least")
