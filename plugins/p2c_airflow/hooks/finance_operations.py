"""Dynamics 365 Finance and Operations."""

from __future__ import annotations

from p2c.systems.finance_operations import FinanceOperations
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.shared_pause import SharedPauses
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import WaitLimits
from p2c_airflow.connections import FINANCE_OPERATIONS
from p2c_airflow.hooks.dynamics import DynamicsHook


class FinanceOperationsHook(DynamicsHook):
    """Reads and writes Finance and Operations over its OData service."""

    conn_type = FINANCE_OPERATIONS
    default_conn_name = FINANCE_OPERATIONS
    hook_name = "Dynamics 365 Finance and Operations"
    service_root = "/data"

    def client(
        self,
        batch_size: int = 100,
        statistics: Statistics | None = None,
        pauses: SharedPauses | None = None,
        limits: WaitLimits | None = None,
    ) -> FinanceOperations:
        """A client of the environment, writing `batch_size` rows in one request.

        Its requests count in `statistics` and keep to the `pauses` of all tasks.
        """
        return FinanceOperations(self.odata(limits, statistics, pauses), batch_size=batch_size)

    def greeting(self, session: ODataSession) -> str:
        """Read the legal entities, which any integration user may."""
        companies = sorted(FinanceOperations(session).companies())
        if not companies:
            return f"Signed in to {self.environment}, but the user sees no legal entity: mend its role."
        return f"Signed in to {self.environment}. Legal entities: {', '.join(companies)}."
