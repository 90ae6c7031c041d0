from __future__ import annotations

import pytest
from fixtures.steps import site_document

from p2c.errors import ConfigurationError, StagingError
from p2c.site import Site


def test_a_default_that_the_organization_lacks_is_named_with_its_place(steps):
    document = site_document()
    del document["organizations"]["usmf"]["defaults"]["accounts"]["WarehouseId"]
    steps.site = Site.model_validate(document)
    extracted = steps.extract("first")
    with pytest.raises(ConfigurationError, match=r"\[organizations.usmf.defaults.accounts\] lacks WarehouseId"):
        steps.map("first", extracted)


def test_mapping_the_same_rows_again_stages_the_same_bytes(steps):
    extracted = steps.extract("first")
    steps.map("first", extracted)
    before = steps.context("first").staged("map").read().checksum
    steps.map("first", extracted)
    assert steps.context("first").staged("map").read().checksum == before


def test_both_hops_are_staged_row_beside_row(steps):
    rows = steps.map("first", steps.extract("first"))["rows"]
    staged = steps.context("first").staged("map").read()
    assert staged.rows["cds"] == staged.rows["destination"] == rows


def test_a_missing_extract_names_the_step_to_clear(steps):
    extracted = steps.extract("first")
    (steps.folder / "staging").rename(steps.folder / "elsewhere")
    with pytest.raises(StagingError, match="extract"):
        steps.map("first", extracted)
