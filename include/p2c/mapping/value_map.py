"""Value maps, as in Data Integrator: text to text, keys without case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from p2c.contract import UnfitValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from p2c.flow import ValueMap


def translate(transform: ValueMap, table: Mapping[str, object], text: str) -> str | None:
    """Translate one value; blank stays blank. Raises UnfitValueError for a value without an entry."""
    wanted = text.strip().casefold()
    if not wanted:
        return None
    for key, value in table.items():
        if key.strip().casefold() == wanted and isinstance(value, str):
            return value
    for value in table.values():
        if isinstance(value, str) and value.casefold() == wanted:
            return value
    if transform.unmapped == "keep":
        return text.strip()
    raise UnfitValueError(f"has no entry in [value_maps.{transform.name}] of site.toml; add one or mend the value")
