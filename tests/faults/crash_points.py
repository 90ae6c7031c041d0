"""The moments at which a process can be killed between two requests: answers got, files, statements, commits."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import requests
from sqlalchemy import Engine, event

#: `kill` ends the process as the moment comes; `half` lets the file of that moment be written half way.
Manner = Literal["kill", "half"]
_BYTES_OF_HALF_A_FILE = 100


class CrashPoints:
    """Counts the moments a process comes to, by name, and ends it at the one chosen.

    They are seen from outside our code: by Python's audit hook, SQLAlchemy's events and the hook of `requests`. With a
    `name`, `at` counts from the first moment whose name holds it.
    """

    def __init__(self, at: int | None = None, manner: Manner = "kill", name: str = "") -> None:
        self.names: list[str] = []
        self._name = name
        self._at = at
        self._manner = manner

    def watch(self, engine: Engine, folder: Path) -> None:
        """Look at the files below `folder` and at the statements and commits of `engine` from now on."""
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", lambda _: self._reached("commit"))
        sys.addaudithook(self._audited(str(folder)))

    def watched(self, new_transport: Callable[[], requests.Session]) -> Callable[[], requests.Session]:
        """Transports whose answers count."""

        def transport() -> requests.Session:
            session = new_transport()
            session.hooks["response"].append(lambda *_, **__: self._reached("answer"))
            return session

        return transport

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split(None, 3)
        if words[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            table = words[1] if words[0].upper() == "UPDATE" else words[2]
            self._reached(f"{words[0].lower()} {table.strip(chr(34))}")

    def _audited(self, folder: str) -> Callable[[str, tuple[Any, ...]], None]:
        def hook(name: str, arguments: tuple[Any, ...]) -> None:
            if name not in ("open", "os.rename") or not str(arguments[0]).startswith(folder):
                return
            if name == "os.rename":
                self._reached("rename")
            elif set(str(arguments[1] or "r")) & set("wax+"):
                self._reached("open")

        return hook

    def _reached(self, name: str) -> None:
        self.names.append(name)
        if self._name:
            if self._name not in name:
                return
            self._at, self._name = len(self.names) - 1 + (self._at or 0), ""
        if len(self.names) - 1 != self._at:
            return
        if self._manner == "half" and name == "open":
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES_OF_HALF_A_FILE, _BYTES_OF_HALF_A_FILE))
        else:
            os.kill(os.getpid(), signal.SIGKILL)
