"""What validate says of one row, as it is staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Verdict:
        """Read a staged row."""
        reasons = msgspec.json.decode(str(row["reasons"]), type=tuple[Reason, ...])
        return msgspec.convert({**row, "reasons": reasons}, cls)

    def summary(self) -> str:
        """The reasons on one line."""
        return summary(self.reasons)


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of one part: a row is ready, without a note, unless ``found`` says otherwise, by its place.

    ``due`` tells which rows were taken up again.
    """

    source_ids: Sequence[str]
    keys: Sequence[str]
    versions: Sequence[int]
    found: Mapping[int, Verdict]
    due: Sequence[bool]

    def table(self) -> pa.Table:
        """The staged rows."""
        verdicts, reasons = ["ready"] * len(self.source_ids), ["[]"] * len(self.source_ids)
        for row, verdict in self.found.items():
            verdicts[row], reasons[row] = verdict.verdict, msgspec.json.encode(verdict.reasons).decode()
        columns = (self.source_ids, self.keys, self.versions, verdicts, reasons)
        types = (field.type for field in VERDICTS)
        return pa.Table.from_arrays([pa.array(*pair) for pair in zip(columns, types, strict=True)], schema=VERDICTS)

    def counts(self) -> Counter[str]:
        """How many rows have which verdict."""
        found = Counter(str(verdict.verdict) for verdict in self.found.values())
        return found + Counter(ready=len(self.source_ids) - len(self.found))

    def verdict(self, row: int) -> Judgement:
        """The verdict of one row."""
        return self.found[row].verdict if row in self.found else "ready"
