"""The page of errors."""

from __future__ import annotations

from p2c_airflow.documentation.errors import errors_page


def test_the_page_shows_the_tree_and_the_decision_table() -> None:
    page = errors_page()
    assert "IntegrationError\n├── ConfigurationError" in page
    assert "reschedules until the lease is free" in page
