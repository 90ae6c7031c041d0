"""Where a tenant's destination differs from the metadata that mapping and validation work with."""

from __future__ import annotations

from p2c.check.fields import SYSTEM_NAMES
from p2c.check.subject import Subject
from p2c_metadata import EntityType, Model, Property


def check_tenant(subject: Subject, shipped: Model) -> None:
    """Compare the fields a flow writes; ``shipped`` is the metadata of this package."""
    ours, theirs = shipped.entity_sets.get(subject.flow.destination.entity_set), subject.destination
    if ours is None or theirs is None:
        return
    for name in (pair.target for pair in subject.destination_pairs):
        if name in ours.properties and name in theirs.properties:
            _compare(subject, theirs, ours.properties[name], theirs.properties[name])


def _compare(subject: Subject, entity: EntityType, ours: Property, theirs: Property) -> None:
    system = SYSTEM_NAMES[subject.flow.destination.system]
    place = f"{system} {entity.entity_set}.{ours.name}"
    if _local(ours.type) != _local(theirs.type):
        subject.report.error(place, f"It is {_local(theirs.type)} in this tenant; flows expect {_local(ours.type)}.")
    if theirs.max_length and ours.max_length and theirs.max_length != ours.max_length:
        text = f"It holds {theirs.max_length} characters in this tenant; validation goes by {ours.max_length}."
        subject.report.warning(place, text)
    if ours.enum and theirs.enum and set(ours.enum.members) - set(theirs.enum.members):
        gone = ", ".join(sorted(set(ours.enum.members) - set(theirs.enum.members)))
        subject.report.warning(place, f"This tenant does not know the value {gone}.")


def _local(type_name: str) -> str:
    return type_name if type_name.startswith("Edm.") else type_name.rpartition(".")[2]
