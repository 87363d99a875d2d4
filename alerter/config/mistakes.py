"""What pydantic found wrong, in the words of the person who wrote it."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from alerter.domain.model import Mistake

_ADVICE = {
    "int_parsing": "is no whole number; write one, like 2",
    "int_type": "is no whole number; write one, like 2",
    "float_parsing": "is no number; write one, like 49.5",
    "bool_parsing": "is neither true nor false; write one of them",
    "bool_type": "is neither true nor false; write one of them",
    "string_type": "is no text; write a word or a sentence",
    "list_type": "is no list; write `- ` entries under the key",
    "dict_type": "is no mapping; write `key: value` lines under the key",
    "model_type": "is no mapping; write `key: value` lines under the key",
    "model_attributes_type": "is no mapping; write `key: value` lines under the key",
    "tuple_type": "is no list; write two values, like [22, 7]",
    "too_short": "is empty; write at least one entry",
    "greater_than_equal": "is too small; write {ge} or more",
    "less_than_equal": "is too large; write {le} or less",
    "string_pattern_mismatch": "does not have the form {pattern}; write it so",
}


def at(key: str, what: str) -> PydanticCustomError:
    """Return an error for a validator of a whole mapping to raise, that names the `key` in it."""
    return PydanticCustomError("inner", "{what}", {"what": what, "key": key})


def mistakes_of(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """Return each mistake with the keys that lead to it as they stand in the file; a misspelt key is one, not two."""
    found = error.errors(include_url=False)
    meant = {(*each["loc"][:-1], _meant(each, model)) for each in found if each["type"] == "extra_forbidden"}
    return [_mistake(each, model) for each in found if each["type"] != "missing" or each["loc"] not in meant]


def _meant(each: Any, model: type[BaseModel]) -> str | None:
    key = str(each["loc"][-1])
    known = [name for name in _properties(model, each["loc"][:-1]) if name != key]
    return next(iter(get_close_matches(key, known, 1)), None)


def _mistake(each: Any, model: type[BaseModel]) -> Mistake:
    loc, kinds = each["loc"], _schema(model).get("$defs", {})
    path = tuple(part for part in loc if part not in kinds)
    context = each.get("ctx", {})
    if each["type"] == "inner":
        return Mistake((*path, context["key"]), context["what"])
    return Mistake(path, _advice(each, model, context))


def _advice(each: Any, model: type[BaseModel], context: Any) -> str:
    key = str(each["loc"][-1]) if each["loc"] else ""
    if each["type"] == "extra_forbidden":
        meant, known = _meant(each, model), ", ".join(_properties(model, each["loc"][:-1]))
        return f"unknown key; write {meant!r}" if meant else f"unknown key; write one of {known}, or remove it"
    if each["type"] == "missing":
        meaning = str(_properties(model, each["loc"][:-1]).get(key, {}).get("description", "")).split("\n")[0].rstrip(".")
        return f"missing; write `{key}:`" + (f" ({meaning[0].lower()}{meaning[1:]})" if meaning else " and its value")
    shown = repr(each.get("input"))
    shown = shown if len(shown) <= 60 else shown[:59] + "…"  # noqa: PLR2004 (one line of a terminal)
    if each["type"] in {"literal_error", "union_tag_invalid"}:
        return f"{shown} is not known here; write {_closest(each.get('input'), context)}"
    message = str(each["msg"]).removeprefix("Value error, ")
    advice = _ADVICE.get(each["type"])
    if advice:
        return f"{shown} {advice.format(**context)}"
    ours = each["type"] in {"value_error", "given"}
    return f"{shown} {message}" if ours else f"{shown}: {message[0].lower()}{message[1:]}; write such a value"


def _closest(value: Any, context: Any) -> str:
    known = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "").split(", ")
    close = get_close_matches(str(value), known, 1)
    return close[0] if close else ", ".join(known)


@cache
def _schema(model: type[BaseModel]) -> Any:
    return model.model_json_schema()


def _properties(model: type[BaseModel], path: Iterable[str | int]) -> dict[str, Any]:
    """Return the keys, with their schemas, that may stand where `path` leads."""
    schema = _schema(model)
    kinds, nodes = schema.get("$defs", {}), [schema]
    for part in path:
        nodes = [inner for node in nodes for inner in _flat(node, kinds)]
        if isinstance(part, int):
            nodes = [node["items"] for node in nodes if "items" in node]
        elif part in kinds:
            nodes = [kinds[part]]
        else:
            nodes = [node["properties"][part] for node in nodes if part in node.get("properties", {})]
    return {key: value for node in nodes for inner in _flat(node, kinds) for key, value in inner.get("properties", {}).items()}


def _flat(node: Any, kinds: Any) -> list[Any]:
    """Return the alternatives of a schema, references followed."""
    if "$ref" in node:
        return _flat(kinds[node["$ref"].rsplit("/", 1)[-1]], kinds)
    inner = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
    return [one for each in inner for one in _flat(each, kinds)] if inner else [node]
