from __future__ import annotations

import pytest

from p2c_sandbox.sales.preferences import Preferences, parse_preferences

FORMATTED = "OData.Community.Display.V1.FormattedValue"


def test_preferences_are_read_from_one_header() -> None:
    found = parse_preferences(f'odata.maxpagesize=50, odata.include-annotations="{FORMATTED}", return=representation')
    assert found == Preferences(page_size=50, annotations=(FORMATTED,), representation=True)
    assert found.applied() == (f'odata.maxpagesize=50,odata.include-annotations="{FORMATTED}",return=representation')


@pytest.mark.parametrize("text", ["", "odata.maxpagesize=0", "odata.maxpagesize=-1", "odata.maxpagesize=x", "nonsense"])
def test_what_is_not_understood_is_passed_over(text: str) -> None:
    assert parse_preferences(text) == Preferences()


@pytest.mark.parametrize(
    ("patterns", "included"),
    [("*", True), ("OData.*", True), (FORMATTED, True), ("Microsoft.*", False), (f"*,-{FORMATTED}", False)],
)
def test_annotations_are_asked_for_by_pattern(patterns: str, included: bool) -> None:
    assert parse_preferences(f'odata.include-annotations="{patterns}"').includes(FORMATTED) is included


def test_continue_on_error_may_be_turned_off() -> None:
    assert parse_preferences("odata.continue-on-error").continue_on_error
    assert not parse_preferences("odata.continue-on-error=false").continue_on_error


def test_track_changes_is_known() -> None:
    assert parse_preferences("odata.track-changes,odata.maxpagesize=3").track_changes
