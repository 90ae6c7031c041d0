"""What a site changes about the destination fields of a flow, and the fields that it adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from p2c.cds_entity import CdsField
from p2c.pair import Computed, Constant, Pair, Reference, SiteDefault, Transform, ValueMap, WritePolicy
from p2c.site_function import SiteFunction

if TYPE_CHECKING:
    from p2c.flow import Flow
    from p2c.site_settings import FieldSettings


def custom_column(target: str) -> str:
    """The CDS column that holds the source values of a destination field that a site fills its own way."""
    return "Custom_" + target.replace(".", "_")


def with_field(flow: Flow, target: str, change: FieldSettings) -> Flow:
    """Return ``flow`` with one field as a site has it.

    A field that the flow does not have is added where the change says what fills it; one that it has is filled that way
    from then on. Raises ConfigurationError for a field or a block that the flow does not have.
    """
    if change.fills:
        pair = _filled(flow, target, change)
        flow = _with_column(flow, target, change) if change.source else flow
    else:
        pair = flow.destination_pair(target)
    if change.value_map:
        pair = replace(pair, transforms=_translated(pair, ValueMap(change.value_map)))
    policies = change.model_dump(include={"enabled", "write", "blank", "length"}, exclude_none=True)
    flow = flow.with_pair(replace(pair, **policies, reference=_reference(pair, change)))
    return flow.with_block_field(change.block, target) if change.block else flow


def _filled(flow: Flow, target: str, change: FieldSettings) -> Pair:
    """The pair to the destination, with the policies it has if the flow declares it."""
    declared = next((pair for pair in flow.cds_to_destination if pair.target == target), None)
    write = WritePolicy.ALWAYS if change.source else WritePolicy.ON_CREATE
    pair = declared or Pair(None, target, write=write)
    if change.constant is not None:
        return replace(pair, source=None, transforms=(Constant(change.constant),), enabled=True, custom=True)
    default = next((step for step in pair.transforms if isinstance(step, SiteDefault)), None)
    source = custom_column(target) if change.source else None
    step = default or SiteDefault(required=not change.source)
    return replace(pair, source=source, transforms=(step,), enabled=True, custom=True)


def _with_column(flow: Flow, target: str, change: FieldSettings) -> Flow:
    """Add the CDS column of a field, and the pair that fills it from the source."""
    column = CdsField(custom_column(target), change.type)
    transforms = (Computed(SiteFunction(change.function)),) if change.function else ()
    source = change.source[0] if len(change.source) == 1 else change.source
    columns = (known for known in flow.cds.fields if known.name != column.name)
    pairs = (pair for pair in flow.source_to_cds if pair.target != column.name)
    return replace(
        flow,
        cds=replace(flow.cds, fields=(*columns, column)),
        source_to_cds=(*pairs, Pair(source, column.name, transforms, custom=True)),
    )


def _translated(pair: Pair, value_map: ValueMap) -> tuple[Transform, ...]:
    """The transforms with another value map; an organization's default, which is not translated, comes after it."""
    defaults = tuple(step for step in pair.transforms if isinstance(step, SiteDefault))
    others = tuple(step for step in pair.transforms if not isinstance(step, (ValueMap, SiteDefault)))
    return (*others, value_map, *defaults)


def _reference(pair: Pair, change: FieldSettings) -> Reference | None:
    return Reference(**change.reference.model_dump()) if change.reference else pair.reference
