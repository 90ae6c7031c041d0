from __future__ import annotations

from typing import Any

import pytest
from fixtures.quotes import HEADERS, NUMBER, QUOTES, Quotes

from p2c.line_planning import LineChange
from p2c.steps.line_rows import LineRows
from p2c.systems.odata.operations import Operation


@pytest.fixture
def rows(quotes: Quotes) -> LineRows:
    assert QUOTES.lines is not None
    return LineRows(QUOTES.lines, quotes.steps.finance_operations, "usmf")


def operation(**changes: Any) -> Operation:
    values = {"kind": "update", "entity_set": HEADERS, "company": "usmf", "key": {NUMBER: "Q-1"}, "values": {"A": 1}}
    return Operation(**(values | {"reference": 7, "etag": 'W/"1"'} | changes))


def test_the_lines_of_many_headers_are_read_with_a_few_requests(quotes: Quotes, rows: LineRows) -> None:
    for number in range(20):
        quotes.add(f"QUO-{number}", quotes.line(1), quotes.line(2))
    quotes.run("first")
    since = len(quotes.steps.sandbox.requests_seen(system="finance_operations"))
    found = rows.read([f"quo-{number}" for number in range(20)])
    assert len(quotes.steps.sandbox.requests_seen(system="finance_operations")) == since + 1
    assert found["quo-7"].keys() == {"1|quo-7", "2|quo-7"}
    assert rows.read(["QUO-99"]) == {}


def test_what_a_star_finds_beyond_its_header_is_not_among_its_lines(quotes: Quotes, rows: LineRows) -> None:
    quotes.add("QUO-1", quotes.line(1))
    quotes.run("first")
    assert rows.read(["QUO-*"]) == {}


def test_only_the_first_operation_counts_on_an_unchanged_record(rows: LineRows) -> None:
    changes = [LineChange("delete", "1|Q-1", "1", etag='W/"2"'), LineChange("update", "2|Q-1", "2", {"SalesPrice": 1})]
    whole = rows.together(operation(), changes, 7)
    assert [(each.kind, each.line, each.etag) for each in whole.members] == [
        ("update", "", 'W/"1"'),
        ("delete", "1", None),
        ("update", "2", None),
    ]


def test_without_a_change_of_the_header_its_first_line_leads(rows: LineRows) -> None:
    whole = rows.together(None, [LineChange("delete", "1|Q-1", "1", etag='W/"2"')], 7)
    assert (whole.kind, whole.reference, whole.etag, whole.also) == ("delete", 7, 'W/"2"', ())
