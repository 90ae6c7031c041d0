"""What a query may speak of, and the names in it resolved against the metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from p2c_metadata import EntityType, Model, UnknownName
from p2c_sandbox.expressions import Path, kind_of
from p2c_sandbox.literals import QueryError, shortened

Dialect = Literal["dataverse", "finance_operations"]


def _machine_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Scope:
    """A system's dialect, an entity type and its model, the time, and the values of `@name` aliases in the URL."""

    dialect: Dialect
    entity: EntityType
    model: Model
    now: Callable[[], datetime] = _machine_time
    aliases: Mapping[str, str] = field(default_factory=dict)

    def path(self, names: Sequence[str]) -> Path:
        """A property of the entity type, or one behind its single-valued navigation properties."""
        scope = self
        for name in names[:-1]:
            scope = scope.behind(name)
        declared = scope.entity.properties.get(names[-1])
        if declared is None:
            raise QueryError(scope.unknown(names[-1]))
        return Path(tuple(names), kind_of(declared))

    def behind(self, navigation: str) -> Scope:
        """The scope of the rows that a single-valued navigation property leads to."""
        link = self.entity.navigation.get(navigation)
        if link is None:
            raise QueryError(self.unknown(navigation))
        try:
            target = self.model.entity(link.target)
        except UnknownName:
            raise QueryError(f"Rows behind the navigation property '{navigation}' are not kept here.") from None
        return Scope(self.dialect, target, self.model, self.now, self.aliases)

    def unknown(self, name: str) -> str:
        """The message both systems give for a name that an entity type does not have."""
        type_name = f"{self.model.namespace}.{self.entity.name}"
        return f"Could not find a property named '{shortened(name)}' on type '{type_name}'."
