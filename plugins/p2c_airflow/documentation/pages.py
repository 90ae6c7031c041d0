"""All generated pages, by file name."""

from __future__ import annotations

from p2c.flows import FLOWS
from p2c_airflow.documentation.connections import connections_page
from p2c_airflow.documentation.errors import errors_page
from p2c_airflow.documentation.mapping import flow_page
from p2c_airflow.documentation.outcomes import outcomes_page
from p2c_airflow.documentation.settings import settings_page


def pages() -> dict[str, str]:
    """The pages as Markdown: one per flow, then settings, connections, outcomes and errors."""
    return {
        **{f"flow-{flow.name}.md": flow_page(flow) for flow in FLOWS.values()},
        "settings.md": settings_page(),
        "connections.md": connections_page(),
        "outcomes.md": outcomes_page(),
        "errors.md": errors_page(),
    }
