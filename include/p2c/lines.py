"""Lines: rows that travel with their header, such as those of a quote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError
from p2c.pair import code_name

if TYPE_CHECKING:
    from p2c.flow import Flow

#: Source rows of the lines of one header, and the numbers that lines were sent under before, by line id. Returns the
#: number of each line by its id.
Numbers = Callable[[Sequence[Mapping[str, str | None]], Mapping[str, str]], Mapping[str, str]]


@dataclass(frozen=True, repr=False)
class Numbering:
    """Number the lines of a header by a plain function, where a site says ``line_numbers = "assign"``.

    A line keeps the number it was sent under; the function gets it with the lines as read. ``reads`` are source fields
    that the function needs beside those of the pairs.
    """

    function: Numbers
    reads: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Name the function and digest its code: rejected rows are tried again when it changes."""
        return f"Numbering({code_name(self.function)})"


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of a flow's rows: read with their header, written with it in one change set, with one outcome for all.

    Lines that the source no longer has are deleted.
    ``flow`` declares their source, both hops, blocks, scope and parents: it has no window, watermark or ledger rows of
    its own, and what rejects, parks or excludes a line does so to its whole header. Its destination key is the line
    number, unique with the header's key. ``lookup`` is the field of a line's source row that holds its header's id.
    A line whose destination field among ``kept_for_life`` changes is deleted and created anew. ``amounts`` are a CDS
    field and a destination field of a line whose sums have to agree once it landed.
    """

    flow: Flow
    lookup: str
    kept_for_life: tuple[str, ...] = ()
    numbering: Numbering | None = None
    amounts: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse lines whose key does not name their header; raises ConfigurationError."""
        if len(self.flow.destination.key_with) != 1 or self.flow.lines:
            raise ConfigurationError(
                f"Flow {self.flow.name}: the key of lines is their number with the one field that names their header."
            )

    def source_fields(self) -> tuple[str, ...]:
        """Every source field of a line that is read, each once."""
        numbering = self.numbering.reads if self.numbering else ()
        return tuple(dict.fromkeys((*self.flow.source_fields(), self.lookup, *numbering)))

    @property
    def header_field(self) -> str:
        """The CDS field of a line that names its header."""
        return self.flow.destination_pair(self.header_key).sources[0]

    @property
    def header_key(self) -> str:
        """The destination field of a line that names its header."""
        return self.flow.destination.key_with[0]
