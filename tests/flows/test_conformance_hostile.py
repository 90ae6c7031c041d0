"""Hostile values on their whole way: each row lands or says why not, and no other row is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle

import pytest
from fixtures.free_fields import expected, found, free_fields, is_same
from fixtures.hostile import HOSTILE, HOSTILE_NUMBERS
from fixtures.sandbox import Sandbox
from fixtures.trial import Row, Trial, trial_of

from p2c.contract import stored_length
from p2c.destination_key import joined_key
from p2c.flow import Flow, WritePolicy
from p2c.flows import FLOWS
from p2c.keys import normalised
from p2c.ledger import RowOutcome
from p2c.mapping.prepare import destination_contracts


@dataclass(frozen=True)
class Suffered:
    """A flow that had hostile rows to carry: those rows and what became of each, by what is wrong with them."""

    trial: Trial
    rows: Mapping[str, Row]
    outcomes: Mapping[str, RowOutcome]
    before: Mapping[str, Row]
    after: Mapping[str, Row]

    def landed(self) -> Iterator[tuple[str, str]]:
        """What was wrong with a row that landed nevertheless, and its destination key."""
        for name, outcome in self.outcomes.items():
            if outcome.ours:
                yield name, normalised(outcome.destination_key or "")


@pytest.fixture(scope="module", params=FLOWS.values(), ids=FLOWS.keys())
def suffered(
    request: pytest.FixtureRequest, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suffered]:
    flow: Flow = request.param
    with (
        trial_of(flow, sandbox_process, tmp_path_factory.mktemp(flow.name)) as trial,
        trial.configured(breaker_rows=1000),
    ):
        trial.run("first", "usmf")
        rows = dict(hostile_rows(trial))
        trial.put(rows.values())
        trial.land_parents("hostile parents")
        before = trial.stored()
        trial.run("hostile", "usmf")
        outcomes = trial.outcomes("hostile", "usmf")
        named = {name: outcomes[row[flow.source.id]] for name, row in rows.items()}
        yield Suffered(trial, rows, named, before, trial.stored())


def hostile_rows(trial: Trial) -> Iterator[tuple[str, Row]]:
    """Copies of a row that landed, each with one hostile value in all fields of a kind, or in its key."""
    donor = trial.donors("first", "usmf")[0]
    texts = [field.name for field in free_fields(trial.flow) if field.kind == "text"]
    numbers = [field.name for field in free_fields(trial.flow) if field.kind in ("integer", "decimal")]
    yield "plain", trial.copy_of(donor, "T-plain")
    for number, (name, text) in enumerate(HOSTILE.items()):
        yield name, trial.copy_of(donor, f"T-text-{number}", **dict.fromkeys(texts, text))
        if "\0" not in text or trial.flow.source.system == "sales":  # F&O takes no NUL
            yield f"key: {name}", trial.copy_of(donor, text)
    for number, (name, value) in enumerate(HOSTILE_NUMBERS.items()):
        if numbers:
            yield f"number: {name}", trial.copy_of(donor, f"T-number-{number}", **dict.fromkeys(numbers, value))
    yield from rows_with_hostile_lines(trial, donor)
    for field in texts[-1:]:
        yield "8 MiB", trial.copy_of(donor, "T-big", **{field: "x" * (8 << 20)})


def rows_with_hostile_lines(trial: Trial, donor: Row) -> Iterator[tuple[str, Row]]:
    """Copies whose every line has one hostile value in all fields of a kind."""
    if trial.flow.lines is None:
        return
    part, lookup = trial.flow.lines.flow, trial.flow.lines.lookup
    values: dict[str, object] = {**HOSTILE, **HOSTILE_NUMBERS}
    rows = {name: trial.copy_of(donor, f"T-lines-{number}") for number, name in enumerate(values)}
    names = {row[trial.flow.source.id]: name for name, row in rows.items()}
    trial.put_lines(
        {**line, **spoilt_fields(part, values[names[line[lookup]]])} for line in trial.lines_of(rows.values())
    )
    yield from ((f"lines: {name}", row) for name, row in rows.items())


def spoilt_fields(part: Flow, value: object) -> dict[str, object]:
    """A value in all fields that it is a text or a number for."""
    kinds = ("text",) if isinstance(value, str) else ("integer", "decimal")
    return {field.name: value for field in free_fields(part) if field.kind in kinds}


def test_each_row_lands_or_says_in_short_why_not(suffered: Suffered) -> None:
    for name, outcome in suffered.outcomes.items():
        assert outcome.ours or outcome.reasons, name
        for reason in outcome.reasons:
            assert 0 < len(reason.text) < 1000, name
            assert len(reason.value) < 300, name


def test_nothing_is_left_to_the_destination_to_refuse(suffered: Suffered) -> None:
    failed = {name: outcome.reasons for name, outcome in suffered.outcomes.items() if outcome.outcome == "failed"}
    assert failed == {}


def test_a_text_that_fits_lands(suffered: Suffered) -> None:
    room = min((field.length for field in free_fields(suffered.trial.flow) if field.kind == "text"), default=0)
    for name, text in HOSTILE.items():
        if text.strip() and "\0" not in text and stored_length(text) <= room:
            assert suffered.outcomes[name].ours, name


def test_what_landed_reads_back_equal(suffered: Suffered) -> None:
    flow, held = suffered.trial.flow, suffered.trial.held("usmf")
    for name, key in suffered.landed():
        for target, wanted in expected(flow, suffered.rows[name]).items():
            assert is_same(wanted, found(held[key][target]), flow.destination_pair(target)), (name, target)


def test_no_other_row_is_touched(suffered: Suffered) -> None:
    assert {key: suffered.after[key] for key in suffered.before} == suffered.before
    assert len(suffered.after) - len(suffered.before) == sum(outcome.ours for outcome in suffered.outcomes.values())


def test_a_second_run_writes_nothing(suffered: Suffered) -> None:
    before = suffered.trial.effects()
    suffered.trial.run("again", "usmf", full=True)
    assert suffered.trial.effects() == before


def test_hostile_values_at_the_destination_are_set_right(suffered: Suffered) -> None:
    trial, destination = suffered.trial, suffered.trial.flow.destination
    wanted = {key: expected(trial.flow, suffered.rows[name]) for name, key in suffered.landed()}
    spoilt = zip(wanted, cycle(HOSTILE.values()), cycle(HOSTILE_NUMBERS.values()), strict=False)
    changes = {key: dict(spoiling(trial.flow, wanted[key], text, number)) for key, text, number in spoilt}
    for row in suffered.after.values():
        key = normalised(joined_key([str(row.get(name)) for name in destination.key_fields]))
        if changes.get(key):
            trial.steps.rewrite(destination.system, destination.entity_set, row, **changes[key])
    trial.run("mended", "usmf", full=True)
    held = trial.held("usmf")
    for key, values in wanted.items():
        for target, value in values.items():
            assert is_same(value, found(held[key][target]), trial.flow.destination_pair(target)), (key, target)
    assert trial.stored().keys() == suffered.after.keys()


def spoiling(flow: Flow, wanted: Iterable[str], text: str, number: object) -> Iterator[tuple[str, object]]:
    """A hostile value for every field among those wanted that each run compares."""
    contracts = destination_contracts(flow)
    for target in wanted:
        if flow.destination_pair(target).write is WritePolicy.ALWAYS and target not in flow.destination.key_fields:
            yield target, text if contracts[target].kind == "text" else number
