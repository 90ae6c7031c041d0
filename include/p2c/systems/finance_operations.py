"""Dynamics 365 Finance and Operations: reading and writing through its OData service.

Source: Microsoft docs, "Open Data Protocol (OData)" for finance and operations apps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from p2c.contract import INTEGERS
from p2c.errors import RecordNotFoundError, TransientError
from p2c.keys import normalised
from p2c.systems.finance_operations_definitions import described, with_members
from p2c.systems.odata.addresses import host_of, joined
from p2c.systems.odata.batch import Batch, json_body
from p2c.systems.odata.batch_sizes import BatchSizes
from p2c.systems.odata.decode import Rows, decode_record
from p2c.systems.odata.filters import any_equal, conjunction, short_lists
from p2c.systems.odata.keyed_rows import KeyedRows
from p2c.systems.odata.keyset import Position, filter_after, position_after
from p2c.systems.odata.lanes import Lanes
from p2c.systems.odata.literals import NO_TYPES, key_predicate, string_literal
from p2c.systems.odata.multipart import PartRequest
from p2c.systems.odata.operations import JsonValue, Operation, Result
from p2c.systems.odata.paging import read_rows
from p2c.systems.odata.query import Page, Query, Row
from p2c.systems.odata.writer import BatchWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from p2c.systems.odata.session import ODataSession
    from p2c_metadata import Model

__all__ = ["FinanceOperations", "JsonValue", "Operation", "Result"]

COMPANY = "dataAreaId"
LARGEST_PAGE = 10_000
# In a comparison by `eq` this character stands for any text.
WILDCARD = "*"
_METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE"}
_ALL_COMPANIES = {"cross-company": "true"}
_LEGAL_ENTITIES = Query(
    entity_set="LegalEntities", fields=("LegalEntityId",), order_by=("LegalEntityId",), page_size=LARGEST_PAGE
)


def _nothing() -> None:
    """Do nothing before a batch."""


class FinanceOperations:
    """An F&O environment; ``session`` is at ``https://<environment>/data``."""

    def __init__(self, session: ODataSession, *, batch_size: int = 100) -> None:
        self.session = session
        self._batch = Batch(session, self._part)
        self._sizes = BatchSizes(batch_size)
        self._lanes = Lanes()

    def server_time(self) -> datetime:
        """The environment's clock, aware UTC."""
        return self.session.server_time("LegalEntities", {"$select": "LegalEntityId", "$top": "1"})

    def pages(self, query: Query, resume: str | None = None) -> Iterator[Page]:
        """Read an entity set in the order of ``query.order_by``, which has to name all its key fields.

        Without ``order_by`` the fields themselves order the read: enough for a list of values, in which rows that are
        equal in all fields count once. Without a company all are read, or an entity that has none.
        """
        query = replace(query, order_by=query.order_by or query.fields)
        if not set(query.order_by) <= set(query.fields):
            raise ValueError(f"{query.entity_set}: the fields of order_by have to be among those read.")
        position: Position | None = Position.parse(resume) if resume else Position()
        while position is not None:
            rows = self._rows_after(position, query)
            position = self._following(position, rows, query)
            yield Page(rows.rows, position.token() if position else None)

    def _rows_after(self, position: Position, query: Query) -> Rows:
        if position.link:
            return read_rows(self.session, position.link, query.fields)
        after = filter_after(position, query) if position.after else None
        condition = conjunction(_of_company(query.company), query.filter, after)
        params = _ALL_COMPANIES | replace(query, filter=condition).parameters() | {"$top": str(_page_size(query))}
        return read_rows(self.session, query.entity_set, query.fields, params=params)

    def _following(self, position: Position, rows: Rows, query: Query) -> Position | None:
        """Where the next page begins; the server's own link counts only where a page holds no row to begin after."""
        if not rows.next_link and len(rows.rows) < _page_size(query):
            return None
        following = position_after(rows.rows[-1], query) if rows.rows else Position(link=rows.next_link or "")
        if following == position:
            raise TransientError(
                f"{host_of(self.session.base_url)} repeats the same page of {query.entity_set}; the read would not end."
            )
        return following

    def counted(self, query: Query) -> int | None:
        """None: pages that begin after keys miss no row, so there is nothing to count."""
        del query
        return None

    def rows_by_key(
        self, entity_set: str, key_field: str, keys: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> KeyedRows:
        """Read the records of ``company`` with these ``keys``, by key as ``p2c.keys.normalised`` gives it.

        ``key_field`` is the whole key beside the company. Absent records are left out; ``@odata.etag`` is included.
        """
        wanted = {normalised(key): key for key in keys}
        columns = tuple(dict.fromkeys((key_field, *fields)))
        plain = [key for key in wanted.values() if WILDCARD not in key]
        found = KeyedRows()
        for chunk in short_lists(plain, overhead=len(key_field) + len("%20eq%20''%20or%20")):
            for row in self._rows_equal(entity_set, key_field, chunk, columns, company):
                key = normalised(row[key_field] or "")
                if key in wanted:
                    found[key] = row
        for key in wanted.values():
            if WILDCARD in key and (record := self._record(entity_set, {key_field: key}, columns, company)):
                found[normalised(key)] = record
        return found

    def _rows_equal(
        self, entity_set: str, key_field: str, keys: Sequence[str], columns: tuple[str, ...], company: str
    ) -> Iterator[Row]:
        query = Query(
            entity_set=entity_set,
            fields=columns,
            filter=any_equal(key_field, keys),
            order_by=(key_field,),
            page_size=LARGEST_PAGE,
            company=company,
        )
        for page in self.pages(query):
            yield from page.rows

    def rows_by_id(
        self, entity_set: str, id_field: str, ids: Sequence[str], fields: Sequence[str], company: str = ""
    ) -> Iterator[Page]:
        """Read the rows of ``company`` whose ``id_field`` is one of ``ids``; absent ones are left out.

        ``id_field`` orders the read: within the company few rows may share it.
        """
        wanted = frozenset(map(normalised, ids))
        columns = tuple(dict.fromkeys((id_field, *fields)))
        for chunk in short_lists(dict.fromkeys(ids), overhead=len(id_field) + len("%20eq%20''%20or%20")):
            rows = self._rows_equal(entity_set, id_field, chunk, columns, company)
            # what stands for any text in a comparison finds more than was asked for
            yield Page([row for row in rows if normalised(row[id_field] or "") in wanted], None)

    def rows_by_keys(
        self,
        entity_set: str,
        keys: Sequence[Mapping[str, str]],
        fields: Sequence[str],
        company: str,
        types: Mapping[str, str],
    ) -> dict[tuple[str, ...], Row]:
        """Read the records of ``company`` with these ``keys`` of several fields, each the same ones, by their values.

        ``types`` names the Edm types of fields that are no strings: enumerations, which know no order. Values are
        normalised as in ``rows_by_key``. Few records may share the first field.
        """
        wanted = {tuple(map(normalised, key.values())): key for key in keys}
        names = tuple(dict.fromkeys(name for key in keys for name in key))
        columns = tuple(dict.fromkeys((*names, *fields)))
        leading = dict.fromkeys(key[names[0]] for key in keys if WILDCARD not in key[names[0]])
        found: dict[tuple[str, ...], Row] = {}
        for chunk in short_lists(leading, overhead=len(names[0]) + len("%20eq%20''%20or%20")):
            query = Query(
                entity_set=entity_set,
                fields=columns,
                filter=any_equal(names[0], chunk),
                order_by=tuple(name for name in names if name not in types),
                page_size=LARGEST_PAGE,
                company=company,
            )
            rows = (row for page in self.pages(query) for row in page.rows)
            found |= {tuple(normalised(row[name] or "") for name in names): row for row in rows}
        for values, key in wanted.items():
            if WILDCARD in key[names[0]] and (record := self._record(entity_set, key, columns, company, types)):
                found[values] = record
        return {values: found[values] for values in wanted if values in found}

    def rows_under(
        self,
        entity_set: str,
        field: str,
        values: Sequence[str],
        fields: Sequence[str],
        company: str,
        order_by: Sequence[str],
        types: Mapping[str, str],
    ) -> Iterator[Row]:
        """Read the records of ``company`` whose ``field``, a part of their key, is one of ``values``.

        ``order_by`` is the whole key beside the company; ``types`` names the Edm types of those that are no strings.
        """
        wanted = frozenset(map(normalised, values))
        for chunk in short_lists(dict.fromkeys(values), overhead=len(field) + len("%20eq%20''%20or%20")):
            query = Query(
                entity_set=entity_set,
                fields=tuple(dict.fromkeys((*order_by, *fields))),
                filter=any_equal(field, chunk),
                order_by=tuple(order_by),
                page_size=LARGEST_PAGE,
                company=company,
                types=types,
            )
            for page in self.pages(query):
                # what stands for any text in a comparison finds more than was asked for
                yield from (row for row in page.rows if normalised(row[field] or "") in wanted)

    def _record(
        self,
        entity_set: str,
        key: Mapping[str, str],
        columns: tuple[str, ...],
        company: str,
        types: Mapping[str, str] = NO_TYPES,
    ) -> Row | None:
        params = _ALL_COMPANIES | {"$select": ",".join(columns)}
        path = entity_set + key_predicate(_with_company(key, company), types)
        try:
            response = self.session.request("GET", path, params=params, repeatable=True)
        except RecordNotFoundError:
            return None
        return decode_record(response.body, columns)

    def companies(self) -> frozenset[str]:
        """The legal entities, case-folded."""
        pages = self.pages(_LEGAL_ENTITIES)
        return frozenset((row["LegalEntityId"] or "").casefold() for page in pages for row in page.rows)

    def write(
        self, operations: Iterable[Operation], *, lanes: int, before_batch: Callable[[], None] = _nothing
    ) -> Iterator[Result]:
        """Write ``operations`` with at most ``lanes`` batches under way; yields results batch by batch.

        ``before_batch`` is called in the caller's thread before each batch is sent. What concerns all rows is raised,
        after the results of the batches under way: ConfigurationError, ThrottledError, TransientError (nothing was
        sent), or what ``before_batch`` raises.
        """
        writer = BatchWriter(
            self._batch,
            operations,
            lanes=self._lanes.up_to(lanes),
            sizes=self._sizes,
            limits=self.session.limits,
            before_batch=before_batch,
        )
        return writer.results()

    def _part(self, operation: Operation, content_id: str) -> PartRequest:
        key = _with_company(operation.key, operation.company)
        path, body = operation.entity_set, json_body(operation.values) if operation.kind == "update" else b""
        if operation.kind == "create":
            body = json_body({**_numbers(key, operation.key_types), **operation.values})
        else:
            path += key_predicate(key, operation.key_types)
        headers = {"If-Match": operation.etag} if operation.etag else {}
        url = joined(self.session.base_url, f"{path}?cross-company=true")
        return PartRequest(_METHODS[operation.kind], url, headers, body, content_id)

    def described(self, fields: Mapping[str, Collection[str]], shipped: Model, *, members: bool = False) -> Model:
        """``shipped`` with the entity sets of ``fields`` as the environment has them, by a request each.

        The ``members`` of the fields' enumerations cost a request for each enumeration.
        """
        found = described(self.session, fields, shipped)
        return with_members(self.session, found, fields) if members else found


def _of_company(company: str) -> str | None:
    return f"{COMPANY} eq {string_literal(company)}" if company else None


def _with_company(key: Mapping[str, str], company: str) -> dict[str, str]:
    return {COMPANY: company, **key} if company else dict(key)


def _numbers(key: Mapping[str, str], types: Mapping[str, str]) -> dict[str, JsonValue]:
    """The key fields as values of a record."""
    return {name: int(value) if types.get(name) in INTEGERS else value for name, value in key.items()}


def _page_size(query: Query) -> int:
    return min(query.page_size, LARGEST_PAGE)
