"""What all flow DAGs have in common. Reads the flow's declaration and `site.toml`, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, CronTriggerTimetable

from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c_airflow.documentation.alerts import alerts_page
from p2c_airflow.documentation.initial_load import initial_load_page
from p2c_airflow.documentation.maintenance import maintenance_page
from p2c_airflow.documentation.mapping import flow_page
from p2c_airflow.installation import installed_site
from p2c_airflow.notifications.run_failed import RunFailedNotifier
from p2c_airflow.retry_policy import StepRetryPolicy
from p2c_airflow.run_options import initial_parameters, maintenance_parameters, parameters

RETRIES = 3
#: Every DAG of ours bears it; the page in the Airflow UI finds them by it.
TAG = "prospect to cash"


def organizations() -> list[str]:
    """The organizations of this installation, in the order of `site.toml`; raises ConfigurationError."""
    return list(installed_site().organizations)


def flow_schedule(flow: Flow) -> CronDataIntervalTimetable:
    """The flow's schedule, with data intervals, so that a backfill covers a span of time. Raises ConfigurationError."""
    return CronDataIntervalTimetable(installed_site().flow_settings(flow.name).schedule, timezone="UTC")


def flow_dag_arguments(*flows: Flow) -> dict[str, Any]:
    """The arguments of the DAG of one or more flows: form, retries and documentation. Raises ConfigurationError."""
    site = installed_site()
    return _every_dag(flows) | {
        "dag_display_name": "; ".join(flow.title for flow in flows),
        "description": " ".join(flow.description for flow in flows),
        "doc_md": "\n\n".join(flow_page(site.applied_to(flow)) for flow in flows),
        # a run whose tasks cannot start, for want of a pool, ends by itself
        "dagrun_timeout": timedelta(hours=24),
        "params": parameters(site.organizations),
    }


def initial_load_arguments() -> dict[str, Any]:
    """The arguments of the DAG that runs every flow. Raises ConfigurationError."""
    return _every_dag(FLOWS.values()) | {
        "dag_display_name": "Initial load",
        "description": "Every flow in its order, for rows of any age. A dry run unless the form says otherwise.",
        "doc_md": initial_load_page(FLOWS.values()),
        "dagrun_timeout": timedelta(days=7),
        "params": initial_parameters(organizations()),
    }


def alerts_schedule() -> CronTriggerTimetable:
    """When the alerts look. Raises ConfigurationError."""
    return CronTriggerTimetable(installed_site().alerts.schedule, timezone="UTC")


def alerts_arguments() -> dict[str, Any]:
    """The arguments of the DAG that tells people what is wrong. Raises ConfigurationError."""
    return _every_dag(()) | {
        "dag_display_name": "Alerts",
        "description": "Looks what is wrong, and tells people: one alert for each cause, with what to do.",
        "doc_md": alerts_page(),
        "dagrun_timeout": timedelta(hours=1),
        # whoever is to be told cannot be reached: that is for Airflow's own monitoring
        "on_failure_callback": None,
    }


def maintenance_schedule() -> CronTriggerTimetable:
    """When what is old is removed. Raises ConfigurationError."""
    return CronTriggerTimetable(installed_site().retention.schedule, timezone="UTC")


def maintenance_arguments() -> dict[str, Any]:
    """The arguments of the DAG that removes what is old. Raises ConfigurationError."""
    return _every_dag(()) | {
        "dag_display_name": "Maintenance",
        "description": "Removes what is old, and holds the keys of both systems against what runs recorded.",
        "doc_md": maintenance_page(installed_site().retention),
        "dagrun_timeout": timedelta(hours=12),
        "params": maintenance_parameters(),
    }


def group_name(flow: Flow) -> str:
    """The id of a flow's task group: "Accounts to customers" becomes `accounts_to_customers`."""
    return flow.title.casefold().replace(" ", "_")


def _every_dag(flows: Iterable[Flow]) -> dict[str, Any]:
    return {
        "start_date": datetime(2020, 1, 1, tzinfo=UTC),
        "catchup": False,
        "max_active_runs": 1,
        "on_failure_callback": RunFailedNotifier(),
        "tags": list(dict.fromkeys([TAG, *_systems(flows), *_shadow(flows)])),
        "default_args": step_defaults(),
    }


def _systems(flows: Iterable[Flow]) -> Iterator[str]:
    for flow in flows:
        yield from (flow.source.system, flow.destination.system)


def _shadow(flows: Iterable[Flow]) -> Iterator[str]:
    """A green run of a flow in shadow mode has written nothing: the list of DAGs says so."""
    site = installed_site()
    if any(site.flow_settings(flow.name).dry_run for flow in flows):
        yield "shadow mode"


def step_defaults() -> dict[str, Any]:
    """How every step is retried, and how long it may take."""
    return {
        "owner": "prospect to cash",
        "retries": RETRIES,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=30),
        "retry_policy": StepRetryPolicy(),
        "execution_timeout": timedelta(hours=6),
    }
