"""The tasks of one flow for one organization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from airflow.sdk import BaseOperator

from p2c.flow import Flow
from p2c_airflow.installation import installed_site
from p2c_airflow.operators.extract import ExtractOperator
from p2c_airflow.operators.finish import FinishOperator
from p2c_airflow.operators.load import LoadOperator
from p2c_airflow.operators.map import MapOperator
from p2c_airflow.operators.validate import ValidateOperator


def flow_tasks(flow: Flow, organization: str, **start: Any) -> tuple[ExtractOperator, BaseOperator]:
    """Make the tasks in the current group: extract > map > validate > load; returns the first and the last.

    ``start`` goes to extract. Where `site.toml` splits the flow by key range, each range has its map, validate and load
    (`map_1`, `map_2`, ...), and `finish` follows them. Loads wait for every validate: a range with too many bad rows
    stops the run before its first write. Raises ConfigurationError.
    """
    step: dict[str, Any] = {"flow": flow.name, "organization": organization}
    extract = ExtractOperator(task_id="extract", **start, **step)
    ranges = list(_ranges(flow, step, extract))
    validates, loads = [validate for validate, _ in ranges], [load for _, load in ranges]
    for validate in validates:
        validate >> loads
    if len(loads) == 1:
        return extract, loads[0]
    finish = FinishOperator(task_id="finish", loaded=[load.output for load in loads], **step)
    loads >> finish
    return extract, finish


def _ranges(
    flow: Flow, step: dict[str, Any], extract: ExtractOperator
) -> Iterator[tuple[ValidateOperator, LoadOperator]]:
    key_ranges = installed_site().flow_settings(flow.name).key_ranges
    for number in range(1, key_ranges + 1):
        suffix = "" if key_ranges == 1 else f"_{number}"
        own = {**step, "key_range": number, "key_ranges": key_ranges}
        map_ = MapOperator(task_id=f"map{suffix}", reference=extract.output, **own)
        validate = ValidateOperator(task_id=f"validate{suffix}", reference=map_.output, **own)
        load = LoadOperator(task_id=f"load{suffix}", reference=validate.output, **own)
        extract >> map_ >> validate
        yield validate, load
