"""The outcomes of rows."""

from __future__ import annotations

from p2c.ledger import Outcome
from p2c_airflow.documentation.markdown import code, table

MEANINGS = {
    Outcome.CREATED: "It was not at the destination and now is.",
    Outcome.UPDATED: "Fields that differed were written.",
    Outcome.UNCHANGED: "The destination already holds what we would write.",
    Outcome.SKIPPED: "Out of scope, an older version or revision, or dismissed by a person.",
    Outcome.LEFT: "Sent before and now out of scope; the flow's setting says what is done at the destination.",
    Outcome.PARKED: "Waits for the row it belongs to; tried again when that lands, and once a day.",
    Outcome.REJECTED: "Breaks a rule of ours; tried again when row, flow, settings or reference data change.",
    Outcome.FAILED: "The destination refused it; tried again with a growing delay, once a day at the longest.",
}


def outcomes_page() -> str:
    """Every outcome with its meaning, and the sum that holds for every run."""
    rows = [(code(outcome), MEANINGS[outcome]) for outcome in Outcome]
    total = " + ".join(Outcome)
    return "\n\n".join(
        [
            "# Outcomes",
            "Every row that a run reads has exactly one outcome.",
            table(("Outcome", "Meaning"), rows),
            f"For every run and organization: `read = {total}`.",
        ]
    )
