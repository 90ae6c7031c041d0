"""Bodies that the control interface takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from p2c_sandbox.faults import FaultPlan
from p2c_sandbox.settings import System


class ControlBody(BaseModel):
    """A body in which an unknown member is refused."""

    model_config = ConfigDict(extra="forbid")


class ResetBody(ControlBody):
    """`initial` is what the sandbox was started with."""

    data: Literal["initial", "demo", "empty"] = "initial"


class FaultPlansBody(ControlBody):
    """Plans to add behind those in force."""

    plans: Annotated[list[FaultPlan], Field(min_length=1)]


class ClockBody(ControlBody):
    """Set the clock to a moment, or move it, or let it follow the machine again."""

    now: AwareDatetime | None = None
    shift_seconds: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    machine: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> ClockBody:
        if len(self.model_fields_set) != 1:
            raise ValueError("give exactly one of now, shift_seconds and machine")
        return self


class RowsBody(ControlBody):
    """Rows to write as they are, past all rules; `modified` (by default now) becomes their time of modification."""

    system: System
    entity_set: str
    rows: list[dict[str, Any]]
    modified: AwareDatetime | None = None


class RowKeysBody(ControlBody):
    """Keys of rows to remove, each the values of the key properties in their order."""

    system: System
    entity_set: str
    keys: list[list[str | int]]
