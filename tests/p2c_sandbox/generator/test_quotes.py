from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY
from p2c_sandbox.generator.quotes import quote_rows
from p2c_sandbox.generator.size import Size

SIZE = Size(accounts=10, contacts=10, products=10, quotes=100, lines_per_quote=2)


def made(size: Size, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A quote and its lines."""
    (_, _, quote), *lines = quote_rows(size, number)
    return quote, [line for _, _, line in lines]


def test_quotes_are_in_many_states() -> None:
    statuses = Counter(made(SIZE, number)[0]["statuscode"] for number in range(100))
    assert statuses == {2: 50, 1: 20, 4: 10, 5: 10, 7: 10}


def test_a_revised_quote_is_followed_by_its_revision() -> None:
    (revised, _), (revision, _) = made(SIZE, 8), made(SIZE, 9)
    assert (revised["statuscode"], revised["revisionnumber"]) == (7, 0)
    assert (revision["statuscode"], revision["revisionnumber"]) == (2, 1)
    for column in ("quotenumber", "_customerid_value", "totalamount"):
        assert revised[column] == revision[column]
    assert revised["quoteid"] != revision["quoteid"]


def test_the_last_quote_is_not_revised_without_its_revision() -> None:
    quote, _ = made(Size(accounts=1, products=1, quotes=9), 8)
    assert (quote["statuscode"], quote["revisionnumber"]) == (2, 0)


def test_number_and_revision_are_a_quote_s_own() -> None:
    size = Size(accounts=10, products=10, quotes=200, bad_share=Fraction(1, 7))
    keys = [(row["quotenumber"], row["revisionnumber"]) for n in range(200) for row in [made(size, n)[0]]]
    assert len(set(keys)) == 200
    assert len({made(size, number)[0]["quoteid"] for number in range(200)}) == 200


def test_a_quote_has_so_many_lines() -> None:
    assert [len(made(SIZE, number)[1]) for number in range(10)] == [2] * 10


def test_customers_are_accounts_and_contacts() -> None:
    customers = Counter("contactid" in made(SIZE, number)[0] for number in range(100))
    assert customers == {False: 90, True: 10}


def test_bad_quotes_have_each_fault_in_turn_and_are_active() -> None:
    size = Size(accounts=10, products=10, quotes=12, lines_per_quote=2, bad_share=Fraction(1, 3))
    write_in, unnumbered, empty, unknown = (made(size, n) for n in range(12) if size.rank_of_bad(n) is not None)
    assert [quote["statecode"] for quote, _ in (write_in, unnumbered, empty, unknown)] == [1, 1, 1, 1]
    assert [line["isproductoverridden"] for line in write_in[1]] == [False, False, True]
    assert write_in[0]["msdynce_hasexternallymaintainedproductsonly"] is False
    assert [line["sequencenumber"] for line in unnumbered[1]] == [1, None]
    assert (empty[1], empty[0]["totalamount"]) == ([], 0)
    assert unknown[0]["shipto_country"] == UNKNOWN_COUNTRY
