"""The templates, tried on a message of every kind before anyone depends on them: a fault found later would cost an alert."""

import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import TemplateError, TemplateSyntaxError

from alerter.config.yamlfile import Problem
from alerter.domain.cold import QUANTITIES
from alerter.domain.messages import Messages
from alerter.domain.model import ColdSpell, Event, Facts, Kind, Notice, Notification, Reason, Replaced, Severity, Told
from alerter.domain.reasons import CODES
from alerter.domain.rules import All, Cold, News, Official, Rule

LANGUAGES = ("en", "uk")
"""Those that a receiver may ask for."""
_AT, _DAY = datetime(2026, 1, 15, 12, tzinfo=UTC), timedelta(days=1)
_TITLES = dict.fromkeys(LANGUAGES, "title")


def read_templates(directory: Path, *, trial: bool = True) -> tuple[dict[str, str], list[Problem]]:
    """Return the templates of a directory by file name, and what is wrong with them; that needs a second with `trial`."""
    templates, problems = {}, []
    for path in sorted(directory.glob("[!.]*.j2")):  # an editor's own files begin with a dot
        try:
            templates[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), 1, "(file)", f"cannot be read ({error}); write it as UTF-8 text"))
    wanted = {f"{kind}{language}.html.j2" for language in LANGUAGES for kind in ("", "notices.")}
    missing = "is missing; copy it with `alerter init DIR`"
    problems += [Problem(str(directory / name), 1, "(file)", missing) for name in sorted(wanted - templates.keys())]
    if trial and not problems:
        problems = list(dict.fromkeys(_faults(directory, templates)))
    return templates, problems


def _faults(directory: Path, templates: Mapping[str, str]) -> Iterator[Problem]:
    messages = Messages(templates, {}, ZoneInfo("UTC"), rules=[_rule()])
    for language in LANGUAGES:
        try:
            for told in _everything():
                messages.render(told, language)
            for notice in _notices(templates[f"notices.{language}.html.j2"]):
                messages.notice(notice, language)
        except (TemplateError, TypeError, ValueError) as error:
            name, line = _place(error, templates) or (f"{language}.html.j2", 1)
            what = f"cannot be worded ({error}); mend it, or copy the shipped one with `alerter init DIR`"
            yield Problem(str(directory / name), line, "(template)", what)


def _place(error: Exception, templates: Mapping[str, str]) -> tuple[str, int] | None:
    if isinstance(error, TemplateSyntaxError) and error.name:
        return error.name, error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next(((frame.filename, frame.lineno or 1) for frame in reversed(frames) if frame.filename in templates), None)


def _everything() -> Iterator[Notification]:
    """Yield notifications that between them have something of everything, and one with too much for one message."""
    few, crowd = _facts(1, "title"), _facts(12, "title " * 25)
    sights = [Facts(sight, blind_since=_AT, blind_of=sight) for sight in ("forecast", "news", "warnings", "incomplete")]
    for kind in Kind:
        yield _notification(kind, few, ())
        yield _notification(kind, few, few)
        yield from (_notification(kind, (fact,), ()) for fact in sights)
    yield _notification(Kind.UPDATE, crowd * 3, crowd * 4)


def _facts(reports: int, title: str) -> tuple[Facts, ...]:
    told = tuple(Told(_AT, str(number), title, "https://example.org", "likely", Event.GRID_ATTACK) for number in range(reports))
    reasons = tuple(Reason(code, -10.0, -20.0, _AT) for code in sorted(CODES))
    spells = [ColdSpell("", -15.0, _AT, _AT + _DAY, -20.0, -27.0, 0.8, 50, "provider", _AT, _AT, "", each) for each in QUANTITIES]
    return tuple(Facts(each.quantity * 9, "likely", each, told, 9, reasons=reasons, still=_TITLES, truce=told) for each in spells)


def _notification(kind: Kind, facts: tuple[Facts, ...], standing: tuple[Facts, ...]) -> Notification:
    names, replaced = tuple(fact.region for fact in facts), (Replaced("other", _TITLES, frozenset()),)
    told = Notification("rule", kind, _AT, Severity.EXTREME, names, facts, titles=_TITLES, standing=standing)
    return replace(told, note="note", replaces=replaced)


def _rule() -> Rule:
    colds = (Cold(_DAY, 0.6, quantity, -15.0, _DAY, at_least=1.0) for quantity in QUANTITIES)
    when = All((*colds, News(frozenset(Event), _DAY), Official(frozenset({"wind"}), "red", _DAY)))
    return Rule("rule", _TITLES, Severity.EXTREME, when, timedelta(0), _DAY)


def _notices(template: str) -> Iterator[Notice]:
    """Yield a notice of each topic that a template words, with all values that it speaks of."""
    values = dict.fromkeys(re.findall(r"\bvalues\.(\w+)", template), "1")
    yield from (Notice(topic, values) for topic in ("other", *re.findall(r'\btopic == "(\w+)"', template)))
