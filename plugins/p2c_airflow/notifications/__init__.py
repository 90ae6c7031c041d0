"""Telling people, by Airflow's notifiers."""
