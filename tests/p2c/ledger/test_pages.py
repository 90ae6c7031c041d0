from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, literal, select, union_all

from p2c.ledger.pages import FOUND_AT_MOST, Cut, Page, contains, cut_page, search_page

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


def test_a_search_ends_at_its_bound_and_says_that_there_is_more(engine: Engine) -> None:
    numbers = select(literal(1).label("number")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < FOUND_AT_MOST + 1))
    with engine.connect() as connection:
        beyond = search_page(connection, select(numbers), (numbers.c.number,), Cut(9_999_999, 3))
        whole = search_page(connection, select(numbers).where(numbers.c.number > 1), (numbers.c.number,), Cut(2, 4))
    assert ([row.number for row in beyond.rows], beyond.total, beyond.more) == ([FOUND_AT_MOST], FOUND_AT_MOST, True)
    assert ([row.number for row in whole.rows], whole.total, whole.more) == ([6, 7, 8, 9], FOUND_AT_MOST, False)
