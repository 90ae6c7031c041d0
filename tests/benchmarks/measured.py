"""One measured stretch of a process: wall and processor seconds, and memory above what was there when it began."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks.profile import profiled

MEBIBYTE = 1024


@contextmanager
def measured(figures: dict[str, Any], name: str = "") -> Iterator[None]:
    """Add ``<name>seconds``, ``<name>cpu`` and ``<name>memory`` (peak, MiB above the beginning) to ``figures``."""
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    began, worked = time.perf_counter(), _worked()
    with nullcontext() if name else profiled():
        yield
    figures[f"{name}seconds"] = time.perf_counter() - began
    figures[f"{name}cpu"] = _worked() - worked
    figures[f"{name}memory"] = (_memory("VmHWM") - before) / MEBIBYTE


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory(line: str) -> int:
    """Kibibytes, as the kernel counts them."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{line}:")[2].split()[0])
