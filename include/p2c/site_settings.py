"""The tables of ``site.toml``, as Data Integrator's projects and connection sets hold them for one customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, model_validator

from p2c.alert_settings import cron_expression
from p2c.cds_entity import ColumnType
from p2c.flow import BlankPolicy, Condition, LengthPolicy, WritePolicy

if TYPE_CHECKING:
    from p2c.flow import Destination, Flow

#: A value map, or one divided by the value of another field.
ValueMapTable = dict[str, str | dict[str, str]]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Table(BaseModel):
    """A table of ``site.toml``; an unknown setting is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no IANA time zone such as 'Europe/Vilnius'") from error
    return name


class SourceCondition(Table):
    """A further selection of source rows: ``field`` is one of ``values``."""

    field: str = Field(description="Source field as named in the wire protocol")
    values: tuple[str, ...] = Field(min_length=1, description="Values that select the row, as text")

    def condition(self, lookup: str = "", when: str = "") -> Condition:
        """The condition on a row, or on that behind its ``lookup``, asked of rows in which ``when`` is filled."""
        reason = f"the organization selects {' or '.join(self.values)}"
        return Condition(f"{lookup}{self.field}", reason, self.values, when=when)


class Organization(Table):
    """A CDS organization: one F&O legal entity joined to a selection of Sales rows."""

    legal_entity: str = Field(min_length=1, max_length=4, description="F&O company (dataAreaId)")
    business_units: tuple[str, ...] = Field(
        default=(), description="Sales business units, by name; units below them count. Empty: every business unit"
    )
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = Field(
        default="UTC", description="Zone of the organization's date-only columns"
    )
    select: dict[str, tuple[SourceCondition, ...]] = Field(
        default_factory=dict, description="Further conditions on source rows, per flow"
    )
    defaults: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="Defaults for destination fields, per flow"
    )
    left: dict[str, str] = Field(
        default_factory=dict, description="What is done at the destination to a row that left scope, per flow"
    )

    def selection(self, flow: Flow) -> tuple[Condition, ...]:
        """The further conditions on a flow's rows: its own, and on the rows they follow those rows'."""
        own = [choice.condition() for choice in self.select.get(flow.name, ())]
        leading = [
            choice.condition(f"{follow.lookup}.", follow.when)
            for follow in flow.source.follows
            for choice in self.select.get(follow.flow, ())
        ]
        return (*own, *leading)


class ReferenceSettings(Table):
    """Where at the destination the value of a field has to exist."""

    entity_set: str = Field(description="Entity set that has to hold the value")
    field: str = Field(description="Its field that holds the value")
    company: bool = Field(default=True, description="The entity set holds rows per company")


class FieldSettings(Table):
    """What a site changes about one destination field of a flow, or how it fills one that the flow does not have."""

    enabled: bool | None = Field(default=None, description="Switch the field on or off")
    source: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Source field that fills it, or a list of them for a function"
    )
    function: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
        description="Plain Python function of the source fields, `module:name`, called with their texts or None",
    )
    type: ColumnType = Field(default="text", description="Type of the CDS column between source and destination")
    constant: str | None = Field(default=None, description="The same value for every row")
    organization_default: bool = Field(default=False, description="Each organization states its default for it")
    value_map: str | None = Field(default=None, description="Value map that translates it")
    reference: ReferenceSettings | None = Field(default=None, description="Where its value has to exist")
    block: str | None = Field(default=None, description="Block of the flow that it is written with, as content")
    write: WritePolicy | None = Field(
        default=None, description="Write policy; of a field added with a constant or a default: `on_create`"
    )
    blank: BlankPolicy | None = Field(default=None, description="Blank policy")
    length: LengthPolicy | None = Field(default=None, description="Length policy")

    @model_validator(mode="after")
    def _fits_together(self) -> FieldSettings:
        ways = [bool(self.source), self.constant is not None, self.organization_default]
        if sum(ways) > 1:
            raise ValueError("source, constant and organization_default exclude one another; keep one")
        if not self.source and (self.function or "type" in self.model_fields_set):
            raise ValueError("function and type belong to a source; name the source field")
        if len(self.source) > 1 and not self.function:
            raise ValueError("several source fields need a function that makes one value of them")
        if self.constant is not None and self.value_map:
            raise ValueError("a constant is not translated; state the value itself")
        return self

    @property
    def fills(self) -> bool:
        """Whether the change says what fills the field."""
        return bool(self.source) or self.constant is not None or self.organization_default


class FlowSettings(Table):
    """What a site changes about one flow."""

    enabled: bool = Field(default=True, description="Switch the flow off: its steps are skipped with that reason")
    organizations: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="The flow runs for these organizations only, and the steps of others are skipped; all by default",
    )
    dry_run: bool = Field(
        default=False,
        description="Shadow mode: runs read, map and compare every row, write nothing, and keep the differences",
    )
    schedule: Annotated[str, AfterValidator(cron_expression)] = Field(
        default="0 0 * * *", description="Cron expression, UTC, of the DAG that has the flow's name"
    )
    fields: dict[str, FieldSettings] = Field(default_factory=dict, description="Changes by destination field")
    choices: dict[str, str] = Field(
        default_factory=dict, description="Answers to the questions the flow leaves to a site; they hold for its lines"
    )
    lanes: PositiveInt | None = Field(default=None, le=52, description="Requests under way at once at the destination")
    key_ranges: PositiveInt = Field(
        default=1,
        le=32,
        description="Ranges of keys into which its runs are split: tasks of their own map, validate and load each",
    )
    absent_share: float = Field(
        default=0.05, gt=0, le=1, description="Share of the rows sent from which absent ones do not count as gone"
    )
    writable: tuple[str, ...] | None = Field(
        default=None, description="States at the destination in which its rows are changed, where it has such states"
    )
    filled_by_destination: tuple[str, ...] = Field(
        default=(), description="Fields that the destination's metadata require and its own logic fills in new rows"
    )
    line_numbers: Literal["reject", "assign"] = Field(
        default="reject", description="What is done to lines whose number is blank or repeated (flows of lines only)"
    )

    def runs_for(self, organization: str) -> bool:
        """Whether the flow is switched on for an organization."""
        return self.enabled and (self.organizations is None or organization in self.organizations)

    def applied_to(self, destination: Destination) -> Destination:
        """Return the destination with the site's changes."""
        if self.lanes:
            destination = replace(destination, lanes=self.lanes)
        if self.writable and destination.writable:
            destination = replace(destination, writable=(destination.writable[0], self.writable))
        return destination


class RetentionSettings(Table):
    """How long what runs leave behind is kept; the DAG `maintenance` removes what is older."""

    schedule: Annotated[str, AfterValidator(cron_expression)] = Field(
        default="30 4 * * *", description="Cron expression of the DAG `maintenance`, UTC"
    )
    staged_days: PositiveInt = Field(
        default=14, ge=8, description="Staged sets; of the latest run of each flow and organization they stay"
    )
    rows_days: PositiveInt = Field(default=90, description="What became of each row in each run, and its differences")
    runs_days: PositiveInt = Field(default=730, description="Runs with their windows and counts")

    @model_validator(mode="after")
    def _in_order(self) -> RetentionSettings:
        if not self.staged_days <= self.rows_days <= self.runs_days:
            raise ValueError("staged_days, rows_days and runs_days must not decrease, for each needs the next")
        return self


class RunSettings(Table):
    """How a run reads, stages and stops."""

    overlap_minutes: int = Field(default=10, ge=0, le=1440, description="Overlap of two windows, against late commits")
    page_size: int = Field(default=5000, ge=1, le=5000, description="Rows a page asked of the source")
    part_rows: int = Field(default=5000, ge=1, le=100_000, description="Rows in one part of a staged set, at most")
    batch_size: int = Field(default=100, ge=1, le=1000, description="Operations in one batch request")
    due_per_run: int = Field(default=5000, ge=0, description="Rows due that one run takes up, at most")
    breaker_rows: int = Field(default=20, ge=1, description="Bad rows from which on the circuit breaker may open")
    breaker_share: float = Field(default=0.5, gt=0, le=1, description="Share of bad rows at which it opens")
    check_schema: bool = Field(default=True, description="Hold a flow against the systems' fields before it runs")
    lease_minutes: int = Field(default=15, ge=1, le=240, description="Life of a load's lease, renewed with each batch")
    settle_runs: int = Field(default=3, ge=2, description="Runs after which a row that never settles is set aside")

    @property
    def overlap(self) -> timedelta:
        """The overlap of two windows."""
        return timedelta(minutes=self.overlap_minutes)
