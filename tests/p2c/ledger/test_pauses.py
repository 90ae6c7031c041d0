from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fixtures.ledger import Clock
from sqlalchemy import Connection, Engine

from p2c.ledger import Ledger
from p2c.ledger.pauses import Pauses

SALES = "https://contoso.crm.dynamics.com/api/data/v9.2/"
FINANCE = "https://contoso.operations.dynamics.com/data/"


class ClockedPauses(Pauses):
    """Pauses counted in the time of a clock that tests turn."""

    def pause_clock(self, connection: Connection) -> datetime:
        return self._clock()


@pytest.fixture
def pauses(engine: Engine, clock: Clock) -> ClockedPauses:
    return ClockedPauses(engine, clock)


def test_a_system_that_asked_for_nothing_may_be_spoken_to(ledger: Ledger) -> None:
    assert ledger.pause_left(SALES) == 0


def test_a_pause_is_counted_by_the_databases_clock(ledger: Ledger) -> None:
    ledger.extend_pause(SALES, 60)
    assert 50 < ledger.pause_left(SALES) <= 60


def test_a_pause_of_one_system_leaves_the_other_alone(ledger: Ledger) -> None:
    ledger.extend_pause(SALES, 60)
    assert ledger.pause_left(FINANCE) == 0


def test_a_pause_ends(pauses: ClockedPauses, clock: Clock) -> None:
    pauses.extend_pause(SALES, 60)
    clock.advance(seconds=20)
    assert pauses.pause_left(SALES) == 40
    clock.advance(seconds=40)
    assert pauses.pause_left(SALES) == 0


@pytest.mark.parametrize(("later", "left"), [(30, 60), (90, 90)])
def test_a_pause_only_moves_forward(pauses: ClockedPauses, later: float, left: float) -> None:
    pauses.extend_pause(SALES, 60)
    pauses.extend_pause(SALES, later)
    assert pauses.pause_left(SALES) == left


def test_a_pause_follows_one_that_ended(pauses: ClockedPauses, clock: Clock) -> None:
    pauses.extend_pause(SALES, 60)
    clock.advance(minutes=5)
    pauses.extend_pause(SALES, 10)
    assert pauses.pause_left(SALES) == 10


def test_a_shorter_pause_whose_writer_was_overtaken_does_not_shorten_the_longer(
    pauses: ClockedPauses, clock: Clock
) -> None:
    clock.advance(milliseconds=2)
    pauses.extend_pause(SALES, 60)
    clock.advance(milliseconds=-2)
    pauses.extend_pause(SALES, 5)
    clock.advance(milliseconds=2)
    assert pauses.pause_left(SALES) == 60


def test_a_clock_that_was_set_back_stretches_no_pause(pauses: ClockedPauses, clock: Clock) -> None:
    pauses.extend_pause(SALES, 60)
    clock.advance(hours=-1)
    assert pauses.pause_left(SALES) == 0
    pauses.extend_pause(SALES, 10)
    assert pauses.pause_left(SALES) == 10


def test_a_pause_is_known_to_another_connection(engine: Engine, ledger: Ledger) -> None:
    ledger.extend_pause(SALES, 60)
    engine.dispose()
    assert timedelta(seconds=Pauses(engine).pause_left(SALES)) > timedelta(seconds=50)
