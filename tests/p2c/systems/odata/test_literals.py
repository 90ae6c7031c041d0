from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from p2c.systems.odata.literals import key_predicate, literal, moment_literal, string_literal


def test_quotes_are_doubled() -> None:
    assert string_literal("O'Brien''s") == "'O''Brien''''s'"


@pytest.mark.parametrize(
    ("text", "edm_type", "expected"),
    [
        ("A'B", "Edm.String", "'A''B'"),
        ("5637144576", "Edm.Int64", "5637144576"),
        ("-1.50", "Edm.Decimal", "-1.50"),
        ("true", "Edm.Boolean", "true"),
        ("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "Edm.Guid", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
        ("2026-03-05T00:00:00Z", "Edm.DateTimeOffset", "2026-03-05T00:00:00Z"),
        ("Yes", "Microsoft.Dynamics.DataEntities.NoYes", "Microsoft.Dynamics.DataEntities.NoYes'Yes'"),
    ],
)
def test_a_value_is_written_as_its_type_wants(text: str, edm_type: str, expected: str) -> None:
    assert literal(text, edm_type) == expected


@pytest.mark.parametrize(
    ("text", "edm_type"),
    [
        ("1 or 1 eq 1", "Edm.Int64"),
        ("1_000", "Edm.Int32"),
        ("NaN", "Edm.Decimal"),
        ("yes", "Edm.Boolean"),
        ("x", "Edm.Guid"),
        ("2026-03-05", "Edm.DateTimeOffset"),
    ],
)
def test_a_text_of_another_type_is_refused(text: str, edm_type: str) -> None:
    with pytest.raises(ValueError, match="is no Edm"):
        literal(text, edm_type)


def test_a_moment_is_written_in_utc() -> None:
    vilnius = timezone(timedelta(hours=2))
    assert moment_literal(datetime(2026, 3, 5, 1, 2, 3, tzinfo=vilnius)) == "2026-03-04T23:02:03Z"


def test_fractions_of_a_second_are_kept() -> None:
    assert moment_literal(datetime(2026, 3, 5, 1, 2, 3, 500, tzinfo=UTC)) == "2026-03-05T01:02:03.000500Z"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        moment_literal(datetime(2026, 3, 5))


def test_a_key_is_quoted_and_encoded() -> None:
    key = {"dataAreaId": "usmf", "CustomerAccount": "O'Brien/a?b ü"}
    assert key_predicate(key) == "(dataAreaId='usmf',CustomerAccount='O''Brien%2Fa%3Fb%20%C3%BC')"
