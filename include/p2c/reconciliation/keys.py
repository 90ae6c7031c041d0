"""The keys of both systems, each entity set read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from p2c.destination_key import joined_key
from p2c.flow import Flow, System
from p2c.keys import normalised
from p2c.mapping.prepare import key_types
from p2c.site import Site
from p2c.systems.odata.query import Page, Query


class KeySystem(Protocol):
    """A system whose rows are read."""

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]: ...


class SystemKeys:
    """Reads keys and nothing else; those of the entity sets in hand are held in memory.

    ``client`` makes a client of a system.
    """

    def __init__(self, site: Site, client: Callable[[System], KeySystem]) -> None:
        self._site = site
        self._client = client
        self._sources: dict[tuple[str, str], frozenset[str]] = {}
        self._read: dict[tuple[str, str], Mapping[str, bool | None]] = {}

    def of_source(self, flow: Flow, organization: str) -> frozenset[str]:
        """The ids of all source rows that the organization may select from."""
        company = self._company(organization) if flow.source.company else ""
        place = (flow.source.entity_set, company)
        if place not in self._sources:
            self._sources[place] = frozenset(self._ids(flow, company))
        return self._sources[place]

    def of_destination(self, flow: Flow, organization: str) -> Mapping[str, bool | None]:
        """The normalised keys of the destination's rows, each with whether it bears our mark; None without one."""
        place = self.place(flow, organization)
        if place not in self._read:
            self._read[place] = self._keys(flow, place[1])
        return self._read[place]

    def place(self, flow: Flow, organization: str) -> tuple[str, str]:
        """Where a flow writes for an organization: the entity set, and the company if it has one."""
        return flow.destination.entity_set, self._company(organization) if flow.destination.company else ""

    def _company(self, organization: str) -> str:
        return self._site.organization(organization).legal_entity

    def _ids(self, flow: Flow, company: str) -> list[str]:
        query = Query(entity_set=flow.source.entity_set, fields=(flow.source.id,), company=company)
        pages = self._pages(flow.source.system, query)
        return [row[flow.source.id] or "" for page in pages for row in page.rows]

    def _keys(self, flow: Flow, company: str) -> Mapping[str, bool | None]:
        destination, types = flow.destination, key_types(flow)
        mark, ours = destination.maintained or ("", "")
        fields = tuple(dict.fromkeys((*destination.key_fields, *([mark] if mark else []))))
        # enumerations know no order; Sales pages by itself
        order = tuple(name for name in destination.key_fields if name not in types)
        query = Query(
            entity_set=destination.entity_set,
            fields=fields,
            order_by=order if destination.system == "finance_operations" else (),
            company=company,
        )
        found: dict[str, bool | None] = {}
        for page in self._pages(destination.system, query):
            for row in page.rows:
                key = normalised(joined_key([row[name] or "" for name in destination.key_fields]))
                found[key] = normalised(row[mark] or "") == normalised(ours) if mark else None
        return found

    def _pages(self, system: System, query: Query) -> Iterator[Page]:
        return self._client(system).pages(query)
