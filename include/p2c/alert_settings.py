"""The table `[alerts]` of ``site.toml``: what people are told of, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def cron_expression(text: str) -> str:
    """The cron expression ``text``; raises ValueError for what is none."""
    from croniter import croniter  # type: ignore[import-untyped] # the package has no type information

    if not croniter.is_valid(text):
        raise ValueError(f"{text!r} is no cron expression such as '0 2 * * *'")
    return text


class AlertTable(BaseModel):
    """A table of alerts; an unknown setting is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(AlertTable):
    """One way on which alerts are sent, by an Airflow notifier over an Airflow connection."""

    notifier: Literal["email", "slack", "webhook"] = Field(
        description="E-mail (SMTP provider), Slack (its incoming webhook; Slack provider) or any webhook (JSON by POST)"
    )
    connection: str = Field(min_length=1, description="Id of the Airflow connection: SMTP, Slack webhook or HTTP")
    to: tuple[str, ...] = Field(default=(), description="Addresses (e-mail only)")
    sender: str = Field(default="", description="Sender (e-mail only); empty: that of the connection")
    endpoint: str = Field(default="", description="Path below the connection's host (webhook only)")

    @model_validator(mode="after")
    def _fits_together(self) -> Channel:
        if bool(self.to) != (self.notifier == "email"):
            raise ValueError("an e-mail needs `to`, and nothing else takes it")
        return self


class AlertSettings(AlertTable):
    """When people are told, of which causes; without `send` the page alone shows them."""

    schedule: Annotated[str, AfterValidator(cron_expression)] = Field(
        default="*/30 * * * *", description="Cron expression of the DAG `alerts`, UTC"
    )
    rejected_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of a run's rows rejected or failed, from `runs.breaker_rows` rows up; 0: off",
    )
    due_hours: float = Field(default=48, ge=0, description="Hours that rows may be due; 0: off")
    freshness_hours: float = Field(default=36, ge=0, description="Hours that a destination may lag; 0: off")
    money_differences: bool = Field(default=True, description="Rows whose sums differ between the systems")
    run_failed: bool = Field(default=True, description="Runs that failed")
    repeat_hours: float = Field(default=24, gt=0, description="Hours after which a cause that stands is told again")
    send: tuple[Channel, ...] = Field(default=(), description="Where alerts are sent; all to each")
