"""What one fresh process is asked to do, and how it answers."""

from __future__ import annotations

import msgspec


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """``name`` is the client as tables show it; ``kind`` is the function that does it, ``module.function``.

    ``begun_from`` is a folder whose state is copied before the clock starts, ``interpreter`` that of a peer.
    ``key_ranges`` are split among as many processes.
    """

    name: str
    kind: str
    origin: str = ""
    rows: int = 0
    steps: tuple[str, ...] = ()
    run_id: str = "measured"
    system: str = "finance_operations"
    lanes: int = 2
    begun_from: str = ""
    interpreter: str = ""
    tape: str = ""
    key_ranges: int = 1
    profiled: bool = False
