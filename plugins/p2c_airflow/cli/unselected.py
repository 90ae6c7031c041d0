"""`p2c unselected`: rows that no organization selects."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from typing import Any

from p2c.flow import Flow
from p2c.flows import FLOWS, flow_named
from p2c.ledger import Ledger
from p2c_airflow.cli.output import show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.installation import installed_site


def unselected(arguments: Namespace) -> None:
    """Print the rows that every organization passed over, as each last judged them; raises IntegrationError."""
    flows = [flow_named(arguments.flow)] if arguments.flow else list(FLOWS.values())
    ledger = Ledger(CommonDataServiceHook().current_engine())
    organizations = list(installed_site().organizations)
    found = (record for flow in flows for record in records(ledger, flow, organizations))
    show(list(islice(found, arguments.limit)), as_json=arguments.json, empty="No row that no organization selects.")


def records(ledger: Ledger, flow: Flow, organizations: list[str]) -> Iterator[dict[str, Any]]:
    """The unselected rows of a flow. An organization that has not judged rows of the flow yet may select them."""
    judging = ledger.organizations_judging(flow.name, organizations)
    if not judging:
        return
    waiting = [organization for organization in organizations if organization not in judging]
    for row in ledger.rows_unselected(flow.name, judging):
        yield {
            "flow": flow.name,
            "key": row.integration_key,
            "id": row.source_id,
            "value": ", ".join(dict.fromkeys(reason.value for reason in row.reasons if reason.value)),
            "reason": " ".join(dict.fromkeys(reason.text for reason in row.reasons)),
            "not_judged_by": ", ".join(waiting),
        }
