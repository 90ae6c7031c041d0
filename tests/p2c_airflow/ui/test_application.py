from __future__ import annotations

import pytest
from fixtures.page import Page

VIEWS = ["/", "/runs", "/dags/accounts", "/dags/accounts/runs/x", "/due", "/differences", "/mappings", "/rows"]
ALL = [*VIEWS, "/run", "/run.csv", "/row", "/static/page.css", "/static/page.js", "/static/theme.js"]


@pytest.mark.parametrize("path", ALL)
def test_every_route_refuses_a_caller_who_is_not_logged_in(page: Page, path: str) -> None:
    assert page.client.get(f"/p2c{path}").status_code == 401


@pytest.mark.parametrize("path", ["/due/retry", "/due/dismiss"])
def test_every_decision_refuses_a_caller_who_is_not_logged_in(page: Page, path: str) -> None:
    assert page.client.post(f"/p2c{path}", json={}).status_code == 401


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_refuses_a_person_without_rights_on_any_dag(filled_page: Page, path: str) -> None:
    assert filled_page.get(path, "guest", None).status_code == 403


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_opens_for_a_viewer(filled_page: Page, path: str) -> None:
    answer = filled_page.get(path, "vic", "viewer")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_no_page_holds_anything_inline_or_from_elsewhere(filled_page: Page) -> None:
    pages = [filled_page.get(path).text for path in VIEWS]
    pages += [
        filled_page.of_run("/run").text,
        filled_page.get("/row", flow="accounts", organization="usmf", source_id="2").text,
    ]
    for text in pages:
        assert " style=" not in text
        assert "//" not in text.replace("http://testserver", "").split("<body>")[0].replace("<!doctype html>", "")
        assert "<script>" not in text


def test_only_our_own_files_are_served(page: Page) -> None:
    assert page.get("/static/page.css").headers["content-type"].startswith("text/css")
    assert page.get("/static/layout.html").status_code == 404
    assert page.get("/static/..%2Faccess.py").status_code == 404


def test_an_older_database_is_named_with_the_command_that_mends_it(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    extra = f'{{"conn_type": "common_data_service", "extra": {{"sqlite_file": "{tmp_path}/empty.sqlite"}}}}'
    monkeypatch.setenv("AIRFLOW_CONN_COMMON_DATA_SERVICE", extra)
    answer = page.get("/")
    assert answer.status_code == 503
    assert "p2c init" in answer.text


def test_what_a_row_holds_is_shown_as_text(filled_page: Page) -> None:
    for text in (filled_page.of_run("/run").text, filled_page.get("/due").text):
        assert "&lt;script&gt;alert(1)" in text
        assert "<bdi>שלום &amp; &lt;b&gt;</bdi>" in text
