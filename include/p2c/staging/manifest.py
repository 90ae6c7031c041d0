"""The manifest of a staged set, and the record left behind each part of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
import pyarrow as pa

from p2c.errors import StagingError

FORMAT = 1


class StagedFile(msgspec.Struct, frozen=True):
    """One Parquet file: its ``path`` within the step's folder, ``size`` in bytes, and its digest."""

    path: str
    rows: int
    size: int
    sha256: str


class StagedPart(msgspec.Struct, frozen=True):
    """One part: a file for each table that has rows in it, all of one ``key_range``, counted from 1."""

    files: dict[str, StagedFile]
    key_range: int = 1


class PartRecord(msgspec.Struct, frozen=True):
    """Written after a part, for a later try to go on behind it.

    ``basis`` digests all that has to be the same for that; ``previous`` is the record of the part before.
    """

    part: StagedPart
    basis: str
    previous: str | None
    state: Any


class Manifest(msgspec.Struct, frozen=True):
    """All of a staged set. ``rows`` counts by table; ``metadata`` is the step's own."""

    step: str
    attempt: str
    schemas: dict[str, str]
    rows: dict[str, int]
    parts: list[StagedPart]
    metadata: dict[str, Any]
    format: int = FORMAT

    @property
    def checksum(self) -> str:
        """Digest of the rows: equal for two sets of the same parts, whichever try wrote them."""
        files = ((table, file.sha256) for part in self.parts for table, file in sorted(part.files.items()))
        return digest(msgspec.json.encode([self.schemas, list(files)], order="sorted"))

    def schema(self, table: str) -> pa.Schema:
        """The schema of ``table``; raises KeyError."""
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(self.schemas[table])))


class _Envelope(msgspec.Struct):
    sha256: str
    manifest: msgspec.Raw


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def encoded_schemas(tables: Mapping[str, pa.Schema]) -> dict[str, str]:
    """The schemas as text."""
    return {name: base64.b64encode(schema.serialize()).decode() for name, schema in tables.items()}


def row_counts(tables: Iterable[str], parts: Iterable[StagedPart]) -> dict[str, int]:
    """Rows of each table over all parts."""
    counts = dict.fromkeys(tables, 0)
    for part in parts:
        for table, file in part.files.items():
            counts[table] += file.rows
    return counts


def encode(manifest: Manifest) -> bytes:
    """The manifest as stored, with its own digest."""
    body = msgspec.json.encode(manifest)
    return msgspec.json.encode(_Envelope(digest(body), msgspec.Raw(body)))


def decode(content: bytes, path: str, step: str) -> Manifest:
    """Read a stored manifest; raises StagingError if it is cut short, altered or of another release."""
    try:
        envelope = msgspec.json.decode(content, type=_Envelope)
        intact = envelope.sha256 == digest(bytes(envelope.manifest))
        manifest = msgspec.json.decode(envelope.manifest, type=Manifest) if intact else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        manifest = None
    if manifest is None or manifest.format != FORMAT:
        raise StagingError(
            f"{path} is cut short, altered or of another release. Clear the step {step} and those after it."
        )
    return manifest
