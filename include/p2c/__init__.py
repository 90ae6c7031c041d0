"""The core of prospect to cash: flows, mapping, staging, ledger and both systems; imports no Airflow."""
