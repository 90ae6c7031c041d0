"""Rows that a whole read lacks. A row counts as gone only when two reads in a row lack it, and not too many others.

A read may fall short for a reason of its own: a permission withdrawn, a company being set up anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from p2c.ledger import Outcome, RowState, RunKey
from p2c.validation.scope import ABSENT, GONE, OWNED_ELSEWHERE, TOO_MANY_ABSENT

_ABSENT_BEFORE = frozenset({ABSENT, TOO_MANY_ABSENT})
_SETTLED = frozenset({GONE, OWNED_ELSEWHERE})


def absent_rows(
    held: Iterable[RowState], read: Container[str], run: RunKey, share: float
) -> list[tuple[RowState, str]]:
    """The rows of ``held`` that are not among the ids ``read``, each with what that means.

    ``held`` are the rows that are at the destination, or wait to be sent. From ``share`` of those at the destination up
    no row counts as gone. Rows whose absence was settled in an earlier run are left out.
    """
    missing: list[RowState] = []
    sent = 0
    for state in held:
        settled = not state.is_of(run) and _code(state) in _SETTLED
        sent += state.ours and not settled
        if not settled and state.source_id not in read:
            missing.append(state)
    absent = sum(state.ours for state in missing)
    too_many = absent >= share * sent
    return [(state, _meaning(state, run, too_many=too_many)) for state in missing]


def _meaning(state: RowState, run: RunKey, *, too_many: bool) -> str:
    if not state.ours:
        return GONE
    if too_many:
        return TOO_MANY_ABSENT
    if state.is_of(run):
        return GONE if _code(state) == GONE else ABSENT
    return GONE if _code(state) in _ABSENT_BEFORE else ABSENT


def _code(state: RowState) -> str:
    return state.reasons[0].code if state.outcome is Outcome.LEFT and state.reasons else ""
