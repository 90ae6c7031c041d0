"""`p2c check`: what would fail, before it does."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from itertools import product

from rich.console import Console

from p2c.check import SYSTEMS, Finding, Severity, check_live, check_offline
from p2c.errors import ConfigurationError
from p2c.flow import System
from p2c.flows import FLOWS
from p2c_airflow.installation import find_site_modules, installed_site, site_file
from p2c_airflow.pools import missing_pools
from p2c_metadata import Model


def check(arguments: Namespace) -> None:
    """Check the flows, site.toml and the pools, and with `--live` the systems; raises ConfigurationError."""
    console = Console(highlight=False, soft_wrap=True)
    offline = offline_findings()
    _print(console, offline)
    if missing := missing_pools():
        raise ConfigurationError(
            f"Airflow lacks the pools {', '.join(missing)}: steps in them are never started. Run `p2c init`."
        )
    if arguments.live:
        live = _without_errors([*check_live(installed_site(), FLOWS, _tenant_models(console)), *_unmet_expectations()])
        _print(console, [finding for finding in live if finding not in offline])
        _print(console, _without_errors(_findings_of_rows(console, arguments.rows)))
    console.print(f"{len(FLOWS)} flow(s) and {site_file()} are sound.")


def _print(console: Console, findings: Iterable[Finding]) -> None:
    for finding in findings:
        console.print(str(finding), markup=False)


def offline_findings() -> list[Finding]:
    """Hold flows and settings against the shipped metadata; raises ConfigurationError for errors, else warnings."""
    find_site_modules()
    return _without_errors(check_offline(installed_site(), FLOWS))


def _without_errors(findings: list[Finding]) -> list[Finding]:
    errors = [str(finding) for finding in findings if finding.severity == Severity.ERROR]
    if errors:
        raise ConfigurationError("\n".join([f"{len(errors)} error(s) to mend before a run:", *errors]))
    return findings


def _findings_of_rows(console: Console, limit: int) -> list[Finding]:
    """Hold the source's rows against value maps and reference data, flow by flow; raises IntegrationError."""
    from p2c.check.coverage import Coverage
    from p2c_airflow.hooks.systems import system_client

    site, findings = installed_site(), list[Finding]()
    running = [
        (flow, organization)
        for flow, organization in product(FLOWS.values(), site.organizations)
        if limit and site.flow_settings(flow.name).runs_for(organization)
    ]
    for flow, organization in running:
        with console.status(f"{flow.name} {organization}") as status:
            coverage = Coverage(
                site=site,
                flow=flow,
                organization=organization,
                source=system_client(flow.source.system, None, site),
                destination=system_client(flow.destination.system, None, site),
                limit=limit,
                progress=status.update,
            )
            findings += coverage.findings()
    return findings


def _unmet_expectations() -> list[Finding]:
    """How the systems are set otherwise than the flows that run expect; raises IntegrationError."""
    from p2c.check.expectations import unmet_expectations
    from p2c_airflow.hooks.systems import system_client

    site = installed_site()
    running = [flow for flow in FLOWS.values() if any(map(site.flow_settings(flow.name).runs_for, site.organizations))]
    return [
        finding
        for flow in running
        for finding in unmet_expectations(site.applied_to(flow), system_client(flow.source.system, None, site))
    ]


def _tenant_models(console: Console) -> dict[System, Model]:
    """The metadata of the connected systems, as far as flows use them; raises SignInError and ThrottledError."""
    from p2c.check.tenant_model import tenant_model
    from p2c_airflow.hooks.systems import system_client

    site = installed_site()
    flows = [site.applied_to(flow) for flow in FLOWS.values()]
    found = {
        system: tenant_model(flows, system, system_client(system, None, site), console.print, whole=True)
        for system in SYSTEMS
    }
    return {system: model for system, model in found.items() if model}
