"""Many operations written in batches over several lanes; results come batch by batch."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from p2c.errors import (
    ConfigurationError,
    ContentionError,
    IntegrationError,
    NotTriedError,
    RequestRefusedError,
    ThrottledError,
)
from p2c.systems.odata.batch_sizes import BatchSizes
from p2c.systems.odata.chunks import chunks
from p2c.systems.odata.operations import Operation, Result, refused, weight
from p2c.systems.odata.throttle import given_up

if TYPE_CHECKING:
    from p2c.systems.odata.lanes import Lanes
    from p2c.systems.odata.throttle import WaitLimits

Operations = list[Operation]
TOO_LARGE = 413
MOST_TRIES = 4
#: A tenth of Python's own.
PROMPT_SECONDS = 0.0005


class Sender(Protocol):
    """How one system takes several operations at once. Used by several threads."""

    def group(self, operation: Operation) -> Hashable:
        """What operations have to have in common to share a request."""

    def send(self, operations: Sequence[Operation]) -> list[Result]:
        """One result for each operation, in order. What it raises had no effect at all."""

    def again(self, result: Result, tries: int) -> bool:
        """Whether an operation that was sent ``tries`` times should be sent once more, for it had no effect."""


@dataclass
class _Halved:
    """A chunk that was refused as a whole, and how many of its halves were not."""

    size: int
    taken: int = 0


@dataclass(frozen=True)
class _Chunk:
    operations: Operations
    tries: int = 0
    half_of: _Halved | None = None

    @property
    def size(self) -> int:
        return weight(self.operations)

    def halves(self, of: _Halved | None = None) -> tuple[_Chunk, _Chunk]:
        middle = len(self.operations) // 2
        return _Chunk(self.operations[:middle], self.tries, of), _Chunk(self.operations[middle:], self.tries, of)


@dataclass(frozen=True)
class _Underway:
    chunk: _Chunk
    epoch: int


class BatchWriter:
    """Writes operations; used once. Threads send, the caller's thread decides.

    A batch that was throttled is sent again; one too large, in contention or refused as a whole is halved: none had any
    effect. ``parallelism`` is what the system advises at the moment, if it does. A limit on execution time makes
    batches smaller, any other leaves fewer lanes. An error that concerns all rows is raised after the results of what
    is under way were handed out.
    """

    def __init__(
        self,
        sender: Sender,
        operations: Iterable[Operation],
        *,
        lanes: Lanes,
        sizes: BatchSizes,
        limits: WaitLimits,
        before_batch: Callable[[], None],
        parallelism: Callable[[], int | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sender = sender
        self._chunks = chunks(operations, group_of=sender.group, size_of=lambda first: sizes.of(first.entity_set))
        self._sizes = sizes
        self._limits = limits
        self._before_batch = before_batch
        self._parallelism = parallelism
        self._clock = clock
        self._lanes = lanes
        self._pool = ThreadPoolExecutor(max_workers=lanes.most, thread_name_prefix="batch")
        self._waiting: deque[_Chunk] = deque()
        self._underway: dict[Future[list[Result]], _Underway] = {}
        self._failure: BaseException | None = None
        self._last_success = clock()

    def results(self) -> Iterator[Result]:
        """The results, batch by batch as each is done."""
        with _prompt_threads():
            yield from self._results()

    def _results(self) -> Iterator[Result]:
        try:
            while self._start() or self._underway:
                done, _ = wait(self._underway, return_when=FIRST_COMPLETED)
                results = [result for future in done for result in self._settled(future)]
                self._start()  # the lanes stay busy while the caller records
                yield from results
            if self._failure is not None:
                raise self._failure
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> bool:
        """Send batches while lanes are open; whether any was sent."""
        started = False
        while self._failure is None and len(self._underway) < self._open_lanes() and (chunk := self._next()):
            try:
                self._before_batch()
            except Exception as error:
                self._failure = error
                break
            future = self._pool.submit(self._sender.send, chunk.operations)
            self._underway[future] = _Underway(chunk, self._lanes.epoch)
            started = True
        return started

    def _open_lanes(self) -> int:
        self._lanes.advised(self._parallelism())
        return self._lanes.open

    def _next(self) -> _Chunk | None:
        if self._waiting:
            return self._waiting.popleft()
        operations = next(self._chunks, None)
        return _Chunk(operations) if operations else None

    def _settled(self, future: Future[list[Result]]) -> Iterator[Result]:
        sent = self._underway.pop(future)
        try:
            results = future.result()
        except ThrottledError as error:
            self._throttled(sent, error)
        except ContentionError as error:
            yield from self._contended(sent, error)
        except RequestRefusedError as error:
            yield from self._refused(sent.chunk, error)
        except Exception as error:
            self._failure = self._failure or error
        else:
            self._last_success = self._clock()
            self._taken(sent.chunk)
            yield from self._standing(sent, results)
            self._failure = self._failure or _concerning_all(results)

    def _throttled(self, sent: _Underway, error: ThrottledError) -> None:
        if self._back_off(sent, error):
            self._waiting.extend(sent.chunk.halves())
        else:
            self._waiting.append(sent.chunk)
        waited = self._clock() - self._last_success
        if not self._limits.allow(error.retry_after, waited):
            self._failure = self._failure or given_up(error, waited)

    def _back_off(self, sent: _Underway, error: IntegrationError | None) -> bool:
        """Send less at a time from now on; whether that means smaller batches."""
        limit = error.limit if isinstance(error, ThrottledError) else None
        smaller = limit == "execution_time" and len(sent.chunk.operations) > 1
        if smaller:
            self._sizes.contended(sent.chunk.operations[0].entity_set, sent.chunk.size)
        else:
            self._lanes.throttled(sent.epoch, too_many=limit == "concurrency")
        return smaller

    def _contended(self, sent: _Underway, error: ContentionError) -> Iterator[Result]:
        """Fewer operations on fewer lanes hold fewer rows; one alone has a limited number of tries."""
        self._lanes.throttled(sent.epoch)
        operations, tries = sent.chunk.operations, sent.chunk.tries + 1
        if self._clock() - self._last_success > self._limits.total_wait:
            self._failure = self._failure or error
        if len(operations) > 1:
            self._sizes.contended(operations[0].entity_set, sent.chunk.size)
            self._waiting.extend(sent.chunk.halves())
        elif tries < MOST_TRIES:
            self._waiting.append(_Chunk(operations, tries))
        else:
            yield refused(operations[0], error)

    def _refused(self, chunk: _Chunk, error: RequestRefusedError) -> Iterator[Result]:
        """Halve until the operation that the system chokes on stands alone."""
        if error.evidence.status == TOO_LARGE:
            self._sizes.refused(chunk.operations[0].entity_set, chunk.size)
        if len(chunk.operations) == 1:
            yield refused(chunk.operations[0], error)
            return
        self._waiting.extend(chunk.halves(_Halved(chunk.size)))

    def _taken(self, chunk: _Chunk) -> None:
        """Of a chunk refused for its data one half is refused too; where both are taken it was too large."""
        if chunk.half_of is None:
            return
        chunk.half_of.taken += 1
        if chunk.half_of.taken == 2:
            self._sizes.refused(chunk.operations[0].entity_set, chunk.half_of.size)

    def _standing(self, sent: _Underway, results: list[Result]) -> Iterator[Result]:
        """The results that stand; the other operations wait to be sent again."""
        tries = sent.chunk.tries + 1
        repeated: list[Result] = []
        for result in results:
            if self._sender.again(result, tries):
                repeated.append(result)
            else:
                yield result
        if repeated:
            self._waiting.append(_Chunk([result.operation for result in repeated], tries))
        if pressed := [result for result in repeated if not isinstance(result.error, NotTriedError)]:
            self._back_off(sent, pressed[0].error)
        else:
            self._lanes.succeeded()
            self._sizes.succeeded(sent.chunk.operations[0].entity_set)


@contextmanager
def _prompt_threads() -> Iterator[None]:
    """Let a thread whose answer has come go on soon, though the caller computes: each waits its turn several times."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(PROMPT_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _concerning_all(results: list[Result]) -> IntegrationError | None:
    """A denied privilege, an unknown entity set and the like: not one row's fault."""
    return next((result.error for result in results if isinstance(result.error, ConfigurationError)), None)
