from __future__ import annotations

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from p2c.contract import FieldContract, stored_length
from p2c.flow import Block, Pair
from p2c.mapping.hop import Finding, Hop
from p2c.validation.contracts import violations

NAME = Pair("name", "Name")
ADDRESS = Block("address", content=("City",), lead=("Country",))


def found(
    contract: FieldContract, *values: str | None, sent: bool | None = None, truncatable: bool = True
) -> list[Finding]:
    frame = pd.DataFrame({contract.name: pd.array(list(values), pd.ArrowDtype(pa.string()))})
    if sent is not None:
        frame["block:address"] = pd.array([sent] * len(values), pd.ArrowDtype(pa.bool_()))
    hop = Hop(
        (Pair("name", contract.name),),
        {contract.name: contract},
        blocks=(ADDRESS,) if sent is not None else (),
        origins={"name": "fullname"},
        truncatable=frozenset({contract.name} if truncatable else ()),
    )
    return list(violations(hop, frame, "F&O"))


def test_a_name_of_160_characters_is_rejected_naming_the_limit_the_field_and_the_way_out() -> None:
    (finding,) = found(FieldContract("Name", "text", length=100), "x" * 160)
    assert finding.reason.code == "too_long"
    assert finding.reason.text == (
        'Name: 160 characters, F&O holds 100. Shorten fullname, or set length = "truncate" for Name in site.toml.'
    )
    assert (finding.row, finding.reason.field, finding.reason.value) == (0, "fullname", "x" * 160)


def test_a_key_that_is_too_long_is_not_offered_to_be_cut() -> None:
    (finding,) = found(FieldContract("Key", "text", length=20), "x" * 21, truncatable=False)
    assert finding.reason.text == "Key: 21 characters, F&O holds 20. Shorten fullname."


def test_a_value_of_the_greatest_length_fits() -> None:
    assert found(FieldContract("Name", "text", length=3), "abc", None, "", "ąčę") == []


def test_an_emoji_counts_as_two_characters() -> None:
    assert [finding.row for finding in found(FieldContract("Name", "text", length=3), "ab😀", "a😀")] == [0]


def test_a_field_without_a_known_length_takes_any() -> None:
    assert found(FieldContract("Memo", "text"), "x" * (8 << 20)) == []


def test_a_required_field_that_is_blank_is_rejected_naming_the_field_to_fill() -> None:
    contract = FieldContract("Name", "text", required=True)
    assert [(finding.row, finding.reason.code, finding.reason.text) for finding in found(contract, "x", None)] == [
        (1, "required", "Name: F&O requires a value; fill fullname.")
    ]


def test_a_required_field_of_a_block_that_is_not_sent_may_be_blank() -> None:
    contract = FieldContract("Country", "text", required=True)
    assert found(contract, None, sent=False) == []
    assert len(found(contract, None, sent=True)) == 1


@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"))), st.integers(1, 10))
def test_exactly_the_values_that_take_more_than_the_length_are_found(values: list[str | None], length: int) -> None:
    rows = [finding.row for finding in found(FieldContract("Name", "text", length=length), *values)]
    assert rows == [row for row, value in enumerate(values) if value and stored_length(value) > length]
