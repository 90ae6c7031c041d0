from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.ledger import run_key

from p2c.ledger import Ledger

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_before_the_initial_load_there_is_no_watermark(ledger: Ledger) -> None:
    assert ledger.watermark("accounts", "USMF") is None


def test_a_watermark_moves_forward(ledger: Ledger) -> None:
    ledger.advance_watermark("accounts", "USMF", NOON, run_key())
    ledger.advance_watermark("accounts", "USMF", NOON + timedelta(microseconds=1), run_key("run 2"))

    assert ledger.watermark("accounts", "USMF") == NOON + timedelta(microseconds=1)


def test_a_watermark_never_moves_back(ledger: Ledger) -> None:
    ledger.advance_watermark("accounts", "USMF", NOON, run_key())
    ledger.advance_watermark("accounts", "USMF", NOON - timedelta(days=1), run_key("an old run, cleared"))

    assert ledger.watermark("accounts", "USMF") == NOON


def test_flows_and_organizations_have_their_own_watermarks(ledger: Ledger) -> None:
    ledger.advance_watermark("accounts", "USMF", NOON, run_key())

    assert ledger.watermark("accounts", "DEMF") is None
    assert ledger.watermark("contacts", "USMF") is None
