from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from p2c_sandbox.generator.companies import companies
from p2c_sandbox.generator.draw import Draw, counted


def test_the_same_seed_kind_and_number_draw_the_same() -> None:
    assert [Draw(1, "accounts", 5).random() for _ in range(2)] == [Draw(1, "accounts", 5).random()] * 2


@pytest.mark.parametrize("other", [(2, "accounts", 5), (1, "contacts", 5), (1, "accounts", 6)])
def test_another_seed_kind_or_number_draws_another_id(other: tuple[int, str, int]) -> None:
    identifier = Draw(1, "accounts", 5).identifier
    assert UUID(identifier).version == 4
    assert Draw(*other).identifier != identifier


def test_a_row_is_modified_after_it_was_created() -> None:
    times = [Draw(1, "accounts", number).times() for number in range(50)]
    assert all(row["createdon"] <= row["modifiedon"] < "2026-03-04T00:00:00Z" for row in times)
    assert len({row["modifiedon"][:10] for row in times}) > 15


def test_a_user_s_day_is_midnight_in_the_company_s_time_zone() -> None:
    for number in range(20):
        draw = Draw(1, "quotes", number)
        assert datetime.fromisoformat(draw.user_day()).astimezone(draw.company.time_zone).hour == 0


def test_every_company_gets_rows() -> None:
    assert {Draw(1, "accounts", number).company for number in range(30)} == set(companies())
    assert counted(0) == 1_000
