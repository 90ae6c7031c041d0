from __future__ import annotations

from p2c.ledger import Reason
from p2c.steps.verdict import Verdict, Verdicts

REJECTED = Verdict("id-1", "US-001", 7, "rejected", (Reason("too_long", "Zu lang: 公司", "name", "x"),))
PART = Verdicts(["id-1", "id-2"], ["US-001", "US-002"], [7, 8], {0: REJECTED}, [False, True])


def test_verdicts_read_back_as_they_were_staged() -> None:
    ready = Verdict("id-2", "US-002", 8, "ready")
    assert [Verdict.from_row(row) for row in PART.table().to_pylist()] == [REJECTED, ready]


def test_rows_of_which_nothing_was_found_count_as_ready() -> None:
    assert PART.counts() == {"rejected": 1, "ready": 1}
    assert [PART.verdict(0), PART.verdict(1)] == ["rejected", "ready"]
