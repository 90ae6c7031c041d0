"""What the reader makes of a CSDL document: entity types, properties, enumerations. Immutable."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

Named = TypeVar("Named")

NOTHING: Mapping[Any, Any] = MappingProxyType({})


class UnknownName(KeyError):
    """A name that the document does not hold; the message lists the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        by_folded = {candidate.casefold(): candidate for candidate in known}
        matches = difflib.get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.6)
        self.kind = kind
        self.name = name
        self.nearest = tuple(by_folded[match] for match in matches)
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        super().__init__(f"unknown {kind} '{name}'{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class EnumType:
    """An enumeration; on the wire F&O writes a member's name, never its number."""

    name: str
    members: Mapping[str, int]


@dataclass(frozen=True)
class Property:
    """A structural property. Facts that only our own documents state are None or empty for a tenant's document."""

    name: str
    type: str
    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    enum: EnumType | None = None
    options: Mapping[int, str] = field(default_factory=lambda: NOTHING)
    required_level: str | None = None
    date_format: str | None = None
    date_behavior: str | None = None
    required_for_import: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    lookup_targets: tuple[str, ...] = ()
    label: str | None = None
    default: str | None = None
    read_only: bool = False
    money: bool = False
    solution: str | None = None
    unconfirmed: bool = False
    states: Mapping[int, int] = field(default_factory=lambda: NOTHING)
    """Of a status reason: option to the statecode it belongs to."""
    default_status: Mapping[int, int] = field(default_factory=lambda: NOTHING)
    """Of a statecode: state to the statuscode a row gets with it."""


@dataclass(frozen=True)
class NavigationProperty:
    """A single-valued navigation property.

    `name` is what `@odata.bind` takes, `target` the entity type (`principal` stands for the abstract owner, see
    `lookup_targets` of the column), `property` the column that holds the id.
    """

    name: str
    target: str
    property: str


@dataclass(frozen=True)
class CollectionProperty:
    """A collection-valued navigation property: the rows of `target` whose single-valued `partner` leads here."""

    name: str
    target: str
    partner: str


@dataclass(frozen=True)
class EntityType:
    """An entity type with the entity set that exposes it."""

    name: str
    entity_set: str
    key: tuple[str, ...]
    properties: Mapping[str, Property]
    navigation: Mapping[str, NavigationProperty]
    alternate_keys: Mapping[str, tuple[str, ...]]
    primary_name: str | None = None
    label: str | None = None
    change_tracking: bool = False
    required_one_of: tuple[str, ...] = ()
    """Properties of which a create must fill at least one."""
    collections: Mapping[str, CollectionProperty] = field(default_factory=lambda: NOTHING)

    def property(self, name: str) -> Property:
        """The property of that exact name, else UnknownName."""
        return _get(self.properties, f"property of {self.entity_set}", name)


@dataclass(frozen=True)
class Model:
    """One service's metadata. `entity_sets` is keyed by entity set name, `enums` by the name without namespace."""

    namespace: str
    entity_sets: Mapping[str, EntityType]
    enums: Mapping[str, EnumType]

    def entity_set(self, name: str) -> EntityType:
        """The entity type behind an entity set, else UnknownName."""
        return _get(self.entity_sets, "entity set", name)

    def entity(self, logical_name: str) -> EntityType:
        """The entity type of that name (Dataverse: the table's logical name), else UnknownName."""
        return _get({entity.name: entity for entity in self.entity_sets.values()}, "entity", logical_name)


def _get(known: Mapping[str, Named], kind: str, name: str) -> Named:
    try:
        return known[name]
    except KeyError:
        raise UnknownName(kind, name, known) from None
