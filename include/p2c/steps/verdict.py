"""What validate says of one row, as it is staged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
import pyarrow as pa

from p2c.ledger import Reason, summary

Judgement = Literal["ready", "repeated", "out_of_scope", "rejected", "parked"]

VERDICTS = pa.schema(
    [
        ("source_id", pa.string()),
        ("key", pa.string()),
        ("version", pa.int64()),
        ("verdict", pa.string()),
        ("reasons", pa.string()),
    ]
)


@dataclass(frozen=True)
class Verdict:
    """A row's identity and judgement; the reasons of a ready row are notes, such as a truncation.

    *repeated* is an older copy of a row that paging returned twice.
    """

    source_id: str
    key: str
    version: int
    verdict: Judgement
    reasons: tuple[Reason, ...] = ()

    def as_row(self) -> dict[str, object]:
        """The staged row."""
        return {
            "source_id": self.source_id,
            "key": self.key,
            "version": self.version,
            "verdict": self.verdict,
            "reasons": msgspec.json.encode(self.reasons).decode(),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Verdict:
        """Read a staged row."""
        reasons = msgspec.json.decode(str(row["reasons"]), type=tuple[Reason, ...])
        return msgspec.convert({**row, "reasons": reasons}, cls)

    def summary(self) -> str:
        """The reasons on one line."""
        return summary(self.reasons)
