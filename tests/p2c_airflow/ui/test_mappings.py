from __future__ import annotations

from fixtures.page import Page

from p2c.flows import FLOWS


def test_both_hops_of_every_flow_are_shown_with_the_sites_value_maps(filled_page: Page) -> None:
    text = filled_page.get("/mappings").text
    for flow in FLOWS.values():
        assert f'<section id="{flow.name}">' in text
    assert '<td data-label="Target"><code>CustomerAccount</code>' in text
    assert "entries</small>" in text
