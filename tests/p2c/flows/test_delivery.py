from __future__ import annotations

from typing import Any

import pytest

from p2c.flow import WritePolicy
from p2c.flows.delivery import CONTENT, has_address, has_own_address, requested_date

HEADER = {"line1": "1 Quay", "city": "Seattle", "stateorprovince": "WA", "postalcode": "98101", "country": "US"}
COLUMNS = (*CONTENT, "country")


def differs(will_call: str = "false", of_header: str = "false", header: Any = HEADER, **line: str) -> bool:
    return has_own_address(
        will_call, of_header, *(line.get(name) for name in COLUMNS), *(header.get(name) for name in COLUMNS)
    )


def test_an_address_is_there_if_any_part_but_the_country_is() -> None:
    assert has_address("false", None, None, None, "Seattle", None, None)
    assert not has_address("false", None, " ", None, "", None, None)


def test_goods_that_the_customer_picks_up_need_no_address() -> None:
    assert not has_address("true", "1 Quay", None, None, "Seattle", None, None)
    assert not differs(will_call="true", line1="2 Quay")


def test_a_line_without_an_address_goes_where_its_header_goes() -> None:
    assert not differs()
    assert not differs(country="CA")


@pytest.mark.parametrize("changes", [{}, {"city": " SEATTLE "}, {"country": ""}])
def test_a_line_with_its_headers_address_has_none_of_its_own(changes: dict[str, str]) -> None:
    assert not differs(**HEADER | changes)


@pytest.mark.parametrize("changes", [{"line1": "2 Quay"}, {"line2": "Hall 3"}, {"postalcode": ""}, {"country": "CA"}])
def test_a_line_with_another_address_has_its_own(changes: dict[str, str]) -> None:
    assert differs(**HEADER | changes)


def test_a_line_has_its_own_address_where_the_header_has_none() -> None:
    assert differs(header={}, **HEADER)
    assert differs(of_header="true", **HEADER)


def test_the_date_that_is_not_chosen_is_written_on_create_only() -> None:
    option = requested_date("Shipping", "Receipt").option({"requested_date": "receipt"})
    assert [(pair.target, pair.write) for pair in option.cds_to_destination] == [
        ("Shipping", WritePolicy.ON_CREATE),
        ("Receipt", WritePolicy.ALWAYS),
    ]
