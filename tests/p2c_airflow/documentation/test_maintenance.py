from __future__ import annotations

from p2c.site_settings import RetentionSettings
from p2c_airflow.documentation.maintenance import maintenance_page


def test_the_page_shows_the_days_of_this_site() -> None:
    assert "| runs with their windows and counts | 900 |" in maintenance_page(RetentionSettings(runs_days=900))
