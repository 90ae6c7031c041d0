"""How many operations go in one request."""

from __future__ import annotations

_SUCCESSES_TO_GROW = 8


class BatchSizes:
    """The batch size of each entity set. Used by one thread.

    A size that a system refused is never reached again; after contention the size is smaller for a while.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._ceilings: dict[str, int] = {}
        self._reduced: dict[str, int] = {}
        self._successes: dict[str, int] = {}

    def of(self, entity_set: str) -> int:
        return min(self._ceiling(entity_set), self._reduced.get(entity_set, self._most))

    def refused(self, entity_set: str, size: int) -> None:
        """A request of ``size`` operations was too large."""
        self._ceilings[entity_set] = min(self._ceiling(entity_set), max(1, size // 2))

    def contended(self, entity_set: str, size: int) -> None:
        """A request of ``size`` operations met others, or took too long."""
        self._reduced[entity_set] = min(self.of(entity_set), max(1, size // 2))
        self._successes[entity_set] = 0

    def succeeded(self, entity_set: str) -> None:
        """A request got through; after some of them a size that contention reduced doubles."""
        if entity_set not in self._reduced:
            return
        self._successes[entity_set] += 1
        if self._successes[entity_set] >= _SUCCESSES_TO_GROW:
            self._reduced[entity_set] *= 2
            self._successes[entity_set] = 0
            if self._reduced[entity_set] >= self._ceiling(entity_set):
                del self._reduced[entity_set]

    def _ceiling(self, entity_set: str) -> int:
        return self._ceilings.get(entity_set, self._most)
