from __future__ import annotations

from fixtures.quotes import Quotes

from p2c.steps.staged_parts import judged_parts


def test_each_row_comes_with_its_lines(quotes: Quotes) -> None:
    quotes.add("QUO-1", quotes.line(1), quotes.line(2, "D0002"))
    quotes.add("QUO-2", quotes.line(1, "D0003"))
    quotes.add("QUO-3")
    context = quotes.steps.context("first")
    quotes.steps.judged("first")
    rows = [row for part in judged_parts(context, context.staged("validate").read()) for row in part]
    found = {row.verdict.key: sorted((line.number, line.cds["ProductId"]) for line in row.lines) for row in rows}
    assert found == {"QUO-1": [("1", "D0001"), ("2", "D0002")], "QUO-2": [("1", "D0003")], "QUO-3": []}


def test_a_flow_without_lines_has_rows_without_lines(quotes: Quotes) -> None:
    quotes.steps.flow = "accounts"
    context = quotes.steps.context("first")
    quotes.steps.judged("first")
    rows = [row for part in judged_parts(context, context.staged("validate").read()) for row in part]
    assert rows
    assert {row.lines for row in rows} == {()}
