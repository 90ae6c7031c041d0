"""What is read from an entity set, and the pages it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
        parameters = {"$select": ",".join(name for name in self.fields if "." not in name)}
        expansions = [f"{lookup}($select={','.join(columns)})" for lookup, columns in self.expanded().items()]
        if expansions:
            parameters["$expand"] = ",".join(expansions)
        if self.filter:
            parameters["$filter"] = self.filter
        if self.order_by:
            parameters["$orderby"] = ",".join(self.order_by)
        return parameters

    def expanded(self) -> dict[str, list[str]]:
        """The columns read through each lookup."""
        columns: dict[str, list[str]] = {}
        for name in self.fields:
            lookup, dot, column = name.partition(".")
            if dot:
                columns.setdefault(lookup, []).append(column)
        return columns


@dataclass(frozen=True)
class Page:
    """Rows as read: every scalar as text exactly as on the wire, ``true``/``false``, null as None; ``@odata.etag`` too.

    ``resume`` reads the next page later; None marks the last page.
    """

    rows: list[Row]
    resume: str | None
