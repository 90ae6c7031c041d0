"""Where the processor time of a case goes, by the part of our code or the library that spends it."""

from __future__ import annotations

import cProfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

#: What a function without Python code is for, by a word in its name; the first that fits.
BUILT_IN = {
    "sqlite3": "SQLite",
    "acquire": "waiting for another thread",
    "recv": "waiting for the server",
    "poll": "waiting for the server",
    "sendall": "sending",
    "fsync": "flushing to disk",
}
SHOWN = 12

_profile: cProfile.Profile | None = None


def profile_what_is_measured() -> None:
    """Profile the measured stretch of this process, which costs it time."""
    global _profile  # noqa: PLW0603 # one process measures one case
    _profile = cProfile.Profile()


@contextmanager
def profiled() -> Iterator[None]:
    """A stretch that counts, if this process is profiled at all."""
    if _profile is None:
        yield
        return
    _profile.enable()
    try:
        yield
    finally:
        _profile.disable()


def shares() -> dict[str, float]:
    """The share of the main thread's time by area, the largest first, in percent."""
    seconds: Counter[str] = Counter()
    for entry in _profile.getstats() if _profile else ():
        seconds[_area(entry.code)] += entry.inlinetime
    whole = sum(seconds.values()) or 1.0
    return {area: round(100 * spent / whole, 1) for area, spent in seconds.most_common(SHOWN)}


def _area(code: CodeType | str) -> str:
    if isinstance(code, str):
        return next((area for word, area in BUILT_IN.items() if word in code), "Python's own functions")
    path = Path(code.co_filename)
    parts = path.parts
    for package, depth in (("p2c", 2), ("site-packages", 2), ("benchmarks", 1)):
        if package in parts:
            start = parts.index(package)
            return ".".join(parts[start + (package == "site-packages") : start + depth]).removesuffix(".py")
    return f"Python's {path.stem}"
