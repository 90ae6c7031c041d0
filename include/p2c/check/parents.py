"""The parents of a flow's rows: the flow that lands them, and how both sides name them."""

from __future__ import annotations

from collections.abc import Iterable

from p2c.check.subject import Subject
from p2c.errors import unknown
from p2c.flow import Parent


def check_parents(subject: Subject, flows: Iterable[str]) -> None:
    """Hold every parent against the metadata; ``flows`` are the names of all flows."""
    for parent in subject.flow.parents:
        _check_parent(subject, parent, list(flows))


def _check_parent(subject: Subject, parent: Parent, flows: list[str]) -> None:
    place = f"{subject.flow.name}.parents.{parent.flow or parent.entity_set}"
    if parent.flow and parent.flow not in flows:
        subject.report.error(place, unknown("flow", parent.flow, flows))
    subject.source_property(place, parent.id)
    targets = [pair.target for pair in subject.destination_pairs]
    if parent.target not in targets:
        subject.report.error(place, unknown("destination field", parent.target, targets))
    entity = subject.destination_fields.entity_set(place, parent.entity_set)
    subject.destination_fields.property(place, entity, parent.key)
