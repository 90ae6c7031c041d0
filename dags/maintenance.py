"""Maintenance: removes what is old, as `[retention]` of site.toml says, and reconciles the keys of both systems."""

from __future__ import annotations

from airflow.sdk import DAG

from p2c_airflow.operators.clear_up import ClearUpOperator
from p2c_airflow.operators.reconcile import ReconcileOperator
from p2c_airflow.wiring import maintenance_arguments, maintenance_schedule

with DAG("maintenance", schedule=maintenance_schedule(), **maintenance_arguments()):
    ClearUpOperator(task_id="clear_up")
    ReconcileOperator(task_id="reconcile")
