from __future__ import annotations

from p2c.check.preflight import Line, Status
from p2c.check.preflight.line import MOST_MISTAKES, judged


def test_a_line_reads_as_a_sentence_with_its_organization() -> None:
    assert str(Line("Sites", Status.PASSED, "All exist.", "usmf")) == "passed: Sites (usmf): All exist."
    assert str(Line("Dual-write", Status.PASSED, "Not there.")) == "passed: Dual-write: Not there."


def test_mistakes_fail_a_line_and_are_followed_by_the_remedy() -> None:
    assert judged("Sites", [], "All exist.", "Create them.") == Line("Sites", Status.PASSED, "All exist.")
    failed = judged("Sites", ["No 9."], "All exist.", "Create it.", "usmf")
    assert failed == Line("Sites", Status.FAILED, "No 9. Create it.", "usmf")


def test_only_the_first_mistakes_are_told() -> None:
    many = [f"No {number}." for number in range(MOST_MISTAKES + 3)]
    assert judged("Sites", many, "", "").text.endswith(f"No {MOST_MISTAKES - 1}. And 3 more.")
