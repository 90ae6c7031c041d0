"""The settings of one installation, read from ``site.toml``.

Everything a consultant sets for one customer stands in this file; flows stay as declared. Reading it touches nothing
but the file: Airflow reads it whenever it parses the DAGs.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from p2c.errors import ConfigurationError, unknown
from p2c.flow import BlankPolicy, LengthPolicy, WritePolicy

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from p2c.flow import Flow


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no IANA time zone such as 'Europe/Vilnius'") from error
    return name


def _cron_expression(text: str) -> str:
    from croniter import croniter  # type: ignore[import-untyped] # the package has no type information

    if not croniter.is_valid(text):
        raise ValueError(f"{text!r} is no cron expression such as '0 2 * * *'")
    return text


class SourceCondition(_Settings):
    """A further selection of source rows: ``field`` is one of ``values``."""

    field: str = Field(description="Source field as named in the wire protocol")
    values: tuple[str, ...] = Field(min_length=1, description="Values that select the row, as text")


class Organization(_Settings):
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

    def selection(self, flow: Flow) -> tuple[SourceCondition, ...]:
        """The further conditions on a flow's rows: its own, and on the row they follow that row's."""
        own, follows = self.select.get(flow.name, ()), flow.source.follows
        if follows is None:
            return own
        leading = self.select.get(follows.flow, ())
        return own + tuple(
            SourceCondition(field=f"{follows.lookup}.{choice.field}", values=choice.values) for choice in leading
        )


class FieldSettings(_Settings):
    """What a site changes about one field pair of a flow's second hop."""

    enabled: bool | None = Field(default=None, description="Switch the pair on or off")
    write: WritePolicy | None = Field(default=None, description="Write policy")
    blank: BlankPolicy | None = Field(default=None, description="Blank policy")
    length: LengthPolicy | None = Field(default=None, description="Length policy")


class FlowSettings(_Settings):
    """What a site changes about one flow."""

    schedule: Annotated[str, AfterValidator(_cron_expression)] = Field(
        default="0 0 * * *", description="Cron expression of the flow's DAG, UTC"
    )
    fields: dict[str, FieldSettings] = Field(default_factory=dict, description="Changes by destination field")
    lanes: PositiveInt | None = Field(default=None, le=52, description="Requests under way at once at the destination")


class RunSettings(_Settings):
    """How a run reads, stages and stops."""

    overlap_minutes: int = Field(default=10, ge=0, le=1440, description="Overlap of two windows, against late commits")
    page_size: int = Field(default=5000, ge=1, le=5000, description="Rows a page asked of the source")
    part_rows: int = Field(default=5000, ge=1, le=100_000, description="Rows in one part of a staged set, at most")
    batch_size: int = Field(default=100, ge=1, le=1000, description="Operations in one batch request")
    due_per_run: int = Field(default=5000, ge=0, description="Rows due that one run takes up, at most")
    breaker_rows: int = Field(default=20, ge=1, description="Bad rows from which on the circuit breaker may open")
    breaker_share: float = Field(default=0.5, gt=0, le=1, description="Share of bad rows at which it opens")
    lease_minutes: int = Field(default=15, ge=1, le=240, description="Life of a load's lease, renewed with each batch")
    settle_runs: int = Field(default=3, ge=2, description="Runs after which a row that never settles is set aside")

    @property
    def overlap(self) -> timedelta:
        """The overlap of two windows."""
        return timedelta(minutes=self.overlap_minutes)


ValueMapTable = dict[str, str | dict[str, str]]


class Site(_Settings):
    """The whole of ``site.toml``."""

    organizations: dict[str, Organization] = Field(min_length=1, description="The organizations, by name")
    runs: RunSettings = Field(default_factory=RunSettings, description="How runs read, stage and stop")
    flows: dict[str, FlowSettings] = Field(default_factory=dict, description="Changes to flows, by name")
    value_maps: dict[str, ValueMapTable] = Field(default_factory=dict, description="Value maps, by name")
    staging: str = Field(default="", description="Address of the staging folder; empty: `staging` in the Airflow home")
    sales_solution: Literal["msdynce", "none"] = Field(
        default="msdynce", description="Microsoft's Prospect to cash solution is installed in Sales, or not"
    )
    solution_fields: dict[str, str] = Field(
        default_factory=dict,
        description="Fields that Sales holds under another name than the solution's, by that (`msdynce_...`)",
    )

    def organization(self, name: str) -> Organization:
        """Return the organization ``name``; raises ConfigurationError."""
        try:
            return self.organizations[name]
        except KeyError:
            raise ConfigurationError("site.toml: " + unknown("organization", name, self.organizations)) from None

    def flow_settings(self, name: str) -> FlowSettings:
        """What the site sets for the flow ``name``, or the defaults."""
        return self.flows.get(name, FlowSettings())

    def applied_to(self, flow: Flow) -> Flow:
        """Return ``flow`` with the site's changes; raises ConfigurationError for an unknown field.

        The fields that any organization selects rows by are read for all of them.
        """
        flow = flow.with_source_names(self.solution_fields)
        settings = self.flow_settings(flow.name)
        for target, change in settings.fields.items():
            pair = flow.destination_pair(target)
            flow = flow.with_pair(replace(pair, **change.model_dump(exclude_none=True)))
        if settings.lanes:
            flow = replace(flow, destination=replace(flow.destination, lanes=settings.lanes))
        choices = (choice for org in self.organizations.values() for choice in org.selection(flow))
        selected_by = tuple(dict.fromkeys(choice.field for choice in choices))
        derived = flow.source.derived if self.sales_solution == "none" else ()
        source = replace(flow.source, selected_by=selected_by, derived=derived)
        return replace(flow.with_active_blocks(), source=source)

    def defaults(self, organization: str, flow: str) -> dict[str, str]:
        """The organization's defaults for destination fields of a flow."""
        return self.organization(organization).defaults.get(flow, {})

    def fingerprint(self, organization: str, flow: Flow) -> str:
        """Digest of all that decides how a row is mapped and judged; rejected rows are tried again when it changes."""
        parts = (
            repr(self.applied_to(flow)),
            self.organization(organization).model_dump_json(),
            repr(sorted((name, sorted(table.items(), key=str)) for name, table in self.value_maps.items())),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def load_site(path: Path) -> Site:
    """Read ``site.toml``; raises ConfigurationError naming every setting that is wrong and the nearest known one."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {path}. Name the file in the Airflow option [prospect_to_cash] site_file."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not readable as TOML: {error}.") from error
    try:
        return Site.model_validate(document)
    except ValidationError as error:
        lines = [_explained(details) for details in error.errors(include_url=False)]
        raise ConfigurationError(f"{path.name}: " + " ".join(lines)) from None


def _explained(details: ErrorDetails) -> str:
    place = ".".join(str(part) for part in details["loc"])
    if details["type"] == "extra_forbidden":
        parent, _, name = place.rpartition(".")
        return f"{parent or 'top level'}: " + unknown("setting", name, _known_settings(details["loc"]))
    if place == "organizations":
        return "No organization: add a table [organizations.<name>] with its legal_entity."
    if details["type"] == "missing":
        return f"{place}: the setting is missing."
    return f"{place}: {details['msg']} (got {details['input']!r})."


def _known_settings(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The settings of the table that holds the one at ``location``."""
    model: type[BaseModel]
    match location[:-1]:
        case ("organizations", _):
            model = Organization
        case ("organizations", _, "select", *_):
            model = SourceCondition
        case ("runs",):
            model = RunSettings
        case ("flows", _):
            model = FlowSettings
        case ("flows", _, "fields", _):
            model = FieldSettings
        case _:
            model = Site
    return tuple(model.model_fields)
