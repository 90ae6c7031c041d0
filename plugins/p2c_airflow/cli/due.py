"""`p2c due`: rows that wait for another try, and what a person decides about them."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from p2c.errors import ConfigurationError, unknown
from p2c.flows import flow_named
from p2c.keys import normalised
from p2c.ledger import Ledger, Outcome, RowState, summary
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
    decided = _decide(chosen, ledger.retry, "tried again", yes=arguments.yes)
    say(f"{decided} rows will be tried again by the next scheduled run, at most due_per_run of them a run.")


def dismiss(arguments: Namespace) -> None:
    """Set rows aside until their source changes; raises IntegrationError."""
    why = arguments.reason.strip()
    if not why:
        raise ConfigurationError("--reason is empty: say why these rows are set aside.")
    ledger = _ledger()
    set_aside = partial(ledger.dismiss, by=getpass.getuser(), why=why if why[-1] in ".!?" else f"{why}.")
    decided = _decide(_chosen(ledger, arguments, None), set_aside, "dismissed", yes=arguments.yes)
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


def _decide(
    chosen: Iterable[RowState], decide: Callable[[str, str, Sequence[str]], int], done: str, *, yes: bool
) -> int:
    """Carry a decision out on the chosen rows; returns how many they are."""
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in chosen:
        places[row.flow, row.organization].append(row.source_id)
    _ask_before_many(sum(map(len, places.values())), done, yes=yes)
    return sum(decide(*place, source_ids) for place, source_ids in places.items())


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
        "since": _shown(row.waiting_since or row.updated_at),
        "next_try": _next_try(row),
    }


def _next_try(row: RowState) -> str:
    """When the row is taken up again if its source stays as it is."""
    if row.retry_requested:
        return "next run"
    if row.due_at is None:
        return "" if row.dismissed else "when its source, the flow, the settings or reference data change"
    parked = ", or when its parent lands" if row.outcome is Outcome.PARKED else ""
    return _shown(row.due_at) + parked


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
