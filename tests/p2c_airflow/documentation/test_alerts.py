from __future__ import annotations

from p2c.alerts import AlertKind
from p2c_airflow.documentation.alerts import alerts_page


def test_the_page_says_of_every_kind_what_to_do() -> None:
    page = alerts_page()
    assert all(f"| `{kind}` |" in page for kind in AlertKind)
