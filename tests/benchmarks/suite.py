"""The benchmarks, in the order of the published table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil, log2

import msgspec
from benchmarks.case import Case
from benchmarks.loads import growth, load, load_alone, load_bars, prepare
from benchmarks.loopback_server import Settings
from benchmarks.peers.installed import installed_peers
from benchmarks.result import Bar, Plot, Result, rows_per_second
from benchmarks.rounds import Figures, kept_folder, middle, ratio, rounds, served
from benchmarks.scale import READ, Scale

BATCH = 100
OURS, FLOOR, LINE, PANDAS = "Prospect to cash", "honest floor", "plain line, unparsed", "hand-written pandas"
TWENTY_MILLISECONDS = 20


def extract(scale: Scale) -> Result:
    with served(Settings(rows=scale.rows)) as server:
        cases = [
            Case(name=LINE, kind="floors.line", origin=server.origin, rows=scale.rows),
            Case(name=FLOOR, kind="floors.read_and_store", origin=server.origin, rows=scale.rows),
            Case(name=OURS, kind="our_steps.steps", origin=server.origin, rows=scale.rows, steps=("extract",)),
            *installed_peers(server.origin, scale.rows),
        ]
        figures = rounds(server, cases, scale.rounds)
    fastest = min((case.name for case in cases), key=lambda name: middle(figures, name) if name != LINE else 1e9)
    frameworks = [case.name for case in cases[3:] if "framework" in case.name]
    bars = [
        Bar("of the honest floor's rate", ratio(figures, FLOOR, OURS), 0.85),
        Bar("the plain line's rate over the fastest client's", ratio(figures, fastest, LINE), 5),
    ]
    if frameworks:
        best = min(frameworks, key=lambda name: middle(figures, name))
        bars.append(Bar(f"times the fastest full framework ({best})", ratio(figures, best, OURS), 5))
    what = f"{scale.rows:,} accounts in pages of 5,000, to a durable staged set."
    plot = Plot("Rows a second, by client", "rows a second", "", rows_per_second(figures), logarithmic=True, bars=True)
    return Result("extract", "Extract", what, figures, bars, plot)


def chain(scale: Scale) -> Result:
    with served(Settings(rows=scale.rows)) as server:
        cases = [
            Case(name=OURS, kind="our_steps.steps", origin=server.origin, rows=scale.rows, steps=READ),
            Case(name=PANDAS, kind="by_hand.mapped", origin=server.origin, rows=scale.rows),
        ]
        figures = rounds(server, cases, scale.rounds)
    rates = [each["rows"] / each["cpu"] for each in figures[OURS]]
    bars = [
        Bar("rows per second of one core", rates, 20_000),
        Bar("of the hand-written code's rate, processor time", ratio(figures, PANDAS, OURS, "cpu"), 0.7),
    ]
    what = f"Extract, map and validate of {scale.rows:,} accounts on one core."
    return Result("chain", "Extract, map and validate", what, figures, bars)


def memory(scale: Scale) -> Result:
    figures: Figures = {}
    for rows in scale.sizes:
        with served(Settings(rows=rows)) as server:
            case = Case(name=f"{rows:,} rows", kind="our_steps.steps", origin=server.origin, rows=rows, steps=READ)
            figures |= rounds(server, [case], scale.rounds)
    names = list(figures)
    for rows in scale.loads:
        figures |= load_alone(scale, rows)
    bars = list(growth(figures, names))
    bars += [
        Bar(
            f"peak memory of {step} at {names[-1]}",
            [each[f"{step}_memory"] for each in figures[names[-1]]],
            256,
            "most",
            " MiB",
        )
        for step in READ
    ]
    bars += list(load_bars(figures, scale))
    series = {
        step: [(float(rows), middle(figures, f"{rows:,} rows", f"{step}_memory")) for rows in scale.sizes]
        for step in READ
    }
    plot = Plot("Peak memory by rows", "rows", "MiB above interpreter and imports", series, logarithmic=True)
    if scale.loads:
        series["load"] = [(float(rows), middle(figures, f"load of {rows:,} rows", "memory")) for rows in scale.loads]
    what = (
        "Extract, map and validate of sets of growing size, and loads of rows that are all to be created, each step's "
        "peak above interpreter and imports. What a run costs however few its rows (a tenth of a second) weighs most "
        "on the smallest set."
    )
    return Result("memory", "Processor time and memory by rows", what, figures, bars, plot)


def hint(scale: Scale) -> Result:
    lanes, rows = 8, 8 * BATCH * scale.turns
    figures: Figures = {}
    for name, throttle in (("with a hint of 8", 0), ("with a hint of 8 and one 429", 20)):
        settings = Settings(latency=TWENTY_MILLISECONDS, row_time=2, parallelism=lanes, throttle_at=throttle)
        with served(settings) as server:
            case = Case(name=name, kind="our_steps.writes", origin=server.origin, rows=rows, system="sales", lanes=16)
            figures |= rounds(server, [case], scale.rounds, before="empty")
    ceiling = lanes * BATCH / ((TWENTY_MILLISECONDS + 2 * BATCH + TWENTY_MILLISECONDS) / 1000)
    rates = [each["rows"] / each["seconds"] / ceiling for each in figures["with a hint of 8"]]
    early = [float(each["server"]["early"]) for each in figures["with a hint of 8 and one 429"]]
    bars = [
        Bar("of the ceiling that the hint sets", rates, 0.9),
        Bar("requests inside a Retry-After window", early, 0, "most"),
    ]
    what = (
        f"{rows:,} upserts to Sales at 20 ms latency and 2 ms a row. The ceiling is 8 lanes, each always busy: a "
        "batch is a write and the read of its ids. It counts neither the work of the server's process nor that two "
        "lanes are open at first."
    )
    return Result("hint", "Parallelism hint", what, figures, bars)


def bad_rows(scale: Scale) -> Result:
    rows = scale.loaded * 2
    bars, series = [], {}
    figures: Figures = {}
    shares = {"clean": 0, f"one in {rows:,}": rows, "1 %": 100, "50 %": 2}
    for system, title in (("finance_operations", "F&O"), ("sales", "Sales")):
        clean, points = 0.0, []
        for share, every in shares.items():
            name = f"{title}, {share}"
            with served(Settings(bad_every=every)) as server:
                case = Case(name=name, kind="our_steps.writes", origin=server.origin, rows=rows, system=system)
                figures |= rounds(server, [case], scale.rounds, before="empty")
            requests = middle({name: [each["server"] for each in figures[name]]}, name, "requests")
            bad = rows // every if every else 0
            clean = clean or requests
            if bad:
                bars.append(
                    Bar(
                        f"extra requests per bad row, {name}",
                        [max(0.0, (requests - clean) / bad)],
                        2 * ceil(log2(BATCH)) + 2,
                        "most",
                    )
                )
            points.append((100 * bad / rows, middle(figures, name)))
        series[title] = points
    plot = Plot("Time by share of bad rows", "% bad", "seconds", series)
    what = f"{rows:,} writes through our clients in batches of {BATCH}, some refused by the destination."
    return Result("bad-rows", "Bad rows", what, figures, bars, plot)


def changed(scale: Scale) -> Result:
    rows, figures = scale.loaded, Figures()
    with kept_folder() as folder, served(Settings(rows=rows)) as server:
        start = str(folder / "loaded")
        prepare(server, start, rows, steps=(*READ, "load"), run_id="first")
        server.control("keep")
        whole = Case(
            name="", kind="our_steps.steps", origin=server.origin, rows=rows, steps=(*READ, "load"), begun_from=start
        )
        both = Case(name="reading both ends alone", kind="our_steps.both_ends_read", origin=server.origin, rows=rows)
        points = []
        for percent in (0, 10, 100):
            case = msgspec.structs.replace(whole, name=f"{percent} % changed")
            server.control(f"change?{percent}")
            figures |= rounds(server, [case, both] if not percent else [case], scale.rounds, before="restore")
            points.append((float(percent), middle(figures, case.name)))
    unchanged = figures["0 % changed"]
    bars = [
        Bar("times reading both ends, nothing changed", ratio(figures, "0 % changed", both.name), 1.3, "most"),
        Bar("writes where nothing changed", [float(each["server"]["rows_written"]) for each in unchanged], 0, "most"),
    ]
    plot = Plot("Time by share of changed rows", "% changed", "seconds", {OURS: points})
    what = (
        f"All four steps over {rows:,} accounts that F&O already has. Reading both ends alone does nothing with what "
        "it reads: it stages, maps, judges, compares and records no row."
    )
    return Result("changed", "Share of rows changed", what, figures, bars, plot)


def parsing(scale: Scale) -> Result:
    files, alone = "all DAG files", "a DAG file that only imports the SDK"
    with served(Settings(rows=1)) as server:
        cases = [Case(name=files, kind="parsing.ours"), Case(name=alone, kind="parsing.sdk_alone")]
        figures = rounds(server, cases, scale.repeated)
    more = [a["cpu"] - b["cpu"] for a, b in zip(figures[files], figures[alone], strict=True)]
    bars = [Bar("processor seconds to parse all DAG files, more than the SDK alone", more, 0.15, "most", " s")]
    return Result("parsing", "Parsing", "DAG files, each time in a fresh process, imports included.", figures, bars)


def key_ranges(scale: Scale) -> Result:
    one, two = "one worker", "two workers, a key range each"
    with served(Settings(rows=scale.slow, row_time=10)) as server:
        cases = [
            Case(name=name, kind="key_ranges.split", origin=server.origin, rows=scale.slow, key_ranges=number)
            for name, number in ((one, 1), (two, 2))
        ]
        figures = rounds(server, cases, scale.rounds, before="empty")
    bars = [Bar("times one worker's rate, with two", ratio(figures, one, two), 1.7)]
    what = (
        f"A whole run of {scale.slow:,} creates at F&O, which takes 10 ms a row, with two requests under way for each "
        "worker. Both workers share one core."
    )
    return Result("key-ranges", "A flow split by key range", what, figures, bars)


def warm(scale: Scale) -> Result:
    # Airflow is imported by no other benchmark
    from benchmarks.warm_run import warm_run

    return warm_run(scale.repeated)


BENCHMARKS: Mapping[str, Callable[[Scale], Result]] = {
    "extract": extract,
    "chain": chain,
    "memory": memory,
    "load": load,
    "hint": hint,
    "bad-rows": bad_rows,
    "changed": changed,
    "key-ranges": key_ranges,
    "parsing": parsing,
    "warm-run": warm,
}
#: Takes minutes before it measures anything.
SLOW = "warm-run"


def chosen(only: str, *, quick: bool) -> Iterator[tuple[str, Callable[[Scale], Result]]]:
    """The benchmarks named; where none is, all, of which a quick round leaves out the slow one."""
    names = only.split(",") if only else [name for name in BENCHMARKS if not (quick and name == SLOW)]
    return ((name, BENCHMARKS[name]) for name in names)
