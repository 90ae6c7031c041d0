"""The parents of a flow's rows: the flow that lands them, and how both sides name them."""

from __future__ import annotations

from collections.abc import Iterable

from p2c.check.finding import Report
from p2c.check.subject import Subject
from p2c.errors import unknown
from p2c.flow import Flow, Parent
from p2c.site import Site


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


def check_parents_run(site: Site, flow: Flow, report: Report) -> None:
    """Warn where a flow writes rows whose parents, or those of its lines, no other flow writes."""
    settings = site.flow_settings(flow.name)
    writing = [name for name in site.organizations if settings.runs_for(name) and not settings.dry_run]
    names = dict.fromkeys(parent.flow for part in flow.parts for parent in part.parents)
    for name in (name for name in names if name and name != flow.name):
        parents = site.flow_settings(name)
        waiting = [organization for organization in writing if parents.dry_run or not parents.runs_for(organization)]
        if waiting:
            report.warning(
                f"site.toml [flows.{name}]",
                f"The flow is switched off or in shadow mode for {', '.join(waiting)}, but {flow.name} runs there: "
                f"its rows wait for parents that {name} has not landed. Switch both on, or both off.",
            )
