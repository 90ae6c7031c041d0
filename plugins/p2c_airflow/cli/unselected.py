"""`p2c unselected`: rows that no organization selects."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from typing import Any

from airflow.sdk import ObjectStoragePath

from p2c.flows import FLOWS, flow_named
from p2c.ledger import Ledger
from p2c.staging import Staging
from p2c.unselected import Unselected
from p2c.unselected import unselected as compared
from p2c_airflow.cli.output import show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
from p2c_airflow.installation import installed_site, staging_address


def unselected(arguments: Namespace) -> None:
    """Print the rows that every organization passed over, as each last judged them; raises IntegrationError."""
    names = [flow_named(arguments.flow).name] if arguments.flow else list(FLOWS)
    site = installed_site()
    ledger, staging = (
        Ledger(CommonDataServiceHook().current_engine()),
        Staging(ObjectStoragePath(staging_address(site))),
    )
    found = (compared(ledger, staging, name, list(site.organizations)) for name in names)
    records = (record for each in found for record in _records(each))
    show(list(islice(records, arguments.limit)), as_json=arguments.json, empty="No row that no organization selects.")


def _records(found: Unselected) -> Iterator[dict[str, Any]]:
    """One line for each row. An organization that has not judged rows of the flow yet may select it."""
    for row in found.rows:
        yield {
            "flow": found.flow,
            "key": row.integration_key,
            "id": row.source_id,
            "value": ", ".join(dict.fromkeys(reason.value for reason in row.reasons if reason.value)),
            "reason": " ".join(dict.fromkeys(reason.text for reason in row.reasons)),
            "not_judged_by": ", ".join(found.not_judged_by),
        }
