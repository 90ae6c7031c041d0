from __future__ import annotations

from fixtures.installation import Connect

from p2c_airflow.lineage import datasets


def test_datasets_are_named_by_environment_and_entity_set(connect: Connect) -> None:
    connect("dynamics_sales", host="https://contoso.crm.dynamics.com")
    connect("dynamics_finops", host="https://contoso.operations.dynamics.com")
    assert datasets("accounts") == (
        ("https://contoso.crm.dynamics.com", "accounts"),
        ("https://contoso.operations.dynamics.com", "CustomersV3"),
    )
