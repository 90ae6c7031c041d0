from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.steps import Steps

from p2c.maintenance import Cleared, clear_up
from p2c.site_settings import RetentionSettings

SETTINGS = RetentionSettings()


def test_what_is_old_is_removed_once_and_the_flow_runs_on(steps: Steps) -> None:
    for run_id in ("first", "second"):
        steps.run(run_id)
    holds = steps.staging.holds("accounts")
    assert (holds("first"), holds("second"), holds("never ran")) == (True, True, False)
    now = datetime.now(UTC)

    assert clear_up(SETTINGS, steps.ledger, steps.staging, now) == Cleared(0, 0, 0)
    cleared = clear_up(SETTINGS, steps.ledger, steps.staging, now + timedelta(days=SETTINGS.rows_days + 1))
    assert (cleared.staged_runs, cleared.runs) == (1, 0)
    assert cleared.rows > 0

    holds = steps.staging.holds("accounts")
    assert (holds("first"), holds("second")) == (False, True)
    assert clear_up(SETTINGS, steps.ledger, steps.staging, now + timedelta(days=400)).staged_runs == 0
    assert "created" not in steps.run("third")
