"""Value coverage: the values of source rows that no value map and no reference data know, before anything is loaded.

The steps judge the rows themselves, from extract to validate, over a staging folder and a ledger that are thrown away:
nothing is written to either system, and the installation's own ledger and staging are not touched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from upath import UPath

from p2c.cds import CdsStore
from p2c.check.finding import Finding, Severity
from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.errors import ConfigurationError
from p2c.flow import Flow
from p2c.ledger import Ledger
from p2c.ledger.records import UNKNOWN_REFERENCE, VALUE_MAP
from p2c.site import Site
from p2c.staging import Staging
from p2c.steps.context import StepContext
from p2c.steps.extract import extract
from p2c.steps.map import map_rows
from p2c.steps.validate import validate
from p2c.steps.verdict import Verdict
from p2c.systems.odata.query import Page, Query
from p2c.window import RunOptions

#: Values that are listed for one flow and organization, the most frequent first.
MOST_VALUES = 50
#: Rows that are named for one value.
MOST_KEYS = 3


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The values of one flow's source rows in one organization.

    ``source`` and ``destination`` are the clients of the two systems. The first ``limit`` rows of the source are read;
    ``progress`` takes a line for a person.
    """

    site: Site
    flow: Flow
    organization: str
    source: Any
    destination: Any
    limit: int
    progress: Callable[[str], None]

    def findings(self) -> list[Finding]:
        """A warning for each value that stops rows, and one that counts the rows; an error where the flow cannot run.

        Raises what reading the two systems raises.
        """
        with TemporaryDirectory(prefix="p2c-coverage-") as folder:
            first = FirstRows(self.source, self.flow.source.entity_set, self.limit)
            try:
                found = list(self._told(self._verdicts(Path(folder), first)))
            except ConfigurationError as error:
                return [self._finding(Severity.ERROR, error.message)]
            return [*found, *self._cut(first)]

    def _cut(self, first: FirstRows) -> Iterator[Finding]:
        if first.cut:
            text = (
                f"Only the first {_counted(first.read)} of {self.flow.source.entity_set} were read: values that only "
                "later rows hold are not among these. Raise --rows to read on."
            )
            yield self._finding(Severity.WARNING, text)

    def _verdicts(self, folder: Path, first: FirstRows) -> Iterator[Verdict]:
        engine = open_engine(f"sqlite:///{folder / 'ledger.sqlite'}")
        try:
            initialize(engine, [part.cds for part in self.site.applied_to(self.flow).parts])
            context = StepContext(
                flow=self.flow,
                site=self.site,
                organization=self.organization,
                dag_id=self.flow.name,
                run_id="coverage",
                attempt="1",
                staging=Staging(UPath(folder / "staging")),
                ledger=Ledger(engine),
                cds=CdsStore(engine),
                progress=self.progress,
            )
            extracted = extract(context, first, RunOptions(initial=True, dry_run=True))
            validated = validate(context, self.destination, map_rows(context, extracted))
            for part in context.handed_on(validated, "validate").parts("verdicts"):
                yield from map(Verdict.from_row, part.to_pylist())
        finally:
            engine.dispose()

    def _told(self, verdicts: Iterable[Verdict]) -> Iterator[Finding]:
        in_scope = 0
        keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        stopped: set[str] = set()
        others: Counter[str] = Counter()
        for verdict in verdicts:
            in_scope += verdict.verdict in ("ready", "rejected", "parked")
            texts = _unknown_values(verdict)
            for text in texts:
                keys[text][verdict.key or verdict.source_id] = None
                stopped.add(verdict.source_id)
            if verdict.verdict == "rejected" and not texts:
                others[verdict.reasons[0].code] += 1
        told = sorted(keys, key=lambda text: (-len(keys[text]), text))
        for text in told[:MOST_VALUES]:
            yield self._finding(Severity.WARNING, f"{text} Stops {_counted(len(keys[text]))}: {_named(keys[text])}.")
        if further := len(told[MOST_VALUES:]):
            yield self._finding(Severity.WARNING, f"{further} further values stop rows too.")
        if stopped or others:
            yield self._finding(Severity.WARNING, _summary(len(stopped), others, in_scope))

    def _finding(self, severity: Severity, text: str) -> Finding:
        return Finding(severity, self.flow.name, f"{self.flow.name} {self.organization}", text)


class FirstRows:
    """A source whose reading of one entity set ends with the page that holds its ``limit``-th row.

    ``read`` rows were handed on; they are ``cut`` short where the system had more pages.
    """

    def __init__(self, system: Any, entity_set: str, limit: int) -> None:
        self._system = system
        self._entity_set = entity_set
        self._limit = limit
        self.read = 0
        self.cut = False

    def __getattr__(self, name: str) -> Any:
        """All else is the system's own."""
        return getattr(self._system, name)

    def pages(self, query: Query, *arguments: Any, **named: Any) -> Iterator[Page]:
        """Pages as the system reads them."""
        for page in self._system.pages(query, *arguments, **named):
            yield page
            if query.entity_set != self._entity_set:
                continue
            self.read += len(page.rows)
            if self.read >= self._limit:
                self.cut = page.resume is not None
                return


def _unknown_values(verdict: Verdict) -> list[str]:
    if verdict.verdict not in ("rejected", "parked"):
        return []
    reasons = (reason for reason in verdict.reasons if reason.code in (VALUE_MAP, UNKNOWN_REFERENCE))
    return list(dict.fromkeys(f"{reason.field}: {reason.text}" for reason in reasons))


def _summary(stopped: int, others: Mapping[str, int], in_scope: int) -> str:
    listed = ", ".join(f"{code} {rows}" for code, rows in sorted(others.items()))
    text = f"Of {_counted(in_scope)} in scope, values without a mapping stop {stopped}"
    return f"{text}; other rules reject {sum(others.values())} ({listed})." if listed else f"{text}."


def _counted(rows: int) -> str:
    return f"{rows} row" if rows == 1 else f"{rows} rows"


def _named(keys: Collection[str]) -> str:
    return ", ".join(sorted(keys)[:MOST_KEYS]) + (" and others" if len(keys) > MOST_KEYS else "")
