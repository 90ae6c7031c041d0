"""Alerts: looks at regular times what is wrong, and tells people as `[alerts]` of site.toml says."""

from __future__ import annotations

from airflow.sdk import DAG

from p2c_airflow.operators.alerts import AlertsOperator
from p2c_airflow.wiring import alerts_arguments, alerts_schedule

with DAG("alerts", schedule=alerts_schedule(), **alerts_arguments()):
    AlertsOperator(task_id="look_and_tell")
