"""Entity sets and fields of a system's metadata, by the names that flows use."""

from __future__ import annotations

from dataclasses import dataclass

from p2c.check.finding import Report
from p2c.contract import FieldContract, destination_contract
from p2c.errors import unknown
from p2c.flow import System
from p2c_metadata import EntityType, Model, Property

SYSTEM_NAMES: dict[System, str] = {"sales": "Sales", "finance_operations": "F&O"}


@dataclass(frozen=True)
class Fields:
    """Looks names up in one system's metadata; what does not exist is reported, with the nearest names.

    ``live`` metadata is the tenant's own. The shipped one lacks what a company adds to its systems: custom columns of
    Sales, and in F&O the fields ``own`` that a site fills. These are a warning then.
    """

    system: System
    model: Model
    report: Report
    live: bool = False
    own: frozenset[str] = frozenset()

    def entity_set(self, place: str, name: str) -> EntityType | None:
        """The entity type behind an entity set."""
        found = self.model.entity_sets.get(name)
        if found is None:
            self._unknown(place, "entity set", name, list(self.model.entity_sets))
        return found

    def property(self, place: str, entity: EntityType | None, name: str) -> Property | None:
        """A field of an entity; ``lookup.column`` is read through a single-valued navigation property."""
        lookup, dot, column = name.partition(".")
        if entity is None:
            return None
        if dot:
            return self.property(place, self._target(place, entity, lookup), column)
        found = entity.properties.get(name)
        if found is None:
            self._unknown(
                place, f"field of {entity.entity_set}", name, list(entity.properties), self._added(entity, name)
            )
        return found

    def contract(self, place: str, entity: EntityType | None, name: str) -> FieldContract | None:
        """What a field may hold."""
        found = self.property(place, entity, name)
        return destination_contract(found) if found else None

    def _target(self, place: str, entity: EntityType, lookup: str) -> EntityType | None:
        link = entity.navigation.get(lookup)
        if link is None:
            self._unknown(place, f"lookup of {entity.entity_set}", lookup, list(entity.navigation))
            return None
        targets = {entity.name: entity for entity in self.model.entity_sets.values()}
        if link.target not in targets:
            self._unknown(place, f"entity behind {lookup}", link.target, list(targets))
        return targets.get(link.target)

    def _added(self, entity: EntityType, name: str) -> bool:
        """Whether a company may have added the field: columns of Sales then begin with their publisher's prefix."""
        if self.live or self.system != "sales":
            return not self.live and name in self.own
        prefix, separator, _ = name.partition("_")
        shipped = {known.partition("_")[0] for known in entity.properties if "_" in known}
        return bool(prefix and separator) and prefix not in shipped

    def _unknown(self, place: str, kind: str, name: str, known: list[str], added: bool = False) -> None:
        text = f"{SYSTEM_NAMES[self.system]}: {unknown(kind, name, known)}"
        if added:
            self.report.warning(place, f"{text} If your company added it, `p2c check --live` finds it.")
        else:
            self.report.error(place, text)
