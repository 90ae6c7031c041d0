"""Which values of a run come more than once, told without keeping the values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd


class Repeats:
    """The values added, as a hash of 64 bits each: a million take 8 MB.

    Two values with one hash pass for repeated, so what is repeated has to be compared itself.
    """

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []

    def add(self, values: Sequence[str]) -> None:
        """Take the values of one part; ahead of all questions."""
        self._parts.append(_hashes(values))

    def among(self, values: Sequence[str]) -> np.ndarray:
        """Of each value whether it is repeated."""
        return _found(values, self._repeated)

    def __bool__(self) -> bool:
        return bool(self._repeated.size)

    def __contains__(self, value: object) -> bool:
        """Whether a value was added; one that was not passes for it once in 10^13 questions about a million rows."""
        return isinstance(value, str) and bool(_found([value], self._all)[0])

    @cached_property
    def _all(self) -> np.ndarray:
        return np.sort(np.concatenate([np.empty(0, np.uint64), *self._parts]))

    @cached_property
    def _repeated(self) -> np.ndarray:
        return np.unique(self._all[1:][self._all[1:] == self._all[:-1]])


def _found(values: Sequence[str], among: np.ndarray) -> np.ndarray:
    if not among.size:
        return np.zeros(len(values), dtype=bool)
    hashes = _hashes(values)
    places = np.minimum(np.searchsorted(among, hashes), among.size - 1)
    return np.asarray(among[places] == hashes)


def _hashes(values: Sequence[str]) -> np.ndarray:
    return pd.util.hash_array(np.array(values, dtype=object), categorize=False)
