"""Length and presence of mapped values, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from p2c.contract import shortened, stored_length
from p2c.flow import Pair
from p2c.ledger import Reason
from p2c.mapping.hop import Finding, Hop

#: The reason of a row that lacks a value its target requires.
REQUIRED = "required"


def violations(hop: Hop, frame: pd.DataFrame, system: str) -> Iterator[Finding]:
    """What in a mapped part breaks the contracts of ``hop``; ``system`` is what the messages call the target."""
    withheld = _withheld(hop, frame)
    for pair in hop.pairs:
        contract = hop.contracts[pair.target]
        column = frame[pair.target]
        if contract.required:
            missing = column.isna().to_numpy(bool) & ~withheld.get(pair.target, np.False_)
            yield from _found(pair, missing, _missing(hop, pair, system))
        if contract.length and contract.kind == "text":
            too_long = _longer_than(contract.length, column)
            yield from _found(pair, too_long, _too_long(hop, pair, column, system))


def _withheld(hop: Hop, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: ~frame[f"block:{block.name}"].to_numpy(bool) for block in hop.blocks for name in block.fields}


def _missing(hop: Hop, pair: Pair, system: str) -> Callable[[int], Reason]:
    text = f"{pair.target}: {system} requires a value; fill {hop.origin(pair)}."
    return lambda _: Reason(REQUIRED, text, hop.origin(pair))


def _longer_than(limit: int, column: pd.Series) -> np.ndarray:
    texts = pa.array(column, pa.string())
    lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False).copy()
    # a character beyond the basic plane takes four bytes of UTF-8
    beyond = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False) >= lengths + 3
    doubtful = np.flatnonzero((lengths <= limit) & (lengths * 2 > limit) & beyond)
    lengths[doubtful] = [stored_length(text) for text in column.iloc[doubtful].tolist()]
    return np.asarray(lengths > limit)


def _too_long(hop: Hop, pair: Pair, column: pd.Series, system: str) -> Callable[[int], Reason]:
    limit = hop.contracts[pair.target].length
    setting = f', or set length = "truncate" for {pair.target} in site.toml' if pair.target in hop.truncatable else ""

    def reason(row: int) -> Reason:
        value = str(column.iloc[row])
        text = (
            f"{pair.target}: {stored_length(value)} characters, {system} holds {limit}. "
            f"Shorten {hop.origin(pair)}{setting}."
        )
        return Reason("too_long", text, hop.origin(pair), shortened(value))

    return reason


def _found(pair: Pair, rows: np.ndarray, reason: Callable[[int], Reason]) -> Iterator[Finding]:
    return (Finding(int(row), pair.target, reason(int(row))) for row in np.flatnonzero(rows))
