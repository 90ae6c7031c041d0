from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Barrier

import pytest

from p2c.errors import LeaseHeldError
from p2c.ledger import Ledger

LIFE = timedelta(minutes=15)
EXPIRED = timedelta(0)


def test_a_second_holder_is_refused_naming_the_first(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "scheduled run", LIFE),
        pytest.raises(LeaseHeldError, match="accounts for USMF is being loaded by scheduled run"),
        ledger.lease("accounts", "USMF", "backfill", LIFE),
    ):
        pass


def test_a_lease_is_free_again_after_use(ledger: Ledger) -> None:
    with ledger.lease("accounts", "USMF", "scheduled run", LIFE):
        pass
    with ledger.lease("accounts", "USMF", "backfill", LIFE) as lease:
        lease.renew()


def test_a_lease_is_free_again_after_a_failure(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError), ledger.lease("accounts", "USMF", "scheduled run", LIFE):
        raise RuntimeError
    with ledger.lease("accounts", "USMF", "backfill", LIFE) as lease:
        lease.renew()


def test_leases_of_other_flows_and_organizations_do_not_meet(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "one", LIFE),
        ledger.lease("accounts", "DEMF", "two", LIFE),
        ledger.lease("contacts", "USMF", "three", LIFE) as lease,
    ):
        lease.renew()


def test_an_expired_lease_is_taken_over_and_its_holder_finds_out(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "died", EXPIRED) as lost,
        ledger.lease("accounts", "USMF", "next", LIFE),
        pytest.raises(LeaseHeldError, match="being loaded by next"),
    ):
        lost.renew()


def test_an_expired_lease_that_nobody_took_can_be_renewed(ledger: Ledger) -> None:
    with ledger.lease("accounts", "USMF", "slow", EXPIRED) as lease:
        lease.renew()


def test_the_same_task_tried_again_takes_over_and_the_first_try_finds_out(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "task", LIFE) as zombie,
        ledger.lease("accounts", "USMF", "task", LIFE) as retry,
    ):
        with pytest.raises(LeaseHeldError, match=r"Another try of task .* leave it alone"):
            zombie.renew()
        retry.renew()


def test_who_lost_a_lease_does_not_release_it(ledger: Ledger) -> None:
    zombie = ledger.lease("accounts", "USMF", "task", LIFE)
    zombie.__enter__()
    with ledger.lease("accounts", "USMF", "task", LIFE) as retry:
        zombie.__exit__(None, None, None)
        retry.renew()


def test_a_lease_given_back_by_who_took_it_over_cannot_be_renewed(ledger: Ledger) -> None:
    with ledger.lease("accounts", "USMF", "task", LIFE) as zombie:
        with ledger.lease("accounts", "USMF", "task", LIFE):
            pass
        with pytest.raises(LeaseHeldError, match="given back since"):
            zombie.renew()


def test_a_run_loads_its_key_ranges_side_by_side(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "run", LIFE, 1) as first,
        ledger.lease("accounts", "USMF", "run", LIFE, 2) as second,
    ):
        first.renew()
        second.renew()


def test_another_run_is_refused_any_key_range_until_the_last_is_given_back(ledger: Ledger) -> None:
    with ledger.lease("accounts", "USMF", "run", LIFE, 1):
        with ledger.lease("accounts", "USMF", "run", LIFE, 2):
            pass
        with (
            pytest.raises(LeaseHeldError, match="being loaded by run"),
            ledger.lease("accounts", "USMF", "backfill", LIFE, 2),
        ):
            pass
    with ledger.lease("accounts", "USMF", "backfill", LIFE) as lease:
        lease.renew()


def test_who_lost_one_key_range_is_told_so_though_the_run_holds_another(ledger: Ledger) -> None:
    with (
        ledger.lease("accounts", "USMF", "run", LIFE, 1),
        ledger.lease("accounts", "USMF", "run", LIFE, 2) as zombie,
    ):
        with ledger.lease("accounts", "USMF", "run", LIFE, 2):
            pass
        with pytest.raises(LeaseHeldError, match="given back since"):
            zombie.renew()


def test_of_runs_that_lease_two_key_ranges_at_the_same_time_one_wins(ledger: Ledger) -> None:
    both = Barrier(2)

    def attempt(place: tuple[str, int]) -> ExitStack | None:
        held = ExitStack()
        both.wait(timeout=30)
        try:
            held.enter_context(ledger.lease("accounts", "USMF", place[0], LIFE, place[1]))
        except LeaseHeldError:
            return None
        return held

    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            places = [(f"run {number}", 1), (f"backfill {number}", 2)]
            (winner,) = [held for held in pool.map(attempt, places, timeout=60) if held]
            with winner, pytest.raises(LeaseHeldError, match=f"(run|backfill) {number}"):
                ledger.lease("accounts", "USMF", "next", LIFE).__enter__()
