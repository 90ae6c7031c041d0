"""All generated pages."""

from __future__ import annotations

from p2c_airflow.documentation.pages import pages


def test_there_is_a_page_for_the_mappings_and_one_for_each_kind_of_table() -> None:
    kinds = ("settings", "connections", "privileges", "outcomes", "errors")
    assert set(pages()) == {"mappings.md", *(f"reference/{kind}.md" for kind in kinds)}


def test_every_page_begins_with_its_title() -> None:
    assert all(text.startswith("# ") for text in pages().values())
