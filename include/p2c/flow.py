"""What a flow is: one frozen declaration per template task, with its two hops.

A flow names its source, its CDS entity and its destination, and pairs their fields. It holds no behaviour: mapping,
validation and loading read it, and the documentation is generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from p2c.errors import ConfigurationError, unknown
from p2c.pair import (
    Along,
    BlankPolicy,
    Block,
    Constant,
    Join,
    LengthPolicy,
    Pair,
    Reference,
    SiteDefault,
    Through,
    Transform,
    ValueMap,
    WritePolicy,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "Along",
    "BlankPolicy",
    "Block",
    "CdsEntity",
    "CdsField",
    "Condition",
    "Constant",
    "Destination",
    "Flow",
    "Follow",
    "Join",
    "LengthPolicy",
    "Pair",
    "Parent",
    "Reference",
    "Referenced",
    "SiteDefault",
    "Source",
    "System",
    "Through",
    "Transform",
    "ValueMap",
    "WritePolicy",
]

System = Literal["sales", "finance_operations"]


@dataclass(frozen=True)
class Condition:
    """A row is in scope only if ``field`` is one of ``values``; without ``values``, only if it is filled.

    The value "" stands for a blank field.
    """

    field: str
    reason: str
    values: tuple[str, ...] = ()

    def holds(self, value: str) -> bool:
        """Whether a row with that value, without surrounding blanks, is in scope."""
        return value in self.values if self.values else bool(value)


@dataclass(frozen=True)
class CdsField:
    """A column of a CDS entity. ``scale`` counts decimal places."""

    name: str
    type: Literal["text", "integer", "decimal", "boolean", "datetime", "date"] = "text"
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

    def field(self, name: str) -> CdsField:
        """Return the column ``name``; raises ConfigurationError."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise ConfigurationError(f"CDS {self.name}: " + unknown("field", name, (f.name for f in self.fields)))


@dataclass(frozen=True)
class Follow:
    """Rows belong to the organization of the row behind ``lookup``, which ``flow`` reads: its selection is theirs."""

    flow: str
    lookup: str


@dataclass(frozen=True)
class Referenced:
    """A yes/no field that an environment may lack: does a row of ``entity_sets`` point here by ``lookup``?

    ``modified`` is when such a row changed.
    """

    field: str
    entity_sets: tuple[str, ...]
    lookup: str
    modified: str


@dataclass(frozen=True)
class Parent:
    """A row of another flow that has to be at the destination before this one; until then this one is parked.

    ``id`` is the source field with the parent's id; where it is blank there is no such parent. ``target`` is the
    destination field that names the parent, which is ``key`` of ``entity_set`` there.
    """

    flow: str
    id: str
    target: str
    entity_set: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where rows are read. Fields are named as in the wire protocol; ``lookup.column`` reads through a lookup.

    Of several ``business_unit`` fields the first filled one counts. ``selected_by`` are fields read only because a site
    selects rows by them. ``derived`` fields are worked out where the environment lacks them.
    """

    system: System
    entity_set: str
    id: str
    key: str
    version: str
    modified: str
    business_unit: str | tuple[str, ...]
    follows: Follow | None = None
    selected_by: tuple[str, ...] = ()
    derived: tuple[Referenced, ...] = ()

    @property
    def business_units(self) -> tuple[str, ...]:
        """The fields that may hold the owning business unit, the first to count first."""
        return (self.business_unit,) if isinstance(self.business_unit, str) else self.business_unit

    def renamed(self, names: Mapping[str, str]) -> Source:
        """Return a copy that reads fields by other ``names``."""
        return replace(self, key=names.get(self.key, self.key), modified=names.get(self.modified, self.modified))


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where rows are written.

    ``key`` is the integration key; with the fields of ``key_with`` it is unique within ``company``. ``maintained``
    marks a row as ours. ``lanes`` is how many requests may be under way at once. ``number_sequence`` names the sequence
    that may replace our key.
    """

    system: System
    entity_set: str
    key: str
    company: str
    maintained: tuple[str, str]
    number_sequence: str
    lanes: int
    key_with: tuple[str, ...] = ()

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The whole key beside the company."""
        return (self.key, *self.key_with)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow: source > CDS > destination.

    ``left_actions`` are what a site may have done to a row that left scope. A row whose destination key changes beside
    the integration key has *moved*: it is created anew, and ``moved_action`` is done to the row it leaves behind.
    """

    name: str
    title: str
    description: str
    source: Source
    cds: CdsEntity
    destination: Destination
    source_to_cds: tuple[Pair, ...]
    cds_to_destination: tuple[Pair, ...]
    scope: tuple[Condition, ...]
    blocks: tuple[Block, ...] = ()
    left_actions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    moved_action: str = ""
    parents: tuple[Parent, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a target that two pairs fill; raises ConfigurationError."""
        for hop in (self.source_to_cds, self.cds_to_destination):
            targets = [pair.target for pair in hop]
            for target in {t for t in targets if targets.count(t) > 1}:
                raise ConfigurationError(f"Flow {self.name}: two pairs fill {target!r}; keep one.")

    def active(self, hop: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs of a hop that are switched on."""
        return (pair for pair in hop if pair.enabled)

    def destination_pair(self, target: str) -> Pair:
        """Return the pair that fills ``target`` at the destination; raises ConfigurationError."""
        for pair in self.cds_to_destination:
            if pair.target == target:
                return pair
        raise ConfigurationError(
            f"Flow {self.name}: " + unknown("destination field", target, (p.target for p in self.cds_to_destination))
        )

    def source_fields(self) -> tuple[str, ...]:
        """Every source field the flow reads, keys first, each once."""
        origin = self.source
        names = [origin.id, origin.key, origin.version, origin.modified, *origin.business_units]
        names += [*self.source.selected_by, *(condition.field for condition in self.scope)]
        names += [parent.id for parent in self.parents]
        names += [name for pair in self.active(self.source_to_cds) for name in pair.sources]
        derived = {derived.field for derived in origin.derived}
        return tuple(name for name in dict.fromkeys(names) if name not in derived)

    def with_source_names(self, names: Mapping[str, str]) -> Flow:
        """Return a copy that reads source fields by the ``names`` they have in an environment."""
        pairs = (
            replace(pair, source=found[0] if len(found) == 1 else found) if found else pair
            for pair in self.source_to_cds
            for found in [tuple(names.get(name, name) for name in pair.sources)]
        )
        scope = tuple(replace(rule, field=names.get(rule.field, rule.field)) for rule in self.scope)
        return replace(self, source=self.source.renamed(names), source_to_cds=tuple(pairs), scope=scope)

    def with_pair(self, changed: Pair) -> Flow:
        """Return a copy in which ``changed`` stands for the destination pair of the same target.

        A pair that is switched on switches on what fills its CDS fields.
        """
        self.destination_pair(changed.target)
        pairs = tuple(changed if pair.target == changed.target else pair for pair in self.cds_to_destination)
        read = changed.sources if changed.enabled else ()
        filling = (replace(pair, enabled=True) if pair.target in read else pair for pair in self.source_to_cds)
        return replace(self, cds_to_destination=pairs, source_to_cds=tuple(filling))

    def with_active_blocks(self) -> Flow:
        """Return a copy whose blocks hold only fields that are switched on."""
        off = {pair.target for pair in self.cds_to_destination if not pair.enabled}
        blocks = (block.without(off) for block in self.blocks)
        return replace(self, blocks=tuple(block for block in blocks if block.content))
