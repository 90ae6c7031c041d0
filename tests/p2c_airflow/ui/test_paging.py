from __future__ import annotations

from p2c.ledger.pages import Cut
from p2c_airflow.ui.paging import cut


def test_the_first_fifty_rows_are_shown_unless_asked_otherwise() -> None:
    assert cut() == Cut(1, 50)
