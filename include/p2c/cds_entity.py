"""Canonical entities of the Common Data Service, as flows declare them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from p2c.errors import ConfigurationError, unknown

ColumnType = Literal["text", "integer", "decimal", "boolean", "datetime", "date"]


@dataclass(frozen=True)
class CdsField:
    """A column of a CDS entity. ``scale`` counts decimal places."""

    name: str
    type: ColumnType = "text"
    length: int | None = None
    required: bool = False
    precision: int = 38
    scale: int | None = None


@dataclass(frozen=True)
class CdsEntity:
    """A canonical entity of the Common Data Service of 2017."""

    name: str
    key: str
    fields: tuple[CdsField, ...]

    def with_fields(self, fields: Iterable[CdsField]) -> CdsEntity:
        """Return a copy with those of ``fields`` that it lacks by name."""
        known = {field.name for field in self.fields}
        return replace(self, fields=(*self.fields, *(field for field in fields if field.name not in known)))

    def field(self, name: str) -> CdsField:
        """Return the column ``name``; raises ConfigurationError."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise ConfigurationError(f"CDS {self.name}: " + unknown("field", name, (f.name for f in self.fields)))
