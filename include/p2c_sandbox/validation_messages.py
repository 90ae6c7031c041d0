"""Pydantic's findings as sentences that name the member and, for an unknown one, the names that are known."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One sentence for each finding, for example `action.stauts: unknown member; known are body, delay_seconds`."""
    return [_sentence(finding["loc"], finding["type"], finding["msg"], model) for finding in error.errors()]


def _sentence(location: tuple[int | str, ...], kind: str, message: str, model: type[BaseModel]) -> str:
    name = ".".join(str(part) for part in location) or "body"
    if kind == "extra_forbidden":
        return f"{name}: unknown member; known are {', '.join(_known_names(location[:-1], model))}"
    return f"{name}: {message}"


def _known_names(location: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _nested_model(model.model_fields[part].annotation) or model
    return sorted(model.model_fields)


def _nested_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    nested = (_nested_model(argument) for argument in get_args(annotation))
    return next((model for model in nested if model), None)
