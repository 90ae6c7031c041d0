"""Run every check of every flow."""

from __future__ import annotations

from collections.abc import Mapping

import p2c_metadata
from p2c.check.destination import check_block, check_destination
from p2c.check.finding import Finding, Report
from p2c.check.pairs import check_destination_hop, check_source_hop
from p2c.check.parents import check_parents
from p2c.check.references import check_references
from p2c.check.settings import check_flow_settings, check_settings
from p2c.check.source import check_source
from p2c.check.subject import Subject
from p2c.check.tenant import check_tenant
from p2c.check.values import check_values
from p2c.flow import Flow, System
from p2c.flows import FLOWS
from p2c.site import Site
from p2c_metadata import Model

SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")


def check_offline(site: Site, flows: Mapping[str, Flow]) -> list[Finding]:
    """Hold the flows and the site's settings against the metadata of this package."""
    return _check(site, flows, {system: p2c_metadata.load(system) for system in SYSTEMS})


def check_live(site: Site, flows: Mapping[str, Flow], models: Mapping[System, Model]) -> list[Finding]:
    """Hold them against a tenant's own metadata, which states names and types but few lengths and requirements."""
    return _check(site, flows, models, live=True)


def _check(
    site: Site, flows: Mapping[str, Flow], models: Mapping[System, Model], *, live: bool = False
) -> list[Finding]:
    report, known = Report(""), {**FLOWS, **flows}
    check_settings(site, known, report)
    findings = report.findings
    for flow in flows.values():
        subject = _checked(site, flow, models, live=live)
        check_parents(subject, known)
        findings += subject.report.findings
    return findings


def _checked(site: Site, declared: Flow, models: Mapping[System, Model], *, live: bool) -> Subject:
    flow = _without_unknown_fields(site, declared).applied_to(declared)
    subject = Subject(flow, site, models, Report(flow.name))
    check_source(subject)
    check_source_hop(subject)
    check_destination_hop(subject)
    check_destination(subject)
    for block in declared.blocks:
        check_block(subject, block)
    check_references(subject)
    check_values(subject)
    check_flow_settings(subject, declared)
    if live:
        check_tenant(subject, p2c_metadata.load(flow.destination.system))
    return subject


def _without_unknown_fields(site: Site, flow: Flow) -> Site:
    """Leave out the site's changes to fields that the flow does not have; they are reported on their own."""
    settings = site.flow_settings(flow.name)
    targets = {pair.target for pair in flow.cds_to_destination}
    known = {target: change for target, change in settings.fields.items() if target in targets}
    flows = {**site.flows, flow.name: settings.model_copy(update={"fields": known})}
    return site.model_copy(update={"flows": flows})
