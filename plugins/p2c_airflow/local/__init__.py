"""The private local stack behind `make demo`, `make start` and `make stop`: the sandbox and a real Airflow."""
