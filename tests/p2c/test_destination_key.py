from __future__ import annotations

import pytest

from p2c.destination_key import joined_key, split_key


def test_a_key_of_one_value_stands_as_it_is() -> None:
    assert joined_key(("A|1%",)) == "A|1%"
    assert split_key("A|1%", 1) == ("A|1%",)


def test_a_key_of_several_values_can_be_read_by_people() -> None:
    assert joined_key(("CON-1", "Customer", "US-001")) == "CON-1|Customer|US-001"


@pytest.mark.parametrize("values", [("CON-1", "Customer", "US-001"), ("a|b", "%", "%7C"), ("", "%25", "")])
def test_the_values_come_back_whatever_they_hold(values: tuple[str, ...]) -> None:
    assert split_key(joined_key(values), len(values)) == values


def test_a_key_of_another_number_of_values_is_refused() -> None:
    with pytest.raises(ValueError, match="'CON-1' is no key of 2 values"):
        split_key("CON-1", 2)
