"""Value maps, as in Data Integrator: text to text, keys without case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.contract import UnfitValueError
from p2c.keys import normalised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from p2c.flow import ValueMap


def translate(transform: ValueMap, table: Mapping[str, object], text: str, part: str = "") -> str | None:
    """Translate one value; blank stays blank. ``part`` names the part of a divided map that ``table`` is.

    Raises UnfitValueError for a value without an entry.
    """
    wanted = normalised(text)
    if not wanted:
        return None
    entries = [(normalised(key), value) for key, value in table.items() if isinstance(value, str)]
    for key, value in entries:
        if key == wanted:
            return value
    for _, value in entries:
        if normalised(value) == wanted:
            return value
    if transform.unmapped == "keep":
        return text.strip()
    place = f"value_maps.{transform.name}.{part}" if part else f"value_maps.{transform.name}"
    raise UnfitValueError(f"has no entry in [{place}] of site.toml; add one or mend the value")


def part_of(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The part of a divided map for ``key``, compared without case; empty where there is none."""
    parts = (part for name, part in table.items() if normalised(name) == normalised(key))
    return next((part for part in parts if isinstance(part, dict)), {})
