"""Entities of an F&O environment as they are now, by its metadata service instead of the tens of MB of ``$metadata``.

The service stands beside ``/data`` and states names, types, keys and mandatory fields, but no lengths. Source:
Microsoft docs, "Service endpoints overview", metadata service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin

import msgspec

from p2c.errors import RecordNotFoundError, RequestRefusedError
from p2c.systems.odata.literals import string_literal
from p2c_metadata import EntityType, EnumType, Model, Property

if TYPE_CHECKING:
    from p2c.systems.odata.response import Response
    from p2c.systems.odata.session import ODataSession


Answered = TypeVar("Answered")


class _Field(msgspec.Struct, rename="pascal"):
    name: str
    type_name: str
    is_key: bool = False
    is_mandatory: bool = False


class _Entity(msgspec.Struct, rename="pascal"):
    name: str
    properties: list[_Field]


class _Entities(msgspec.Struct):
    value: list[_Entity]


class _Member(msgspec.Struct, rename="pascal"):
    name: str
    value: int


class _Enumeration(msgspec.Struct, rename="pascal"):
    members: list[_Member]


def described(session: ODataSession, entity_sets: Iterable[str], shipped: Model) -> Model:
    """``shipped`` in which ``entity_sets`` are as the environment has them, one request each; one it lacks is left out.

    Enumerations and what the service does not state stay as shipped. Raises RequestRefusedError for an answer of
    another shape, and what the session raises.
    """
    sets: dict[str, EntityType] = dict(shipped.entity_sets)
    for name in entity_sets:
        entity = sets.pop(name, None)
        if entity and (found := _read(session, name)):
            sets[name] = _described(found, entity, shipped.enums)
    return replace(shipped, entity_sets=sets)


def with_members(session: ODataSession, model: Model, fields: Mapping[str, Collection[str]]) -> Model:
    """``model`` in which the enumerations of ``fields``, by entity set, have the members that the environment knows."""
    used = (
        model.entity_sets[entity_set].properties.get(name)
        for entity_set, names in fields.items()
        if entity_set in model.entity_sets
        for name in names
    )
    types = {_local(field.type) for field in used if field and not field.type.startswith("Edm.")}
    enums = {**model.enums, **{name: _members(session, name) for name in sorted(types)}}
    return replace(
        model,
        enums=enums,
        entity_sets={name: _with_enums(entity, enums) for name, entity in model.entity_sets.items()},
    )


def _read(session: ODataSession, entity_set: str) -> _Entity | None:
    params = {"$filter": f"EntitySetName eq {string_literal(entity_set)}"}
    response = session.request("GET", _address(session, "PublicEntities"), params=params, repeatable=True)
    return next(iter(_decoded(response, _Entities).value), None)


def _members(session: ODataSession, name: str) -> EnumType:
    try:
        path = f"PublicEnumerations({string_literal(name)})"
        response = session.request("GET", _address(session, path), repeatable=True)
    except RecordNotFoundError:
        return EnumType(name, {})
    return EnumType(name, {member.name: member.value for member in _decoded(response, _Enumeration).members})


def _address(session: ODataSession, path: str) -> str:
    return urljoin(session.base_url, f"../metadata/{path}")


def _decoded(response: Response, type_: type[Answered]) -> Answered:
    try:
        return msgspec.json.decode(response.body, type=type_)
    except msgspec.DecodeError as error:
        text = f"F&O's metadata service answers in another shape than known: {error}."
        raise RequestRefusedError(text, evidence=response.evidence()) from error


def _described(found: _Entity, shipped: EntityType, enums: Mapping[str, EnumType]) -> EntityType:
    properties = {field.name: _property(field, shipped.properties.get(field.name), enums) for field in found.properties}
    return replace(
        shipped,
        key=tuple(field.name for field in found.properties if field.is_key) or shipped.key,
        properties=properties,
        navigation={name: link for name, link in shipped.navigation.items() if link.property in properties},
    )


def _property(field: _Field, shipped: Property | None, enums: Mapping[str, EnumType]) -> Property:
    return replace(
        shipped or Property(field.name, ""),
        type=field.type_name,
        enum=enums.get(_local(field.type_name)),
        required_for_import=field.is_mandatory,
    )


def _with_enums(entity: EntityType, enums: Mapping[str, EnumType]) -> EntityType:
    properties = {
        name: replace(field, enum=enums.get(_local(field.type), field.enum))
        for name, field in entity.properties.items()
    }
    return replace(entity, properties=properties)


def _local(type_name: str) -> str:
    return "" if type_name.startswith("Edm.") else type_name.rpartition(".")[2]
