"""What Airflow learns about this distribution from its `apache_airflow_provider` entry point."""

from __future__ import annotations


def get_provider_info() -> dict[str, object]:
    """Return the provider metadata; the package name is the distribution's, as Airflow requires."""
    return {
        "package-name": "prospect-to-cash",
        "name": "Prospect to cash",
        "description": "Dynamics 365 Sales and Dynamics 365 Finance and Operations, kept in step.",
    }
