"""The page "Prospect to cash" in the Airflow UI: served by the api-server, on its session and permissions."""
