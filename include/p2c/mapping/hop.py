"""One hop of a flow, a column at a time.

A column is worked on by its distinct values, so a value map or a conversion runs once per value, not once per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from p2c.contract import FieldContract, UnfitValueError, Value, shortened, stored_length, truncated
from p2c.errors import ConfigurationError
from p2c.flow import (
    Block,
    Computed,
    Constant,
    DateDefault,
    FirstFilled,
    Join,
    LengthPolicy,
    LocalDate,
    OnlyIf,
    Pair,
    SiteDefault,
    Transform,
    ValueMap,
)
from p2c.ledger import Reason
from p2c.ledger.records import VALUE_MAP
from p2c.mapping.at_once import read_at_once
from p2c.mapping.dates import default_date, local_date
from p2c.mapping.value_map import part_of, translate
from p2c.site_settings import ValueMapTable

UTC = ZoneInfo("UTC")
#: None, which pandas takes in the place of a missing value though its stubs deny it.
NULL: Any = None


@dataclass(frozen=True)
class Finding:
    """A reason that concerns one row of a part and the ``target`` field of a hop."""

    row: int
    target: str
    reason: Reason


@dataclass(frozen=True)
class MappedPart:
    """The mapped columns, what speaks against single rows, and what was changed on the way (truncations)."""

    frame: pd.DataFrame
    problems: tuple[Finding, ...]
    notes: tuple[Finding, ...]


@dataclass(frozen=True)
class Hop:
    """A mapping of one hop, ready to run.

    ``contracts`` are those of the targets; ``origins`` names for a field of this hop's source the field of the flow's
    source it stems from, so that a finding names what a person sees in the master system. ``truncatable`` are the
    targets that a site may have cut to length. ``time_zone`` is that of dates without a time.
    """

    pairs: tuple[Pair, ...]
    contracts: Mapping[str, FieldContract]
    value_maps: Mapping[str, ValueMapTable] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    defaults_place: str = "site.toml"
    blocks: tuple[Block, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    truncatable: frozenset[str] = frozenset()
    time_zone: ZoneInfo = UTC

    def apply(self, source: pd.DataFrame) -> MappedPart:
        """Map one part; raises ConfigurationError for a default or value map the site lacks."""
        work = _Part(self, source)
        for pair in self.pairs:
            work.fill(pair)
        for block in self.blocks:
            work.settle(block)
        return MappedPart(pd.DataFrame(work.columns, index=source.index), tuple(work.problems), tuple(work.notes))

    def origin(self, pair: Pair) -> str:
        """The field of the flow's source that fills a pair; the target where it is a constant."""
        names = [self.origins.get(name, name) for name in pair.sources]
        return ", ".join(names) or pair.target


class _Part:
    """One part on its way through a hop."""

    def __init__(self, hop: Hop, source: pd.DataFrame) -> None:
        self.hop = hop
        self.source = source
        self.columns: dict[str, pd.Series] = {}
        self.problems: list[Finding] = []
        self.notes: list[Finding] = []

    def fill(self, pair: Pair) -> None:
        contract = self.hop.contracts[pair.target]
        at_once = partial(read_at_once, contract, cut=pair.length is LengthPolicy.TRUNCATE)
        plain = not pair.transforms and len(pair.sources) == 1
        whole = at_once(self.source[pair.sources[0]]) if plain else None
        if whole is None:
            column = self._read(pair)
            for transform in pair.transforms:
                column = self._transform(pair, transform, column)
            whole = None if plain else at_once(column)
        if whole is None:
            column = self._by_value(pair, column, lambda value: contract.parse(str(value)))
            if pair.length is LengthPolicy.TRUNCATE and contract.length:
                column = self._truncate(pair, column, contract.length)
            whole = pa.array(column, contract.arrow_type)
        self.columns[pair.target] = pd.Series(whole, self.source.index, dtype=pd.ArrowDtype(contract.arrow_type))

    def settle(self, block: Block) -> None:
        """Empty a block without content; findings on its other fields fall with it."""
        doubtful = {finding.row for finding in self.problems if finding.target in block.content}
        content = pd.concat([self.columns[name].notna() for name in block.content], axis=1)
        filled = content.any(axis=1).to_numpy(bool, copy=True)
        filled[sorted(doubtful)] = True
        for name in block.fields:
            self.columns[name] = self.columns[name].where(filled, None)
        self.columns[block_column(block)] = pd.Series(filled, self.source.index, dtype=pd.ArrowDtype(pa.bool_()))
        self.problems = [f for f in self.problems if filled[f.row] or f.target not in block.fields]

    def _read(self, pair: Pair) -> pd.Series:
        columns = [self._objects(name) for name in pair.sources]
        if computed := next((transform for transform in pair.transforms if isinstance(transform, Computed)), None):
            return self._computed(pair, computed, columns)
        if not columns:
            return self._constant(None)
        if join := next((transform for transform in pair.transforms if isinstance(transform, Join)), None):
            return self._combined(columns, partial(_joined, join.separator))
        if any(isinstance(transform, FirstFilled) for transform in pair.transforms):
            return self._combined(columns, _first_filled)
        return columns[0]

    def _objects(self, name: str) -> pd.Series:
        values = self.source[name].to_numpy(dtype=object, na_value=NULL)
        return pd.Series(values, index=self.source.index, dtype=object)

    def _combined(self, columns: Sequence[pd.Series], combine: Callable[[Sequence[object]], object]) -> pd.Series:
        values = [combine(row) for row in zip(*columns, strict=True)]
        return pd.Series(values, index=self.source.index, dtype=object)

    def _computed(self, pair: Pair, computed: Computed, columns: Sequence[pd.Series]) -> pd.Series:
        results: dict[tuple[object, ...], object] = {}
        failures: dict[tuple[object, ...], str] = {}
        rows = [tuple(map(_filled, row)) for row in zip(*columns, strict=True)]
        for row in dict.fromkeys(rows):
            try:
                results[row] = computed.function(*row)
            except ConfigurationError:
                raise
            except ValueError as error:
                failures[row] = f"{pair.target}: {shortened(str(error))}."
            except Exception as error:
                said = f"{type(error).__name__}: {shortened(str(error))}"
                failures[row] = (
                    f"{pair.target}: {computed.name} fails on this row ({said}); mend the row or the function."
                )
        for number, row in enumerate(rows):
            if row in failures:
                value = shortened(", ".join("" if cell is None else str(cell) for cell in row))
                reason = Reason("computed", failures[row], self.hop.origin(pair), value)
                self.problems.append(Finding(number, pair.target, reason))
        return pd.Series([results.get(row) for row in rows], index=self.source.index, dtype=object)

    def _constant(self, value: str | None) -> pd.Series:
        return pd.Series([value] * len(self.source), index=self.source.index, dtype=object)

    def _transform(self, pair: Pair, transform: Transform, column: pd.Series) -> pd.Series:
        match transform:
            case Constant(value):
                column = self._constant(value)
            case SiteDefault(required):
                column = self._default(pair, column, required=required)
            case ValueMap():
                column = self._value_map(pair, transform, column)
            case LocalDate():
                column = self._by_value(pair, column, lambda value: local_date(str(value), self.hop.time_zone))
            case DateDefault(name):
                column = self._default_date(pair, name, column)
            case OnlyIf(target):
                column = column.where(self.columns[target].fillna(value=False).astype(bool), None)
            case Join() | FirstFilled() | Computed():  # combined the source fields when they were read
                pass
        return column

    def _default_date(self, pair: Pair, name: str, column: pd.Series) -> pd.Series:
        default, blank = self.hop.defaults.get(name), column.isna()
        self.columns[default_column(pair.target)] = blank.astype(pd.ArrowDtype(pa.bool_()))
        if default is None:
            return column
        base = self.source[pair.sources[1]].astype(object)
        try:
            counted = base.where(base.notna(), None).map(partial(default_date, default))
        except UnfitValueError as error:
            raise ConfigurationError(f"{self.hop.defaults_place} {name}: {error}.") from None
        return column.where(~blank, counted)

    def _default(self, pair: Pair, column: pd.Series, *, required: bool) -> pd.Series:
        default = self.hop.defaults.get(pair.target)
        if default is None and required:
            raise ConfigurationError(f"{self.hop.defaults_place} lacks {pair.target}: state the default for it there.")
        blank = np.array([value is None or not str(value).strip() for value in column.tolist()], dtype=bool)
        blank[[finding.row for finding in self.problems if finding.target == pair.target]] = False
        return column.where(~blank, default)

    def _value_map(self, pair: Pair, transform: ValueMap, column: pd.Series) -> pd.Series:
        table = self.hop.value_maps.get(transform.name, dict(transform.entries) or None)
        if table is None:
            raise ConfigurationError(
                f"site.toml has no value map [value_maps.{transform.name}], which {pair.target} needs."
            )
        if transform.per is None:
            return self._by_value(pair, column, _translator(transform, table), VALUE_MAP)
        codes, keys = pd.factorize(self.columns[transform.per].astype(object))
        result = self._constant(None)
        for code, key in [(-1, ""), *enumerate(keys)]:
            mine = codes == code
            translator = _translator(transform, part_of(table, str(key)), str(key))
            result = result.where(~mine, self._by_value(pair, column.where(mine, None), translator, VALUE_MAP))
        return result

    def _by_value(
        self, pair: Pair, column: pd.Series, function: Callable[[object], Value], code: str = "type"
    ) -> pd.Series:
        codes, values = pd.factorize(column)
        results = np.empty(len(values) + 1, dtype=object)  # the last one stands for null, code -1
        for number, value in enumerate(values):
            try:
                results[number] = function(value)
            except UnfitValueError as error:
                text = f"{pair.target}: {shortened(str(value))!r} {error}."
                reason = Reason(code, text, self.hop.origin(pair), shortened(str(value)))
                self._note(self.problems, pair, codes == number, reason)
        return pd.Series(results[codes], index=column.index, dtype=object)

    def _truncate(self, pair: Pair, column: pd.Series, length: int) -> pd.Series:
        too_long = column.map(lambda text: isinstance(text, str) and stored_length(text) > length).to_numpy(bool)
        reason = Reason("truncated", f"{pair.target}: cut to {length} characters.", self.hop.origin(pair))
        self._note(self.notes, pair, too_long, reason)
        return column.map(lambda text: truncated(text, length) if isinstance(text, str) else text)

    def _note(self, findings: list[Finding], pair: Pair, rows: np.ndarray, reason: Reason) -> None:
        findings.extend(Finding(int(row), pair.target, reason) for row in np.flatnonzero(rows))


def _filled(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _joined(separator: str, values: Sequence[object]) -> str | None:
    return separator.join([text for value in values if value and (text := str(value).strip())]) or None


def _first_filled(values: Sequence[object]) -> object:
    return next((value for value in map(_filled, values) if value is not None), None)


def _translator(transform: ValueMap, table: Mapping[str, object], part: str = "") -> Callable[[object], Value]:
    return lambda value: translate(transform, table, str(value), part)


def default_column(target: str) -> str:
    """The staged column that says whether a date is the organization's default."""
    return f"default:{target}"


def block_column(block: Block) -> str:
    """The staged column that says whether a block is sent."""
    return f"block:{block.name}"


def defaulted_fields(row: Mapping[str, object]) -> frozenset[str]:
    """The fields of a staged row that hold a default which is written on create only."""
    prefix = default_column("")
    return frozenset(name.removeprefix(prefix) for name, value in row.items() if name.startswith(prefix) and value)


def withheld_fields(blocks: Iterable[Block], row: Mapping[str, object]) -> frozenset[str]:
    """The fields of a staged row that its empty blocks keep from being sent."""
    return frozenset(name for block in blocks if not row[block_column(block)] for name in block.fields)
