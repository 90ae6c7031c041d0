"""Parts of ``$filter``, and lists of values cut so that an address stays short."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from p2c.systems.odata.literals import literal, moment_literal, string_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

# Servers and proxies take 8 kB at least; half of it is left to the other parts of the address.
LONGEST_LIST = 4000
# A key of 450 characters, which is as long as keys get, has half of this when encoded.
LONGEST_VALUE = 8000


def conjunction(*conditions: str | None) -> str | None:
    """All ``conditions`` that are given, joined by ``and``."""
    given = [condition for condition in conditions if condition]
    if len(given) < 2:
        return given[0] if given else None
    return " and ".join(f"({condition})" for condition in given)


def span(field: str, start: datetime | None, end: datetime) -> str:
    """``field`` lies in ``[start, end)``; without ``start``, before ``end``."""
    upper = f"{field} lt {moment_literal(end)}"
    return f"{field} ge {moment_literal(start)} and {upper}" if start else upper


def any_equal(field: str, values: Iterable[str], edm_type: str = "Edm.String") -> str:
    """``field`` equals one of ``values``, as an OR chain: F&O knows no ``in``, Dataverse none for lookups."""
    return " or ".join(f"{field} eq {literal(value, edm_type)}" for value in values)


def in_list(field: str, values: Iterable[str]) -> str:
    """``field`` is one of ``values``, in Dataverse's own words (Microsoft docs: In Function)."""
    listed = ",".join(msgspec.json.encode(value).decode() for value in values)
    return f"Microsoft.Dynamics.CRM.In(PropertyName={string_literal(field)},PropertyValues=[{listed}])"


def short_lists(values: Iterable[str], overhead: int = 0) -> Iterator[list[str]]:
    """Cut ``values`` into lists of at most 4,000 encoded characters, counting ``overhead`` for each value.

    A value beyond any key of either system is left out, for no row has it and no server takes such an address.
    """
    chunk: list[str] = []
    length = 0
    for value in values:
        size = len(quote(value, safe="")) + overhead
        if size > LONGEST_VALUE:
            continue
        if chunk and length + size > LONGEST_LIST:
            yield chunk
            chunk, length = [], 0
        chunk.append(value)
        length += size
    if chunk:
        yield chunk
