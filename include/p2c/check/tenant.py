"""Where a tenant's fields differ from the metadata that mapping and validation work with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from p2c.check.fields import SYSTEM_NAMES, Fields
from p2c.check.finding import Report
from p2c.check.subject import Subject
from p2c.contract import destination_contract
from p2c.flow import System
from p2c_metadata import EntityType, Model, Property


def check_tenant(subject: Subject, shipped: Mapping[System, Model]) -> None:
    """Compare the fields a flow reads and writes, in the systems whose metadata are the tenant's own.

    ``shipped`` is the metadata of this package.
    """
    flow = subject.flow
    ours = replace(subject, models=shipped, report=Report(""))
    theirs = replace(subject, report=Report(""))
    if flow.source.system in subject.live:
        for name in flow.source_fields():
            known = ours.source_property("", flow.other_names.get(name, name))
            place = f"{SYSTEM_NAMES[flow.source.system]} {flow.source.entity_set}.{name}"
            _compare(subject, place, known, theirs.source_property("", name), written=False)
    if flow.destination.system in subject.live:
        for name in dict.fromkeys(pair.target for pair in subject.destination_pairs):
            known = _field(ours.destination_fields, ours.destination, flow.other_names.get(name, name))
            found = _field(theirs.destination_fields, theirs.destination, name)
            place = f"{SYSTEM_NAMES[flow.destination.system]} {flow.destination.entity_set}.{name}"
            _compare(subject, place, known, found, written=True)
    told = {finding.message for finding in subject.report.findings}
    for finding in (finding for finding in theirs.report.findings if finding.message not in told):
        subject.report.error(f"{flow.name}.source", finding.message)


def _field(fields: Fields, entity: EntityType | None, name: str) -> Property | None:
    return fields.property("", entity, name)


def _compare(subject: Subject, place: str, ours: Property | None, theirs: Property | None, *, written: bool) -> None:
    if ours is None or theirs is None:
        return
    if _is_other_type(ours, theirs):
        text = f"It is {_local(theirs.type)} in this tenant; flows expect {_local(ours.type)}."
        subject.report.error(place, text)
    if ours.lookup_targets and theirs.lookup_targets and not set(ours.lookup_targets) & set(theirs.lookup_targets):
        leads, expected = ", ".join(theirs.lookup_targets), " or ".join(ours.lookup_targets)
        subject.report.error(place, f"It leads to {leads} in this tenant; flows expect {expected}.")
    for text in _lost(ours, theirs) if written else _gained(ours, theirs):
        subject.report.warning(place, text)


def _is_other_type(ours: Property, theirs: Property) -> bool:
    """Whether values have another form; systems name some types in several ways."""
    if ours.enum or theirs.enum:
        return _local(ours.type) != _local(theirs.type)
    return destination_contract(ours).kind != destination_contract(theirs).kind


def _lost(ours: Property, theirs: Property) -> Iterator[str]:
    """What a field that is written no longer takes."""
    if theirs.max_length and ours.max_length and theirs.max_length != ours.max_length:
        yield f"It holds {theirs.max_length} characters in this tenant; validation goes by {ours.max_length}."
    if gone := _values(ours).keys() - _values(theirs).keys() if _values(theirs) else ():
        yield f"This tenant does not know the value {', '.join(sorted(_values(ours)[value] for value in gone))}."


def _gained(ours: Property, theirs: Property) -> Iterator[str]:
    """What a field that is read may newly hold. A greater length is held against that of the CDS field."""
    if new := _values(theirs).keys() - _values(ours).keys() if _values(ours) else ():
        named = ", ".join(sorted(_values(theirs)[value] for value in new))
        yield f"This tenant adds the value {named}: rows that hold it are rejected where no value map knows it."


def _values(field: Property) -> Mapping[str, str]:
    """The values of a choice as people know them, by what the wire shows."""
    if field.enum:
        return {name: name for name in field.enum.members}
    return {str(value): f"{value} ({label})" if label else str(value) for value, label in field.options.items()}


def _local(type_name: str) -> str:
    return type_name if type_name.startswith("Edm.") else type_name.rpartition(".")[2]
