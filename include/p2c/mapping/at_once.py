"""Columns read whole: what ``FieldContract.parse`` makes of each value, where a glance shows that none needs a look."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from p2c.contract import FieldContract


def read_at_once(contract: FieldContract, column: pd.Series, *, cut: bool = False) -> pa.ChunkedArray | None:
    """The column in the contract's type; None where some value has to be read, or may have to be ``cut``, by itself."""
    values = _array(column)
    if values is None:
        return None
    if contract.kind == "text":
        kept = pa.types.is_string(values.type) and contract.keeps(values)
        return values if kept and not (cut and _may_be_long(contract, values)) else None
    return _numbers(contract, values) if contract.kind in ("integer", "decimal") else None


def _array(column: pd.Series) -> pa.ChunkedArray | None:
    """A column of objects counts if all of them are texts."""
    try:
        values = pa.array(column, None if isinstance(column.dtype, pd.ArrowDtype) else pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def _may_be_long(contract: FieldContract, texts: pa.ChunkedArray) -> bool:
    """A character takes two places at most."""
    return contract.length is not None and 2 * (pc.max(pc.utf8_length(texts)).as_py() or 0) > contract.length


def _numbers(contract: FieldContract, values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Numbers without an exponent that need no rounding; a cast that would lose a digit is refused by Arrow."""
    if pa.types.is_string(values.type):
        places = contract.scale if contract.kind == "decimal" else 0
        plain = rf"^-?[0-9]{{1,18}}(\.[0-9]{{1,{places}}})?$" if places else r"^-?[0-9]{1,18}$"
        if pc.all(pc.match_substring_regex(values, plain)).as_py() is False:
            return None
    elif not (pa.types.is_int64(values.type) or pa.types.is_decimal128(values.type)):
        return None
    try:
        numbers = values.cast(contract.arrow_type)
    except pa.ArrowInvalid:
        return None
    return numbers if _within(contract, numbers) else None


def _within(contract: FieldContract, numbers: pa.ChunkedArray) -> bool:
    bounds = pc.min_max(numbers).as_py()
    least, most = bounds["min"], bounds["max"]
    if least is None:
        return True
    low = contract.minimum is None or Decimal(least) >= contract.minimum
    return low and (contract.maximum is None or Decimal(most) <= contract.maximum)
