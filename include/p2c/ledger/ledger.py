"""The whole ledger."""

from __future__ import annotations

from p2c.ledger.differences import Differences
from p2c.ledger.due import RowsDue
from p2c.ledger.leases import Leases
from p2c.ledger.outcomes import RowOutcomes
from p2c.ledger.parked import ParkedRows
from p2c.ledger.rows import RowStates
from p2c.ledger.runs import Runs
from p2c.ledger.unselected import UnselectedRows
from p2c.ledger.watermarks import Watermarks


class Ledger(Runs, Watermarks, Leases, RowOutcomes, RowStates, RowsDue, ParkedRows, UnselectedRows, Differences):
    """What every run read and what became of every row, per flow and organization."""
