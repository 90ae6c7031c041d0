"""`p2c check`: what would fail, before it does."""

from __future__ import annotations

from argparse import Namespace
from itertools import product

from rich.console import Console

from p2c.check import Finding, Severity, check_live, check_offline
from p2c.errors import ConfigurationError
from p2c.flow import System
from p2c.flows import FLOWS
from p2c_airflow.installation import find_site_modules, installed_site, site_file
from p2c_airflow.pools import missing_pools
from p2c_metadata import Model, parse


def check(arguments: Namespace) -> None:
    """Check the flows, site.toml and the pools, and with `--live` the systems; raises ConfigurationError."""
    console = Console(highlight=False, soft_wrap=True)
    for finding in offline_findings():
        console.print(str(finding), markup=False)
    if missing := missing_pools():
        raise ConfigurationError(
            f"Airflow lacks the pools {', '.join(missing)}: steps in them are never started. Run `p2c init`."
        )
    if arguments.live:
        for finding in _without_errors(check_live(installed_site(), FLOWS, _tenant_models())):
            console.print(str(finding), markup=False)
        _check_rows(console, arguments.rows)
    console.print(f"{len(FLOWS)} flow(s) and {site_file()} are sound.")


def offline_findings() -> list[Finding]:
    """Hold flows and settings against the shipped metadata; raises ConfigurationError for errors, else warnings."""
    find_site_modules()
    return _without_errors(check_offline(installed_site(), FLOWS))


def _without_errors(findings: list[Finding]) -> list[Finding]:
    errors = [str(finding) for finding in findings if finding.severity == Severity.ERROR]
    if errors:
        raise ConfigurationError("\n".join([f"{len(errors)} error(s) to mend before a run:", *errors]))
    return findings


def _check_rows(console: Console, limit: int) -> None:
    """Hold the source's rows against value maps and reference data, flow by flow; raises IntegrationError."""
    from p2c.check.coverage import Coverage
    from p2c_airflow.hooks.systems import system_client

    site, findings = installed_site(), list[Finding]()
    flows = [flow for flow in FLOWS.values() if limit and site.flow_settings(flow.name).enabled]
    for flow, organization in product(flows, site.organizations):
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
    for finding in _without_errors(findings):
        console.print(str(finding), markup=False)


def _tenant_models() -> dict[System, Model]:
    """The metadata of the connected systems; raises IntegrationError."""
    from p2c_airflow.hooks.finance_operations import FinanceOperationsHook
    from p2c_airflow.hooks.sales import SalesHook

    return {
        "sales": parse(SalesHook().client().metadata()),
        "finance_operations": parse(FinanceOperationsHook().client().metadata()),
    }
