"""Which page of a list a request asks for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from p2c.ledger.pages import Cut


def cut(page: Annotated[int, Query(ge=1, le=10_000_000)] = 1, size: Annotated[int, Query(ge=1, le=500)] = 50) -> Cut:
    """The page that a request asks for."""
    return Cut(page, size)


WantedCut = Annotated[Cut, Depends(cut)]
