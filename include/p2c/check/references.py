"""Foreign keys at the destination: the entity sets and fields they are looked up in."""

from __future__ import annotations

from p2c.check.subject import DESTINATION_HOP, Subject
from p2c.errors import unknown
from p2c.flow import Along, Reference
from p2c_metadata import EntityType


def check_references(subject: Subject) -> None:
    """Hold every reference of the hop to the destination against the metadata."""
    for pair in subject.destination_pairs:
        if pair.reference:
            _check_reference(subject, subject.place(DESTINATION_HOP, pair), pair.reference)


def _check_reference(subject: Subject, place: str, reference: Reference) -> None:
    entity = subject.destination_fields.entity_set(place, reference.entity_set)
    if entity is None:
        return
    subject.destination_fields.property(place, entity, reference.field)
    _check_company(subject, place, reference, entity)
    for along in reference.along:
        subject.destination_fields.property(place, entity, along.field)
        _check_along(subject, place, along)


def _check_company(subject: Subject, place: str, reference: Reference, entity: EntityType) -> None:
    by_company = subject.flow.destination.company in entity.properties
    if reference.company and not by_company:
        subject.report.error(place, f"{entity.entity_set} is shared by all companies; state company=False.")
    if not reference.company and by_company:
        subject.report.error(place, f"{entity.entity_set} holds rows per company; state company=True.")


def _check_along(subject: Subject, place: str, along: Along) -> None:
    targets = [pair.target for pair in subject.destination_pairs]
    if along.target not in targets:
        subject.report.error(place, f"{along.field}: {unknown('destination field', along.target, targets)}")
    if along.through:
        through = subject.destination_fields.entity_set(place, along.through.entity_set)
        subject.destination_fields.property(place, through, along.through.match)
        subject.destination_fields.property(place, through, along.through.result)
