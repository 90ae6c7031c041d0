"""Dynamics 365 Sales: a Dataverse environment."""

from __future__ import annotations

import msgspec

from p2c.errors import ConfigurationError
from p2c.systems.dataverse import Dataverse
from p2c.systems.environment import organization_id
from p2c.systems.odata.session import ODataSession
from p2c.systems.odata.shared_pause import SharedPauses
from p2c.systems.odata.statistics import Statistics
from p2c.systems.odata.throttle import WaitLimits
from p2c_airflow.connections import SALES
from p2c_airflow.hooks.dynamics import DynamicsHook


class SalesHook(DynamicsHook):
    """Reads Dynamics 365 Sales over the Dataverse Web API."""

    conn_type = SALES
    default_conn_name = SALES
    hook_name = "Dynamics 365 Sales"
    service_root = "/api/data/v9.2"

    def client(
        self,
        batch_size: int = 100,
        statistics: Statistics | None = None,
        pauses: SharedPauses | None = None,
        limits: WaitLimits | None = None,
    ) -> Dataverse:
        """A client of the environment, writing `batch_size` rows in one request.

        Its requests count in `statistics` and keep to the `pauses` of all tasks.
        """
        return Dataverse(self.odata(limits, statistics, pauses), batch_size=batch_size)

    @property
    def environment_id(self) -> str:
        """The id of the environment that a person named in the connection, "" where nobody did."""
        return str(self.connection.extra_dejson.get("environment_id") or "").lower()

    def require_environment(self, session: ODataSession) -> None:
        """Raise ConfigurationError where another environment answers than the one that was named."""
        if self.environment_id and (found := organization_id(session)) != self.environment_id:
            raise ConfigurationError(
                f"The connection {self.conn_id} leads to the environment {found}, and its Environment ID is "
                f"{self.environment_id}. Was the database refreshed, or the URL changed? Mend the URL, or confirm the "
                "new environment by its id there. Until then nothing is read or written."
            )

    def greeting(self, session: ODataSession) -> str:
        """Ask who we are (Microsoft docs: WhoAmI function)."""
        answer = session.request("GET", "WhoAmI", repeatable=True)
        user = msgspec.json.decode(answer.body)
        return f"Signed in to {self.environment} as user {user['UserId']} of organization {user['OrganizationId']}."
