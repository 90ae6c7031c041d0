"""Which entity sets of a system a flow and its lines use, and which of their fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from p2c.flow import Flow, Reference, System
from p2c_metadata import Model

Use = tuple[str, str]


def fields_used(flow: Flow, system: System, model: Model, *, own: bool = False) -> Mapping[str, frozenset[str]]:
    """The fields of ``system`` that the flow, as a site has it, reads or writes, by entity set.

    ``own`` leaves out the entity sets that only say what a value may be: reference data and parents. ``model`` says
    where a lookup leads.
    """
    used: defaultdict[str, set[str]] = defaultdict(set)
    for part in flow.parts:
        for entity_set, name in _uses(part, system, own):
            for place, field in _through_lookups(model, entity_set, name):
                used[place].add(field)
    return {entity_set: frozenset(names) for entity_set, names in used.items()}


def _uses(part: Flow, system: System, own: bool) -> Iterator[Use]:
    if part.source.system == system:
        yield from _read(part)
    if part.destination.system == system:
        yield from _written(part)
        if not own:
            yield from _looked_up(part)


def _read(part: Flow) -> Iterator[Use]:
    for name in part.source_fields():
        join = part.source.join_of(name)
        yield (join.entity_set, name.removeprefix(f"{join.entity_set}.")) if join else (part.source.entity_set, name)
    for join in part.source.joined:
        yield join.entity_set, join.key
    for derived in part.source.derived:
        yield from ((entity_set, derived.lookup) for entity_set in derived.entity_sets)
    yield from ((expects.entity_set, expects.field) for expects in part.source.expects)


def _written(part: Flow) -> Iterator[Use]:
    destination = part.destination
    names = {pair.target for pair in part.active(part.cds_to_destination)}
    names |= {name for action in part.left_actions.values() for name in action}
    names |= {*destination.key_fields, destination.company} - {""}
    yield from ((destination.entity_set, name) for name in names)


def _looked_up(part: Flow) -> Iterator[Use]:
    for pair in part.active(part.cds_to_destination):
        if pair.reference:
            yield from _of_reference(pair.reference)
    yield from ((parent.entity_set, parent.key) for parent in part.parents)


def _of_reference(reference: Reference) -> Iterator[Use]:
    yield reference.entity_set, reference.field
    for along in reference.along:
        yield reference.entity_set, along.field
        if along.through:
            yield along.through.entity_set, along.through.match


def _through_lookups(model: Model, entity_set: str, name: str) -> Iterator[Use]:
    """``lookup.column`` is a column of the entity set that the lookup leads to."""
    lookup, dot, column = name.partition(".")
    entity = model.entity_sets.get(entity_set)
    link = entity.navigation.get(lookup) if entity and dot else None
    if link is None:
        yield entity_set, name
        return
    yield entity_set, link.property
    for target in (other for other in model.entity_sets.values() if other.name == link.target):
        yield from _through_lookups(model, target.entity_set, column)
