from __future__ import annotations

from typing import Any

import msgspec
import pytest

from p2c.systems.odata.query import ETAG
from p2c.systems.odata.record_shape import MissingFieldError, RecordShape


def decoded(shape: RecordShape, body: bytes) -> list[Any]:
    return [msgspec.json.decode(line, type=shape.record) for line in body.splitlines()]


def test_members_become_columns_of_text() -> None:
    shape = RecordShape(("name", "statecode"))
    records = decoded(shape, b'{"name":"Ada","statecode":0,"x":1}\n{"name":null,"statecode":1}')
    columns = shape.columns(records)
    assert (columns["name"], columns["statecode"]) == (["Ada", None], ["0", "1"])


def test_a_record_behind_several_lookups_is_read_through_them() -> None:
    shape = RecordShape(("owner.unit.name", "owner.name"))
    records = decoded(shape, b'{"owner":{"name":"Ada","unit":{"name":"US"}}}\n{"owner":null}')
    columns = shape.columns(records)
    assert (columns["owner.unit.name"], columns["owner.name"]) == (["US", None], ["Ada", None])


@pytest.mark.parametrize("body", [b'{"name":"Ada"}', b'{"name":"Ada","owner":{}}'])
def test_a_member_that_is_missing_is_named(body: bytes) -> None:
    shape = RecordShape(("name", "owner.unit"))
    with pytest.raises(MissingFieldError, match=r"'(owner|unit)'"):
        shape.columns(decoded(shape, body))


def test_no_records_make_empty_columns() -> None:
    assert RecordShape(("name", "owner.name")).columns([]) == {ETAG: [], "name": [], "owner.name": []}
