"""Fields that Microsoft's Prospect to cash solution adds to Sales, and the names they have in an environment.

Most of their names are unconfirmed, so a site may state another for each. They are told by their prefix wherever a
declaration names them: as source, key, condition, target, block, reference or mark of ours, behind a lookup or not.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from p2c.flow import Flow

#: How the names of the solution's fields begin.
PREFIX = "msdynce_"


def solution_fields(flow: Flow) -> frozenset[str]:
    """The solution's fields that a flow and its lines name, by the names of the solution."""
    columns = (name.rpartition(".")[2] for name in _texts(flow))
    return frozenset(column for column in columns if column.startswith(PREFIX))


def with_solution_names(flow: Flow, names: Mapping[str, str]) -> Flow:
    """Return a copy of a flow, but for its lines, that names the solution's fields as an environment does."""
    if not names:
        return flow
    renamed: Flow = _renamed(replace(flow, lines=None), names)
    return replace(renamed, lines=flow.lines, other_names={other: name for name, other in names.items()})


def without_solution(flow: Flow, named: Container[str]) -> Flow:
    """Return a copy of a flow, but for its lines, for a Sales without the solution.

    What the flow would write to a field of the solution falls away, and a mark of ours in one, of a parent too: ours is
    then what the ledger says. Fields in ``named`` stay, for a column stands for them.
    """

    def lacking(name: str) -> bool:
        column = name.rpartition(".")[2]
        return column.startswith(PREFIX) and column not in named

    pairs = tuple(pair for pair in flow.cds_to_destination if not lacking(pair.target))
    mark = flow.destination.maintained
    destination = replace(flow.destination, maintained=None if mark and lacking(mark[0]) else mark)
    parents = (
        replace(parent, only=None if parent.only and lacking(parent.only[0]) else parent.only)
        for parent in flow.parents
    )
    return replace(flow, cds_to_destination=pairs, destination=destination, parents=tuple(parents))


def _texts(part: object) -> Iterator[str]:
    """Every text in a declaration."""
    for inner in _inner(part):
        if type(inner) is str:
            yield inner
        else:
            yield from _texts(inner)


def _inner(part: object) -> Iterator[object]:
    if isinstance(part, tuple):
        yield from part
    elif isinstance(part, Mapping):
        yield from (*part.keys(), *part.values())
    elif is_dataclass(part):
        yield from (getattr(part, found.name) for found in fields(part))


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if type(part) is str:
        lookup, dot, column = part.rpartition(".")
        return f"{lookup}{dot}{names.get(column, column)}"
    if isinstance(part, tuple):
        return tuple(_renamed(inner, names) for inner in part)
    if isinstance(part, Mapping):
        return {_renamed(name, names): _renamed(value, names) for name, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{found.name: _renamed(getattr(part, found.name), names) for found in fields(part)})
    return part
