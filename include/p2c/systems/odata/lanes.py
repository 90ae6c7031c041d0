"""How many requests may be under way at once; the number follows what the system can bear."""

from __future__ import annotations

#: Lanes that are open before anything is known of the system.
FIRST_LANES = 2


class Lanes:
    """A number of lanes that starts low, doubles while all goes well and halves at once when the system throttles.

    After the first halving a round of successes opens one more.
    Dataverse advises a number, which may change at any time; F&O gives no hint of its capacity: ramp up until it
    answers 429 (Microsoft docs: Send parallel requests; Service protection, maximizing API throughput). Kept from write
    to write. Used by one thread.
    """

    def __init__(self, most: int = FIRST_LANES, *, opened: int = FIRST_LANES) -> None:
        self._most = max(1, most)
        self._advised: int | None = None
        self._borne: int | None = None
        self._open = min(opened, self._most)
        self._epoch = 0
        self._successes = 0

    def up_to(self, most: int) -> Lanes:
        """The same lanes for a write that may use ``most`` of them."""
        self._most = max(1, most)
        self._bound()
        return self

    def advised(self, most: int | None) -> None:
        """The system advises ``most`` at the moment, or nothing."""
        self._advised = most
        self._bound()

    @property
    def most(self) -> int:
        """How many requests may ever be under way in this write."""
        return self._most

    @property
    def open(self) -> int:
        """How many requests may be under way now."""
        return self._open

    @property
    def epoch(self) -> int:
        """Rises with each halving; a request keeps that of its start."""
        return self._epoch

    def throttled(self, epoch: int, *, too_many: bool = False) -> None:
        """A request started at ``epoch`` was throttled; of several started before one halving only the first counts.

        If the system said that there were ``too_many`` at once, so many are never under way again.
        """
        if epoch == self._epoch:
            if too_many:
                self._borne = self._open - 1
            self._open = max(1, self._open // 2)
            self._epoch += 1
            self._successes = 0

    def succeeded(self) -> None:
        """A request got through: it opens a lane, once the system has throttled only with a whole round of others."""
        self._successes += 1
        if self._successes >= (self._open if self._epoch else 1) and self._open < self._limit:
            self._open += 1
            self._successes = 0

    def _bound(self) -> None:
        self._open = min(self._open, self._limit)

    @property
    def _limit(self) -> int:
        known = [number for number in (self._advised, self._borne) if number is not None]
        return max(1, min([self._most, *known]))
