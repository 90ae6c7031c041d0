"""The page of connection fields."""

from __future__ import annotations

from p2c_airflow.connections import connection_types
from p2c_airflow.documentation.connections import connections_page

PAGE = connections_page()


def test_every_field_of_every_form_is_listed_by_label_and_name() -> None:
    for connection_type in connection_types():
        for name, field in connection_type["conn-fields"].items():
            assert f"| {field['label']} | `extra.{name}` |" in PAGE


def test_standard_fields_are_listed_by_the_label_of_the_form() -> None:
    assert "| Environment URL | `host` |" in PAGE
    assert "| Client secret | `password` |" in PAGE
