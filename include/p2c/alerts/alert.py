"""One cause, in words that say what happened and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlertKind(StrEnum):
    """What an alert is about; docs/runbook.md says of each what to do."""

    REJECTED_SHARE = "rejected_share"
    ROWS_DUE = "rows_due"
    FRESHNESS = "freshness"
    MONEY = "money_difference"
    RUN_FAILED = "run_failed"


TITLES = {
    AlertKind.REJECTED_SHARE: "Many rows rejected or failed",
    AlertKind.ROWS_DUE: "Rows due for too long",
    AlertKind.FRESHNESS: "The destination lags",
    AlertKind.MONEY: "Sums differ between the systems",
    AlertKind.RUN_FAILED: "A run failed",
}


REMEDIES = {
    AlertKind.REJECTED_SHARE: "`p2c due list` gives the reasons, most often one for all: mend the value map, the "
    "reference data or the privilege, and the rows are tried again.",
    AlertKind.ROWS_DUE: "`p2c due list` says why each waits: mend it at its source, `p2c due retry` it, or `p2c due "
    "dismiss` it with a reason. The page does the same.",
    AlertKind.FRESHNESS: "Look whether the DAG is paused, a run still works or waits for a pool, or runs fail. The "
    "next run takes up all that was missed.",
    AlertKind.MONEY: "See the rows under Differences on the page; compare prices, discounts and charges of their lines "
    "there, and the discount method of the site with that of Sales.",
    AlertKind.RUN_FAILED: "Read the end of the failed task's log: it names the cause and what to mend. Then clear that "
    "task. What was recorded stays, and the next run reads on from there.",
}


@dataclass(frozen=True)
class Alert:
    """One cause; what stays the same from one look to the next makes up ``cause``.

    ``place`` is the flow and organization, or the DAG; ``text`` says what happened.
    """

    kind: AlertKind
    place: str
    text: str

    @property
    def cause(self) -> str:
        """What the ledger knows the cause by."""
        return f"{self.kind}/{self.place}"

    @property
    def title(self) -> str:
        """A subject line."""
        return f"{TITLES[self.kind]}: {self.place}"

    @property
    def remedy(self) -> str:
        """What to do."""
        return REMEDIES[self.kind]

    def __str__(self) -> str:
        """Render the whole alert."""
        return f"{self.title}. {self.text} What to do: {self.remedy}"
