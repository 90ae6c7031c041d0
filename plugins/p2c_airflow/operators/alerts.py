"""Looks what is wrong, and tells people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator

from p2c.flows import FLOWS
from p2c_airflow.connections import COMMON_DATA_SERVICE
from p2c_airflow.installation import installed_site

if TYPE_CHECKING:
    from airflow.sdk import Context


class AlertsOperator(BaseOperator):
    """Notes the causes that stand, forgets those that are gone, and sends what nobody was told of.

    It returns the causes, by their names in the ledger.

    :param cds_conn_id: connection to the Common Data Service
    """

    ui_color = "#fdf0e2"

    def __init__(self, *, cds_conn_id: str = COMMON_DATA_SERVICE, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.cds_conn_id = cds_conn_id

    def execute(self, context: Context) -> list[str]:
        """Look and tell; raises TransientError naming the channels that failed."""
        from p2c.alerts.watch import current_alerts, unresolved
        from p2c.ledger import Ledger
        from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
        from p2c_airflow.metrics import gauge_places
        from p2c_airflow.notifications.telling import standing, tell

        site = installed_site()
        ledger = Ledger(CommonDataServiceHook(self.cds_conn_id).current_engine())
        now = datetime.now(UTC)
        found = current_alerts(site, ledger, FLOWS.values(), now)
        for alert in found:
            self.log.warning("%s", alert)
        known = [kept.cause for kept in ledger.standing_alerts()]
        keep = unresolved(ledger, known) if site.alerts.run_failed else []
        ledger.note_alerts([standing(alert, ledger) for alert in found], keep=keep)
        places = [
            (flow, name) for flow in FLOWS for name in site.organizations if site.flow_settings(flow).runs_for(name)
        ]
        gauge_places(ledger, places, now)
        told = tell(site.alerts, ledger)
        self.log.info("%d causes stand; people were told of %d.", len(ledger.standing_alerts()), told)
        return [alert.cause for alert in found]
