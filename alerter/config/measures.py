"""Quantities with their units, and words of fixed lists, as people write them in rules."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from alerter.config.files import named, words
from alerter.domain.model import Certainty, Event

_DEGREES = r"[-−+]?\d+(\.\d+)?\s*°C"
_SHARE = r"\d+(\.\d+)?\s*%"


def _quantity(pattern: str, advice: str) -> Any:
    def read(value: Any) -> float:
        if not re.fullmatch(pattern, str(value).strip()):
            raise ValueError(advice)
        return float(re.split(r"[°%m]", str(value))[0].replace("−", "-"))

    return read


def _share(value: float) -> float:
    if not 0 < value <= 100:  # noqa: PLR2004 (per cent)
        raise ValueError("is no share of the runs; write more than 0% and at most 100%")
    return value / 100


def many(value: Any) -> Any:
    """Let one entry stand for a list of one."""
    return value if isinstance(value, list) else [value]


def pattern(regex: str, *examples: str) -> WithJsonSchema:
    """Tell editors the form of a text."""
    return WithJsonSchema({"type": "string", "pattern": f"^{regex}$", "examples": list(examples)})


Degrees = Annotated[
    float,
    BeforeValidator(_quantity(_DEGREES, "is no temperature; write it with its unit, like -15°C")),
    pattern(_DEGREES, "-15°C"),
]
Share = Annotated[
    float,
    BeforeValidator(_quantity(_SHARE, "is no share; write it with its unit, like 60%")),
    AfterValidator(_share),
    pattern(_SHARE, "60%"),
]
Speed = Annotated[
    float,
    BeforeValidator(_quantity(r"\d+(\.\d+)?\s*m/s", "is no wind speed; write it with its unit, like 8m/s")),
    pattern(r"\d+(\.\d+)?\s*m/s", "8m/s"),
]
DegreeSum = Annotated[
    float,
    BeforeValidator(_quantity(r"\d+(\.\d+)?\s*°C[hd]", "is no sum of degrees; write it with its unit, like 240°Ch or 120°Cd")),
    pattern(r"\d+(\.\d+)?\s*°C[hd]", "240°Ch", "120°Cd"),
]
Sure = Annotated[Certainty, named(Certainty, "certainty"), words(Certainty)]
What = Annotated[Event, named(Event, "event"), words(Event)]
