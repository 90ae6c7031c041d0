"""What is read from an entity set, and the pages it comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: What a system calls the field that tells one state of a row from the next.
ETAG = "@odata.etag"

Row = dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A read of an entity set.

    ``fields`` named ``lookup.column`` are read through the lookup and come back under that very name. ``types`` names
    the Edm types of fields in ``order_by`` that are no strings. ``company`` reads the rows of one legal entity of F&O
    only.
    """

    entity_set: str
    fields: tuple[str, ...]
    filter: str | None = None
    order_by: tuple[str, ...] = ()
    page_size: int = 5000
    company: str = ""
    types: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """The query options, without paging."""
        parameters = _selection(self.fields)
        if self.filter:
            parameters["$filter"] = self.filter
        if self.order_by:
            parameters["$orderby"] = ",".join(self.order_by)
        return parameters


def _selection(fields: Sequence[str]) -> dict[str, str]:
    """$select and $expand; a lookup may be read through another one (Microsoft docs: nested $expand)."""
    parameters = {"$select": ",".join(name for name in fields if "." not in name)}
    columns: dict[str, list[str]] = {}
    for name in fields:
        lookup, dot, column = name.partition(".")
        if dot:
            columns.setdefault(lookup, []).append(column)
    nested = {lookup: _selection(behind) for lookup, behind in columns.items()}
    expansions = [f"{lookup}({_options(options)})" for lookup, options in nested.items()]
    return parameters | ({"$expand": ",".join(expansions)} if expansions else {})


def _options(options: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in options.items() if value)


@dataclass(frozen=True)
class Page:
    """Rows as read: every scalar as text exactly as on the wire, ``true``/``false``, null as None; ``@odata.etag`` too.

    ``resume`` reads the next page later; None marks the last page.
    """

    rows: Sequence[Row]
    resume: str | None
