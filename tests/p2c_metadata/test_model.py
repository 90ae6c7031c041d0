from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from p2c_metadata import UnknownName, load


def test_an_unknown_entity_set_is_an_error_that_lists_the_nearest_names() -> None:
    with pytest.raises(UnknownName, match="unknown entity set 'CustomerV3'; nearest: CustomersV3"):
        load("finance_operations").entity_set("CustomerV3")


def test_the_nearest_name_is_found_without_regard_to_case() -> None:
    with pytest.raises(UnknownName) as error:
        load("sales").entity("account").property("AccountNumber")
    assert error.value.nearest[0] == "accountnumber"


def test_an_unknown_property_is_an_error_that_names_its_entity_set() -> None:
    with pytest.raises(UnknownName, match="unknown property of accounts 'acountnumber'; nearest: accountnumber"):
        load("sales").entity("account").property("acountnumber")


def test_an_unknown_entity_is_an_error_that_lists_the_nearest_names() -> None:
    with pytest.raises(UnknownName, match="unknown entity 'accounts'; nearest: account"):
        load("sales").entity("accounts")


def test_a_name_like_no_other_is_an_error_without_suggestions() -> None:
    with pytest.raises(UnknownName) as error:
        load("sales").entity("zzzzzz")
    assert str(error.value) == "unknown entity 'zzzzzz'"


def test_an_unknown_name_can_be_caught_as_a_key_error() -> None:
    assert issubclass(UnknownName, KeyError)


def test_a_model_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load("sales").namespace = "other"  # type: ignore[misc]  # assigning to a frozen field is what is tested
