"""Many operations written in batches over several lanes; results come batch by batch."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError, IntegrationError, RequestRefusedError, ThrottledError
from p2c.systems.odata.lanes import Lanes
from p2c.systems.odata.operations import Operation, Result

if TYPE_CHECKING:
    from p2c.systems.odata.batch import Batch
    from p2c.systems.odata.throttle import WaitLimits

Operations = list[Operation]
TOO_LARGE = 413


@dataclass(frozen=True)
class _Underway:
    operations: Operations
    epoch: int


class BatchSizes:
    """The batch size of each entity set; a size that a system refused is remembered."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sizes: dict[str, int] = {}

    def of(self, entity_set: str) -> int:
        return self._sizes.get(entity_set, self._most)

    def refused(self, entity_set: str, size: int) -> None:
        """A request of ``size`` operations was too large."""
        self._sizes[entity_set] = min(self.of(entity_set), max(1, size // 2))


class BatchWriter:
    """Writes operations; used once. Threads send, the caller's thread decides.

    A batch that was throttled is sent again, one too large or refused as a whole is halved: neither had any effect. An
    error that concerns all rows is raised after the results of what is under way were handed out.
    """

    def __init__(
        self,
        batch: Batch,
        operations: Iterable[Operation],
        *,
        lanes: int,
        sizes: BatchSizes,
        limits: WaitLimits,
        before_batch: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._batch = batch
        self._operations = iter(operations)
        self._sizes = sizes
        self._limits = limits
        self._before_batch = before_batch
        self._clock = clock
        self._lanes = Lanes(lanes)
        self._pool = ThreadPoolExecutor(max_workers=max(1, lanes), thread_name_prefix="batch")
        self._waiting: deque[Operations] = deque()
        self._underway: dict[Future[list[Result]], _Underway] = {}
        self._failure: BaseException | None = None
        self._last_success = clock()

    def results(self) -> Iterator[Result]:
        """The results, batch by batch as each is done."""
        try:
            while self._start() or self._underway:
                done, _ = wait(self._underway, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from self._settled(future)
            if self._failure is not None:
                raise self._failure
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> bool:
        """Send batches while lanes are open; whether any was sent."""
        started = False
        while self._failure is None and len(self._underway) < self._lanes.open and (operations := self._next()):
            try:
                self._before_batch()
            except Exception as error:
                self._failure = error
                break
            future = self._pool.submit(self._batch.send, operations)
            self._underway[future] = _Underway(operations, self._lanes.epoch)
            started = True
        return started

    def _next(self) -> Operations:
        if self._waiting:
            return self._waiting.popleft()
        first = list(islice(self._operations, 1))
        return first + list(islice(self._operations, self._sizes.of(first[0].entity_set) - 1)) if first else []

    def _settled(self, future: Future[list[Result]]) -> Iterator[Result]:
        sent = self._underway.pop(future)
        try:
            results = future.result()
        except ThrottledError as error:
            self._throttled(sent, error)
        except RequestRefusedError as error:
            yield from self._refused(sent.operations, error)
        except Exception as error:
            self._failure = self._failure or error
        else:
            self._lanes.succeeded()
            self._last_success = self._clock()
            yield from results
            self._failure = self._failure or _concerning_all(results)

    def _throttled(self, sent: _Underway, error: ThrottledError) -> None:
        self._lanes.throttled(sent.epoch)
        self._waiting.append(sent.operations)
        waited = self._clock() - self._last_success
        if error.retry_after > self._limits.longest_wait or waited + error.retry_after > self._limits.total_wait:
            self._failure = self._failure or error

    def _refused(self, operations: Operations, error: RequestRefusedError) -> Iterator[Result]:
        """Halve until the operation that the system chokes on stands alone."""
        if error.evidence.status == TOO_LARGE:
            self._sizes.refused(operations[0].entity_set, len(operations))
        if len(operations) == 1:
            yield _alone(operations[0], error)
            return
        middle = len(operations) // 2
        self._waiting.extend((operations[:middle], operations[middle:]))


def _concerning_all(results: list[Result]) -> IntegrationError | None:
    """A denied privilege, an unknown entity set and the like: not one row's fault."""
    return next((result.error for result in results if isinstance(result.error, ConfigurationError)), None)


def _alone(operation: Operation, error: IntegrationError) -> Result:
    return Result(operation=operation, outcome="refused", error=error, request_id=error.evidence.request_id)
