from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from p2c.errors import ConfigurationError
from p2c.flow import Lines, Numbering
from p2c.flows.contacts import CONTACTS

#: Stands for a line flow: its key is unique with one further field.
LINE_FLOW = replace(CONTACTS, destination=replace(CONTACTS.destination, key_with=("AssociatedContactNumber",)))


def numbered(lines: Sequence[Mapping[str, str | None]], kept: Mapping[str, str]) -> Mapping[str, str]:
    return {**{line["id"] or "": "1" for line in lines}, **kept}


def test_lines_name_their_header_by_the_other_field_of_their_key() -> None:
    assert Lines(flow=LINE_FLOW, lookup="_accountid_value").header_key == "AssociatedContactNumber"


def test_lines_whose_key_does_not_name_one_header_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="the one field that names their header"):
        Lines(flow=CONTACTS, lookup="_accountid_value")


def test_a_numbering_is_named_with_a_digest_of_its_code() -> None:
    assert repr(Numbering(numbered)) == repr(Numbering(numbered))
    assert repr(Numbering(numbered)).startswith(f"Numbering({numbered.__module__}:numbered@")


def test_lines_are_read_with_what_names_their_header_and_what_numbers_them() -> None:
    lines = Lines(flow=LINE_FLOW, lookup="_accountid_value", numbering=Numbering(numbered, reads=("createdon",)))
    assert lines.source_fields() == (*LINE_FLOW.source_fields(), "_accountid_value", "createdon")
