"""What has to be known of Dataverse's tables to write them. Read once for each.

Source: Microsoft docs, "Query table definitions using the Web API"; "Use an alternate key to reference a record".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from p2c.errors import ConfigurationError
from p2c.systems.odata.addresses import host_of
from p2c.systems.odata.literals import key_predicate, string_literal

if TYPE_CHECKING:
    from p2c.systems.odata.session import ODataSession

# The gateway before Dataverse refuses an address in which one of these stands within a key value.
_UNFIT_IN_ADDRESS = re.compile(r"[/<>*%&:\\?+\x00-\x1f]")
# Within a body nothing says whether a reference is percent-decoded; these characters are the same either way.
_SAME_WHEN_ENCODED = re.compile(r"[A-Za-z0-9._~-]+")


@dataclass(frozen=True)
class Table:
    """A table: ``name`` is its logical name; ``alternate_keys`` holds the columns of each that can be used now."""

    entity_set: str
    name: str
    id_field: str
    alternate_keys: frozenset[frozenset[str]] = frozenset()

    def is_id(self, key: Mapping[str, str]) -> bool:
        """Whether ``key`` is a row's id."""
        return list(key) == [self.id_field]

    def has_address(self, key: Mapping[str, str]) -> bool:
        """Whether ``key`` can stand in an address: the id, or an alternate key (of text) without unfit characters."""
        if self.is_id(key):
            return True
        return frozenset(key) in self.alternate_keys and not any(map(_UNFIT_IN_ADDRESS.search, key.values()))

    def has_reference(self, key: Mapping[str, str]) -> bool:
        """Whether ``key`` can stand in a body: the id, or a plain value of an alternate key of one column."""
        if self.is_id(key):
            return True
        plain = all(map(_SAME_WHEN_ENCODED.fullmatch, key.values()))
        return len(key) == 1 and frozenset(key) in self.alternate_keys and plain

    def address(self, key: Mapping[str, str]) -> str:
        """The row's address below the service root."""
        predicate = f"({key[self.id_field]})" if self.is_id(key) else key_predicate(dict(key))
        return self.entity_set + predicate


class _Key(msgspec.Struct, rename="pascal"):
    key_attributes: list[str]
    entity_key_index_status: str = ""


class _Definition(msgspec.Struct, rename="pascal"):
    logical_name: str
    primary_id_attribute: str
    keys: list[_Key] = []


class _Definitions(msgspec.Struct):
    value: list[_Definition]


# made before threads are: two that make one of the same type at a time crash msgspec 0.22
_DEFINITIONS = msgspec.json.Decoder(_Definitions)


class Tables:
    """The tables of one environment, each read when first asked for. Safe to share between threads."""

    def __init__(self, session: ODataSession) -> None:
        self._session = session
        self._lock = Lock()
        self._known: dict[str, Table] = {}

    def of(self, entity_set: str) -> Table:
        """The table behind ``entity_set``; raises ConfigurationError if there is none."""
        if known := self._known.get(entity_set):
            return known
        with self._lock:
            if entity_set not in self._known:
                self._known[entity_set] = self._read(entity_set)
            return self._known[entity_set]

    def _read(self, entity_set: str) -> Table:
        params = {
            "$select": "LogicalName,EntitySetName,PrimaryIdAttribute",
            "$filter": f"EntitySetName eq {string_literal(entity_set)}",
            "$expand": "Keys($select=LogicalName,KeyAttributes,EntityKeyIndexStatus)",
        }
        response = self._session.request("GET", "EntityDefinitions", params=params, repeatable=True)
        try:
            (found,) = _DEFINITIONS.decode(response.body).value
        except (msgspec.DecodeError, ValueError):
            raise ConfigurationError(
                f"{host_of(self._session.base_url)} describes no table {entity_set!r}. Check the name in the flow, and "
                "that the connection's user may read table definitions.",
                evidence=response.evidence(),
            ) from None
        active = (key.key_attributes for key in found.keys if key.entity_key_index_status == "Active")
        return Table(entity_set, found.logical_name, found.primary_id_attribute, frozenset(map(frozenset, active)))
