from __future__ import annotations

from datetime import timedelta

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
