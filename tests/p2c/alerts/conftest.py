"""A ledger with a clock that tests turn, on each database."""

from __future__ import annotations

import pytest
from fixtures.ledger import Clock
from sqlalchemy import Engine

from p2c.ledger import Ledger


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(engine: Engine, clock: Clock) -> Ledger:
    return Ledger(engine, clock)
