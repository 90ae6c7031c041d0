"""Tells of a failed run at once, as Airflow calls it; `site.toml` says on which channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from p2c.errors import IntegrationError

if TYPE_CHECKING:
    from airflow.sdk import Context


class RunFailedNotifier(BaseNotifier):
    """The `on_failure_callback` of our DAGs.

    Nothing is raised: the DAG `alerts` finds what could not be told.
    """

    def render_template_fields(self, context: Context, jinja_env: Any = None) -> None:
        """There are none; `dag.test()` hands over a DAG that Airflow cannot render for."""

    def notify(self, context: Context) -> None:
        """Note the failed run and tell people, unless they know of an earlier run of the DAG that failed."""
        from p2c.alerts.watch import failed_run
        from p2c.ledger import Ledger
        from p2c_airflow.hooks.common_data_service import CommonDataServiceHook
        from p2c_airflow.installation import installed_site
        from p2c_airflow.notifications.telling import standing, tell

        try:
            settings = installed_site().alerts
            if not settings.run_failed:
                return
            ledger = Ledger(CommonDataServiceHook().current_engine())
            # what Airflow hands over where no task failed, as when a run takes too long, holds no more than these
            reason = str(context.get("reason") or "a task failed")
            alert = failed_run(context["dag"].dag_id, context["run_id"], reason)
            ledger.note_alert(standing(alert, ledger))
            tell(settings, ledger)
        except IntegrationError as error:
            self.log.error("The failed run could not be told of: %s", error)
