"""Fault plans: which requests go wrong, and how (`POST /sandbox/faults`).

A plan counts the requests its match accepts and fires on those its occurrence members choose. The first plan that
fires on a request decides; those after it do not count that request. A plan with `operation` looks only inside batches,
one without it only at whole requests.
"""

from __future__ import annotations

import random
import re
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

FaultSystem = Literal["sales", "finance_operations", "entra"]


class Part(BaseModel):
    """Part of a plan; an unknown member is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Target:
    """What a plan is matched with; `operation` counts from 0 inside a batch and is None for a whole request."""

    system: str
    method: str
    path: str
    entity_set: str | None
    operation: int | None = None
    body: bytes = b""
    query: str = ""


class Match(Part):
    """Which requests count (all that are given must hold), and which of those the plan fires on."""

    system: FaultSystem | None = None
    method: str | None = None
    path: str | None = Field(default=None, description="regular expression, searched in the decoded path")
    query: str | None = Field(default=None, description="regular expression, searched in the decoded query")
    entity_set: str | None = None
    mentions: tuple[str, ...] = Field(default=(), description="texts of which one stands in the path or the body")
    larger_than: Annotated[int, Field(ge=0)] | None = Field(default=None, description="bytes of the body")
    operation: Annotated[int, Field(ge=0)] | Literal["any"] | None = None
    nth: Annotated[int, Field(ge=1)] | tuple[Annotated[int, Field(ge=1)], ...] | None = None
    every: Annotated[int, Field(ge=1)] | None = None
    after: Annotated[int, Field(ge=0)] = 0
    count: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] | None = None
    seed: int = 0

    @field_validator("path", "query")
    @classmethod
    def _is_regular_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    def accepts(self, target: Target) -> bool:
        wanted = (self.system, self.method and self.method.upper(), self.entity_set)
        found = (target.system, target.method, target.entity_set)
        return (
            all(want is None or want == have for want, have in zip(wanted, found, strict=True))
            and (self.path is None or re.search(self.path, target.path) is not None)
            and (self.query is None or re.search(self.query, target.query) is not None)
            and self._accepts_operation(target.operation)
            and self._accepts_body(target)
        )

    def _accepts_body(self, target: Target) -> bool:
        if self.larger_than is not None and len(target.body) <= self.larger_than:
            return False
        return not self.mentions or any(text in target.path or text.encode() in target.body for text in self.mentions)

    def _accepts_operation(self, operation: int | None) -> bool:
        if self.operation is None or operation is None:
            return self.operation is None and operation is None
        return self.operation in ("any", operation)


class RetryAfter(Part):
    """A Retry-After header, as seconds or as the moment that lies so many seconds ahead."""

    seconds: Annotated[int, Field(ge=0)]
    form: Literal["seconds", "http-date"] = "seconds"


class Kill(Part):
    """A process to end: when its request arrives, once it was carried out, half way through the answer, or after it.

    The process `client` is the one that sent the request; it is found on this machine alone.
    """

    moment: Literal["arrival", "carried_out", "half_sent", "sent"] = "arrival"
    pid: Annotated[int, Field(gt=1)] | Literal["client"]
    signal: Literal["SIGKILL", "SIGTERM", "SIGSTOP"] = "SIGKILL"

    @property
    def number(self) -> int:
        return int(signal.Signals[self.signal])


class Rewrite(Part):
    """A change to the body of the real answer: `by` takes the place of what the regular expression `find` finds.

    `{url}` in `by` stands for the address of the request. `count` limits how many are replaced; 0 is all.
    """

    find: str
    by: str = ""
    count: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _can_be_applied(self) -> Rewrite:
        try:
            self.applied(b"", "")
        except re.error as error:
            raise ValueError(f"not a regular expression, or not what one is replaced by: {error}") from error
        return self

    def applied(self, body: bytes, url: str) -> bytes:
        by = self.by.replace("{url}", url.replace("\\", r"\\"))
        return re.sub(self.find.encode(), by.encode(), body, count=self.count)


class Action(Part):
    """What goes wrong. `when` = before: the request has no effect; after: it is carried out, the answer is spoilt."""

    when: Literal["before", "after"] = "before"
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    body: str | dict[str, Any] | None = None
    headers: dict[str, str] = {}
    retry_after: RetryAfter | None = None
    html: bool = False
    delay_seconds: Annotated[float, Field(ge=0, le=600)] = 0
    reset: bool = False
    cut_body_at: Annotated[int, Field(ge=0)] | None = None
    drip_bytes_per_second: Annotated[int, Field(ge=1)] | None = None
    rewrite: tuple[Rewrite, ...] = ()
    kill: Kill | None = None

    @field_validator("headers")
    @classmethod
    def _fit_for_the_wire(cls, value: dict[str, str]) -> dict[str, str]:
        if any(re.search(r"[\x00-\x1f\x7f:]", name) or re.search(r"[\r\n\0]", text) for name, text in value.items()):
            raise ValueError("a header name or value holds a control character")
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> Action:
        if not self.model_fields_set - {"when"}:
            raise ValueError("the action does nothing: give status, html, delay_seconds, reset, cut_body_at, ... ")
        spoilt = [self.reset, self.cut_body_at is not None, self.drip_bytes_per_second is not None]
        if sum(spoilt) > 1:
            raise ValueError("only one of reset, cut_body_at and drip_bytes_per_second")
        if self.retry_after is not None and self.status is None:
            raise ValueError("retry_after needs a status")
        if self.rewrite and self.replaces_the_answer:
            raise ValueError("rewrite changes the real answer: leave out status, html and reset")
        return self

    @property
    def replaces_the_answer(self) -> bool:
        return self.status is not None or self.html or self.reset

    def summary(self) -> str:
        """The members given, for the journal."""
        return self.model_dump_json(exclude_unset=True, exclude={"body"})

    def answer_headers(self, now: datetime) -> dict[str, str]:
        """The action's headers, with Retry-After in the form asked for, counted from `now`."""
        if self.retry_after is None:
            return dict(self.headers)
        seconds = self.retry_after.seconds
        moment = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
        text = str(seconds) if self.retry_after.form == "seconds" else moment
        return {**self.headers, "Retry-After": text}


class FaultPlan(Part):
    """One plan with its counts."""

    name: str | None = None
    match: Match = Match()
    action: Action
    _accepted: int = PrivateAttr(default=0)
    _fired: int = PrivateAttr(default=0)
    _random: random.Random = PrivateAttr(default_factory=random.Random)

    @model_validator(mode="after")
    def _operations_only_fail(self) -> FaultPlan:
        unfit = {"reset", "cut_body_at", "drip_bytes_per_second", "html", "rewrite"} & self.action.model_fields_set
        if self.match.operation is not None and unfit:
            raise ValueError(f"{', '.join(sorted(unfit))}: not possible for one operation of a batch")
        if self.match.operation is not None and self.action.kill and self.action.kill.moment != "arrival":
            raise ValueError("kill.moment: only 'arrival' is possible for one operation of a batch")
        if self.match.operation is not None and self.action.kill and self.action.kill.pid == "client":
            raise ValueError("kill.pid: 'client' is not possible for one operation of a batch")
        self._random = random.Random(self.match.seed)  # noqa: S311 reproducible, not secret
        return self

    def fires(self, target: Target) -> bool:
        """Count the target if it matches; True if the plan fires on it."""
        if not self.match.accepts(target):
            return False
        self._accepted += 1
        fired = self._chosen(self._accepted - self.match.after)
        self._fired += fired
        return fired

    def _chosen(self, position: int) -> bool:
        match = self.match
        nth = (match.nth,) if isinstance(match.nth, int) else match.nth
        return (
            position >= 1
            and (nth is None or position in nth)
            and (match.every is None or position % match.every == 0)
            and (match.count is None or self._fired < match.count)
            and (match.probability is None or self._random.random() < match.probability)
        )

    def report(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, mode="json") | {"accepted": self._accepted, "fired": self._fired}


class FaultPlans:
    """The plans in force. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._plans: list[FaultPlan] = []

    def add(self, plans: list[FaultPlan]) -> None:
        with self._lock:
            self._plans.extend(plans)

    def clear(self) -> None:
        with self._lock:
            self._plans.clear()

    def report(self) -> list[dict[str, Any]]:
        """The plans as given, each with how many requests it accepted and on how many it fired."""
        with self._lock:
            return [plan.report() for plan in self._plans]

    def action_for(self, target: Target) -> Action | None:
        """The action of the first plan that fires on `target`, or None."""
        with self._lock:
            return next((plan.action for plan in self._plans if plan.fires(target)), None)
