"""Each field pair of both hops: its shape, the fields it names, and whether its source fits its target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from p2c.check.fitness import size_misfit, type_misfit
from p2c.check.subject import DESTINATION_HOP, SOURCE_HOP, Subject
from p2c.contract import FieldContract, destination_contract
from p2c.errors import unknown
from p2c.flow import (
    Computed,
    Constant,
    DateDefault,
    FirstFilled,
    Join,
    LengthPolicy,
    LocalDate,
    Pair,
    SiteDefault,
    Transform,
    ValueMap,
)

#: What makes one value of several source fields.
COMBINING: frozenset[type[Transform]] = frozenset({Join, Computed, FirstFilled, DateDefault})


def check_source_hop(subject: Subject) -> None:
    """Check every pair of source > CDS."""
    for pair in subject.source_pairs:
        place = subject.place(SOURCE_HOP, pair)
        _check_shape(subject, place, pair)
        if any(isinstance(transform, (SiteDefault, DateDefault)) for transform in pair.transforms):
            subject.report.error(place, "An organization's default belongs to the hop to the destination.")
        found = [subject.source_property(place, name) for name in pair.sources]
        sources = [destination_contract(name) for name in found if name]
        _check_fit(subject, place, pair, sources, _cds_field(subject, place, pair.target))
    _check_cds_is_filled(subject)


def check_destination_hop(subject: Subject) -> None:
    """Check every pair of CDS > destination."""
    filled = {pair.target for pair in subject.source_pairs}
    fields, entity = subject.destination_fields, subject.destination
    for pair in subject.destination_pairs:
        place = subject.place(DESTINATION_HOP, pair)
        _check_shape(subject, place, pair)
        sources = [_cds_field(subject, place, name) for name in pair.sources]
        for name in pair.sources:
            if name in subject.cds and name not in filled:
                subject.report.error(place, f"No pair of {SOURCE_HOP} fills CDS {name}.")
        target = fields.property(place, entity, pair.target)
        if target and target.read_only:
            subject.report.error(place, f"{pair.target} is read-only at the destination.")
        contract = fields.contract(place, entity, pair.target)
        _check_fit(subject, place, pair, [found for found in sources if found], contract)


def _cds_field(subject: Subject, place: str, name: str) -> FieldContract | None:
    found = subject.cds.get(name)
    if found is None:
        subject.report.error(place, f"CDS {subject.flow.cds.name}: {unknown('field', name, subject.cds)}")
    return found


def _check_shape(subject: Subject, place: str, pair: Pair) -> None:
    """Hold the number of source fields against the transforms."""
    kinds = {type(transform) for transform in pair.transforms}
    if len(pair.sources) > 1 and not kinds & COMBINING:
        named = ", ".join(sorted(kind.__name__ for kind in COMBINING))
        subject.report.error(place, f"Several source fields need one of {named}.")
    if DateDefault in kinds and len(pair.sources) < 2:
        subject.report.error(place, "A DateDefault counts from its second source field; name one.")
    if Computed in kinds and not isinstance(pair.transforms[0], Computed):
        subject.report.error(place, "A Computed reads the source fields themselves; state it first.")
    if not pair.sources and not kinds & {Constant, SiteDefault}:
        subject.report.error(place, "Without a source field it needs a Constant or a SiteDefault.")
    if pair.sources and Constant in kinds:
        subject.report.error(place, "A Constant hides its source field; state the source None.")


def _check_fit(
    subject: Subject, place: str, pair: Pair, sources: list[FieldContract], target: FieldContract | None
) -> None:
    if target is None or any(map(_changes_type, pair.transforms)):
        return
    source = _joined(pair, sources)
    if source is None:
        return
    if misfit := type_misfit(source, target):
        subject.report.error(place, misfit)
    elif pair.length is LengthPolicy.REJECT and pair.reference is None and (misfit := size_misfit(source, target)):
        subject.report.warning(place, misfit)


def _changes_type(transform: Transform) -> bool:
    """Whether the source's type says nothing about what a transform hands on."""
    if isinstance(transform, ValueMap):
        return transform.unmapped == "reject"
    return isinstance(transform, (Computed, LocalDate))


def _joined(pair: Pair, sources: list[FieldContract]) -> FieldContract | None:
    """The contract of what a pair reads: that of its source, of the widest, or the text that several come to."""
    if len(sources) < 2:
        return sources[0] if sources else None
    if not any(isinstance(transform, Join) for transform in pair.transforms):
        return max(sources, key=lambda source: source.length or math.inf)
    separators = [len(transform.separator) for transform in pair.transforms if isinstance(transform, Join)]
    lengths = [source.length for source in sources if source.length]
    whole = sum(lengths) + sum(separators) * (len(sources) - 1) if len(lengths) == len(sources) else None
    return replace(sources[0], name=" + ".join(pair.sources), kind="text", length=whole)


def _check_cds_is_filled(subject: Subject) -> None:
    filled = {pair.target for pair in subject.source_pairs}
    missing: Mapping[str, FieldContract] = {
        name: field for name, field in subject.cds.items() if field.required and name not in filled
    }
    for name in missing:
        place = f"{subject.flow.name}.{SOURCE_HOP}"
        subject.report.error(place, f"CDS {subject.flow.cds.name} requires {name}, which no pair fills.")
