from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fixtures.quotes import QUOTES

from p2c.flow import Flow, Numbering

assert QUOTES.lines is not None
LINES = QUOTES.lines


def with_lines(**changes: object) -> Flow:
    return replace(QUOTES, lines=replace(LINES, **changes))  # type: ignore[arg-type]


def test_lines_as_declared_are_sound(errors: Callable[..., list[str]]) -> None:
    assert [text for text in errors(QUOTES) if ".lines" in text or "revision" in text or "writable" in text] == []


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (with_lines(lookup="_quote_value"), "Unknown field of quotedetails '_quote_value'"),
        (with_lines(numbering=Numbering(lambda lines, kept: kept, ("created",))), "Unknown field of quotedetails"),
        (with_lines(kept_for_life=("Product",)), "Unknown field of CDSSalesQuotationLines 'Product'"),
        (with_lines(amounts=("LineAmount", "Amount")), "Unknown field of CDSSalesQuotationLines 'Amount'"),
        (with_lines(amounts=("Amount", "LineAmount")), "CDS TestQuotationLine has no field 'Amount'"),
    ],
)
def test_each_name_of_lines_is_checked(errors: Callable[..., list[str]], flow: Flow, message: str) -> None:
    assert any(text.startswith("quote_lines.lines: ") and message in text for text in errors(flow))


def test_a_revision_has_to_reach_the_cds(errors: Callable[..., list[str]]) -> None:
    pairs = tuple(pair for pair in QUOTES.source_to_cds if pair.source != "revisionnumber")
    assert any(
        "No pair takes revisionnumber to the CDS" in text for text in errors(replace(QUOTES, source_to_cds=pairs))
    )


def test_a_state_that_the_destination_does_not_know_is_reported(errors: Callable[..., list[str]]) -> None:
    destination = replace(QUOTES.destination, writable=("SalesQuotationStatus", ("Open",)))
    found = errors(replace(QUOTES, destination=destination))
    assert any(text.startswith("quotes.destination.writable: ") and "'Open'" in text for text in found)
