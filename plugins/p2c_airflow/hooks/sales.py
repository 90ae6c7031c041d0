"""Dynamics 365 Sales: a Dataverse environment."""

from __future__ import annotations

import msgspec

from p2c.systems.dataverse import Dataverse
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.statistics import Statistics
from p2c_airflow.connections import SALES
from p2c_airflow.hooks.dynamics import DynamicsHook


class SalesHook(DynamicsHook):
    """Reads Dynamics 365 Sales over the Dataverse Web API."""

    conn_type = SALES
    default_conn_name = SALES
    hook_name = "Dynamics 365 Sales"
    service_root = "/api/data/v9.2"

    def client(self, statistics: Statistics | None = None) -> Dataverse:
        """A client of the environment, whose requests count in `statistics`."""
        return Dataverse(self.odata(statistics=statistics))

    def greeting(self, session: ODataSession) -> str:
        """Ask who we are (Microsoft docs: WhoAmI function)."""
        answer = session.request("GET", "WhoAmI", repeatable=True)
        user = msgspec.json.decode(answer.body)
        return f"Signed in to {self.environment} as user {user['UserId']} of organization {user['OrganizationId']}."
