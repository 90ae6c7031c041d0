"""Length and presence of mapped values, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from p2c.flow import Pair
from p2c.ledger import Reason
from p2c.mapping.hop import Finding, Hop


def violations(hop: Hop, frame: pd.DataFrame, system: str) -> Iterator[Finding]:
    """What in a mapped part breaks the contracts of ``hop``; ``system`` is what the messages call the target."""
    withheld = _withheld(hop, frame)
    for pair in hop.pairs:
        contract = hop.contracts[pair.target]
        column = frame[pair.target]
        if contract.required:
            missing = column.isna().to_numpy(bool) & ~withheld.get(pair.target, np.False_)
            text = f"{pair.target}: {system} requires a value; fill {hop.origin(pair)}."
            yield from _found(pair, missing, lambda _, t=text, p=pair: Reason("required", t, hop.origin(p)))
        if contract.length and contract.kind == "text":
            too_long = column.str.len().fillna(0).to_numpy(int) > contract.length
            yield from _found(pair, too_long, _too_long(hop, pair, column, system))


def _withheld(hop: Hop, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: ~frame[f"block:{block.name}"].to_numpy(bool) for block in hop.blocks for name in block.fields}


def _too_long(hop: Hop, pair: Pair, column: pd.Series, system: str) -> Callable[[int], Reason]:
    limit = hop.contracts[pair.target].length

    def reason(row: int) -> Reason:
        value = str(column.iloc[row])
        text = (
            f"{pair.target}: {len(value)} characters, {system} holds {limit}. Shorten {hop.origin(pair)}, "
            f'or set length = "truncate" for {pair.target} in site.toml.'
        )
        return Reason("too_long", text, hop.origin(pair), value[:200])

    return reason


def _found(pair: Pair, rows: np.ndarray, reason: Callable[[int], Reason]) -> Iterator[Finding]:
    return (Finding(int(row), pair.target, reason(int(row))) for row in np.flatnonzero(rows))
