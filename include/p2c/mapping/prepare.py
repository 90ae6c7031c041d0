"""Make a flow's two hops ready for one organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import p2c_metadata
from p2c.contract import FieldContract, cds_contract, destination_contract
from p2c.flow import CdsField, Flow
from p2c.mapping.hop import Hop
from p2c.site import Site
from p2c_metadata import EntityType, Model


def destination_contracts(flow: Flow) -> Mapping[str, FieldContract]:
    """The contracts of the fields a flow writes, by name; raises p2c_metadata.UnknownName.

    A field that takes dates of the CDS holds dates: F&O's metadata tells them not from times, and stores them at noon.
    """
    model = p2c_metadata.load(flow.destination.system)
    entity = model.entity_set(flow.destination.entity_set)
    names = {pair.target for pair in flow.active(flow.cds_to_destination)}
    names |= {name for action in flow.left_actions.values() for name in action}
    names |= {flow.destination.state.status} if flow.destination.state else set()
    keys = flow.destination.key_fields
    contracts = {name: replace(_contract(flow, model, entity, name), key=name in keys) for name in names}
    dates = {field.name for field in flow.cds.fields if field.type == "date"}
    for pair in flow.active(flow.cds_to_destination):
        if pair.required:
            contracts[pair.target] = replace(contracts[pair.target], required=True)
        if pair.sources and dates.issuperset(pair.sources) and contracts[pair.target].kind == "datetime":
            contracts[pair.target] = replace(contracts[pair.target], kind="date")
    return contracts


def _contract(flow: Flow, model: Model, entity: EntityType, name: str) -> FieldContract:
    """A field that a company added to its own system is of the type of the CDS column behind it.

    ``lookup.column`` holds what the column of the row behind the lookup holds. Sales knows null; F&O does not.
    """
    lookup, dot, column = name.partition(".")
    if dot:
        link = entity.navigation[lookup]
        found = destination_contract(model.entity(link.target).property(column))
        required = entity.property(link.property).required_for_import
        return replace(found, name=name, required=required, nullable=True)
    pair = next((pair for pair in flow.cds_to_destination if pair.target == name), None)
    shipped = flow.other_names.get(name, name)
    nullable = flow.destination.system == "sales"
    if shipped in entity.properties or pair is None or not pair.custom:
        return replace(destination_contract(entity.property(shipped)), name=name, nullable=nullable)
    filled_by = flow.cds.field(pair.sources[0]) if pair.sources else CdsField(name)
    return replace(cds_contract(filled_by), name=name, nullable=nullable)


def key_types(flow: Flow) -> Mapping[str, str]:
    """The Edm types of the destination's key fields that are no strings, by name; raises p2c_metadata.UnknownName."""
    entity = p2c_metadata.load(flow.destination.system).entity_set(flow.destination.entity_set)
    types = {name: entity.property(name).type for name in flow.destination.key_fields if "." not in name}
    return {name: type_name for name, type_name in types.items() if type_name != "Edm.String"}


def source_hop(flow: Flow, site: Site, organization: str) -> Hop:
    """Source > CDS, with the organization's time zone and the site's value maps."""
    return Hop(
        tuple(flow.active(flow.source_to_cds)),
        {field.name: cds_contract(field) for field in flow.cds.fields},
        value_maps=site.value_maps,
        time_zone=ZoneInfo(site.organization(organization).time_zone),
    )


def destination_hop(flow: Flow, site: Site, organization: str) -> Hop:
    """CDS > destination, with the organization's defaults and the site's value maps."""
    pairs = tuple(flow.active(flow.cds_to_destination))
    targets = {pair.target for pair in pairs}
    return Hop(
        pairs,
        destination_contracts(flow),
        value_maps=site.value_maps,
        defaults=site.defaults(organization, flow.name),
        defaults_place=f"site.toml [organizations.{organization}.defaults.{flow.name}]",
        blocks=tuple(block for block in flow.blocks if targets.issuperset(block.fields)),
        origins={pair.target: ", ".join(pair.sources) or pair.target for pair in flow.active(flow.source_to_cds)},
        truncatable=frozenset(pair.target for pair in pairs if not pair.reference).difference(
            flow.destination.key_fields
        ),
    )
