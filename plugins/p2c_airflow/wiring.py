"""What all flow DAGs have in common. Reads the flow's declaration and `site.toml`, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable

from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c_airflow.documentation.initial_load import initial_load_page
from p2c_airflow.documentation.mapping import flow_page
from p2c_airflow.installation import installed_site
from p2c_airflow.retry_policy import StepRetryPolicy
from p2c_airflow.run_options import initial_parameters, parameters

RETRIES = 3


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


def group_name(flow: Flow) -> str:
    """The id of a flow's task group: "Accounts to customers" becomes `accounts_to_customers`."""
    return flow.title.casefold().replace(" ", "_")


def _every_dag(flows: Iterable[Flow]) -> dict[str, Any]:
    return {
        "start_date": datetime(2020, 1, 1, tzinfo=UTC),
        "catchup": False,
        "max_active_runs": 1,
        "tags": list(dict.fromkeys(["prospect to cash", *_systems(flows), *_shadow(flows)])),
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
