"""Reading and writing whole objects, with errors that say what to mend.

Local files are flushed to the disk; object stores make an object visible only when it is whole.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from p2c.errors import ConfigurationError, StagingError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from upath import UPath

LOCAL_PROTOCOLS = ("", "file", "local")


def create_folder(folder: UPath) -> None:
    """Create ``folder`` and its parents; raises ConfigurationError where it cannot be written."""
    with _explained(folder, "written"):
        folder.mkdir(parents=True, exist_ok=True)


def write(path: UPath, content: bytes) -> None:
    """Write one object whole; raises ConfigurationError naming the path."""
    with _explained(path, "written"):
        if path.protocol in LOCAL_PROTOCOLS:
            _write_local(Path(path.path), content)
        else:
            with path.open("wb") as stream:
                stream.write(content)


def publish(path: UPath, content: bytes, *, writer: str) -> None:
    """Write one object so that a reader sees the old or the new one, never a part; ``writer`` keeps two apart."""
    if path.protocol not in LOCAL_PROTOCOLS:
        write(path, content)
        return
    with _explained(path, "written"):
        target = Path(path.path)
        draft = target.with_name(f".{target.name}.{writer}")
        _write_local(draft, content)
        draft.replace(target)
        _flush_folder(target.parent)


def read(path: UPath, step: str) -> bytes:
    """Read one object of the staged set of ``step``; raises StagingError if it is missing."""
    try:
        with _explained(path, "read"):
            return path.read_bytes()
    except FileNotFoundError:
        raise StagingError(f"{path} is missing. Clear the step {step} and those after it.") from None


def entries(folder: UPath) -> list[str]:
    """The names in ``folder``, sorted; none where it does not exist."""
    with _explained(folder, "read"):
        try:
            return sorted(entry.name for entry in folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []


def remove(folder: UPath) -> None:
    """Remove ``folder`` and all in it; one that does not exist is no error."""
    with _explained(folder, "removed"), suppress(FileNotFoundError, NotADirectoryError):
        folder.rmdir(recursive=True)


def _write_local(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: UPath, deed: str) -> Iterator[None]:
    try:
        yield
    except (ConnectionError, TimeoutError) as error:
        raise TransientError(f"The staging store did not answer while {path} was {deed}: {error}.") from error
    except OSError as error:
        if deed == "read" and isinstance(error, FileNotFoundError):
            raise
        raise ConfigurationError(
            f"Staging: {path} cannot be {deed}: {error.strerror or error}. Check the setting `staging` of site.toml, "
            "the rights of the Airflow workers on that folder, and its free space."
        ) from error
