from __future__ import annotations

from p2c.ledger import Reason
from p2c.steps.verdict import Verdict


def test_a_verdict_reads_back_as_it_was_staged():
    verdict = Verdict("id-1", "US-001", 7, "rejected", (Reason("too_long", "Zu lang: 公司", "name", "x"),))
    assert Verdict.from_row(verdict.as_row()) == verdict
