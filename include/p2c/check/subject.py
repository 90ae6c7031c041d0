"""One flow under examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from p2c.check.fields import Fields
from p2c.check.finding import Report
from p2c.contract import FieldContract, cds_contract
from p2c.flow import Flow, Pair, System
from p2c.site import Site
from p2c.site_fields import custom_column
from p2c_metadata import EntityType, Model, Property

DESTINATION_HOP = "cds_to_destination"
SOURCE_HOP = "source_to_cds"


@dataclass(frozen=True)
class Subject:
    """A flow with the site's changes applied, and the metadata it is held against; of ``live`` systems the tenant's."""

    flow: Flow
    site: Site
    models: Mapping[System, Model]
    report: Report
    live: frozenset[System] = frozenset()

    @cached_property
    def source_fields(self) -> Fields:
        """The names of the source system."""
        return self._fields(self.flow.source.system)

    @cached_property
    def destination_fields(self) -> Fields:
        """The names of the destination system."""
        return self._fields(self.flow.destination.system)

    @cached_property
    def source(self) -> EntityType | None:
        """The source's entity."""
        return self.source_fields.entity_set(f"{self.flow.name}.source.entity_set", self.flow.source.entity_set)

    @cached_property
    def destination(self) -> EntityType | None:
        """The destination's entity."""
        place = f"{self.flow.name}.destination.entity_set"
        return self.destination_fields.entity_set(place, self.flow.destination.entity_set)

    @cached_property
    def cds(self) -> Mapping[str, FieldContract]:
        """The contracts of the CDS entity."""
        return {field.name: cds_contract(field) for field in self.flow.cds.fields}

    @cached_property
    def source_pairs(self) -> tuple[Pair, ...]:
        """The pairs of the hop to the CDS that are switched on."""
        return tuple(self.flow.active(self.flow.source_to_cds))

    @cached_property
    def destination_pairs(self) -> tuple[Pair, ...]:
        """The pairs of the hop to the destination that are switched on."""
        return tuple(self.flow.active(self.flow.cds_to_destination))

    def source_property(self, place: str, name: str) -> Property | None:
        """A field of the source, or of an entity set that is joined to it."""
        join = self.flow.source.join_of(name)
        if join is None:
            return self.source_fields.property(place, self.source, name)
        entity = self.source_fields.entity_set(place, join.entity_set)
        return self.source_fields.property(place, entity, name.removeprefix(f"{join.entity_set}."))

    def place(self, hop: str, pair: Pair) -> str:
        """Where a pair stands: in the flow's declaration, or in the settings of a site that fills the field its way."""
        if pair.custom:
            targets = self.site.flow_settings(self.flow.name).fields
            known = (name for name in targets if pair.target in (name, custom_column(name)))
            target = next(known, pair.target)
            return f"site.toml [flows.{self.flow.name}.fields.{target}]"
        return f"{self.flow.name}.{hop}: {' + '.join(pair.sources) or 'constant'} > {pair.target}"

    def _fields(self, system: System) -> Fields:
        own = frozenset(pair.target for pair in self.destination_pairs if pair.custom)
        return Fields(system, self.models[system], self.report, system in self.live, own)
