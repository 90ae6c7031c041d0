"""The Airflow layer of prospect to cash: hooks, operators, command line and DAG wiring."""
