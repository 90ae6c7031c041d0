"""What can go wrong, arranged by what to do next.

IntegrationError
├── ConfigurationError           a person mends settings, credentials or a privilege; a retry cannot help
│   ├── SignInError              the token service or the system refuses our credentials
│   ├── SchemaChangedError       a system's fields are no longer those the flow was fitted to
│   └── SchemaOutdatedError      the database is older than this release: run ``p2c init``
├── StagingError                 a staged set is missing, cut short or altered: clear the step that wrote it
├── FlowStoppedError             the flow must not go on before a person has looked
│   └── CircuitBreakerError      too large a share of the rows is bad
├── NothingToReadError           the run has nothing to read by its nature: skip it, saying so
├── LeaseHeldError               another run loads the same flow and organization: wait for it
├── TransientError               the same request may succeed later: retry
│   ├── ThrottledError           the system asks us to wait ``retry_after`` seconds
│   ├── NotTriedError            the system stopped before this row, at one that it refused: send it again
│   ├── ContentionError          others hold the rows, or there were too many: nothing was written, send fewer
│   └── AmbiguousError           sent, but no answer came: read the rows back before deciding
└── RequestRefusedError          the system understood the request and refuses it: one row's outcome, not the flow's
    ├── RecordNotFoundError      the addressed record does not exist
    ├── RecordExistsError        a record with this key exists already
    └── PreconditionFailedError  the record changed since we read it

=====================  ==========================================================================
raised                 the Airflow step then
=====================  ==========================================================================
ConfigurationError     fails without a retry
StagingError           fails without a retry, naming the step to clear
FlowStoppedError       fails without a retry
NothingToReadError     is skipped with that reason
LeaseHeldError         reschedules until the lease is free
ThrottledError         retries; with a long wait it reschedules and frees its slot
other TransientError   retries with growing delay
RequestRefusedError    fails without a retry where no row can bear it
=====================  ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a support request needs: never a credential, never a whole body."""

    method: str = ""
    url: str = ""
    status: int | None = None
    code: str = ""
    request_id: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """Render the known parts on one line."""
        parts = [
            f"{self.method} {self.url}".strip(),
            f"status {self.status}" if self.status else "",
            f"code {self.code}" if self.code else "",
            f"request id {self.request_id}" if self.request_id else "",
            self.excerpt,
        ]
        return "; ".join(part for part in parts if part)


NO_EVIDENCE = Evidence()

#: What a service protection limit counts.
ServiceLimit = Literal["requests", "execution_time", "concurrency"]


@dataclass(eq=False)
class IntegrationError(Exception):
    """The root: a message that says what happened and what to do, with the evidence beside it."""

    message: str
    evidence: Evidence = field(default=NO_EVIDENCE, kw_only=True)

    def __str__(self) -> str:
        """Join the message and its evidence."""
        proof = str(self.evidence)
        return f"{self.message} [{proof}]" if proof else self.message


class ConfigurationError(IntegrationError):
    """A setting, a credential or a privilege has to be mended by a person."""


class SignInError(ConfigurationError):
    """The token service or the system refuses our credentials."""


class SchemaChangedError(ConfigurationError):
    """A system's fields are no longer as the flow expects: take the change back there, or map them anew."""


class SchemaOutdatedError(ConfigurationError):
    """The database behind ``common_data_service`` is older than this release."""


class StagingError(IntegrationError):
    """A staged set is missing, cut short or altered."""


class FlowStoppedError(IntegrationError):
    """The flow must not go on before a person has looked."""


class CircuitBreakerError(FlowStoppedError):
    """Too large a share of the rows is rejected or failed."""


class NothingToReadError(IntegrationError):
    """The run has nothing to read by its nature, such as a date of a backfill where rows carry no time."""


class LeaseHeldError(IntegrationError):
    """Another run holds the lease on the same flow and organization."""


class TransientError(IntegrationError):
    """The same request may succeed later."""


@dataclass(eq=False)
class ThrottledError(TransientError):
    """The system asks for a pause of ``retry_after`` seconds; ``limit`` is what there was too much of, if it says."""

    retry_after: float = field(default=30.0, kw_only=True)
    limit: ServiceLimit | None = field(default=None, kw_only=True)


class NotTriedError(TransientError):
    """The system ended a batch at a row that it refused; this one stood behind it."""


class ContentionError(TransientError):
    """Other requests held the rows, or the system ran out of time over so many: nothing was written."""


class AmbiguousError(TransientError):
    """The request was sent and no whole answer came: its effect is unknown."""


class RequestRefusedError(IntegrationError):
    """The system understood the request and refuses it for good."""


class RecordNotFoundError(RequestRefusedError):
    """The addressed record does not exist."""


class RecordExistsError(RequestRefusedError):
    """A record with this key exists already."""


class PreconditionFailedError(RequestRefusedError):
    """The record changed since it was read."""


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Say which name is unknown, which are nearest and, if they are few, which exist."""
    names = sorted(set(known))
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        return f"Unknown {kind} {name!r}; did you mean {' or '.join(map(repr, near))}?"
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return f"Unknown {kind} {name!r}; known: {shown or 'none'}."
