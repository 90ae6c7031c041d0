"""Names that ``site.toml`` uses: flows, destination fields, actions, value maps; and organizations that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from p2c.check.finding import Report
from p2c.check.source import check_condition
from p2c.check.subject import Subject
from p2c.errors import unknown
from p2c.flow import REPORT, Flow, ValueMap
from p2c.keys import normalised
from p2c.site import Site
from p2c.site_settings import Organization
from p2c.solution import solution_fields

#: Settings of a run, which lines have with their header.
OF_RUNS = frozenset(
    ("enabled", "organizations", "dry_run", "schedule", "choices", "lanes", "key_ranges", "absent_share", "writable")
)
OF_LINES = "line_numbers"


def check_settings(site: Site, flows: Mapping[str, Flow], report: Report) -> None:
    """Check what concerns no single flow."""
    for place, name in _flow_names(site):
        if name not in flows:
            report.error(f"site.toml [{place}]", unknown("flow", name, flows))
    _check_effect(site, flows, report)
    read = _value_maps(site, flows)
    for name in sorted(set(site.value_maps) - set(read)):
        text = f"No flow uses it. {unknown('value map', name, read)}"
        report.warning(f"site.toml [value_maps.{name}]", text)
    _check_solution(site, flows, report)
    for place, name in _organization_names(site):
        if name not in site.organizations:
            report.error(f"site.toml {place}", unknown("organization", name, site.organizations))
    for (one, first), (other, second) in combinations(site.organizations.items(), 2):
        if _overlap(first, second):
            text = (
                f"{one} and {other} share legal entity {first.legal_entity} and select the same business units: an "
                "account of both is sent by both. Give each its own business units, or tell them apart by select."
            )
            report.warning("site.toml [organizations]", text)


def _check_effect(site: Site, flows: Mapping[str, Flow], report: Report) -> None:
    """Settings at a flow that does not heed them."""
    headers = {flow.lines.flow.name: flow.name for flow in flows.values() if flow.lines}
    for name, settings in site.flows.items():
        place, stated = f"site.toml [flows.{name}]", settings.model_fields_set
        if name in headers and (of_runs := sorted(stated & OF_RUNS)):
            text = f"The lines go with their {headers[name]}: state {', '.join(of_runs)} at [flows.{headers[name]}]."
            report.error(place, text)
        elif name in flows and name not in headers and OF_LINES in stated:
            report.error(place, f"{OF_LINES} is for flows of lines: {', '.join(headers)}.")


def _check_solution(site: Site, flows: Mapping[str, Flow], report: Report) -> None:
    """Fields of Microsoft's solution: under other names, or replaced where Sales goes without it."""
    named = {name for flow in flows.values() for name in solution_fields(flow)}
    for name in sorted(set(site.solution_fields) - named):
        report.error("site.toml [solution_fields]", unknown("field of the solution", name, named))
    if site.sales_solution == "msdynce":
        return
    plain = site.model_copy(update={"flows": {}})
    derived = {derived.field for flow in flows.values() for derived in flow.source.derived}
    needed = {name for flow in flows.values() for name in solution_fields(plain.applied_to(flow))}
    for name in sorted(needed - derived - set(site.solution_fields)):
        text = f'Without the solution (sales_solution = "none") Sales has no {name}: name the column that holds it.'
        report.error("site.toml [solution_fields]", text)


def check_flow_settings(subject: Subject) -> None:
    """Check what each organization sets for a flow."""
    for name, organization in subject.site.organizations.items():
        _check_organization(subject, f"site.toml [organizations.{name}", organization)


def sound_answers(declared: Flow, answers: Mapping[str, str], report: Report) -> dict[str, str]:
    """The site's answers to the choices of a flow and its lines; one that is none of the options is reported."""
    choices = {choice.name: choice for part in declared.parts for choice in part.choices}
    place = f"site.toml [flows.{declared.name}.choices]"
    sound = {}
    for name, answer in answers.items():
        if name not in choices:
            report.error(place, unknown("choice", name, choices))
        elif answer not in choices[name].options:
            report.error(place, f"{name}: {unknown('option', answer, choices[name].options)}")
        else:
            sound[name] = answer
    return sound


def _check_organization(subject: Subject, place: str, organization: Organization) -> None:
    flow = subject.flow
    for condition in organization.selection(flow):
        check_condition(subject, f"{place}.select.{flow.name}]", condition.field, condition.values)
    action = organization.left.get(flow.name, REPORT)
    if action not in (known := [REPORT, *flow.left_actions]):
        subject.report.error(f"{place}.left]", f"{flow.name}: {unknown('action', action, known)}")


def _flow_names(site: Site) -> Iterator[tuple[str, str]]:
    for name in site.flows:
        yield f"flows.{name}", name
    for name, organization in site.organizations.items():
        for table in ("select", "defaults", "left"):
            for flow in getattr(organization, table):
                yield f"organizations.{name}.{table}", flow


def _organization_names(site: Site) -> Iterator[tuple[str, str]]:
    yield from (("owning_organizations", name) for name in site.owning_organizations)
    for flow, settings in site.flows.items():
        yield from ((f"[flows.{flow}] organizations", name) for name in settings.organizations or ())


def _value_maps(site: Site, flows: Mapping[str, Flow]) -> list[str]:
    changes = (change for settings in site.flows.values() for change in settings.fields.values())
    stated = [change.value_map for change in changes if change.value_map]
    pairs = (pair for flow in flows.values() for pair in (*flow.source_to_cds, *flow.cds_to_destination))
    return stated + [step.name for pair in pairs for step in pair.transforms if isinstance(step, ValueMap)]


def _overlap(one: Organization, other: Organization) -> bool:
    if normalised(one.legal_entity) != normalised(other.legal_entity):
        return False
    units, others = ({normalised(unit) for unit in org.business_units} for org in (one, other))
    return not units or not others or not units.isdisjoint(others)
