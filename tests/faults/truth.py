"""What both systems and the ledger hold, and what an undisturbed run makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fixtures.trial import Trial

from p2c.ledger.records import LANDED


@dataclass(frozen=True)
class Truth:
    """How both systems and the ledger stand after a run.

    `held` has the destination's rows by organization and key as it answers for them, `lines` those of a flow with
    lines, `stored` counts its rows under any key, `outcomes` has what became of each source row, landed as landed.
    """

    held: Mapping[str, Mapping[str, Mapping[str, Any]]]
    lines: Mapping[str, Mapping[str, Mapping[str, Any]]]
    stored: int
    outcomes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Undisturbed:
    """What a run without faults comes to: the truth after it, its writes, requests and crash points of each step.

    Requests and crash points go by organization and step; `posts` are those to the destination that are no GET.
    """

    truth: Truth
    writes: int
    posts: int
    requests: Mapping[tuple[str, str], int]
    crash_points: Mapping[tuple[str, str], tuple[str, ...]]


def truth_of(trial: Trial, organizations: Sequence[str]) -> Truth:
    """How things stand, from the systems themselves and the ledger's rows."""
    lines = trial.flow.lines.flow if trial.flow.lines else None
    return Truth(
        held={name: trial.held(name) for name in organizations},
        lines={name: trial.held(name, lines) for name in organizations} if lines else {},
        stored=len(trial.stored()),
        outcomes={
            name: {
                source_id: "landed" if state.outcome in LANDED else str(state.outcome)
                for source_id, state in trial.states(name).items()
            }
            for name in organizations
        },
    )
