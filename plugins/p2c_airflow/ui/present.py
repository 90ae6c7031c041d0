"""One row as its destination holds it now, read while a person waits."""

from __future__ import annotations

from dataclasses import dataclass

from p2c.errors import IntegrationError
from p2c.flow import Flow
from p2c.ledger import Ledger, RowState
from p2c.steps.present_state import PresentState, key_to_look_for, present_state
from p2c.systems.odata.throttle import WaitLimits
from p2c_airflow.hooks.systems import system_client
from p2c_airflow.installation import installed_site

#: Seconds. A person can ask again.
LIMITS = WaitLimits(longest_wait=5, total_wait=5, attempts=1, silence=15)


@dataclass(frozen=True)
class Looked:
    """What the destination holds under ``key``, or why it cannot be told."""

    key: str
    found: PresentState | None = None
    problem: str = ""


def look(flow: Flow, organization: str, state: RowState | None, ledger: Ledger) -> Looked:
    """Read the row through the connection that runs use; it keeps to the pauses that the system asked them for."""
    key = key_to_look_for(flow, state) if state else ""
    if not key:
        return Looked(key, problem="The row was not sent yet, and its key at the destination is not known.")
    site = installed_site()
    try:
        client = system_client(flow.destination.system, None, site, pauses=ledger, limits=LIMITS)
        return Looked(key, present_state(flow, site.organization(organization), client, key))
    except IntegrationError as error:
        return Looked(key, problem=str(error))
