"""All generated pages, by file name."""

from __future__ import annotations

from p2c.flows import FLOWS
from p2c_airflow.documentation.connections import connections_page
from p2c_airflow.documentation.errors import errors_page
from p2c_airflow.documentation.mapping import mappings_page
from p2c_airflow.documentation.outcomes import outcomes_page
from p2c_airflow.documentation.privileges import privileges_page
from p2c_airflow.documentation.settings import settings_page


def pages() -> dict[str, str]:
    """The pages as Markdown, by their place in the folder of the documentation."""
    return {
        "mappings.md": mappings_page(FLOWS.values()),
        "reference/settings.md": settings_page(),
        "reference/connections.md": connections_page(),
        "reference/privileges.md": privileges_page(FLOWS.values()),
        "reference/outcomes.md": outcomes_page(),
        "reference/errors.md": errors_page(),
    }
