"""`p2c init`: everything an installation needs before its first run. Running it again changes nothing."""

from __future__ import annotations

from argparse import Namespace

from rich.console import Console

from p2c.database.schema import initialize
from p2c.flows import cds_entities
from p2c_airflow.cli.check import offline_findings
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.installation import installed_site, site_file
from p2c_airflow.pools import create_pools


def init(_: Namespace) -> None:
    """Check site.toml and the flows, migrate the Common Data Service, create the pools; raises IntegrationError."""
    console = Console(highlight=False, soft_wrap=True)
    warnings = len(offline_findings())
    console.print(
        f"Settings: {site_file()} is sound" + (f"; `p2c check` shows {warnings} warnings." if warnings else ".")
    )
    engine = CommonDataServiceHook().get_conn()
    done = initialize(engine, cds_entities(installed_site()))
    address = engine.url.render_as_string(hide_password=True)
    console.print(f"Common Data Service: {address}: {'; '.join(done) or 'up to date'}.")
    created = create_pools()
    console.print(f"Pools: {', '.join(created) + ' created' if created else 'up to date'}.")
