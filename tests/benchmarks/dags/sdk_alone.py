"""A DAG file that only imports the SDK."""

from __future__ import annotations

from airflow.sdk import DAG

with DAG("sdk_alone", schedule=None):
    pass
