from __future__ import annotations

import pytest

from p2c.errors import ConfigurationError
from p2c.staging.path_part import path_part


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("USMF", "USMF"),
        ("scheduled__2026-03-01T02:00:00+00:00", "scheduled__2026-03-01T02%3A00%3A00%2B00%3A00"),
        ("accounts to customers", "accounts%20to%20customers"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("100%", "100%25"),
        ("Größe", "Gr%C3%B6%C3%9Fe"),
        ("half \ud83d", "half%20%ED%A0%BD"),
        ("nul \x00", "nul%20%00"),
    ],
)
def test_a_name_is_percent_encoded(name: str, expected: str) -> None:
    assert path_part(name) == expected


def test_a_long_name_fits_a_file_system_and_stays_itself() -> None:
    first, second = path_part("é" * 250 + "1"), path_part("é" * 250 + "2")

    assert len(first) == len(second) == 200
    assert first != second


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not empty"):
        path_part("")
