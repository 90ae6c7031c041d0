from __future__ import annotations

from p2c_sandbox.rules import Finding, RuleViolation


def test_a_violation_tells_every_finding() -> None:
    violation = RuleViolation(Finding("One."), Finding("Two.", "Field"))
    assert str(violation) == "One.; Two."
    assert violation.findings[1].field == "Field"
