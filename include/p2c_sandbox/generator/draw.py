"""What chance decides about one row: the same for the same seed, kind and number."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from p2c_sandbox.generator.companies import Company, companies
from p2c_sandbox.generator.regions import Region

FIRST_DAY = datetime(2026, 2, 2, tzinfo=UTC)
DAYS = 30
_SECONDS_A_DAY = 86_400
_FIRST_AUTONUMBER = 1_000


class Draw(random.Random):
    """Draws for row `number` of a kind. Its id and company are drawn first, so that other rows can tell them."""

    def __init__(self, seed: int, kind: str, number: int) -> None:
        super().__init__(f"{seed} {kind} {number}")
        self.identifier = str(UUID(int=self.getrandbits(128), version=4))
        self.company: Company = self.choice(companies())

    def region(self) -> Region:
        """A region of the company."""
        return self.choice(self.company.regions)

    def share(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.randrange(100) < percent

    def times(self) -> dict[str, str]:
        """When a row of Sales was created, and modified in the 30 days from 2 February 2026."""
        modified = FIRST_DAY + timedelta(seconds=self.randrange(DAYS * _SECONDS_A_DAY))
        created = modified - timedelta(seconds=self.randrange(DAYS * _SECONDS_A_DAY))
        return {"createdon": _instant(created), "modifiedon": _instant(modified)}

    def user_day(self) -> str:
        """A day a user picked, as Sales keeps it: midnight in the user's time zone, in UTC."""
        day = FIRST_DAY + timedelta(days=self.randrange(DAYS, 3 * DAYS))
        return _instant(day.replace(tzinfo=self.company.time_zone).astimezone(UTC))


def counted(number: int) -> int:
    """Where an autonumber column stands at row `number`."""
    return _FIRST_AUTONUMBER + number


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
