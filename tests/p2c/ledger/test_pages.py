from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, literal, select, union_all

from p2c.ledger.pages import Cut, Page, contains, cut_page

NUMBERS = union_all(*(select(literal(number).label("number")) for number in range(1, 8))).subquery()


@pytest.mark.parametrize(("number", "rows"), [(1, [1, 2, 3]), (3, [7]), (9, [7]), (0, [1, 2, 3])])
def test_a_page_is_cut_and_one_beyond_the_last_is_the_last(engine: Engine, number: int, rows: list[int]) -> None:
    with engine.connect() as connection:
        page = cut_page(connection, select(NUMBERS), (NUMBERS.c.number,), Cut(number, 3))
    assert ([row.number for row in page.rows], page.total, page.last) == (rows, 7, 3)


def test_an_empty_list_has_one_page() -> None:
    assert Page([], 0, Cut()).last == 1


def test_what_is_sought_has_no_wildcards(engine: Engine) -> None:
    with engine.connect() as connection:
        found = [
            connection.execute(select(contains(func.coalesce("50% OFF_x", ""), text))).scalar()
            for text in ("% off", "OFF_", "5%x")
        ]
    assert [bool(each) for each in found] == [True, True, False]
