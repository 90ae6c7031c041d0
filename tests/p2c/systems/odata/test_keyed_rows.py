from __future__ import annotations

from p2c.systems.odata.keyed_rows import KeyedRows


def test_an_ambiguous_key_is_not_among_the_rows() -> None:
    rows = KeyedRows()
    rows["a"] = {"id": "1"}
    rows.ambiguous["b"] = ("2", "3")
    assert list(rows) == ["a"]
    assert rows.get("b") is None
