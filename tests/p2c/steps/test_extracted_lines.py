from __future__ import annotations

from typing import Any

from fixtures.quotes import QUOTE_LINES, Quotes

from p2c.steps.extracted_lines import LINES


def staged_lines(quotes: Quotes, run_id: str) -> list[dict[str, Any]]:
    quotes.steps.extract(run_id)
    staged = quotes.steps.context(run_id).staged("extract").read()
    return [row for part in staged.parts(LINES) for row in part.to_pylist()]


def test_all_lines_of_a_quote_are_staged_with_it_though_they_changed_before_its_window(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002", quantity=3))
    quotes.run("first")
    quotes.steps.let_pass(3600)
    quotes.touch(quote, name="Changed")
    lines = [(row["sequencenumber"], row["productid.productnumber"]) for row in staged_lines(quotes, "second")]
    assert sorted(lines) == [("1", "D0001"), ("2", "D0002")]


def test_a_line_is_staged_with_every_field_its_flow_reads(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1))
    assert set(staged_lines(quotes, "first")[0]) == {*QUOTE_LINES.source_fields(), "_quoteid_value"}


def test_a_quote_without_lines_stages_none(quotes: Quotes) -> None:
    quotes.add("QUO-1")
    assert staged_lines(quotes, "first") == []
