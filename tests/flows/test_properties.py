"""Random rows of the metadata's types go through each flow and read back equal under the mapping."""

from __future__ import annotations

import random
from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from fixtures.free_fields import FreeField, expected, found, free_fields, is_same
from fixtures.sandbox import Sandbox
from fixtures.trial import SITE, Row, Trial, trial_of

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


def random_values(chance: random.Random, trial: Trial) -> dict[str, Any]:
    return {field.name: random_value(chance, field) for field in free_fields(trial.flow)}


def differences(trial: Trial, run_id: str, rows: Iterable[Row], policies: Container[WritePolicy]) -> list[str]:
    """What the destination holds otherwise than the mapping says, of fields with these policies."""
    held, outcomes, wrong = trial.held("usmf"), trial.outcomes(run_id, "usmf"), []
    for row in rows:
        stored = held[normalised(outcomes[row[trial.flow.source.id]].destination_key or "")]
        for target, wanted in expected(trial.flow, row).items():
            pair = trial.flow.destination_pair(target)
            if pair.write in policies and not is_same(wanted, found(stored[target]), pair):
                wrong.append(f"{target} is {stored[target]!r} instead of {wanted!r}")
    return wrong


def test_random_rows_read_back_equal(trial: Trial, seeded_random: random.Random) -> None:
    donors = trial.donors("first", "usmf")
    rows = [
        trial.copy_of(seeded_random.choice(donors), f"T{number:04}", **random_values(seeded_random, trial))
        for number in range(ROWS)
    ]
    trial.put(rows)
    assert trial.run("created", "usmf")["usmf"]["created"] == ROWS
    assert differences(trial, "created", rows, set(WritePolicy)) == []

    rows = [{**row, **random_values(seeded_random, trial)} for row in rows]
    trial.put(rows)
    trial.run("updated", "usmf")
    assert differences(trial, "updated", rows, {WritePolicy.ALWAYS}) == []

    before = trial.effects()
    trial.run("unchanged", "usmf", full=True)
    assert trial.effects() == before
