"""What a cold condition asks of a forecast, and how that is said."""

from datetime import timedelta

from alerter.domain.cold import Question
from alerter.domain.rules import LEVELS, TOTALS, Cold

HELD_SHARE = 2 / 3
"""What is left of the chance that a rule asks for while it fires: a share wobbles with each run, and by a step when another
provider stands in."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def question_of(node: Cold, *, firing: bool, offset: float) -> Question:
    """Return what `node` asks of a forecast, softer while the alert fires.

    An alert that stands holds while an hour (a day, of daily means) of the softer cold is still to come, so that it does
    not end in the middle of a spell only because what is left of it is short.
    """
    if node.quantity in LEVELS or node.quantity in TOTALS:
        amount = node.until_below if firing and node.until_below is not None else node.at_least
        return Question(node.below, node.lasting, node.within, node.quantity, amount or 0.0, offset)
    below = node.until_above if firing and node.until_above is not None else node.below
    left = _DAY if node.quantity == "daily_mean" else _HOUR
    return Question(below, min(node.lasting, left) if firing else node.lasting, node.within, node.quantity, offset=offset)


def needed_share(node: Cold, *, firing: bool) -> float:
    """Return the share of the runs (0-1) that must agree."""
    return node.chance * HELD_SHARE if firing else node.chance


def named(question: Question) -> str:
    """Return what a question asks, in words."""
    quantity = question.quantity.replace("_", " ")
    if question.quantity in LEVELS:
        return f"{quantity} {question.amount:g} or above"
    shift = 0.0 if question.quantity == "heating_degree_days" else question.offset
    if question.quantity in TOTALS:
        unit = "°Ch" if question.quantity == "degree_hours" else "°Cd"
        return f"{question.amount:g}{unit} or more below {question.below + shift:g}°C"
    return f"{quantity} at or below {question.below + shift:g}°C for {spoken(question.lasting)}"


def spoken(span: timedelta) -> str:
    """Return a length of time as people write it in a rule."""
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h" if minutes % 1440 or minutes < 2880 else f"{minutes // 1440}d"  # noqa: PLR2004 (minutes of a day)
