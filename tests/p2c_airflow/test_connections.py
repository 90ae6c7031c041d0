"""The forms of the connection types."""

from __future__ import annotations

import pytest

from p2c_airflow.connections import connection_types

FORMS = {connection_type["connection-type"]: connection_type for connection_type in connection_types()}


def test_there_are_three_connection_types() -> None:
    assert list(FORMS) == ["dynamics_sales", "dynamics_finops", "common_data_service"]


@pytest.mark.parametrize("connection_type", FORMS)
def test_every_field_of_a_form_is_explained(connection_type: str) -> None:
    for field in FORMS[connection_type]["conn-fields"].values():
        assert field["label"]
        assert field["description"].endswith(".")


def test_a_secret_is_entered_masked() -> None:
    fields = FORMS["dynamics_sales"]["conn-fields"]
    assert fields["certificate_password"]["schema"]["format"] == "password"


def test_both_systems_are_entered_alike() -> None:
    assert FORMS["dynamics_sales"]["conn-fields"] == FORMS["dynamics_finops"]["conn-fields"]
