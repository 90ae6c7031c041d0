"""The hook of each system."""

from __future__ import annotations

from typing import Any

from p2c.flow import System
from p2c.site import Site
from p2c.systems.odata.shared_pause import SharedPauses
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import WaitLimits
from p2c_airflow.hooks.finance_operations import FinanceOperationsHook
from p2c_airflow.hooks.sales import SalesHook


def system_client(
    system: System,
    conn_id: str | None,
    site: Site,
    statistics: Statistics | None = None,
    pauses: SharedPauses | None = None,
    *,
    limits: WaitLimits | None = None,
    any_environment: bool = False,
) -> Any:
    """A client of `system`, by its default connection or a named one; raises ConfigurationError.

    Its requests count in `statistics` and keep to the `pauses` of all tasks, within `limits`. Another environment than
    the connection names is refused, unless `any_environment` will do. Each step states by a protocol of its own what it
    needs of the client.
    """
    if system == "finance_operations":
        return FinanceOperationsHook(conn_id or "").client(site.runs.batch_size, statistics, pauses, limits)
    hook = SalesHook(conn_id or "")
    client = hook.client(site.runs.batch_size, statistics, pauses, limits)
    if not any_environment:
        hook.require_environment(client.session)
    return client
