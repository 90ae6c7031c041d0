"""The whole ledger."""

from __future__ import annotations

from p2c.ledger.alerts import StandingAlerts
from p2c.ledger.differences import Differences
from p2c.ledger.due import RowsDue
from p2c.ledger.leases import Leases
from p2c.ledger.outcomes import RowOutcomes
from p2c.ledger.parked import ParkedRows
from p2c.ledger.pauses import Pauses
from p2c.ledger.reconciliations import Reconciliations
from p2c.ledger.retention import Retention
from p2c.ledger.row_lists import RowLists
from p2c.ledger.rows import RowStates
from p2c.ledger.run_history import RunHistory
from p2c.ledger.runs import Runs
from p2c.ledger.unselected import UnselectedRows
from p2c.ledger.watermarks import Watermarks


class Ledger(
    Runs,
    RunHistory,
    Watermarks,
    Leases,
    RowOutcomes,
    RowStates,
    RowsDue,
    ParkedRows,
    UnselectedRows,
    Differences,
    RowLists,
    Pauses,
    StandingAlerts,
    Retention,
    Reconciliations,
):
    """What every run read and what became of every row, per flow and organization."""
