"""Reader of CSDL 4.0, the OData `$metadata` format, for our own documents and for a tenant's.

Hostile input is refused: a document type declaration (the way to entity expansion) and a document over the size limit.
Source: OASIS OData Common Schema Definition Language 4.0; Microsoft docs: Dataverse "Web API service documents".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from p2c_metadata.annotations import Annotations, Value, flag, read_annotations, records, text, texts
from p2c_metadata.attributes import EDM, EDMX, MetadataError, required
from p2c_metadata.model import CollectionProperty, EntityType, EnumType, Model, NavigationProperty, Property
from p2c_metadata.properties import read_enum, read_property

MAX_BYTES = 100 * 1024 * 1024
"""$metadata of Finance and Operations runs to tens of megabytes."""

_ALTERNATE_KEYS = ("Org.OData.Core.V1.AlternateKeys", "OData.Community.Keys.V1.AlternateKeys")
_CHANGE_TRACKING = "Org.OData.Capabilities.V1.ChangeTracking"


def parse(xml: bytes, *, max_bytes: int = MAX_BYTES) -> Model:
    """Read a CSDL document. MetadataError (a ValueError) names what is wrong with it."""
    if len(xml) > max_bytes:
        raise MetadataError(f"metadata document has {len(xml)} bytes, the limit is {max_bytes}")
    root = _tree(xml)
    if root.tag != f"{EDMX}Edmx":
        raise MetadataError(f"not a CSDL 4.0 document: its root element is '{root.tag}', expected edmx:Edmx")
    return _Document.of(root).model()


class _NoDoctype(TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """Called by the parser as soon as a declaration opens, before any entity in it is read."""
        raise MetadataError("metadata document has a document type declaration (<!DOCTYPE), which is refused")


def _tree(xml: bytes) -> Element:
    parser = XMLParser(target=_NoDoctype())  # noqa: S314 - the target refuses DTDs, so no entity can be declared
    try:
        parser.feed(xml)
        root: Element = parser.close()
    except ParseError as error:
        raise MetadataError(f"metadata document is not well-formed XML: {error}") from error
    return root


@dataclass
class _Document:
    """Declarations of all schemas by qualified name, aliases resolved."""

    namespace: str
    container: Element
    aliases: dict[str, str]
    types: dict[str, Element] = field(default_factory=dict)
    enums: dict[str, EnumType] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> _Document:
        schemas = list(root.iter(f"{EDM}Schema"))
        containers = ((schema, schema.find(f"{EDM}EntityContainer")) for schema in schemas)
        namespace, container = next(((required(s, "Namespace"), c) for s, c in containers if c is not None), ("", None))
        if container is None:
            raise MetadataError("metadata document has no EntityContainer, so it names no entity sets")
        aliased = [e for e in (*root.iter(f"{EDMX}Include"), *schemas) if "Alias" in e.attrib]
        aliases = {element.attrib["Alias"]: required(element, "Namespace") for element in aliased}
        document = cls(namespace, container, aliases)
        for schema in schemas:
            document._index(schema, required(schema, "Namespace"))
        return document

    def _index(self, schema: Element, namespace: str) -> None:
        for element in schema.iterfind(f"{EDM}EntityType"):
            self.types[f"{namespace}.{required(element, 'Name')}"] = element
        for element in schema.iterfind(f"{EDM}EnumType"):
            self.enums[f"{namespace}.{required(element, 'Name')}"] = read_enum(element)

    def model(self) -> Model:
        sets = [self._entity_set(element) for element in self.container.iterfind(f"{EDM}EntitySet")]
        return Model(
            namespace=self.namespace,
            entity_sets=MappingProxyType({entity.entity_set: entity for entity in sets}),
            enums=MappingProxyType({enum.name: enum for enum in self.enums.values()}),
        )

    def _entity_set(self, element: Element) -> EntityType:
        name, type_name = required(element, "Name"), self._qualified(required(element, "EntityType"))
        if type_name not in self.types:
            raise MetadataError(f"entity set '{name}' names the entity type '{type_name}', which is not declared")
        lineage = self._lineage(type_name)
        notes = read_annotations(self.types[type_name], self.aliases)
        navigation = {link.name: link for type_ in lineage for link in self._navigation(type_)}
        properties = {found.name: found for type_ in lineage for found in self._properties(type_, navigation)}
        return EntityType(
            name=type_name.rpartition(".")[2],
            entity_set=name,
            key=_key(lineage),
            properties=MappingProxyType(properties),
            navigation=MappingProxyType(navigation),
            collections=MappingProxyType({link.name: link for type_ in lineage for link in self._collections(type_)}),
            alternate_keys=MappingProxyType(_alternate_keys(notes)),
            primary_name=text(notes, "P2C.PrimaryName"),
            label=text(notes, "P2C.Label"),
            change_tracking=_tracks_changes(read_annotations(element, self.aliases)),
            required_one_of=texts(notes, "P2C.RequiredOneOf"),
        )

    def _lineage(self, type_name: str) -> list[Element]:
        """The type and its base types, base first."""
        names = [type_name]
        while base := self.types[names[-1]].get("BaseType"):
            qualified = self._qualified(base)
            if qualified not in self.types or qualified in names:
                raise MetadataError(f"entity type '{names[-1]}': base type '{base}' is not declared, or circular")
            names.append(qualified)
        return [self.types[name] for name in reversed(names)]

    def _navigation(self, type_: Element) -> Iterator[NavigationProperty]:
        for element in type_.iterfind(f"{EDM}NavigationProperty"):
            constraint = element.find(f"{EDM}ReferentialConstraint")
            if constraint is not None:
                target = self._qualified(required(element, "Type")).rpartition(".")[2]
                yield NavigationProperty(required(element, "Name"), target, required(constraint, "Property"))

    def _collections(self, type_: Element) -> Iterator[CollectionProperty]:
        """Those that name their partner, without which the rows cannot be told."""
        for element in type_.iterfind(f"{EDM}NavigationProperty"):
            type_name, partner = self._qualified(required(element, "Type")), element.get("Partner")
            if type_name.startswith("Collection(") and partner:
                target = type_name[11:-1].rpartition(".")[2]
                yield CollectionProperty(required(element, "Name"), target, partner)

    def _properties(self, type_: Element, navigation: Mapping[str, NavigationProperty]) -> Iterator[Property]:
        for element in type_.iterfind(f"{EDM}Property"):
            name, type_name = required(element, "Name"), self._qualified(required(element, "Type"))
            yield read_property(
                element,
                read_annotations(element, self.aliases),
                type_name=type_name,
                enum=self.enums.get(type_name),
                navigation_targets=tuple(link.target for link in navigation.values() if link.property == name),
            )

    def _qualified(self, name: str) -> str:
        if name.startswith("Collection("):
            return f"Collection({self._qualified(name[11:-1])})"
        prefix, _, local = name.rpartition(".")
        return f"{self.aliases.get(prefix, prefix)}.{local}"


def _key(lineage: list[Element]) -> tuple[str, ...]:
    """The key of the type, else that of its nearest base type that has one."""
    keys = (type_.findall(f"{EDM}Key/{EDM}PropertyRef") for type_ in reversed(lineage))
    return tuple(required(reference, "Name") for reference in next(filter(None, keys), []))


def _alternate_keys(notes: Annotations) -> dict[str, tuple[str, ...]]:
    """Columns of each alternate key. CSDL gives them no name, so the columns joined by a comma serve as one."""
    keys = [_columns(record.get("Key")) for term in _ALTERNATE_KEYS for record in records(notes, term)]
    return {",".join(columns): columns for columns in keys}


def _columns(key: Value | None) -> tuple[str, ...]:
    references = key if isinstance(key, list) else []
    return tuple(text(reference, "Name") or "" for reference in references if isinstance(reference, dict))


def _tracks_changes(notes: Annotations) -> bool:
    record = notes.get(_CHANGE_TRACKING)
    return isinstance(record, dict) and flag(record, "Supported")
