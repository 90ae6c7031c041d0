"""What a flow is: one frozen declaration per template task, with its two hops.

A flow names its source, its CDS entity and its destination, and pairs their fields. It holds no behaviour: mapping,
validation and loading read it, and the documentation is generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from p2c.errors import ConfigurationError, unknown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

System = Literal["sales", "finance_operations"]


class WritePolicy(StrEnum):
    """When a destination field is written; finance keeps what it maintains itself."""

    ALWAYS = "always"
    ON_CREATE = "on_create"
    IF_TARGET_EMPTY = "if_target_empty"


class BlankPolicy(StrEnum):
    """What a blank source value does to a filled destination field."""

    CLEAR = "clear"
    KEEP = "keep"


class LengthPolicy(StrEnum):
    """What becomes of a value longer than its target."""

    REJECT = "reject"
    TRUNCATE = "truncate"


@dataclass(frozen=True)
class Constant:
    """The same value for every row (Data Integrator: *Default* on the source *None*)."""

    value: str


@dataclass(frozen=True)
class SiteDefault:
    """The organization's default for this target from ``site.toml``, where the source is blank.

    A ``required`` default that an organization lacks is a configuration error.
    """

    required: bool = True


@dataclass(frozen=True)
class ValueMap:
    """Translate through ``[value_maps.<name>]``; keys are compared without case and surrounding blanks.

    With ``per`` the map is divided by the mapped value of that field of the same hop (states per country). A value the
    map itself yields stands for itself. Any other is rejected, or kept where ``unmapped`` says ``keep``.
    """

    name: str
    per: str | None = None
    unmapped: Literal["reject", "keep"] = "reject"


@dataclass(frozen=True)
class Join:
    """Join the filled values of several source fields."""

    separator: str = "\n"


Transform = Constant | SiteDefault | ValueMap | Join


@dataclass(frozen=True)
class Through:
    """Translate a value from one column of a reference entity set to another (ISO code to country)."""

    entity_set: str
    match: str
    result: str


@dataclass(frozen=True)
class Along:
    """A further column that has to match: ``target`` of the row against ``field`` of the reference entity set."""

    target: str
    field: str
    through: Through | None = None


@dataclass(frozen=True)
class Reference:
    """A foreign key at the destination: the value has to exist in ``field`` of ``entity_set``."""

    entity_set: str
    field: str
    along: tuple[Along, ...] = ()
    company: bool = True


@dataclass(frozen=True)
class Pair:
    """One row of a mapping: ``source`` field or fields to ``target`` field.

    ``write``, ``blank`` and ``reference`` count on the hop to the destination only. A pair that is not ``enabled``
    waits for a site to switch it on.
    """

    source: str | tuple[str, ...] | None
    target: str
    transforms: tuple[Transform, ...] = ()
    write: WritePolicy = WritePolicy.ALWAYS
    blank: BlankPolicy = BlankPolicy.CLEAR
    length: LengthPolicy = LengthPolicy.REJECT
    reference: Reference | None = None
    enabled: bool = True

    @property
    def sources(self) -> tuple[str, ...]:
        """The source fields, none for a constant."""
        if self.source is None:
            return ()
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Block:
    """Fields that are written together or not at all: an address.

    ``content`` decides: with all of it blank nothing of the block is sent. ``lead`` fields (the country) do not count
    as content. A change in either sends the whole block, with its ``carried`` fields (description, roles).
    """

    name: str
    content: tuple[str, ...]
    lead: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the block."""
        return self.content + self.lead + self.carried

    def without(self, names: Container[str]) -> Block:
        """Return a copy without the fields in ``names``."""
        content, lead, carried = (
            tuple(name for name in part if name not in names) for part in (self.content, self.lead, self.carried)
        )
        return replace(self, content=content, lead=lead, carried=carried)


@dataclass(frozen=True)
class Condition:
    """A row is in scope only if ``field`` is one of ``values``; without ``values``, only if it is filled."""

    field: str
    reason: str
    values: tuple[str, ...] = ()


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


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where rows are read. Fields are named as in the wire protocol; ``lookup.column`` reads through a lookup.

    ``selected_by`` are fields read only because a site selects rows by them.
    """

    system: System
    entity_set: str
    id: str
    key: str
    version: str
    modified: str
    business_unit: str
    selected_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where rows are written.

    ``key`` is the integration key, unique within ``company``. ``maintained`` marks a row as ours. ``lanes`` is how many
    requests may be under way at once. ``number_sequence`` names the sequence that may replace our key.
    """

    system: System
    entity_set: str
    key: str
    company: str
    maintained: tuple[str, str]
    number_sequence: str
    lanes: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow: source > CDS > destination."""

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
        names = [origin.id, origin.key, origin.version, origin.modified, origin.business_unit]
        names += [*self.source.selected_by, *(condition.field for condition in self.scope)]
        names += [name for pair in self.active(self.source_to_cds) for name in pair.sources]
        return tuple(dict.fromkeys(names))

    def with_pair(self, changed: Pair) -> Flow:
        """Return a copy in which ``changed`` stands for the destination pair of the same target."""
        self.destination_pair(changed.target)
        pairs = tuple(changed if pair.target == changed.target else pair for pair in self.cds_to_destination)
        return replace(self, cds_to_destination=pairs)

    def with_active_blocks(self) -> Flow:
        """Return a copy whose blocks hold only fields that are switched on."""
        off = {pair.target for pair in self.cds_to_destination if not pair.enabled}
        blocks = (block.without(off) for block in self.blocks)
        return replace(self, blocks=tuple(block for block in blocks if block.content))
