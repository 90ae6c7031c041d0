"""Both systems and one installation: a copy of an image of its own for each trial."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.crash_points import CrashPoints, Manner
from faults.databases import Database, opened
from faults.processes import Child, Ended, forked
from faults.task_process import STOPPED, done_as_task
from faults.truth import Undisturbed
from faults.virtual_clock import JumpingPauses, VirtualClock
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps
from fixtures.trial import SITE, Trial
from requests import Response, Session

from p2c.flows import FLOWS
from p2c.key_range import KeyRange
from p2c.site import Site
from p2c.systems.odata.throttle import WaitLimits
from p2c.systems.odata.transport import Timeout, new_transport

STEPS = ("extract", "map", "validate", "load")
#: Small, so that a run of few rows makes many requests, parts and batches.
SMALL: Mapping[str, int] = {"page_size": 24, "part_rows": 24, "batch_size": 4}
#: A page of a flow with lines is a tenth of `page_size`, so that its lines fit.
SMALL_WITH_LINES = {**SMALL, "page_size": 240}
PROCESS_SECONDS = 120
WHOLE = KeyRange()
TIMEOUT = Timeout(connect=5, read=20)


@dataclass(frozen=True)
class Killed:
    """Where the process of a step is killed: at one of its requests, or at a crash point between two of them.

    `number` counts requests from 1 and crash points from 0; `moment` of a request is arrival, carried_out, half_sent or
    sent. With SIGSTOP for a `signal` the process of a request only stops there.
    """

    step: str
    number: int
    moment: str = ""
    manner: Manner = "kill"
    signal: str = "SIGKILL"
    name: str = ""  #: of the crash point from which `number` counts

    def __str__(self) -> str:
        return f"{self.step}, {f'request {self.number} {self.moment}' if self.moment else f'crash point {self.number}'}"

    def plan(self, pid: int) -> dict[str, Any]:
        """The sandbox's fault plan for it."""
        return {
            "match": {"nth": self.number},
            "action": {"kill": {"pid": pid, "moment": self.moment, "signal": self.signal}},
        }


@dataclass(frozen=True)
class Returned:
    """What a step returned, and the crash points its process had come to by then."""

    flow: str
    run_id: str
    organization: str
    step: str
    key_range: KeyRange
    reference: Any
    crash_points: tuple[str, ...]


@dataclass
class World:
    """One trial of a flow: a sandbox, a CDS database, a staging folder and processes to work on them.

    `run` and `rerun` do what Airflow does: start the steps in processes of their own, and a failed one again.
    """

    sandbox: Sandbox
    database: Database
    folder: Path
    flow: str
    organizations: tuple[str, ...]
    undisturbed: Undisturbed | None = None
    settings: dict[str, int] = field(default_factory=dict)
    site: Site = SITE
    session_options: dict[str, Any] = field(default_factory=dict)
    extra_writes_allowed: int = 0
    brief: bool = False  #: as in `make test`, which takes minutes
    told: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    _references: dict[tuple[str, str, str, str, KeyRange], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(self.let_pass)
        self.session_options = {
            "wait": self.clock.wait,
            "clock": self.clock.now,
            "timeout": TIMEOUT,
            "limits": WaitLimits(),
        } | self.session_options
        self.settings = dict(SMALL_WITH_LINES if FLOWS[self.flow].lines else SMALL) | self.settings
        self.log = self.folder / "log"
        effects = self.sandbox.effects()
        self.since = effects[-1]["id"] if effects else 0
        requests = self.sandbox.requests_seen()
        self.requests_since = requests[-1]["id"] if requests else 0

    @property
    def expected(self) -> Undisturbed:
        """What a run that nothing disturbs comes to."""
        assert self.undisturbed is not None
        return self.undisturbed

    def let_pass(self, seconds: float) -> None:
        """Move the clock of both systems on."""
        self.sandbox.control("POST", "clock", {"shift_seconds": seconds})

    def jump_between_requests(self) -> None:
        """Let time jump only while no request is on its way: then the journal tells who was early."""
        self.clock.between_requests = self.folder / "on their way"

    def trial(self, flow: str = "") -> Trial:
        """The installation as this process sees it; its engine has to be disposed of before a process is forked."""
        engine, declared = opened(self.database), FLOWS[flow or self.flow]
        trial = Trial(self.sandbox, engine, self.folder, declared, initialized=True)
        runs = self.site.runs.model_copy(update=self.settings)
        trial.steps.site = self.site.model_copy(update={"runs": runs})
        trial.steps.session_options = self.session_options | {"pauses": JumpingPauses(trial.steps.engine, self.clock)}
        return trial

    def looked_at(self, look: Callable[[Trial], Any], flow: str = "") -> Any:
        """What `look` finds in the installation, with no connection left open."""
        trial = self.trial(flow)
        try:
            return look(trial)
        finally:
            trial.steps.engine.dispose()

    def start(
        self,
        run_id: str,
        organization: str,
        *,
        steps: tuple[str, ...] = STEPS,
        flow: str = "",
        kill: Killed | None = None,
        key_range: KeyRange = WHOLE,
        **options: Any,
    ) -> Child:
        """Fork a process that does these steps of a run, the first from what the one before it returned."""
        flow = flow or self.flow
        crash_points = CrashPoints()
        if kill and not kill.moment:
            crash_points = CrashPoints(kill.number, kill.manner, kill.name)
        reference = self._given(flow, run_id, organization, steps[0], key_range)

        def work(tell: Callable[[Any], None]) -> None:
            self.sandbox.forget_sessions()
            doing = self.trial(flow).steps
            doing.lines = Printed()
            doing.transport = self.clock.heeded(crash_points.watched(_overheard(tell)))
            crash_points.watch(doing.engine, self.folder / "staging")

            def do() -> None:
                given = reference
                for step in steps:
                    given = _do(doing, step, (run_id, organization), given, key_range, options)
                    tell(Returned(flow, run_id, organization, step, key_range, given, tuple(crash_points.names)))

            done_as_task(flow, organization, do)

        child = forked(work, self.log)
        if kill and kill.moment:
            self.sandbox.plan_faults(kill.plan(child.pid))
        child.go()
        return child

    def end(self, child: Child, seconds: float = PROCESS_SECONDS) -> Ended:
        """Wait for a process, and remember what its steps returned as XCom would."""
        ended = child.end(seconds)
        for said in ended.told:
            if isinstance(said, Returned):
                place = (said.flow, said.run_id, said.organization, said.step, said.key_range)
                self._references[place] = said.reference
            elif isinstance(said, str):
                self.tokens.add(said)
        self.told.append(str(ended))
        return ended

    def _given(self, flow: str, run_id: str, organization: str, step: str, key_range: KeyRange) -> Any:
        """What a step is handed: by the step before it, finish by the loads of all ranges."""
        place = (flow, run_id, organization)
        if step == "finish":
            return [self._references.get((*place, "load", each)) for each in key_range.all]
        before = STEPS[STEPS.index(step) - 1]
        return self._references.get((*place, before, WHOLE if before == "extract" else key_range))

    def run(self, run_id: str, organization: str = "", **options: Any) -> list[Ended]:
        """Run all steps for one organization, or for all one after the other."""
        names = (organization,) if organization else self.organizations
        return [self.end(self.start(run_id, name, **options)) for name in names]

    def killed(
        self, run_id: str, organization: str, kill: Killed, *, seconds: float = PROCESS_SECONDS, **options: Any
    ) -> Ended:
        """Run up to the step of `kill`, which is done in a process that is killed there; see how that ended."""
        before = STEPS[: STEPS.index(kill.step)]
        if not set(before) <= set(self.returned(run_id, organization)):
            self.must(self.end(self.start(run_id, organization, steps=before, **options)))
        ended = self.end(self.start(run_id, organization, steps=(kill.step,), kill=kill, **options), seconds)
        self.sandbox.clear_faults()
        assert ended.well or ended.signal or ended.error.startswith(STOPPED), (
            f"the step was to be killed at {kill}, but ended with {ended}"
        )
        return ended

    def meanwhile(self, run_id: str, organization: str, step: str, number: int, deed: Callable[[], object]) -> Ended:
        """Do a step of a run, and the deed while its process stands still after the answer to its `number`th request.

        If it has fewer requests, the deed is done afterwards.
        """
        child = self.start(run_id, organization, steps=(step,), kill=Killed(step, number, "sent", signal="SIGSTOP"))
        stopped = os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        self.sandbox.clear_faults()
        deed()
        if stopped and stopped.si_code == os.CLD_STOPPED:
            os.kill(child.pid, signal.SIGCONT)
        return self.end(child)

    def rerun(self, run_id: str, organization: str, step: str, **options: Any) -> Ended:
        """Clear a step and those after it."""
        return self.end(self.start(run_id, organization, steps=STEPS[STEPS.index(step) :], **options))

    def returned(self, run_id: str, organization: str) -> list[str]:
        """The steps of a run that have returned, in order."""
        return [step for step in STEPS if (self.flow, run_id, organization, step, WHOLE) in self._references]

    def reference(self, run_id: str, organization: str, step: str) -> Any:
        """What a step returned, as XCom keeps it."""
        return self._references[self.flow, run_id, organization, step, WHOLE]

    def must(self, *ended: Ended) -> None:
        """These processes ended well; an AssertionError tells of the one that did not."""
        for each in ended:
            assert each.well, f"a run that nothing disturbed ended with {each}"

    def effects(self) -> list[dict[str, Any]]:
        """What was changed at the flow's destination since the trial began."""
        return self.sandbox.effects(system=FLOWS[self.flow].destination.system, since=self.since)

    def requests(self) -> list[dict[str, Any]]:
        """The requests since the trial began, without the operations inside batches."""
        found = self.sandbox.requests_seen(since=self.requests_since)
        return [request for request in found if request["operation"] is None]


class Printed(list[str]):
    """Lines of progress, which go to the log of the trial."""

    def append(self, line: str) -> None:
        print(line, flush=True)


def _do(
    steps: Steps, step: str, run: tuple[str, str], given: Any, key_range: KeyRange, options: Mapping[str, Any]
) -> Any:
    run_id, organization = run
    match step:
        case "extract":
            return steps.extract(run_id, organization, **options)
        case "finish":
            return steps.finish(run_id, given, organization)
    return getattr(steps, step)(run_id, given, organization, key_range)


def _overheard(tell: Callable[[Any], None]) -> Callable[[], Session]:
    """Transports that tell the tokens they send, for the search for secrets."""
    known: set[str] = set()

    def heard(response: Response, *_: Any, **__: Any) -> None:
        token = str(response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
        if token and token not in known:
            known.add(token)
            tell(token)

    def transport() -> Session:
        session = new_transport()
        session.hooks["response"].append(heard)
        return session

    return transport
