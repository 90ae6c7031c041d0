"""What a person at the terminal reads while the local stack works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, markup=False, soft_wrap=True)


@contextmanager
def step(description: str) -> Iterator[None]:
    """Print what is being done, then whether it was and how many seconds it took."""
    console.print(f"  {description} ...", end=" ")
    started = time.monotonic()
    try:
        yield
    except BaseException:
        console.print("not done")
        raise
    console.print(f"done in {time.monotonic() - started:.0f} s")
