from __future__ import annotations

from fixtures.page import KEY, Page


def test_without_staged_sets_the_page_says_so(filled_page: Page) -> None:
    text = filled_page.get("/row", flow="accounts", organization="usmf", source_id="1").text
    assert "The staged rows of its latest runs are gone" in text
    assert KEY.run_id in text
