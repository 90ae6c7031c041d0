"""Key ranges: what splits the rows of one flow and organization over several workers.

A range is a part of the checksums of integration keys, so that ranges hold alike many rows whatever the keys look like,
and rows that share a key are in the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from p2c.keys import normalised

_CHECKSUMS = 1 << 32


@dataclass(frozen=True)
class KeyRange:
    """One of ``of`` ranges, counted from 1; ``KeyRange()`` is all keys."""

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"key range {self.number} of {self.of}"

    @property
    def whole(self) -> bool:
        """Whether it holds all keys."""
        return self.of == 1

    @property
    def all(self) -> Iterator[KeyRange]:
        """The ranges of the same division, itself among them."""
        return (KeyRange(number, self.of) for number in range(1, self.of + 1))


def places_by_range(keys: Sequence[str | None], ranges: int) -> list[list[int]]:
    """The places of the rows of each range, given the integration keys of all rows."""
    places: list[list[int]] = [[] for _ in range(ranges)]
    for place, key in enumerate(keys):
        checksum = crc32(normalised(key or "").encode(errors="surrogatepass"))
        places[checksum * ranges // _CHECKSUMS].append(place)
    return places
