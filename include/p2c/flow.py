"""What a flow is: one frozen declaration per template task, with its two hops.

A flow names its source, its CDS entity and its destination, and pairs their fields. It holds no behaviour: mapping,
validation and loading read it, and the documentation is generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from p2c.cds_entity import CdsEntity, CdsField
from p2c.choice import Choice, Expectation, Option, replaced
from p2c.destination import Destination, Parent, State
from p2c.errors import ConfigurationError, unknown
from p2c.lines import Lines, Numbering
from p2c.pair import (
    Along,
    BlankPolicy,
    Block,
    Computed,
    Constant,
    DateDefault,
    FirstFilled,
    FirstValid,
    Join,
    LengthPolicy,
    LocalDate,
    OnlyIf,
    Pair,
    Reference,
    SiteDefault,
    Through,
    Transform,
    Validity,
    ValueMap,
    WritePolicy,
)
from p2c.source import Condition, Follow, Joined, Referenced, Source
from p2c.system import System

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "REPORT",
    "Along",
    "BlankPolicy",
    "Block",
    "CdsEntity",
    "CdsField",
    "Choice",
    "Computed",
    "Condition",
    "Constant",
    "DateDefault",
    "Destination",
    "Expectation",
    "FirstFilled",
    "FirstValid",
    "Flow",
    "Follow",
    "Join",
    "Joined",
    "LengthPolicy",
    "Lines",
    "LocalDate",
    "Numbering",
    "OnlyIf",
    "Option",
    "Pair",
    "Parent",
    "Reference",
    "Referenced",
    "SiteDefault",
    "Source",
    "State",
    "System",
    "Through",
    "Transform",
    "Validity",
    "ValueMap",
    "WritePolicy",
]


#: What is done to a row that left scope where nothing is done to it at the destination; every flow may.
REPORT = "report"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow: source > CDS > destination.

    ``left_actions`` are what a site may have done to a row that left scope. A row whose destination key changes beside
    the integration key has *moved*: it is created anew, and ``moved_action`` is done to the row it leaves behind.
    ``other_names`` are names of an environment's own, each with the name our metadata has for the field.
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
    lines: Lines | None = None
    choices: tuple[Choice, ...] = ()
    other_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a target that two pairs fill; raises ConfigurationError."""
        for hop in (self.source_to_cds, self.cds_to_destination):
            targets = [pair.target for pair in hop]
            for target in {t for t in targets if targets.count(t) > 1}:
                raise ConfigurationError(f"Flow {self.name}: two pairs fill {target!r}; keep one.")

    @property
    def parts(self) -> tuple[Flow, ...]:
        """The declarations of all its rows: its own, and that of its lines."""
        return (self, self.lines.flow) if self.lines else (self,)

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
        names += [join.by for join in origin.joined]
        names += [*self.source.selected_by, *(name for condition in self.scope for name in condition.fields)]
        names += [parent.id for parent in self.parents]
        names += [origin.revision] if origin.revision else []
        names += [name for pair in self.active(self.source_to_cds) for name in pair.sources]
        derived = {derived.field for derived in origin.derived}
        return tuple(name for name in dict.fromkeys(names) if name and name not in derived)

    def chosen(self, answers: Mapping[str, str]) -> Flow:
        """Return a copy in which a site's ``answers`` decide the choices, of its lines too.

        Raises ConfigurationError for an option that does not exist.
        """
        flow = self
        for choice in self.choices:
            option = choice.option(answers)
            flow = replace(
                flow,
                source=replace(flow.source, expects=flow.source.expects + option.expects),
                source_to_cds=replaced(flow.source_to_cds, option.source_to_cds),
                cds_to_destination=replaced(flow.cds_to_destination, option.cds_to_destination),
            )
        lines = replace(flow.lines, flow=flow.lines.flow.chosen(answers)) if flow.lines else None
        return replace(flow, choices=(), lines=lines)

    def with_pair(self, changed: Pair) -> Flow:
        """Return a copy in which ``changed`` stands for the destination pair of the same target, or is added.

        A pair that is switched on switches on what fills its CDS fields.
        """
        pairs = tuple(changed if pair.target == changed.target else pair for pair in self.cds_to_destination)
        pairs = pairs if changed in pairs else (*pairs, changed)
        read = changed.sources if changed.enabled else ()
        filling = (replace(pair, enabled=True) if pair.target in read else pair for pair in self.source_to_cds)
        return replace(self, cds_to_destination=pairs, source_to_cds=tuple(filling))

    def with_block_field(self, name: str, target: str) -> Flow:
        """Return a copy in which ``target`` is content of the block ``name``; raises ConfigurationError."""
        if name not in (known := [block.name for block in self.blocks]):
            raise ConfigurationError(f"Flow {self.name}: " + unknown("block", name, known))
        blocks = tuple(block.with_content(target) if block.name == name else block for block in self.blocks)
        return replace(self, blocks=blocks)

    def with_active_blocks(self) -> Flow:
        """Return a copy whose blocks hold only fields that are switched on."""
        off = {pair.target for pair in self.cds_to_destination if not pair.enabled}
        blocks = (block.without(off) for block in self.blocks)
        return replace(self, blocks=tuple(block for block in blocks if block.content))
