"""Revisions: of rows that share an integration key, the one with the highest revision in scope is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from p2c.contract import shortened
from p2c.keys import normalised
from p2c.ledger import Reason
from p2c.ledger.records import SUPERSEDED


class Revisions:
    """The revisions of each integration key among the rows in scope of one run; 0 where a source knows none."""

    def __init__(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Take ``(source id, integration key, revision)`` of the rows in scope."""
        self._rows: defaultdict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for row in rows:
            of_key = self._rows[normalised(row[1])]
            if of_key and of_key[0][2] < row[2]:
                of_key.clear()
            if not of_key or of_key[0][2] == row[2]:
                of_key.append(row)

    def newest(self) -> Iterator[tuple[str, str]]:
        """Source id and integration key of the rows that no other in the run supersedes."""
        return ((source_id, key) for rows in self._rows.values() for source_id, key, _ in rows)

    def superseding(self, key: str, revision: int, sent: Iterable[int]) -> Reason | None:
        """Why a row in scope is not sent: a higher revision is in the run or was ``sent`` before, or None."""
        of_key = self._rows.get(normalised(key), ())
        return superseded(key, revision, (*(row[2] for row in of_key[:1]), *sent))


def superseded(key: str, revision: int, others: Iterable[int]) -> Reason | None:
    """Why a revision is not sent beside ``others`` of its key: one of them is higher, or None."""
    highest = max(others, default=revision)
    if highest <= revision:
        return None
    text = f"Revision {revision} of {shortened(key)} is superseded by revision {highest}, which counts alone."
    return Reason(SUPERSEDED, text, value=str(revision))
