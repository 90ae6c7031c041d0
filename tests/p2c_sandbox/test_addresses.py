from __future__ import annotations

import pytest

from p2c_sandbox.addresses import entity_set_of, is_discovery, system_of


@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("/api/data/v9.2/accounts", "sales"),
        ("/api/data/v9.2", "sales"),
        ("/data/CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')", "finance_operations"),
        ("/contoso/oauth2/v2.0/token", "entra"),
        ("/contoso/v2.0/.well-known/openid-configuration", "entra"),
        ("/sandbox/faults", "control"),
        ("/api/data/v9.20/accounts", None),
        ("/database", None),
        ("/", None),
    ],
)
def test_an_address_belongs_to_the_system_whose_root_it_has(path: str, system: str | None) -> None:
    assert system_of(path) == system


@pytest.mark.parametrize(
    ("path", "entity_set"),
    [
        ("/api/data/v9.2/accounts(accountnumber='A%2FB')", "accounts"),
        ("/data/CustomersV3/$count", "CustomersV3"),
        ("/data/$batch", None),
        ("/data", None),
    ],
)
def test_the_first_name_below_the_root_is_the_entity_set(path: str, entity_set: str | None) -> None:
    assert entity_set_of(path) == entity_set


def test_only_the_openid_configuration_is_discovery() -> None:
    assert is_discovery("/contoso/v2.0/.well-known/openid-configuration")
    assert not is_discovery("/contoso/oauth2/v2.0/token")
