"""What a flow says about revisions, states that lock a row, and its lines."""

from __future__ import annotations

from p2c.check.fitness import value_misfit
from p2c.check.subject import Subject
from p2c.flow import Lines


def check_revision(subject: Subject) -> None:
    """The CDS has to keep the revision: it tells which of two was sent."""
    revision, place = subject.flow.source.revision, f"{subject.flow.name}.source.revision"
    if not revision:
        return
    subject.source_property(place, revision)
    if not any(pair.source == revision for pair in subject.source_pairs):
        subject.report.error(place, f"No pair takes {revision} to the CDS, which has to keep it.")


def check_writable(subject: Subject) -> None:
    """The states in which rows are changed are states of the destination."""
    writable = subject.flow.destination.writable
    if writable is None:
        return
    field, states = writable
    place = f"{subject.flow.name}.destination.writable"
    contract = subject.destination_fields.contract(place, subject.destination, field)
    for misfit in (value_misfit(state, contract) for state in states if contract):
        if misfit:
            subject.report.error(place, misfit)


def check_lines(subject: Subject, lines: Lines) -> None:
    """Hold the fields that ``lines`` name against the metadata; ``subject`` is the flow of the lines."""
    place = f"{subject.flow.name}.lines"
    for name in (lines.lookup, *(lines.numbering.reads if lines.numbering else ())):
        subject.source_property(place, name)
    compared = lines.amounts or ()
    for name in (*lines.kept_for_life, *compared[1:]):
        subject.destination_fields.property(place, subject.destination, name)
    for name in compared[:1]:
        if name not in subject.cds:
            subject.report.error(place, f"CDS {subject.flow.cds.name} has no field {name!r}.")
