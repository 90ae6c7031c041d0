"""Operations put together into requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from p2c.systems.odata.operations import Operation


def chunks(
    operations: Iterable[Operation],
    *,
    group_of: Callable[[Operation], Hashable],
    size_of: Callable[[Operation], int],
) -> Iterator[list[Operation]]:
    """Lists of operations of one group, each as soon as it is full; those that stay short come last."""
    gathered: dict[Hashable, list[Operation]] = {}
    for operation in operations:
        chunk = gathered.setdefault(group_of(operation), [])
        chunk.append(operation)
        if len(chunk) >= size_of(chunk[0]):
            yield gathered.pop(group_of(operation))
    yield from gathered.values()
