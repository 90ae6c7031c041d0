"""The page of settings."""

from __future__ import annotations

from p2c.site import Site
from p2c.site_settings import FieldSettings, FlowSettings, Organization, ReferenceSettings, RunSettings
from p2c_airflow.documentation.settings import settings_page

PAGE = settings_page()


def test_every_setting_of_every_table_is_listed() -> None:
    places = {
        "": Site,
        "runs.": RunSettings,
        "organizations.<name>.": Organization,
        "flows.<name>.": FlowSettings,
        "flows.<name>.fields.<name>.": FieldSettings,
        "flows.<name>.fields.<name>.reference.": ReferenceSettings,
    }
    for place, model in places.items():
        for name in model.model_fields:
            assert f"| `{place}{name}` |" in PAGE


def test_every_setting_is_explained() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []


def test_limits_and_defaults_are_shown() -> None:
    assert "| `runs.page_size` | integer, at least 1, at most 5000 | `5000` |" in PAGE
    assert "| `organizations.<name>.legal_entity` |" in PAGE
