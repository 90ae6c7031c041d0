"""Run every check of every flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import p2c_metadata
from p2c.check.columns import check_columns
from p2c.check.destination import check_block, check_destination
from p2c.check.finding import Finding, Report
from p2c.check.functions import check_functions
from p2c.check.lines import check_lines, check_revision, check_writable
from p2c.check.pairs import check_destination_hop, check_source_hop
from p2c.check.parents import check_parents, check_parents_run
from p2c.check.references import check_references
from p2c.check.settings import check_flow_settings, check_settings, sound_answers
from p2c.check.source import check_source
from p2c.check.subject import Subject
from p2c.check.tenant import check_tenant
from p2c.check.values import check_values
from p2c.errors import ConfigurationError
from p2c.flow import Flow, System
from p2c.flows import FLOWS
from p2c.site import Site
from p2c.site_fields import with_field
from p2c.site_settings import FieldSettings
from p2c_metadata import Model

SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")


def check_offline(site: Site, flows: Mapping[str, Flow]) -> list[Finding]:
    """Hold the flows and the site's settings against the metadata of this package."""
    return check_live(site, flows, {})


def check_live(site: Site, flows: Mapping[str, Flow], models: Mapping[System, Model]) -> list[Finding]:
    """Hold them against a tenant's own metadata; a system of which there are none goes by those of this package."""
    report = Report("")
    known = {part.name: part for flow in {**FLOWS, **flows}.values() for part in flow.parts}
    check_settings(site, known, report)
    for flow in flows.values():
        check_parents_run(site, flow, report)
    subjects = [subject for flow in flows.values() for subject in _checked(site, flow, models)]
    check_columns((subject.flow for subject in subjects), report)
    for subject in subjects:
        check_parents(subject, known)
    return [*report.findings, *(finding for subject in subjects for finding in subject.report.findings)]


def check_flow(site: Site, flow: Flow, models: Mapping[System, Model]) -> list[Finding]:
    """The same of one flow and its lines by themselves."""
    return [finding for subject in _checked(site, flow, models) for finding in subject.report.findings]


def _checked(site: Site, declared: Flow, models: Mapping[System, Model]) -> Iterator[Subject]:
    """Check a flow and its lines."""
    report, shipped = Report(declared.name), _shipped()
    flow = _without_bad_settings(site, declared, report).applied_to(declared)
    for part, origin in zip(flow.parts, declared.parts, strict=True):
        subject = Subject(part, site, {**shipped, **models}, report, frozenset(models))
        _check_part(subject, origin)
        if declared.lines and origin is declared.lines.flow:
            check_lines(subject, declared.lines)
        yield subject
        report = Report(part.name)


def _shipped() -> dict[System, Model]:
    return {system: p2c_metadata.load(system) for system in SYSTEMS}


def _check_part(subject: Subject, declared: Flow) -> None:
    check_source(subject)
    check_source_hop(subject)
    check_destination_hop(subject)
    check_destination(subject)
    check_revision(subject)
    check_writable(subject)
    for block in declared.blocks:
        check_block(subject, block)
    check_references(subject)
    check_values(subject)
    check_functions(subject)
    check_flow_settings(subject)
    if subject.live:
        check_tenant(subject, _shipped())


def _without_bad_settings(site: Site, declared: Flow, report: Report) -> Site:
    """Report the site's answers and changes to fields that cannot be made, and leave them out."""
    answers = sound_answers(declared, site.flow_settings(declared.name).choices, report)
    sound = {part.name: _sound_fields(site, part, report) for part in declared.chosen(answers).parts}
    changed = {
        name: site.flow_settings(name).model_copy(update={"fields": fields, "choices": {}})
        for name, fields in sound.items()
    }
    changed[declared.name] = changed[declared.name].model_copy(update={"choices": answers})
    return site.model_copy(update={"flows": {**site.flows, **changed}})


def _sound_fields(site: Site, flow: Flow, report: Report) -> dict[str, FieldSettings]:
    sound = {}
    for target, change in site.flow_settings(flow.name).fields.items():
        try:
            flow = with_field(flow, target, change)
        except ConfigurationError as error:
            report.error(f"site.toml [flows.{flow.name}.fields.{target}]", error.message)
        else:
            sound[target] = change
    return sound
