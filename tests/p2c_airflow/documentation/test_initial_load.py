"""The page of the initial load."""

from __future__ import annotations

from p2c.flows import flow_named
from p2c_airflow.documentation.initial_load import initial_load_page


def test_the_page_names_the_flows_in_their_order() -> None:
    page = initial_load_page([flow_named("accounts"), flow_named("contacts")])
    assert "one after another: accounts to customers, contacts to contacts." in page
