"""The settings of `site.toml`, from the models that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from p2c.site import Site
from p2c_airflow.documentation.markdown import code, table


def settings_page() -> str:
    """Every setting with its type, default and meaning."""
    schema = Site.model_json_schema()
    rows = list(_rows(schema, schema.get("$defs", {}), ""))
    return "\n\n".join(["# Settings: site.toml", table(("Setting", "Type", "Default", "Meaning"), rows)])


def _rows(model: dict[str, Any], definitions: dict[str, Any], place: str) -> Iterator[tuple[str, ...]]:
    required = model.get("required", ())
    for name, setting in model["properties"].items():
        path = f"{place}{name}"
        default = "required" if name in required else _default(setting)
        yield code(path), _type(setting, definitions), default, setting.get("description", "")
        below, suffix = _below(setting, definitions)
        if below:
            yield from _rows(below, definitions, f"{path}{suffix}.")


def _default(setting: dict[str, Any]) -> str:
    default = setting.get("default")
    return code(str(default).lower() if isinstance(default, bool) else default) if default not in ([], {}) else ""


def _below(setting: dict[str, Any], definitions: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The model of a table, or of the tables it holds by free names or in a list."""
    for wrapper, suffix in (("additionalProperties", ".<name>"), ("items", "[]")):
        inner = setting.get(wrapper)
        if isinstance(inner, dict):
            found, further = _below(inner, definitions)
            return found, suffix + further
    choices = (choice["$ref"] for choice in (setting, *setting.get("anyOf", ())) if "$ref" in choice)
    reference = next(choices, "").rpartition("/")[2]
    found = definitions.get(reference)
    return (found, "") if found and "properties" in found else (None, "")


def _type(setting: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in setting:
        return _type(definitions[setting["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in setting:
        kinds = (_type(choice, definitions) for choice in setting["anyOf"] if choice.get("type") != "null")
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in setting:
        return " or ".join(map(code, setting["enum"]))
    limits = [f"{word} {setting[key]}" for key, word in _LIMITS.items() if key in setting]
    kind = {"object": "table", "array": "list"}.get(setting.get("type", ""), setting.get("type", "any"))
    return ", ".join([kind, *limits])


_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "minLength": "characters at least",
    "maxLength": "characters at most",
}
