"""`p2c due`: rows that wait for another try, and what a person decides about them."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from p2c.errors import ConfigurationError, unknown
from p2c.flows import flow_named
from p2c.keys import normalised
from p2c.ledger import Ledger, Outcome, RowState, summary
from p2c.ledger.decisions import Places, next_try, shown
from p2c.ledger.decisions import dismiss as set_aside
from p2c.ledger.decisions import retry as try_again
from p2c.ledger.records import WAITING
from p2c_airflow.cli.output import say, show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook

#: More rows than a person names by hand: the command asks first.
MANY = 10


def list_rows(arguments: Namespace) -> None:
    """Print the rows that wait, the longest waiting first; raises IntegrationError."""
    found = _chosen(_ledger(), arguments, arguments.reason, dismissed=arguments.dismissed)
    rows = islice(found, arguments.limit)
    show([_record(row) for row in rows], as_json=arguments.json, empty="No row is due.")


def retry(arguments: Namespace) -> None:
    """Have rows tried again by the next run; raises IntegrationError."""
    ledger = _ledger()
    chosen = _chosen(ledger, arguments, arguments.reason, dismissed=arguments.dismissed)
    decided = _decide(chosen, partial(try_again, ledger), "tried again", yes=arguments.yes)
    say(f"{decided} rows will be tried again by the next scheduled run, at most due_per_run of them a run.")


def dismiss(arguments: Namespace) -> None:
    """Set rows aside until their source changes; raises IntegrationError."""
    why = arguments.reason.strip()
    if not why:
        raise ConfigurationError("--reason is empty: say why these rows are set aside.")
    ledger = _ledger()
    decide = partial(set_aside, ledger, by=getpass.getuser(), why=why)
    decided = _decide(_chosen(ledger, arguments, None), decide, "dismissed", yes=arguments.yes)
    say(f"{decided} rows dismissed; each is tried again when its source changes, or by `p2c due retry --dismissed`.")


def _ledger() -> Ledger:
    return Ledger(CommonDataServiceHook().current_engine())


def _chosen(ledger: Ledger, wanted: Namespace, reason: str | None, *, dismissed: bool = False) -> Iterator[RowState]:
    """The rows that all filters accept."""
    flow = flow_named(wanted.flow).name if wanted.flow else None
    outcome = _outcome(wanted.outcome)
    for row in ledger.waiting(flow, wanted.organization, dismissed=dismissed):
        if (
            outcome in (None, row.outcome)
            and (not wanted.key or normalised(row.integration_key) == normalised(wanted.key))
            and _has_reason(row, reason)
        ):
            yield row


def _has_reason(row: RowState, wanted: str | None) -> bool:
    sought = (wanted or "").casefold()
    return not sought or any(sought in f"{reason.code} {reason}".casefold() for reason in row.reasons)


def _outcome(name: str | None) -> Outcome | None:
    if not name:
        return None
    kinds = {str(outcome): outcome for outcome in Outcome if outcome in WAITING}
    if name not in kinds:
        raise ConfigurationError(unknown("outcome of rows due", name, kinds))
    return kinds[name]


def _decide(chosen: Iterable[RowState], decide: Callable[[Places], int], done: str, *, yes: bool) -> int:
    """Carry a decision out on the chosen rows; returns how many they are."""
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in chosen:
        places[row.flow, row.organization].append(row.source_id)
    _ask_before_many(sum(map(len, places.values())), done, yes=yes)
    return decide(places)


def _ask_before_many(rows: int, done: str, *, yes: bool) -> None:
    """Raises ConfigurationError where the person does not agree, or cannot be asked."""
    if rows <= MANY or yes:
        return
    if not sys.stdin.isatty():
        raise ConfigurationError(f"{rows} rows would be {done}: narrow the choice, or confirm it by --yes.")
    say(f"{rows} rows will be {done}. Go on? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigurationError(f"No row was {done}.")


def _record(row: RowState) -> dict[str, Any]:
    return {
        "flow": row.flow,
        "organization": row.organization,
        "key": row.integration_key or row.source_id,
        "outcome": str(row.outcome),
        "reason": summary(row.reasons),
        "since": shown(row.waiting_since or row.updated_at),
        "next_try": next_try(row),
    }
