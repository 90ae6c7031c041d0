"""Holds the keys of both systems against what runs recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from p2c.errors import FlowStoppedError, IntegrationError
from p2c.flows import FLOWS
from p2c_airflow.connections import COMMON_DATA_SERVICE
from p2c_airflow.installation import installed_site

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.flow import Flow, System
    from p2c.ledger import Ledger
    from p2c.reconciliation import SystemKeys


class ReconcileOperator(BaseOperator):
    """Reconciles every flow for each organization that it runs for; with `repair` in the form it asks for rows again.

    It returns the rows that disagree, by flow and organization.

    :param cds_conn_id: connection to the Common Data Service
    """

    ui_color = "#eef0f2"

    def __init__(self, *, cds_conn_id: str = COMMON_DATA_SERVICE, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.cds_conn_id = cds_conn_id

    def execute(self, context: Context) -> dict[str, dict[str, int]]:
        """Look at every place; raises FlowStoppedError naming those that could not be looked at."""
        from p2c.ledger import Ledger
        from p2c.reconciliation import SystemKeys
        from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
        from p2c_airflow.hooks.systems import system_client

        site = installed_site()
        ledger = Ledger(CommonDataServiceHook(self.cds_conn_id).current_engine())

        def client(system: System) -> Any:
            return system_client(system, None, site, pauses=ledger)

        keys = SystemKeys(site, client)
        places = [
            (site.applied_to(flow), name)
            for flow in FLOWS.values()
            for name in site.organizations
            if site.flow_settings(flow.name).runs_for(name) and not site.flow_settings(flow.name).dry_run
        ]
        found, failures = dict[str, dict[str, int]](), list[str]()
        for flow, organization in places:
            try:
                found[f"{flow.name} for {organization}"] = self._look(ledger, keys, flow, organization, places)
                if context["params"]["repair"]:
                    self._repair(ledger, keys, flow, organization)
            except IntegrationError as error:
                failures.append(f"{flow.name} for {organization}: {error}")
        if failures:
            raise FlowStoppedError("Not reconciled: " + " ".join(failures))
        return found

    def _look(
        self, ledger: Ledger, keys: SystemKeys, flow: Flow, organization: str, places: list[tuple[Flow, str]]
    ) -> dict[str, int]:
        from p2c.reconciliation import reconcile

        result = reconcile(ledger, keys, flow, organization, places, datetime.now(UTC))
        ledger.record_reconciliation(result)
        rows = {str(kind): finding.rows for kind, finding in result.findings.items()}
        self.log.info("%s for %s: %s", flow.name, organization, rows or "both sides agree")
        return rows

    def _repair(self, ledger: Ledger, keys: SystemKeys, flow: Flow, organization: str) -> None:
        from p2c.reconciliation import repair

        if rows := repair(ledger, keys, flow, organization):
            self.log.info("%s for %s: the next run sends %d rows again.", flow.name, organization, rows)
