"""Values that flows and settings state: constants, defaults of organizations, value maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from p2c.check.fitness import value_misfit
from p2c.check.subject import DESTINATION_HOP, SOURCE_HOP, Subject
from p2c.contract import FieldContract, UnfitValueError
from p2c.errors import unknown
from p2c.flow import Computed, Constant, DateDefault, OnlyIf, Pair, SiteDefault, ValueMap
from p2c.keys import normalised
from p2c.mapping.dates import default_date

T = TypeVar("T", Computed, Constant, SiteDefault, DateDefault, OnlyIf, ValueMap)


def check_values(subject: Subject) -> None:
    """Check every value that is not a row's own."""
    for hop, pair, contract in _targets(subject):
        place = subject.place(hop, pair)
        for constant in transforms(pair, Constant):
            if misfit := value_misfit(constant.value, contract):
                subject.report.error(place, misfit)
        for condition in transforms(pair, OnlyIf):
            _check_before(subject, hop, pair, condition.target)
        for value_map in transforms(pair, ValueMap):
            _check_value_map(subject, hop, pair, value_map, contract)
    for organization in subject.site.organizations:
        _check_defaults(subject, organization)


def transforms(pair: Pair, kind: type[T]) -> Iterator[T]:
    """The transforms of one kind."""
    return (transform for transform in pair.transforms if isinstance(transform, kind))


def _targets(subject: Subject) -> Iterator[tuple[str, Pair, FieldContract]]:
    for pair in subject.source_pairs:
        if contract := subject.cds.get(pair.target):
            yield SOURCE_HOP, pair, contract
    for pair in subject.destination_pairs:
        if contract := _destination_contract(subject, pair):
            yield DESTINATION_HOP, pair, contract


def _destination_contract(subject: Subject, pair: Pair) -> FieldContract | None:
    return subject.destination_fields.contract(subject.place(DESTINATION_HOP, pair), subject.destination, pair.target)


def _check_defaults(subject: Subject, organization: str) -> None:
    flow = subject.flow
    place = f"site.toml [organizations.{organization}.defaults.{flow.name}]"
    given = subject.site.defaults(organization, flow.name)
    dates = {default.name for pair in flow.cds_to_destination for default in transforms(pair, DateDefault)}
    known = [pair.target for pair in flow.cds_to_destination if any(transforms(pair, SiteDefault))]
    for name in sorted(set(given) - dates.union(known)):
        subject.report.error(place, unknown("default", name, dates.union(known)))
    for name in sorted(dates.intersection(given)):
        _check_date(subject, f"{place} {name}", given[name])
    for pair in subject.destination_pairs:
        value = given.get(pair.target)
        if value is None and any(default.required for default in transforms(pair, SiteDefault)):
            subject.report.error(place, f"{pair.target} is missing: state the default for it here.")
        contract = _destination_contract(subject, pair) if value is not None else None
        if value is not None and contract and (misfit := value_misfit(value, contract)):
            subject.report.error(f"{place} {pair.target}", misfit)


def _check_date(subject: Subject, place: str, default: str) -> None:
    try:
        default_date(default, None)
    except UnfitValueError as error:
        subject.report.error(place, f"{error}.")


def _check_value_map(subject: Subject, hop: str, pair: Pair, value_map: ValueMap, contract: FieldContract) -> None:
    table = subject.site.value_maps.get(value_map.name, dict(value_map.entries) or None)
    if table is None:
        subject.report.error(subject.place(hop, pair), unknown("value map", value_map.name, subject.site.value_maps))
        return
    place = f"site.toml [value_maps.{value_map.name}"
    if value_map.per is None:
        _check_entries(subject, f"{place}]", table, contract)
        return
    _check_before(subject, hop, pair, value_map.per)
    for key, entries in table.items():
        if isinstance(entries, dict):
            _check_entries(subject, f"{place}.{key}]", entries, contract)
        else:
            text = f"{key!r} has to stand in a table [value_maps.{value_map.name}.<{value_map.per}>]."
            subject.report.error(f"{place}]", text)


def _check_before(subject: Subject, hop: str, pair: Pair, other: str) -> None:
    pairs = subject.source_pairs if hop == SOURCE_HOP else subject.destination_pairs
    before = [earlier.target for earlier in pairs[: pairs.index(pair)]]
    if other not in before:
        text = f"It hangs on a field that has to be mapped before it: {unknown('field', other, before)}"
        subject.report.error(subject.place(hop, pair), text)


def _check_entries(subject: Subject, place: str, entries: Mapping[str, object], contract: FieldContract) -> None:
    seen: dict[str, str] = {}
    for key, value in entries.items():
        twin = seen.setdefault(normalised(key), key)
        if twin != key:
            subject.report.error(place, f"{twin!r} and {key!r} are the same key; keep one.")
        if misfit := _entry_misfit(key, value, contract):
            subject.report.error(place, misfit)


def _entry_misfit(key: str, value: object, contract: FieldContract) -> str | None:
    if not isinstance(value, str):
        return f"{key!r} is a table of its own, but {contract.name} reads this map undivided."
    misfit = value_misfit(value, contract)
    return f"{key!r}: {misfit}" if misfit else None
