"""What holds for every declared flow, the demo's settings applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from fixtures.hostile import HOSTILE

from p2c.check import Severity, check_offline
from p2c.flow import DateDefault, Flow, OnlyIf
from p2c.flows import FLOWS
from p2c.mapping.hop import Finding, Hop, MappedPart, block_column, default_column
from p2c.mapping.prepare import destination_hop, source_hop
from p2c.site import load_site
from p2c.validation.contracts import violations

SITE = load_site(Path(__file__).parents[2] / "include" / "site.toml")


PARTS = [part for flow in FLOWS.values() for part in SITE.applied_to(flow).parts]


@pytest.fixture(scope="module", params=PARTS, ids=[part.name for part in PARTS])
def flow(request: pytest.FixtureRequest) -> Flow:
    """A flow at the demo's settings, or its lines."""
    declared: Flow = request.param
    return declared


def rows_of(flow: Flow, *values: str | None) -> pd.DataFrame:
    """Source rows whose every field holds the same value."""
    column = pd.array(list(values), pd.ArrowDtype(pa.string()))
    return pd.DataFrame(dict.fromkeys(flow.source_fields(), column))


def hops(flow: Flow) -> tuple[Hop, Hop]:
    return source_hop(flow, SITE, next(iter(SITE.organizations))), destination_hop(
        flow, SITE, next(iter(SITE.organizations))
    )


def mapped(flow: Flow, source: pd.DataFrame) -> tuple[MappedPart, MappedPart]:
    to_cds, to_destination = hops(flow)
    cds = to_cds.apply(source)
    return cds, to_destination.apply(cds.frame)


def findings(flow: Flow, parts: tuple[MappedPart, MappedPart]) -> Iterator[Finding]:
    """All that mapping and the contracts of both hops have to say."""
    for hop, part in zip(hops(flow), parts, strict=True):
        yield from (*part.problems, *part.notes)
        yield from violations(hop, part.frame, "it")


@dataclass(frozen=True)
class Suffered:
    """The CDS rows of all hostile values, a row each, and what both hops find in each, by what is wrong with it."""

    cds: pd.DataFrame
    in_cds: Mapping[str, list[Finding]]
    findings: Mapping[str, list[Finding]]


@pytest.fixture(scope="module")
def suffered(flow: Flow) -> Suffered:
    parts = mapped(flow, rows_of(flow, *HOSTILE.values()))
    return Suffered(parts[0].frame, by_value((*parts[0].problems, *parts[0].notes)), by_value(findings(flow, parts)))


def by_value(found: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    names, by_name = list(HOSTILE), {name: list[Finding]() for name in HOSTILE}
    for finding in found:
        by_name[names[finding.row]].append(finding)
    return by_name


@pytest.mark.parametrize("name", FLOWS)
def test_the_declaration_passes_check(name: str) -> None:
    found = check_offline(SITE, {name: FLOWS[name]})
    assert [str(finding) for finding in found if finding.severity is Severity.ERROR] == []


def test_a_page_without_rows_maps_to_the_columns_of_a_full_one(flow: Flow) -> None:
    for empty, full in zip(mapped(flow, rows_of(flow)), mapped(flow, rows_of(flow, "1", None)), strict=True):
        assert len(empty.frame) == 0
        assert dict(empty.frame.dtypes) == dict(full.frame.dtypes)


def test_a_row_of_nulls_maps_without_a_finding(flow: Flow) -> None:
    for part in mapped(flow, rows_of(flow, None)):
        assert part.problems == part.notes == ()


def test_every_column_has_the_type_of_its_contract(flow: Flow) -> None:
    for hop, part in zip(hops(flow), mapped(flow, rows_of(flow, "1", None)), strict=True):
        found = {name: dtype.pyarrow_dtype for name, dtype in part.frame.dtypes.items()}
        expected = {pair.target: hop.contracts[pair.target].arrow_type for pair in hop.pairs}
        dates = (p.target for p in hop.pairs if any(isinstance(step, DateDefault) for step in p.transforms))
        marks = (*map(block_column, hop.blocks), *map(default_column, dates))
        assert found == expected | dict.fromkeys(marks, pa.bool_())


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_value_spoils_no_other_row(flow: Flow, value: str) -> None:
    alone = mapped(flow, rows_of(flow, "1"))
    beside = mapped(flow, rows_of(flow, value, "1"))
    for one, other in zip(alone, beside, strict=True):
        pd.testing.assert_frame_equal(one.frame, other.frame.iloc[1:].reset_index(drop=True))
        assert [f.target for f in one.problems] == [f.target for f in other.problems if f.row == 1]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_wrong_with_a_hostile_value_is_said_in_short_naming_a_source_field(
    flow: Flow, suffered: Suffered, name: str
) -> None:
    fields = set(flow.source_fields())
    constants = {pair.target for pair in flow.cds_to_destination if not pair.sources}
    for finding in suffered.findings[name]:
        assert set(finding.reason.field.split(", ")) <= fields | constants
        assert finding.reason.text.startswith(finding.target)
        assert len(finding.reason.text) < 1000
        assert len(finding.reason.value) < 300


@pytest.mark.parametrize(("name", "value"), HOSTILE.items(), ids=HOSTILE.keys())
def test_a_hostile_value_reaches_the_cds_whole_or_is_found(
    flow: Flow, suffered: Suffered, name: str, value: str
) -> None:
    row = suffered.cds.iloc[list(HOSTILE).index(name)]
    found = {finding.target for finding in suffered.in_cds[name]}
    for pair in flow.active(flow.source_to_cds):
        cell = row[pair.target]
        if flow.cds.field(pair.target).type == "text" and not pair.transforms and pair.target not in found:
            assert ("" if pd.isna(cell) else cell) == value.rstrip().replace("\r\n", "\n").replace("\r", "\n")
        elif pd.isna(cell) and not any(isinstance(transform, OnlyIf) for transform in pair.transforms):
            assert pair.target in found or not value.strip()


def test_8_mib_in_one_field_of_each_kind_are_mapped_in_bounded_words(flow: Flow) -> None:
    by_kind = {flow.cds.field(pair.target).type: pair.sources[0] for pair in flow.source_to_cds if pair.sources}
    for field in by_kind.values():
        source = rows_of(flow, None).assign(**{field: pd.array(["9" * (8 << 20)], pd.ArrowDtype(pa.string()))})
        found = list(findings(flow, mapped(flow, source)))
        assert found
        assert all(len(finding.reason.text) < 1000 for finding in found)


def test_mapping_twice_gives_equal_frames(flow: Flow) -> None:
    source = rows_of(flow, *HOSTILE.values(), None, "1")
    for once, again in zip(mapped(flow, source), mapped(flow, source), strict=True):
        pd.testing.assert_frame_equal(once.frame, again.frame)
        assert (once.problems, once.notes) == (again.problems, again.notes)


def test_mapping_leaves_its_source_as_it_was(flow: Flow) -> None:
    source = rows_of(flow, "1", None, "  x ")
    before = source.copy(deep=True)
    mapped(flow, source)
    pd.testing.assert_frame_equal(source, before)


def test_a_row_is_mapped_the_same_whatever_part_it_stands_in(flow: Flow) -> None:
    values = ("1", None, "usa", "0", "Contoso")
    for number, value in enumerate(values):
        for whole, alone in zip(mapped(flow, rows_of(flow, *values)), mapped(flow, rows_of(flow, value)), strict=True):
            row = whole.frame.iloc[[number]].reset_index(drop=True)
            pd.testing.assert_frame_equal(row, alone.frame)
