"""What a run is asked to do: the form a person fills in when triggering a DAG, and its reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param

from p2c.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from p2c.window import RunOptions


def parameters(organizations: Iterable[str]) -> dict[str, Param]:
    """The form of a flow's DAG; left as it is, a run reads what changed since the last one."""
    return _window() | _everywhere(organizations, dry_run=False)


def initial_parameters(organizations: Iterable[str]) -> dict[str, Param]:
    """The form of the initial load; left as it is, a run shows what it would do and writes nothing."""
    return _everywhere(organizations, dry_run=True)


def maintenance_parameters() -> dict[str, Param]:
    """The form of the maintenance; left as it is, it reports only."""
    return {
        "repair": Param(
            False,
            type="boolean",
            title="Repair",
            description="Have the next runs send again what is missing at the destination or lost our mark.",
        )
    }


def _window() -> dict[str, Param]:
    return {
        "full": Param(
            False, type="boolean", title="Full", description="Read every row, whatever its modification time."
        ),
        "start": _time("Start of the window", "Read rows modified at or after this time. Without a zone: UTC."),
        "end": _time("End of the window", "Read rows modified before this time. Empty: now."),
        "keys": Param(
            [],
            type="array",
            items={"type": "string", "minLength": 1},
            title="Keys",
            description="Read these rows only: one integration key (account number) a line.",
        ),
    }


def _everywhere(organizations: Iterable[str], *, dry_run: bool) -> dict[str, Param]:
    return {
        "organizations": Param(
            [],
            type="array",
            items={"type": "string"},
            examples=list(organizations),
            title="Organizations",
            description="Run for these organizations only. Empty: all of them.",
        ),
        "adopt": Param(
            False,
            type="boolean",
            title="Adopt",
            description="Take over destination rows that were there before us. With keys: of these keys only.",
        ),
        "dry_run": Param(
            dry_run,
            type="boolean",
            title="Dry run",
            description="Plan only: show creates, adoptions and field differences, write nothing.",
        ),
    }


def _time(title: str, description: str) -> Param:
    return Param(None, type=["string", "null"], format="date-time", title=title, description=description)


def run_options(context: Context, *, initial: bool = False) -> RunOptions:
    """Read the form and a backfill's interval; raises ConfigurationError for a contradiction."""
    from p2c.window import RunOptions

    params = context["params"]
    if initial:
        return RunOptions(initial=True, adopt=params["adopt"], dry_run=params["dry_run"])
    _refuse_contradiction(params)
    return RunOptions(
        full=params["full"],
        start=_aware("start", params["start"]),
        end=_aware("end", params["end"]),
        keys=tuple(params["keys"] or ()),
        adopt=params["adopt"],
        dry_run=params["dry_run"],
        interval=_backfill_interval(context),
    )


def _refuse_contradiction(params: Mapping[str, Any]) -> None:
    """Full, keys and a window of times exclude one another."""
    asked = [name for name in ("full", "keys") if params[name]]
    asked += ["start/end"] if params["start"] or params["end"] else []
    if len(asked) > 1:
        raise ConfigurationError(f"The parameters {' and '.join(asked)} exclude one another: trigger with one of them.")


def _aware(name: str, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"The parameter {name} is {text!r}, which is no time such as 2026-11-01T00:00:00Z."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _backfill_interval(context: Context) -> tuple[datetime, datetime] | None:
    """A backfill reads its own interval; a scheduled or triggered run goes by the watermark."""
    if context["dag_run"].run_type != "backfill":
        return None
    return context["data_interval_start"], context["data_interval_end"]
