"""Rows found by a key, and the keys that name several."""

from __future__ import annotations

from p2c.systems.odata.query import Row


class KeyedRows(dict[str, Row]):
    """Rows by key, as ``p2c.keys.normalised`` gives it.

    A key that several rows have is not among them: ``ambiguous`` maps it to the ids of those rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ambiguous: dict[str, tuple[str, ...]] = {}
