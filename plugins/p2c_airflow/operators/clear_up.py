"""Removes what runs left behind, once it is old enough."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator, ObjectStoragePath

from p2c_airflow.connections import COMMON_DATA_SERVICE
from p2c_airflow.installation import installed_site, staging_address

if TYPE_CHECKING:
    from airflow.sdk import Context


class ClearUpOperator(BaseOperator):
    """Keeps to `[retention]` of site.toml; returns how much was removed.

    :param cds_conn_id: connection to the Common Data Service
    """

    ui_color = "#eef0f2"

    def __init__(self, *, cds_conn_id: str = COMMON_DATA_SERVICE, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.cds_conn_id = cds_conn_id

    def execute(self, context: Context) -> dict[str, int]:
        """Clear up; raises IntegrationError."""
        from p2c.ledger import Ledger
        from p2c.maintenance import clear_up
        from p2c.staging import Staging
        from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

        site = installed_site()
        ledger = Ledger(CommonDataServiceHook(self.cds_conn_id).current_engine())
        staging = Staging(ObjectStoragePath(staging_address(site)))
        cleared = clear_up(site.retention, ledger, staging, datetime.now(UTC))
        self.log.info(
            "Removed: staged sets of %d runs, %d entries about rows, %d runs.",
            cleared.staged_runs,
            cleared.rows,
            cleared.runs,
        )
        return cleared._asdict()
