"""The four steps of every flow, as Airflow operators."""
