"""Loads: against the same requests pre-rendered, and by number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.case import Case
from benchmarks.loopback_server import Settings
from benchmarks.result import Bar, Result
from benchmarks.rounds import Figures, Server, kept_folder, ratio, rounds, run, served
from benchmarks.scale import READ, Scale

REPLAY = "the same requests, pre-rendered"


def load_alone(scale: Scale, rows: int) -> Figures:
    """The load of a prepared set."""
    with kept_folder() as folder, served(Settings(rows=rows)) as server:
        start = str(folder / "prepared")
        prepare(server, start, rows)
        case = Case(
            name=f"load of {rows:,} rows",
            kind="our_steps.steps",
            origin=server.origin,
            rows=rows,
            steps=("load",),
            begun_from=start,
        )
        return rounds(server, [case], scale.rounds, before="empty")


def growth(figures: Figures, names: Sequence[str]) -> Iterator[Bar]:
    """The processor time of a row in each case, over that of the case where it takes least."""
    per_row = {name: [each["cpu"] / each["rows"] for each in figures[name]] for name in names}
    least = min((median(values) for values in per_row.values()), default=1.0)
    for name, values in per_row.items():
        ratios = [value / least for value in values]
        yield Bar(f"processor seconds per row, {name}, over the least", ratios, 1.2, "most")


def load_bars(figures: Figures, scale: Scale) -> Iterator[Bar]:
    names = [f"load of {rows:,} rows" for rows in scale.loads]
    yield from growth(figures, names)
    for name in names[-1:]:
        yield Bar(f"peak memory of a {name}", [each["memory"] for each in figures[name]], 256, "most", " MiB")


def load(scale: Scale) -> Result:
    """F&O: the whole load step; Sales: the client's upserts, for the step's plan is the same code."""
    figures: Figures = {}
    with kept_folder() as folder:
        for name, settings, rows in (
            ("", Settings(rows=scale.loaded), scale.loaded),
            (" at 10 ms a row", Settings(rows=scale.slow, row_time=10), scale.slow),
        ):
            with served(settings) as server:
                start = str(folder / f"prepared{rows}")
                prepare(server, start, rows)
                of_load = Case(
                    name=f"load to F&O{name}",
                    kind="our_steps.steps",
                    origin=server.origin,
                    rows=rows,
                    steps=("load",),
                    begun_from=start,
                )
                of_upserts = Case(
                    name=f"UpsertMultiple to Sales{name}",
                    kind="our_steps.writes",
                    origin=server.origin,
                    rows=rows,
                    system="sales",
                )
                for case in (of_load, of_upserts):
                    figures |= against_replay(server, case, scale.rounds, folder)
    bars = [
        Bar(f"of the pre-rendered rate, {name}", ratio(figures, f"{name}: {REPLAY}", name), 0.7)
        for name in ("load to F&O", "UpsertMultiple to Sales")
    ]
    bars += [
        Bar(
            f"ours of wall time, {name}",
            [100 * (1 - share) for share in ratio(figures, f"{name}: {REPLAY}", name)],
            5,
            "most",
            " %",
        )
        for name in ("load to F&O at 10 ms a row", "UpsertMultiple to Sales at 10 ms a row")
    ]
    what = (
        f"{scale.loaded:,} creates without latency; {scale.slow:,} where the server takes 10 ms a row; two lanes. "
        "The pre-rendered requests are the bytes alone: no row is looked up, compared, rendered, or recorded in the "
        "CDS and the ledger."
    )
    return Result("load", "Load", what, figures, bars)


def prepare(server: Server, folder: str, rows: int, steps: tuple[str, ...] = READ, run_id: str = "measured") -> None:
    """Leave in ``folder`` what the steps of a run leave."""
    Path(folder).mkdir(exist_ok=True)
    run(
        Case(
            name="prepare",
            kind="preparation.prepared",
            origin=server.origin,
            rows=rows,
            steps=steps,
            run_id=run_id,
            begun_from=folder,
        )
    )


def against_replay(server: Server, case: Case, number: int, folder: Path) -> Figures:
    """A case, and the requests it sent sent again without the work between them."""
    server.control("empty")
    server.control("begin")
    run(case)
    tape = server.tape(folder / f"{case.kind}{case.rows}.tape")
    again = Case(
        name=f"{case.name}: {REPLAY}",
        kind="floors.replayed",
        origin=server.origin,
        rows=case.rows,
        lanes=case.lanes,
        tape=tape,
    )
    return rounds(server, [case, again], number, before="empty")
