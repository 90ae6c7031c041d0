"""The page of outcomes."""

from __future__ import annotations

from p2c.ledger import Outcome
from p2c_airflow.documentation.outcomes import MEANINGS, outcomes_page


def test_every_outcome_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Outcome)


def test_the_page_shows_the_sum_that_holds_for_every_run() -> None:
    assert "`read = created + updated + unchanged + skipped + left + parked + rejected + failed`" in outcomes_page()
