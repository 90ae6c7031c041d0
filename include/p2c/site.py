"""The settings of one installation, read from ``site.toml``.

Everything a consultant sets for one customer stands in this file; flows stay as declared. Reading it touches nothing
but the file: Airflow reads it whenever it parses the DAGs.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field, ValidationError

from p2c.alert_settings import AlertSettings, Channel
from p2c.errors import ConfigurationError, unknown
from p2c.site_fields import with_field
from p2c.site_settings import (
    FieldSettings,
    FlowSettings,
    Organization,
    ReferenceSettings,
    RetentionSettings,
    RunSettings,
    SourceCondition,
    Table,
    ValueMapTable,
)
from p2c.solution import with_solution_names, without_solution

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from p2c.flow import Condition, Flow, Lines, Referenced


class Site(Table):
    """The whole of ``site.toml``."""

    organizations: dict[str, Organization] = Field(min_length=1, description="The organizations, by name")
    runs: RunSettings = Field(default_factory=RunSettings, description="How runs read, stage and stop")
    alerts: AlertSettings = Field(default_factory=AlertSettings, description="What people are told of, and how")
    retention: RetentionSettings = Field(default_factory=RetentionSettings, description="How long traces are kept")
    flows: dict[str, FlowSettings] = Field(default_factory=dict, description="Changes to flows, by name")
    value_maps: dict[str, ValueMapTable] = Field(default_factory=dict, description="Value maps, by name")
    owning_organizations: tuple[str, ...] = Field(
        default=(),
        description="Who writes a product that several organizations sell: the first of these, then of the others",
    )
    staging: str = Field(default="", description="Address of the staging folder; empty: `staging` in the Airflow home")
    sales_solution: Literal["msdynce", "none"] = Field(
        default="msdynce", description="Microsoft's Prospect to cash solution is installed in Sales, or not"
    )
    solution_fields: dict[str, str] = Field(
        default_factory=dict,
        description="Fields that Sales holds under another name than the solution's, by that (`msdynce_...`)",
    )

    dual_write_confirmed: bool = Field(
        default=False,
        description="Dual-write links the same pair, and a person made sure that its maps leave our rows alone",
    )

    def owning_order(self) -> list[str]:
        """The organizations in the order in which they own rows of no company; those not named follow in theirs."""
        return list(dict.fromkeys([*self.owning_organizations, *self.organizations]))

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
        settings = self.flow_settings(flow.name)
        flow = replace(flow.chosen(settings.choices), scope=tuple(filter(self._holds, flow.scope)))
        for target, change in settings.fields.items():
            flow = with_field(flow, target, change)
        derived: tuple[Referenced, ...] = ()
        if self.sales_solution == "none":
            derived = tuple(found for found in flow.source.derived if found.field not in self.solution_fields)
            flow = without_solution(flow, self.solution_fields)
        flow = with_solution_names(flow, self.solution_fields)
        flow = replace(flow, destination=settings.applied_to(flow.destination))
        conditions = (condition for org in self.organizations.values() for condition in org.selection(flow))
        selected_by = tuple(dict.fromkeys(name for condition in conditions for name in condition.fields))
        source = replace(flow.source, selected_by=selected_by, derived=derived)
        return replace(flow.with_active_blocks(), source=source, lines=self._applied_to_lines(flow.lines))

    def _holds(self, condition: Condition) -> bool:
        return not (
            condition.only_with_solution
            and self.sales_solution == "none"
            and condition.field not in self.solution_fields
        )

    def _applied_to_lines(self, lines: Lines | None) -> Lines | None:
        if lines is None:
            return None
        numbering = lines.numbering if self.flow_settings(lines.flow.name).line_numbers == "assign" else None
        return replace(lines, flow=self.applied_to(lines.flow), numbering=numbering)

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
        return _site_of(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {path}. Name the file in the Airflow option [prospect_to_cash] site_file."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not readable as TOML: {error}.") from error


@lru_cache(maxsize=8)
def _site_of(text: str, name: str) -> Site:
    """Parsing the DAG files asks for the same text dozens of times."""
    try:
        return Site.model_validate(tomllib.loads(text))
    except ValidationError as error:
        lines = [_explained(details) for details in error.errors(include_url=False)]
        raise ConfigurationError(f"{name}: " + " ".join(lines)) from None


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


#: The tables below the top, by the way to them; `*` is any name or place in a list.
_TABLES: tuple[tuple[tuple[str, ...], type[BaseModel]], ...] = (
    (("organizations", "*"), Organization),
    (("organizations", "*", "select", "*", "*"), SourceCondition),
    (("runs",), RunSettings),
    (("retention",), RetentionSettings),
    (("alerts",), AlertSettings),
    (("alerts", "send", "*"), Channel),
    (("flows", "*"), FlowSettings),
    (("flows", "*", "fields", "*"), FieldSettings),
    (("flows", "*", "fields", "*", "reference"), ReferenceSettings),
)


def _known_settings(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The settings of the table that holds the one at ``location``."""
    way = location[:-1]
    models = (model for pattern, model in _TABLES if _leads(pattern, way))
    return tuple(next(models, Site).model_fields)


def _leads(pattern: tuple[str, ...], way: tuple[int | str, ...]) -> bool:
    return len(pattern) == len(way) and all(part in ("*", step) for part, step in zip(pattern, way, strict=True))
