from __future__ import annotations

import uuid
from typing import Any

import pytest


def bound(unit_group: str) -> dict[str, str]:
    return {"uomscheduleid@odata.bind": f"/uomschedules({uuid.uuid5(uuid.NAMESPACE_URL, unit_group)})"}


def test_a_new_group_brings_its_primary_unit(catalogue: Any) -> None:
    group = catalogue.create("uomschedules", {"name": "Default Unit", "baseuomname": "Primary Unit"})
    (unit,) = catalogue.sandbox.sales.get(f"uoms?$filter=_uomscheduleid_value eq {group}").json()["value"]
    assert (unit["name"], unit["isschedulebaseuom"]) == ("Primary Unit", True)


def test_a_group_without_a_base_unit_is_refused(catalogue: Any) -> None:
    assert catalogue.post("uomschedules", {"name": "x"}).json()["error"]["code"] == "0x80043810"


def test_a_unit_needs_a_group(catalogue: Any) -> None:
    assert catalogue.post("uoms", {"name": "Piece", "quantity": 1}).status_code == 400


@pytest.mark.parametrize(("name", "group", "status"), [("EACH", "units", 412), ("each", "other", 204)])
def test_a_name_is_unique_within_its_group(catalogue: Any, name: str, group: str, status: int) -> None:
    assert catalogue.post("uoms", {"name": name, "quantity": 1, **bound(group)}).status_code == status


def test_a_base_unit_of_another_group_is_refused(catalogue: Any) -> None:
    base = f"/uoms({uuid.uuid5(uuid.NAMESPACE_URL, 'hour')})"
    body = {"name": "Dozen", "quantity": 12, "baseuom@odata.bind": base, **bound("units")}
    assert catalogue.post("uoms", body).status_code == 400


def test_a_unit_stays_in_its_group(catalogue: Any) -> None:
    unit = str(uuid.uuid5(uuid.NAMESPACE_URL, "each"))
    assert catalogue.patch("uoms", unit, bound("other")).status_code == 400
    assert catalogue.patch("uoms", unit, {"quantity": 1}).status_code == 204
