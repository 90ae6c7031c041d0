"""All generated pages."""

from __future__ import annotations

from p2c.flows import FLOWS
from p2c_airflow.documentation.pages import pages


def test_there_is_a_page_for_every_flow_and_one_for_each_kind_of_table() -> None:
    flows = {f"flow-{name}.md" for name in FLOWS}
    assert set(pages()) == flows | {"settings.md", "connections.md", "outcomes.md", "errors.md"}


def test_every_page_begins_with_its_title() -> None:
    assert all(text.startswith("# ") for text in pages().values())
