"""The source of a flow: its entity set, its key fields, and the fields that decide about scope."""

from __future__ import annotations

from collections.abc import Sequence

from p2c.check.fitness import value_misfit
from p2c.check.subject import Subject
from p2c.contract import destination_contract
from p2c.errors import unknown
from p2c_metadata import Property


def check_source(subject: Subject) -> None:
    """Hold the source against the metadata."""
    source, entity = subject.flow.source, subject.source
    if entity is None:
        return
    _property(subject, "key", source.key)
    if _property(subject, "id", source.id) and {*entity.key} != {source.id, source.company} - {""}:
        subject.report.error(_place(subject, "id"), f"{source.id!r} is not the key; it is {', '.join(entity.key)}.")
    for part, name, kind in (("version", source.version, "integer"), ("modified", source.modified, "datetime")):
        if name:
            _typed(subject, part, name, kind)
    _check_joined(subject)
    _check_business_unit(subject)
    _check_derived(subject)
    derived = {derived.field for derived in source.derived}
    for condition in (condition for condition in subject.flow.scope if condition.field not in derived):
        check_condition(
            subject,
            f"{subject.flow.name}.scope: {condition.field}",
            condition.field,
            (*condition.values, *condition.unless_sent),
        )


def _check_joined(subject: Subject) -> None:
    for join in subject.flow.source.joined:
        place = _place(subject, f"joined.{join.entity_set}")
        subject.source_fields.property(place, subject.source_fields.entity_set(place, join.entity_set), join.key)
        subject.source_property(place, join.by)


def _check_derived(subject: Subject) -> None:
    for derived in subject.flow.source.derived:
        for name in derived.entity_sets:
            place = _place(subject, f"derived.{derived.field}")
            entity = subject.source_fields.entity_set(place, name)
            for field in (derived.lookup, derived.modified):
                subject.source_fields.property(place, entity, field)


def check_condition(subject: Subject, place: str, field: str, values: Sequence[str]) -> None:
    """Hold a condition on source rows against the metadata: its field, and each of its values."""
    found = subject.source_property(place, field)
    if found is None:
        return
    for value in values:
        if value and (misfit := _unknown_option(found, value) or value_misfit(value, destination_contract(found))):
            subject.report.error(place, misfit)


def _unknown_option(found: Property, value: str) -> str | None:
    known = {str(option): f"{option} ({label})" for option, label in found.options.items()}
    if not known or value in known or found.type == "Edm.Boolean":
        return None
    return unknown(f"option of {found.name}", value, known.values())


def _check_business_unit(subject: Subject) -> None:
    for field in subject.flow.source.business_units:
        _check_points_to_business_unit(subject, field)


def _check_points_to_business_unit(subject: Subject, field: str) -> None:
    found = _property(subject, "business_unit", field)
    if found and found.lookup_targets and "businessunit" not in found.lookup_targets:
        text = f"{found.name} points to {', '.join(found.lookup_targets)}, not to a business unit."
        subject.report.error(_place(subject, "business_unit"), text)


def _typed(subject: Subject, part: str, name: str, kind: str) -> None:
    found = _property(subject, part, name)
    if found and (stated := destination_contract(found).kind) != kind:
        subject.report.error(_place(subject, part), f"{name} is {stated}, but has to be {kind}.")


def _property(subject: Subject, part: str, name: str) -> Property | None:
    return subject.source_property(_place(subject, part), name)


def _place(subject: Subject, part: str) -> str:
    return f"{subject.flow.name}.source.{part}"
