"""What Airflow learns about this distribution from its `apache_airflow_provider` entry point."""

from __future__ import annotations

from typing import Any

from p2c_airflow.connections import connection_types


def get_provider_info() -> dict[str, Any]:
    """Return the provider metadata; the package name is the distribution's, as Airflow requires."""
    return {
        "package-name": "prospect-to-cash",
        "name": "Prospect to cash",
        "description": "Dynamics 365 Sales and Dynamics 365 Finance and Operations, kept in step.",
        "integrations": [{"integration-name": "Prospect to cash", "tags": ["service"]}],
        "operators": [
            {
                "integration-name": "Prospect to cash",
                "python-modules": [
                    f"p2c_airflow.operators.{name}"
                    for name in ("extract", "map", "validate", "load", "finish", "alerts", "clear_up", "reconcile")
                ],
            }
        ],
        "hooks": [
            {
                "integration-name": "Prospect to cash",
                "python-modules": [
                    f"p2c_airflow.hooks.{system}" for system in ("sales", "finance_operations", "common_data_service")
                ],
            }
        ],
        "notifications": ["p2c_airflow.notifications.run_failed.RunFailedNotifier"],
        "connection-types": connection_types(),
        "config": {
            "prospect_to_cash": {
                "description": "Where the settings of this installation stand.",
                "options": {
                    "site_file": {
                        "description": (
                            "Path of `site.toml`, absolute or relative to the Airflow home. "
                            "Empty: `include/site.toml` beside the DAGs folder."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "/opt/airflow/include/site.toml",
                        "default": "",
                    }
                },
            }
        },
        "cli": ["p2c_airflow.cli.airflow_commands.get_p2c_commands"],
    }
