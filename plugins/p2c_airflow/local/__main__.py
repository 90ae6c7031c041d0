"""`python -m p2c_airflow.local demo|start|stop`, behind the make targets of the same names."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from p2c_airflow.local.commands import main


def _terminate(number: int, _: FrameType | None) -> None:
    """Unwind, so that what was started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    # A shell starts what it puts into the background with SIGINT ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    sys.exit(main(sys.argv[1:]))
