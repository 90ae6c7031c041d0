"""The destination of a flow: its key, its mark of ours, required fields, actions on rows that left, blocks."""

from __future__ import annotations

import p2c_metadata
from p2c.check.fitness import value_misfit
from p2c.check.subject import DESTINATION_HOP, SOURCE_HOP, Subject
from p2c.errors import unknown
from p2c.flow import REPORT, Block, Constant, LengthPolicy
from p2c_metadata import EntityType


def check_destination(subject: Subject) -> None:
    """Hold the destination against the metadata."""
    _check_key_path(subject)
    _check_key_is_whole(subject)
    _check_key_is_filled(subject)
    if entity := subject.destination:
        _check_key(subject, entity)
        _check_maintained(subject)
        _check_required(subject, entity)
        for action, fields in subject.flow.left_actions.items():
            for name, value in fields.items():
                _check_value(subject, f"{subject.flow.name}.left_actions.{action}", name, value)


def _check_key_path(subject: Subject) -> None:
    """The key has to go from the source through the CDS to the destination."""
    flow = subject.flow
    hops = (
        (SOURCE_HOP, flow.source.key, flow.cds.key, subject.source_pairs),
        (DESTINATION_HOP, flow.cds.key, flow.destination.key, subject.destination_pairs),
    )
    for hop, source, target, pairs in hops:
        if not any(pair.sources == (source,) and pair.target == target for pair in pairs):
            subject.report.error(f"{flow.name}.{hop}", f"No pair takes the key {source} to {target}.")


def _check_key(subject: Subject, entity: EntityType) -> None:
    destination, place = subject.flow.destination, f"{subject.flow.name}.destination.key"
    stated = {destination.company, *destination.key_fields} - {""}
    for name in sorted(stated):
        subject.destination_fields.property(place, entity, name)
    if destination.system == "sales":
        return  # rows of Sales are found by any fields, and written by id
    if not any(stated == set(key) for key in (entity.key, *entity.alternate_keys.values())):
        known = " or ".join(" + ".join(key) for key in (entity.key, *entity.alternate_keys.values()))
        text = f"{' + '.join(sorted(stated))} is no key of {entity.entity_set}; its key is {known}."
        subject.report.error(place, text)


def _check_key_is_whole(subject: Subject) -> None:
    """A key cut to length may meet another row's key."""
    for hop, pairs, key in (
        (SOURCE_HOP, subject.source_pairs, (subject.flow.cds.key,)),
        (DESTINATION_HOP, subject.destination_pairs, subject.flow.destination.key_fields),
    ):
        for pair in pairs:
            if pair.target in key and pair.length is LengthPolicy.TRUNCATE:
                subject.report.error(subject.place(hop, pair), "A key is never cut to length; state length reject.")


def _check_key_is_filled(subject: Subject) -> None:
    filled = {pair.target for pair in subject.destination_pairs}
    for name in subject.flow.destination.key_with:
        if name not in filled:
            subject.report.error(f"{subject.flow.name}.destination.key_with", f"No pair fills the key field {name}.")
    action, actions = subject.flow.moved_action, subject.flow.left_actions
    if action and action not in (REPORT, *actions):
        subject.report.error(f"{subject.flow.name}.moved_action", unknown("action", action, actions))


def _check_maintained(subject: Subject) -> None:
    if subject.flow.destination.maintained is None:
        return
    name, value = subject.flow.destination.maintained
    place = f"{subject.flow.name}.destination.maintained"
    _check_value(subject, place, name, value)
    constants = {pair.target: pair.transforms for pair in subject.destination_pairs}
    if "." not in name and Constant(value) not in constants.get(name, ()):
        subject.report.error(place, f"No pair sets {name} to {value!r}, so rows we create would not count as ours.")


def _check_required(subject: Subject, entity: EntityType) -> None:
    place = f"{subject.flow.name}.{DESTINATION_HOP}"
    filled = {pair.target for pair in subject.destination_pairs} | {subject.flow.destination.company}
    filled.update(subject.site.flow_settings(subject.flow.name).filled_by_destination)
    for name in (name for name, field in entity.properties.items() if field.required_for_import):
        if name not in filled:
            _tell_required(subject, place, name)
    if entity.required_one_of and not filled.intersection(entity.required_one_of):
        names = " or ".join(entity.required_one_of)
        subject.report.error(place, f"{entity.entity_set} requires {names}; no pair fills any of them.")


def _tell_required(subject: Subject, place: str, name: str) -> None:
    """A field that we know well and the tenant newly declares mandatory may be one that F&O fills by itself.

    So may one that the company or a partner added, but only they know.
    """
    entity_set = subject.flow.destination.entity_set
    text = f"{entity_set} requires {name}, which no pair fills."
    known = p2c_metadata.load(subject.flow.destination.system).entity_set(entity_set).properties.get(name)
    if known is None:
        own = f"[flows.{subject.flow.name}] filled_by_destination"
        subject.report.error(place, f"{text} If the system fills it in new rows itself, name it in {own} of site.toml.")
    elif known.required_for_import:
        subject.report.error(place, text)
    else:
        subject.report.warning(place, f"{text} New rows are refused unless the system fills it itself.")


def check_block(subject: Subject, block: Block) -> None:
    """Hold a block, as declared, against the pairs that a site leaves switched on."""
    place = f"{subject.flow.name}.blocks.{block.name}"
    targets = {pair.target for pair in subject.flow.cds_to_destination}
    for name in sorted(set(block.fields) - targets):
        subject.report.error(place, unknown("destination field", name, targets))
    active = {pair.target for pair in subject.destination_pairs}
    left = sorted(active.intersection(block.fields))
    if left and not active.intersection(block.content):
        subject.report.error(place, f"All content of the block is switched off; switch off {', '.join(left)} too.")


def _check_value(subject: Subject, place: str, name: str, value: str) -> None:
    contract = subject.destination_fields.contract(place, subject.destination, name)
    if contract and (misfit := value_misfit(value, contract)):
        subject.report.error(place, misfit)
