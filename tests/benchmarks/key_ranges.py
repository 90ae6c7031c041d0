"""One flow split by key range: as many workers as ranges, all on the clients' core."""

from __future__ import annotations

import resource
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.case import Case
from benchmarks.installation import Installation, Reference
from benchmarks.measured import measured

from p2c.key_range import KeyRange
from p2c.steps.finish import finish

PATIENCE_SECONDS = 600


def split(case: Case, folder: Path) -> dict[str, Any]:
    """Extract here, then map, validate and load each range in a process of its own, then finish."""
    installation = Installation(folder, case.origin, case.key_ranges)
    ranges = list(KeyRange(of=case.key_ranges).all)
    figures: dict[str, Any] = {}
    # forked: the workers have their imports done, as those of Airflow have
    with measured(figures), get_context("fork").Pool(case.key_ranges) as workers:
        extracted = installation.step("extract", case.run_id)
        judged = [workers.apply_async(_judged, (case, folder, each, extracted)) for each in ranges]
        validated = [each.get(PATIENCE_SECONDS) for each in judged]
        pairs = zip(ranges, validated, strict=True)
        loads = [workers.apply_async(_loaded, (case, folder, each, reference)) for each, reference in pairs]
        loaded = [each.get(PATIENCE_SECONDS) for each in loads]
        last = loaded[0] if case.key_ranges == 1 else finish(installation.context(case.run_id, ranges[0]), loaded)
        workers.close()
        workers.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {**figures, "cpu": figures["cpu"] + used.ru_utime + used.ru_stime, "rows": last["rows"]}


def _judged(case: Case, folder: Path, key_range: KeyRange, extracted: Reference) -> Reference:
    installation = Installation(folder, case.origin, case.key_ranges)
    mapped = installation.step("map", case.run_id, extracted, key_range)
    return installation.step("validate", case.run_id, mapped, key_range)


def _loaded(case: Case, folder: Path, key_range: KeyRange, validated: Reference) -> Reference:
    return Installation(folder, case.origin, case.key_ranges).step("load", case.run_id, validated, key_range)
