from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from fixtures.page import KEY, Page

from p2c.ledger import Window


def begin(page: Page, run_id: str, **rest: str) -> None:
    page.ledger.begin_run(replace(KEY, run_id=run_id, **rest), Window(None, None, "full"))


def test_the_history_shows_window_counts_requests_and_time_throttled(filled_page: Page) -> None:
    text = filled_page.get("/runs").text
    for expected in ("full", "1 created", ">12<", ">3.5 s<", "1 in all"):
        assert expected in text


@pytest.mark.parametrize(("name", "value"), [("flow", "quotes"), ("state", "running"), ("text", "odd")])
def test_the_history_is_filtered(filled_page: Page, name: str, value: str) -> None:
    begin(filled_page, "odd one", flow="quotes")
    text = filled_page.get("/runs", **{name: value}).text
    assert "1 in all" in text
    assert "odd+one" in text


def test_the_history_is_sorted_both_ways(filled_page: Page) -> None:
    begin(filled_page, "later", flow="quotes")
    for order, first in (("up", "accounts"), ("", "quotes")):
        body = filled_page.get("/runs", sort="flow", order=order).text.split("<tbody>")[1]
        cells = body.split('data-label="Flow">')[1:]
        assert cells[0].startswith(first)


def test_the_tab_of_a_dag_run_shows_its_flows_and_organizations_only(filled_page: Page) -> None:
    begin(filled_page, "another")
    begin(filled_page, KEY.run_id, organization="demf")
    text = filled_page.get(f"/dags/accounts/runs/{quote(KEY.run_id, safe='')}").text
    assert "2 in all" in text
    assert "another" not in text


def test_a_page_beyond_the_last_is_the_last(filled_page: Page) -> None:
    for number in range(30):
        begin(filled_page, f"run {number}")
    assert "page 2 of 2" in filled_page.get("/runs", size="25", page="99").text
