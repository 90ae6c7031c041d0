"""`p2c rows`: what became of rows, and why."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from typing import Any

from p2c.errors import ConfigurationError, unknown
from p2c.keys import normalised
from p2c.ledger import Ledger, Outcome, Reason, summary
from p2c_airflow.cli.output import show
from p2c_airflow.hooks.common_data_service import CommonDataServiceHook


def rows(arguments: Namespace) -> None:
    """Print the present state of rows, or with `--run` what became of them in that run; raises IntegrationError.

    A run also shows what the lines of each row come to, in the source and at the destination (the money check).
    """
    ledger = Ledger(CommonDataServiceHook().current_engine())
    found = _of_run(ledger, arguments) if arguments.run else _present(ledger, arguments)
    show(list(islice(found, arguments.limit)), as_json=arguments.json, empty="No such row.")


def _present(ledger: Ledger, wanted: Namespace) -> Iterator[dict[str, Any]]:
    outcome = _outcome(wanted.outcome)
    for state in ledger.rows(wanted.flow, wanted.organization, outcome, wanted.key, wanted.limit):
        yield _record(state.flow, state.organization, state.integration_key, state.outcome, state.reasons, state.run_id)


def _of_run(ledger: Ledger, wanted: Namespace) -> Iterator[dict[str, Any]]:
    for run in ledger.runs(wanted.limit, wanted.flow, wanted.organization, wanted.run):
        for row in ledger.outcomes(run.key, _outcome(wanted.outcome)):
            if not wanted.key or normalised(row.integration_key) == normalised(wanted.key):
                key = run.key
                record = _record(key.flow, key.organization, row.integration_key, row.outcome, row.reasons, key.run_id)
                yield record | {"amounts": " / ".join(map(str, row.amounts or ()))}


def _outcome(name: str | None) -> Outcome | None:
    try:
        return Outcome(name) if name else None
    except ValueError:
        raise ConfigurationError(unknown("outcome", str(name), map(str, Outcome))) from None


def _record(
    flow: str, organization: str, key: str, outcome: Outcome, reasons: tuple[Reason, ...], run_id: str
) -> dict[str, Any]:
    return {
        "flow": flow,
        "organization": organization,
        "key": key,
        "outcome": str(outcome),
        "field": ", ".join(dict.fromkeys(reason.field for reason in reasons if reason.field)),
        "value": ", ".join(dict.fromkeys(reason.value for reason in reasons if reason.value)),
        "reason": summary(reasons),
        "run": run_id,
    }
