"""A field pair and its parts: transforms, policies, references; and blocks of fields that are written together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Container


class WritePolicy(StrEnum):
    """When a destination field is written; finance keeps what it maintains itself.

    What is *never* written only says by what else a reference is looked up.
    """

    ALWAYS = "always"
    ON_CREATE = "on_create"
    IF_TARGET_EMPTY = "if_target_empty"
    NEVER = "never"


class BlankPolicy(StrEnum):
    """What a blank source value does to a filled destination field."""

    CLEAR = "clear"
    KEEP = "keep"


class LengthPolicy(StrEnum):
    """What becomes of a value longer than its target."""

    REJECT = "reject"
    TRUNCATE = "truncate"


@dataclass(frozen=True)
class Constant:
    """The same value for every row (Data Integrator: *Default* on the source *None*)."""

    value: str


@dataclass(frozen=True)
class SiteDefault:
    """The organization's default for this target from ``site.toml``, where the source is blank.

    A ``required`` default that an organization lacks is a configuration error.
    """

    required: bool = True


@dataclass(frozen=True)
class ValueMap:
    """Translate through ``[value_maps.<name>]``; keys are compared without case and surrounding blanks.

    With ``per`` the map is divided by the mapped value of that field of the same hop (states per country). A value the
    map itself yields stands for itself. Any other is rejected, or kept where ``unmapped`` says ``keep``. ``entries``
    are those of a site that has no table of that name.
    """

    name: str
    per: str | None = None
    unmapped: Literal["reject", "keep"] = "reject"
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Join:
    """Join the filled values of several source fields."""

    separator: str = "\n"


@dataclass(frozen=True)
class FirstFilled:
    """Take the first filled value of several source fields."""


@dataclass(frozen=True)
class LocalDate:
    """Turn a UTC instant into the date it has in the organization's time zone.

    For columns of Sales that are date only with user-local behaviour: they hold the midnight of the user who entered
    the day (Microsoft docs, "Behavior and format of the Date and Time column"). That user's time zone is taken to be
    the organization's; a user far east of it makes the date one day early. A date without a time stays as it is.
    """


@dataclass(frozen=True)
class DateDefault:
    """Where the first source field is blank, take the organization's default: a date, or days after the second.

    The default is the one the organization states under ``name``, if it does. A defaulted date is written on create
    only. It never counts from the run, or every rerun were an update.
    """

    name: str


@dataclass(frozen=True)
class OnlyIf:
    """Keep the value only where the boolean ``target`` of the same hop, which is mapped before, is true."""

    target: str


@dataclass(frozen=True)
class FirstValid:
    """Where the value is blank, take the first by name of the pair's reference that is valid when the row is loaded.

    A value that is part of the destination key is kept as long as it is valid, whatever comes first later.
    """


@dataclass(frozen=True, repr=False)
class Computed:
    """Work a value out by a plain function, which is called with the values of the pair's source fields, in order.

    A blank value is None. On the first hop values are texts as read; on the second they are typed as the CDS declares.
    What the function returns is read as the target's type. What it raises rejects the row; the text of a ValueError
    follows the field's name in the reason.
    """

    function: Callable[..., object]

    @property
    def name(self) -> str:
        """What people call the function."""
        return self.function.__name__ if isinstance(self.function, FunctionType) else str(self.function)

    def __repr__(self) -> str:
        """Name the function and digest its code: rejected rows are tried again when it changes."""
        if not isinstance(self.function, FunctionType):
            return f"Computed({self.function!r})"
        return f"Computed({code_name(self.function)})"


def code_name(function: Callable[..., object]) -> str:
    """The name of a plain function with a digest of its code, the same in every process."""
    code = function.__code__
    constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
    digest = hashlib.sha256(repr((code.co_code, code.co_names, constants)).encode()).hexdigest()[:8]
    return f"{function.__module__}:{function.__qualname__}@{digest}"


Transform = (
    Constant | SiteDefault | ValueMap | Join | FirstFilled | LocalDate | DateDefault | OnlyIf | FirstValid | Computed
)


@dataclass(frozen=True)
class Through:
    """Translate a value from one column of a reference entity set to another (ISO code to country)."""

    entity_set: str
    match: str
    result: str


@dataclass(frozen=True)
class Along:
    """A further column that has to match: ``target`` of the row against ``field`` of the reference entity set."""

    target: str
    field: str
    through: Through | None = None


@dataclass(frozen=True)
class Validity:
    """Which reference rows count today: those whose ``field`` is ``value``, within their first and last day.

    ``begin`` and ``end`` are date-only columns with user-local behaviour, days of the organization's calendar; a blank
    one sets no limit.
    """

    field: str
    value: str
    begin: str
    end: str


@dataclass(frozen=True)
class Reference:
    """A foreign key at the destination: the value has to exist in ``field`` of ``entity_set``, in a row valid today."""

    entity_set: str
    field: str
    along: tuple[Along, ...] = ()
    company: bool = True
    valid: Validity | None = None


@dataclass(frozen=True)
class Pair:
    """One row of a mapping: ``source`` field or fields to ``target`` field.

    ``write``, ``blank`` and ``reference`` count on the hop to the destination only. A pair that is not ``enabled``
    waits for a site to switch it on. A ``custom`` one is filled as a site states. The destination refuses a row without
    a value of a ``required`` one, though its metadata do not say so.
    """

    source: str | tuple[str, ...] | None
    target: str
    transforms: tuple[Transform, ...] = ()
    write: WritePolicy = WritePolicy.ALWAYS
    blank: BlankPolicy = BlankPolicy.CLEAR
    length: LengthPolicy = LengthPolicy.REJECT
    reference: Reference | None = None
    enabled: bool = True
    custom: bool = False
    required: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The source fields, none for a constant."""
        if self.source is None:
            return ()
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Block:
    """Fields that are written together or not at all: an address.

    ``content`` decides: with all of it blank nothing of the block is sent. ``lead`` fields (the country) do not count
    as content. A change in either sends the whole block, with its ``carried`` fields (description, roles).
    """

    name: str
    content: tuple[str, ...]
    lead: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the block."""
        return self.content + self.lead + self.carried

    def with_content(self, target: str) -> Block:
        """Return a copy of which the field ``target`` is content."""
        return replace(self, content=(*(name for name in self.content if name != target), target))

    def without(self, names: Container[str]) -> Block:
        """Return a copy without the fields in ``names``."""
        content, lead, carried = (
            tuple(name for name in part if name not in names) for part in (self.content, self.lead, self.carried)
        )
        return replace(self, content=content, lead=lead, carried=carried)
