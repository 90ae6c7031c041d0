"""Which copy of a source row counts: pages that shift while they are read, and overlapping reads, return one twice."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from p2c.keys import normalised
from p2c.staging import StagedSet
from p2c.validation.repeats import Repeats
from p2c.validation.scope import DELETED, GONE


class _Place(NamedTuple):
    version: int
    part: int
    row: int


class Newest:
    """The newest version of every row of a staged source set, and which of their integration keys are shared.

    Memory is taken for rows that come more than once; of the others a hash is kept.
    """

    def __init__(self, extracted: StagedSet, id_field: str, key_field: str, version_field: str) -> None:
        self._ids = Repeats()
        self.keys = Repeats()
        #: The ids of the rows that the source has no more.
        self.gone: set[str] = set()
        for part in extracted.parts("rows", (id_field, key_field, DELETED)):
            self._ids.add(part[id_field].to_pylist())
            self.gone.update(part.filter(pc.equal(part[DELETED], GONE))[id_field].to_pylist())
            self.keys.add([normalised(key or "") for key in part[key_field].to_pylist()])
        self._places: dict[str, _Place] = {}
        for number, part in enumerate(extracted.parts("rows", (id_field, version_field)) if self._ids else ()):
            self._add(number, part[id_field].to_pylist(), part[version_field].to_pylist())

    @property
    def ids(self) -> Container[str]:
        """The ids of all rows read."""
        return self._ids

    def repeated(self, ids: Sequence[str]) -> np.ndarray:
        """Of each row whether it may come more than once."""
        return self._ids.among(ids)

    def version(self, source_id: str, own: int) -> int:
        """The newest version of a row, of which one copy has the version ``own``."""
        return self._places[source_id].version if source_id in self._places else own

    def counts(self, source_id: str, part: int, row: int) -> bool:
        """Whether the copy of a row that stands there is the one that counts."""
        return source_id not in self._places or self._places[source_id][1:] == (part, row)

    def _add(self, part: int, ids: Sequence[str], versions: Sequence[str | None]) -> None:
        for row in np.flatnonzero(self._ids.among(ids)).tolist():
            here = _Place(int(versions[row] or 0), part, row)
            if ids[row] not in self._places or here.version > self._places[ids[row]].version:
                self._places[ids[row]] = here
