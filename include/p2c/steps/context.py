"""What every step of one run works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from p2c.cds import CdsStore
from p2c.errors import ConfigurationError, LeaseHeldError, NothingToReadError, StagingError
from p2c.flow import Flow
from p2c.key_range import KeyRange
from p2c.ledger import Ledger, Run, RunKey
from p2c.site import Site
from p2c.site_settings import Organization
from p2c.staging import StagedSet, StagedStep, Staging
from p2c.steps.step_progress import StepProgress
from p2c.systems.odata.statistics import Statistics

#: What a step hands to the next one: where its staged set is, and figures for people. Under 1 kB as JSON.
Reference = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """One step of one run, but for extract of one key range. ``attempt`` is unique per try.

    ``progress`` takes a line for a person.

    The step's client counts its requests in ``statistics``.
    """

    flow: Flow
    site: Site
    organization: str
    dag_id: str
    run_id: str
    attempt: str
    staging: Staging
    ledger: Ledger
    cds: CdsStore
    progress: Callable[[str], None]
    key_range: KeyRange = field(default_factory=KeyRange)
    statistics: Statistics = field(default_factory=Statistics)
    step_progress: StepProgress = field(default_factory=StepProgress)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Keep the ledger's word on the run true while a step works: running, or failed once it ends without a result.

        However it ends, its requests are added to the run's; only a process that is killed takes its figures along.
        """
        self.ledger.note_state(self.key, "running")
        try:
            yield
        except (LeaseHeldError, NothingToReadError):
            raise
        except BaseException:
            self.ledger.note_state(self.key, "failed")
            raise
        finally:
            self.ledger.add_statistics(self.key, self.statistics.totals())

    def advanced(self, step: str, done: int, total: int | None = None) -> None:
        """Let people see that ``done`` rows of ``total`` are done."""
        named = step if self.key_range.whole else f"{step}, {self.key_range}"
        self.step_progress.note(self.ledger, self.key, named, done, total)

    @property
    def key(self) -> RunKey:
        """The run in the ledger."""
        return RunKey(self.dag_id, self.run_id, self.flow.name, self.organization)

    @property
    def settings(self) -> Organization:
        """The organization's settings."""
        return self.site.organization(self.organization)

    @cached_property
    def applied_flow(self) -> Flow:
        """The flow with the site's changes."""
        return self.site.applied_to(self.flow)

    @cached_property
    def run(self) -> Run:
        """The run as it first started; raises ConfigurationError before extract has run."""
        run = self.ledger.run(self.key)
        if run is None:
            raise ConfigurationError(
                f"Run {self.run_id} of {self.flow.name} for {self.organization} is not in the ledger: clear extract."
            )
        return run

    def staged(self, step: str, key_range: KeyRange | None = None) -> StagedStep:
        """The staged set of a step of this run: all that extract has staged, else that of the key range."""
        of_step = KeyRange() if step == "extract" else key_range or self.key_range
        return self.staging.step(self.dag_id, self.run_id, self.organization, self.flow.name, step, of_step)

    def handed_on(self, reference: Mapping[str, object], step: str) -> StagedSet:
        """Open the set that ``reference`` names as the output of ``step``; raises StagingError."""
        staged = self.staged(step)
        if reference["uri"] != staged.uri:
            raise StagingError(
                f"The run staged {step} at {reference['uri']}, but the staging folder is now such that it lies at "
                f"{staged.uri}: set `staging` in site.toml back, or clear extract."
            )
        return staged.read()

    def reference(self, step: StagedStep, rows: int, counts: Mapping[str, int]) -> Reference:
        """What a step hands on."""
        window = self.run.window
        return {
            "uri": step.uri,
            "rows": rows,
            "counts": dict(counts),
            "window": [_iso(window.start), _iso(window.end), window.kind],
            "organization": self.organization,
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
