from __future__ import annotations

import pytest

from p2c.check.fitness import TAKES, size_misfit, type_misfit, value_misfit
from p2c.contract import FieldContract, Kind


def contract(name: str, kind: Kind = "text", **limits: object) -> FieldContract:
    return FieldContract(name, kind, **limits)  # type: ignore[arg-type] # limits of several types


@pytest.mark.parametrize("kind", [kind for kind in TAKES if kind != "enum"])
def test_every_kind_goes_to_its_own_kind_and_to_text(kind: Kind) -> None:
    assert type_misfit(contract("a", kind), contract("b", kind)) is None
    assert type_misfit(contract("a", kind), contract("b")) is None


@pytest.mark.parametrize(("source", "target"), [("integer", "decimal"), ("datetime", "date"), ("date", "datetime")])
def test_a_kind_goes_to_a_wider_one(source: Kind, target: Kind) -> None:
    assert type_misfit(contract("a", source), contract("b", target)) is None


@pytest.mark.parametrize(
    ("source", "target"),
    [("text", "integer"), ("decimal", "integer"), ("boolean", "enum"), ("text", "enum"), ("text", "datetime")],
)
def test_a_kind_that_does_not_fit_is_explained(source: Kind, target: Kind) -> None:
    misfit = type_misfit(contract("a", source), contract("b", target))
    assert misfit is not None
    assert misfit.startswith(f"a is {source}, b is {target}; b takes ")


def test_an_enumeration_goes_to_one_that_knows_all_its_values() -> None:
    narrow, wide = contract("a", "enum", members=("No", "Yes")), contract("b", "enum", members=("No", "Yes", "All"))
    assert type_misfit(narrow, wide) is None
    assert type_misfit(wide, narrow) is not None


def test_a_longer_source_is_reported_with_both_lengths() -> None:
    assert size_misfit(contract("a", length=160), contract("b", length=100)) == (
        "Up to 160 characters come, b holds 100: longer values are rejected."
    )


@pytest.mark.parametrize(("source", "target"), [(100, 100), (None, 10), (10, None), (None, None)])
def test_a_source_that_is_not_known_to_be_longer_fits(source: int | None, target: int | None) -> None:
    assert size_misfit(contract("a", length=source), contract("b", length=target)) is None


def test_decimal_places_that_are_lost_are_reported() -> None:
    misfit = size_misfit(contract("a", "decimal", scale=10), contract("b", "decimal", scale=4))
    assert misfit == "a has 10 decimal places, b 4: values are rounded."


@pytest.mark.parametrize(
    ("value", "target", "message"),
    [
        ("Yess", contract("Flag", "enum", members=("No", "Yes")), "Unknown value of Flag 'Yess'; did you mean 'Yes'?"),
        ("ten", contract("Count", "integer"), "Count: 'ten' is not a number."),
        ("USA", contract("Country", length=2), "Country holds 2 characters, 'USA' has 3."),
    ],
)
def test_a_value_that_does_not_fit_is_explained(value: str, target: FieldContract, message: str) -> None:
    assert value_misfit(value, target) == message


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("Yes", contract("Flag", "enum", members=("No", "Yes"))),
        ("10", contract("Count", "integer")),
        ("US", contract("C", length=2)),
    ],
)
def test_a_value_that_fits_is_no_misfit(value: str, target: FieldContract) -> None:
    assert value_misfit(value, target) is None
