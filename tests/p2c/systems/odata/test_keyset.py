from __future__ import annotations

import pytest

from p2c.systems.odata.keyset import Position, filter_after, position_after
from p2c.systems.odata.query import Query

QUERY = Query(entity_set="X", fields=("A", "B", "C"), order_by=("A", "B", "C"), types={"C": "Edm.Int64"})


def test_the_position_is_the_key_of_the_last_row() -> None:
    row: dict[str, str | None] = {"A": "a", "B": "b", "C": "3", "D": "d"}
    assert position_after(row, QUERY) == Position(after={"A": "a", "B": "b", "C": "3"})


def test_a_null_in_the_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="key field B"):
        position_after({"A": "a", "B": None, "C": "3"}, QUERY)


def test_a_single_key_needs_one_comparison() -> None:
    query = Query(entity_set="X", fields=("A",), order_by=("A",))
    assert filter_after(Position(after={"A": "O'B"}), query) == "A gt 'O''B'"


def test_rows_behind_a_composite_key_are_selected_without_eq() -> None:
    condition = filter_after(Position(after={"A": "a*", "B": "b", "C": "3"}), QUERY)
    assert condition == "(A ge 'a*' and (A gt 'a*' or (B ge 'b' and (B gt 'b' or C gt 3))))"


def test_a_position_survives_as_text() -> None:
    for position in (Position(after={"A": "ü'\""}), Position(link="https://x/y?z=1"), Position()):
        assert Position.parse(position.token()) == position
