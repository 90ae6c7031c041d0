"""Operations put together into requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from p2c.systems.odata.operations import Operation, weight


def chunks(
    operations: Iterable[Operation],
    *,
    group_of: Callable[[Operation], Hashable],
    size_of: Callable[[Operation], int],
) -> Iterator[list[Operation]]:
    """Lists of operations of one group, each as soon as it is full; those that stay short come last.

    ``size_of`` counts operations with all their members; one that alone has more goes in a list of its own.
    """
    gathered: dict[Hashable, list[Operation]] = {}
    for operation in operations:
        group = group_of(operation)
        if group in gathered and weight([*gathered[group], operation]) > size_of(operation):
            yield gathered.pop(group)
        chunk = gathered.setdefault(group, [])
        chunk.append(operation)
        if weight(chunk) >= size_of(chunk[0]):
            yield gathered.pop(group)
    yield from gathered.values()
