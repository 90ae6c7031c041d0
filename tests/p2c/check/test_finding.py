from __future__ import annotations

from p2c.check.finding import Finding, Report, Severity


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding(Severity.ERROR, "accounts", "accounts.source.key", "Unknown field 'x'.")
    assert str(finding) == "error: accounts.source.key: Unknown field 'x'."


def test_a_report_keeps_findings_in_order_and_each_once() -> None:
    report = Report("accounts")
    report.warning("b", "second thoughts")
    report.error("a", "wrong")
    report.warning("b", "second thoughts")
    assert [(found.severity, found.place) for found in report.findings] == [("warning", "b"), ("error", "a")]
    assert {found.flow for found in report.findings} == {"accounts"}
