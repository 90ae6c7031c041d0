from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from fixtures.staging import SCHEMA

from p2c.errors import StagingError
from p2c.staging.manifest import (
    Manifest,
    StagedFile,
    StagedPart,
    decode,
    digest,
    encode,
    encoded_schemas,
    row_counts,
)


def manifest(attempt: str = "1", sha256: str = "abc", **metadata: object) -> Manifest:
    part = StagedPart({"rows": StagedFile(f"{attempt}/000000-rows.parquet", 2, 100, sha256)})
    return Manifest("extract", attempt, encoded_schemas({"rows": SCHEMA}), {"rows": 2}, [part], metadata)


def test_a_manifest_is_read_back_as_it_was() -> None:
    assert decode(encode(manifest(read=2)), "manifest.json", "extract") == manifest(read=2)


@pytest.mark.parametrize(
    "content",
    [
        encode(manifest())[:-20],
        encode(manifest()).replace(b'"rows":2', b'"rows":3'),
        b"",
        b"<html>",
        b"\xff\xfe",
        b'{"sha256": 1}',
    ],
    ids=["cut short", "altered", "empty", "no JSON", "no text", "another shape"],
)
def test_a_manifest_that_is_not_whole_is_refused_naming_file_and_step(content: bytes) -> None:
    with pytest.raises(StagingError, match=r"manifest\.json is cut short, altered.*Clear the step extract"):
        decode(content, "manifest.json", "extract")


def test_a_manifest_of_another_format_is_refused() -> None:
    later = Manifest("extract", "1", {}, {}, [], {}, format=2)

    with pytest.raises(StagingError, match="another release"):
        decode(encode(later), "manifest.json", "extract")


def test_the_checksum_is_of_the_rows_whichever_try_wrote_them() -> None:
    assert manifest(attempt="1").checksum == manifest(attempt="2", read=2).checksum
    assert manifest(sha256="abc").checksum != manifest(sha256="abd").checksum


def test_the_schema_of_each_table_is_kept() -> None:
    amounts = pa.schema([("CreditLimit", pa.decimal128(38, 4)), ("At", pa.timestamp("us", tz="UTC"))])
    kept = Manifest("map", "1", encoded_schemas({"cds": amounts}), {}, [], {})

    assert decode(encode(kept), "manifest.json", "map").schema("cds") == amounts


def test_metadata_may_hold_amounts() -> None:
    assert decode(encode(manifest(limit=Decimal("0.1"))), "", "").metadata == {"limit": "0.1"}


def test_rows_are_counted_by_table_those_without_any_included() -> None:
    parts = [StagedPart({"a": StagedFile("", rows, 0, "")}) for rows in (2, 3)]

    assert row_counts(["a", "b"], parts) == {"a": 5, "b": 0}


def test_a_digest_is_sha_256() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
