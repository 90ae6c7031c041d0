"""Rows that no organization selects: read from the source, and nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from p2c.errors import StagingError
from p2c.ledger import Ledger, Outcome, Reason, RunKey
from p2c.ledger.unselected import PassedOver
from p2c.staging import Staging


@dataclass(frozen=True)
class Unselected:
    """The rows of a flow that every organization passed over, and the organizations that have not judged any yet."""

    flow: str
    rows: tuple[PassedOver, ...]
    not_judged_by: tuple[str, ...]


def unselected(ledger: Ledger, staging: Staging, flow: str, organizations: Sequence[str]) -> Unselected:
    """Compare what each organization passed over when it last judged the rows of a flow.

    That is kept in the ledger, or before the first real run in the report of the last dry run.
    """
    judged = {organization: _passed_over(ledger, staging, flow, organization) for organization in organizations}
    rows = _by_all([found for found in judged.values() if found is not None])
    waiting = tuple(organization for organization, found in judged.items() if found is None)
    return Unselected(flow, tuple(sorted(rows, key=lambda row: (row.integration_key, row.source_id))), waiting)


def _by_all(judgements: Sequence[Iterable[PassedOver]]) -> list[PassedOver]:
    """The rows that stand in each of ``judgements``, with the reasons of all of them."""
    if not judgements:
        return []
    found = {row.source_id: row for row in judgements[0]}
    for rows in judgements[1:]:
        found = {row.source_id: _merged(found[row.source_id], row) for row in rows if row.source_id in found}
    return list(found.values())


def _merged(one: PassedOver, other: PassedOver) -> PassedOver:
    return replace(one, reasons=tuple(dict.fromkeys((*one.reasons, *other.reasons))))


def _passed_over(ledger: Ledger, staging: Staging, flow: str, organization: str) -> Iterable[PassedOver] | None:
    if ledger.has_judged(flow, organization):
        return ledger.rows_passed_over(flow, organization)
    dry_runs = ledger.comparisons(flow, organization)
    return _reported(staging, dry_runs[-1].key) if dry_runs else None


def _reported(staging: Staging, run: RunKey) -> list[PassedOver] | None:
    """What a dry run's report says; None where its staged set was removed since."""
    try:
        report = staging.step(run.dag_id, run.run_id, run.organization, run.flow, "load").read()
    except StagingError:
        return None
    rows = (row for part in report.parts("rows") for row in part.to_pylist() if row["outcome"] == Outcome.SKIPPED)
    return list(_unselected(rows))


def _unselected(rows: Iterable[dict[str, str]]) -> Iterator[PassedOver]:
    for row in rows:
        reasons = msgspec.json.decode(row["reasons"], type=tuple[Reason, ...])
        found = PassedOver(row["source_id"], row["key"], reasons)
        if found.is_unselected:
            yield found
