from __future__ import annotations

from p2c.systems.odata.rows_by_column import RowsByColumn, column_of

PAGE = RowsByColumn({"A": ["1", "2", None], "B": ["x", None, "z"]}, ["W/1", None, "W/3"])
ROWS = [{"A": "1", "B": "x", "@odata.etag": "W/1"}, {"A": "2", "B": None}, {"A": None, "B": "z", "@odata.etag": "W/3"}]


def test_columns_read_one_by_one_are_rows() -> None:
    assert list(PAGE) == ROWS


def test_a_row_without_an_etag_lacks_the_field() -> None:
    assert "@odata.etag" not in PAGE[1]


def test_places_and_spans_count_as_in_a_list() -> None:
    assert (PAGE[-1], list(PAGE[:2]), len(PAGE)) == (ROWS[-1], ROWS[:2], 3)


def test_they_equal_a_list_of_the_same_rows() -> None:
    assert PAGE == ROWS
    assert ROWS[:2] != PAGE


def test_rows_without_fields_are_still_counted() -> None:
    assert list(RowsByColumn({}, [None, None])) == [{}, {}]


def test_a_field_that_a_row_lacks_is_null_in_its_column() -> None:
    assert (column_of(PAGE, "A"), column_of(PAGE, "C")) == (["1", "2", None], [None] * 3)
    assert column_of([{"A": "1"}, {}], "A") == ["1", None]
