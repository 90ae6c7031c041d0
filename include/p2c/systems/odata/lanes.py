"""How many requests may be under way at once; the number follows what the system can bear."""

from __future__ import annotations


class Lanes:
    """A number of lanes that halves when the system throttles and grows back by one.

    F&O gives no hint of its capacity: ramp up until it answers 429 (Microsoft docs: Service protection, maximizing API
    throughput). Used by one thread.
    """

    def __init__(self, most: int) -> None:
        self._most = max(1, most)
        self._open = self._most
        self._epoch = 0
        self._successes = 0

    @property
    def open(self) -> int:
        """How many requests may be under way now."""
        return self._open

    @property
    def epoch(self) -> int:
        """Rises with each halving; a request keeps that of its start."""
        return self._epoch

    def throttled(self, epoch: int) -> None:
        """A request started at ``epoch`` was throttled; of several started before one halving only the first counts."""
        if epoch == self._epoch:
            self._open = max(1, self._open // 2)
            self._epoch += 1
            self._successes = 0

    def succeeded(self) -> None:
        """A request got through; as many as there are lanes open one more."""
        self._successes += 1
        if self._successes >= self._open and self._open < self._most:
            self._open += 1
            self._successes = 0
