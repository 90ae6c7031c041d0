"""Choices that a flow leaves to a site, where more than one field pair hangs on the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError, unknown

if TYPE_CHECKING:
    from p2c.pair import Pair


@dataclass(frozen=True)
class Expectation:
    """How the source system itself has to be set: ``field`` of every row of ``entity_set`` is one of ``values``.

    The value "" stands for a blank field. ``reason`` says what would go wrong otherwise.
    """

    entity_set: str
    field: str
    values: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Option:
    """One answer: pairs that stand for the declared ones of the same target, and what it expects of the source."""

    source_to_cds: tuple[Pair, ...] = ()
    cds_to_destination: tuple[Pair, ...] = ()
    expects: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A question that a site answers in ``[flows.<flow>.choices]``; else the ``default`` option holds.

    A header's answer holds for its lines too, where they ask the same.
    """

    name: str
    question: str
    default: str
    options: Mapping[str, Option]

    def option(self, answers: Mapping[str, str]) -> Option:
        """The option a site chose; raises ConfigurationError for one that does not exist."""
        answer = answers.get(self.name, self.default)
        try:
            return self.options[answer]
        except KeyError:
            raise ConfigurationError(f"{self.name}: " + unknown("option", answer, self.options)) from None


def replaced(pairs: tuple[Pair, ...], chosen: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """The pairs, with ``chosen`` ones in the place of those of the same target."""
    by_target = {pair.target: pair for pair in chosen}
    return tuple(by_target.get(pair.target, pair) for pair in pairs)
