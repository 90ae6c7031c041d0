from __future__ import annotations

from typing import Any

from fixtures.quotes import QUOTES, Quotes


def numbers(quotes: Quotes, run_id: str) -> list[Any]:
    quotes.steps.map(run_id, quotes.steps.extract(run_id))
    staged = quotes.steps.context(run_id).staged("map").read()
    return sorted(
        row["LineCreationSequenceNumber"] for part in staged.parts("line_destination") for row in part.to_pylist()
    )


def test_a_site_that_assigns_numbers_gives_each_line_its_own(quotes: Quotes) -> None:
    quotes.site(flows={"quote_lines": {"line_numbers": "assign"}})
    quotes.add("QUO-1", quotes.line(None), quotes.line(1), quotes.line(1))
    assert numbers(quotes, "first") == [1, 2, 3]


def test_without_that_setting_numbers_stay_as_they_are(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(2), quotes.line(2))
    assert QUOTES.lines is not None
    assert numbers(quotes, "first") == [2, 2]


def test_a_line_keeps_its_number_when_another_one_is_deleted(quotes: Quotes) -> None:
    quotes.site(flows={"quote_lines": {"line_numbers": "assign"}})
    quote = quotes.add("QUO-1", quotes.line(None), quotes.line(None, "D0002"))
    quotes.run("first")
    product = quotes.stored_lines("QUO-1")[1]["ProductNumber"]
    first = quotes.products[product]["productid"]
    quotes.delete_line(next(line for line in quotes.lines_of(quote) if line["_productid_value"] == first))
    quotes.touch(quote)
    assert numbers(quotes, "second") == [2]
