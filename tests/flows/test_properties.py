"""Random rows of the metadata's types go through each flow and read back equal under the mapping."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from fixtures.free_fields import FreeField, expected, found, free_fields, is_same
from fixtures.sandbox import Sandbox
from fixtures.trial import SITE, Row, Trial, trial_of

from p2c.destination_key import joined_key
from p2c.flow import Flow, WritePolicy
from p2c.flows import FLOWS
from p2c.keys import normalised

ROWS = 30
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789",
    "ąčęėįšųūžĄČĘĖĮŠŲŪŽ äöüßÄÖÜ éèêñçøåÆŒ",
    "Ηχείαγιατοκατάστημα 扬声器报价单 مكبرات الصوت ラウドスピーカー",
    "😀👩‍👩‍👧‍👦🇱🇹𐌰𐌱𐌲𠀀",
    "'\"\\/%?&#+=;:,.<>(){}[]|*$@!^`~_-",
    "\t\n\r\u0301\u200f\u202e\u00a0\u2028\ufeff",
)


FREE = [flow for flow in FLOWS.values() if free_fields(SITE.applied_to(flow))]


@pytest.fixture(params=FREE, ids=[flow.name for flow in FREE])
def trial(
    request: pytest.FixtureRequest, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trial]:
    flow: Flow = request.param
    with trial_of(flow, sandbox_process, tmp_path_factory.mktemp(flow.name)) as trial:
        trial.run("first", "usmf")
        yield trial


def random_text(chance: random.Random, field: FreeField) -> str | None:
    """A text of one or several scripts; blank one time in ten."""
    if not field.required and chance.random() < 0.1:
        return chance.choice([None, "", "  "])
    alphabet = "".join(chance.sample(ALPHABETS, chance.randint(1, 3)))
    wanted = chance.choice([1, 2, chance.randint(1, field.length), field.length])
    text = "x" if field.required else ""
    while len((text + "😀").encode("utf-16-le")) // 2 <= wanted:
        text += chance.choice(alphabet)
    return text


def random_value(chance: random.Random, field: FreeField) -> Any:
    """A value that every target of the field holds."""
    if field.kind == "text":
        return random_text(chance, field)
    if not field.required and chance.random() < 0.1:
        return None
    if field.kind in ("boolean", "enum"):
        return chance.choice(field.members or (True, False))
    low, high = int(field.minimum), int(field.maximum)
    whole = chance.choice([0, 1, low, high, chance.randint(low, high), chance.randint(max(low, -999), min(high, 999))])
    if field.kind == "integer" or whole in (low, high):
        return whole
    return Decimal(whole) + Decimal(chance.randrange(10**field.scale)).scaleb(-field.scale)


def random_values(chance: random.Random, flow: Flow) -> dict[str, Any]:
    fields = (field for field in free_fields(flow) if field.kind not in ("date", "datetime"))
    return {field.name: random_value(chance, field) for field in fields}


def randomized(chance: random.Random, trial: Trial, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Rows with other values, and their lines with other values; both are stored."""
    changed = [{**row, **random_values(chance, trial.flow)} for row in rows]
    part = trial.flow.lines.flow if trial.flow.lines else trial.flow
    changed_lines = [{**line, **random_values(chance, part)} for line in trial.lines_of(changed)]
    trial.put_lines(changed_lines)
    trial.put(changed)
    return changed, changed_lines


def differences(trial: Trial, run_id: str, rows: Iterable[Row], policies: Container[WritePolicy]) -> list[str]:
    """What the destination holds otherwise than the mapping says, of fields with these policies."""
    held, outcomes = trial.held("usmf"), trial.outcomes(run_id, "usmf")
    keys = {row[trial.flow.source.id]: outcomes[row[trial.flow.source.id]].destination_key or "" for row in rows}
    return [
        text
        for row in rows
        for text in differing(trial.flow, row, held[normalised(keys[row[trial.flow.source.id]])], policies)
    ]


def differences_of_lines(trial: Trial, rows: Iterable[Row], lines: Iterable[Row]) -> list[str]:
    """The same of lines, by header and number; a line that needs another number than its own is not looked at."""
    if trial.flow.lines is None:
        return []
    part, lookup = trial.flow.lines.flow, trial.flow.lines.lookup
    held = trial.held("usmf", part)
    headers = {row[trial.flow.source.id]: row[trial.flow.source.key] for row in rows}
    numbered = Counter((line[lookup], line.get(part.source.key)) for line in lines)
    keys = {
        line[part.source.id]: normalised(joined_key([str(line[part.source.key]), headers[line[lookup]]]))
        for line in lines
        if line.get(part.source.key) is not None and numbered[line[lookup], line[part.source.key]] == 1
    }
    assert keys
    looked_at = [line for line in lines if line[part.source.id] in keys]
    return [
        text
        for line in looked_at
        for text in differing(part, line, held[keys[line[part.source.id]]], {WritePolicy.ALWAYS})
    ]


def differing(flow: Flow, row: Row, stored: Row, policies: Container[WritePolicy]) -> Iterator[str]:
    for target, wanted in expected(flow, row).items():
        pair = flow.destination_pair(target)
        if pair.write in policies and not is_same(wanted, found(stored[target]), pair):
            yield f"{target} is {stored[target]!r} instead of {wanted!r}"


def test_random_rows_read_back_equal(trial: Trial, seeded_random: random.Random) -> None:
    donors = trial.donors("first", "usmf")
    copies = [trial.copy_of(seeded_random.choice(donors), f"T{number:04}") for number in range(ROWS)]
    rows, lines = randomized(seeded_random, trial, copies)
    assert trial.run("created", "usmf")["usmf"]["created"] == ROWS
    assert differences(trial, "created", rows, set(WritePolicy)) == []
    assert differences_of_lines(trial, rows, lines) == []

    rows, lines = randomized(seeded_random, trial, rows)
    trial.run("updated", "usmf")
    assert differences(trial, "updated", rows, {WritePolicy.ALWAYS}) == []
    assert differences_of_lines(trial, rows, lines) == []

    before = trial.effects()
    trial.run("unchanged", "usmf", full=True)
    assert trial.effects() == before
