"""JSON Schemas of the configuration files, for editors that complete and check as one types."""

from typing import Any

from alerter.config.files import Strict
from alerter.config.load import MODELS
from alerter.config.rulefile import Rules

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Any]:
    """Return the schema of each file by its name without `.yaml`."""
    models: dict[str, type[Strict]] = {**MODELS, "rules": Rules}
    return {name: {"$schema": _DRAFT} | _plain(model.model_json_schema(by_alias=True)) for name, model in models.items()}


def _plain(node: Any) -> Any:
    """Leave out what pydantic adds for itself: titles made of names, and defaults in a form that nobody writes here."""
    if isinstance(node, dict):
        noise = {key for key, value in node.items() if (key == "title" and isinstance(value, str)) or key == "default"}
        return {key: _plain(value) for key, value in node.items() if key not in noise}
    return [_plain(value) for value in node] if isinstance(node, list) else node
