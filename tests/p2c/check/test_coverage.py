"""Value coverage, against the demo data of the sandbox."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from fixtures.steps import Steps

from p2c.check import Finding
from p2c.check.coverage import Coverage, FirstRows
from p2c.flows import FLOWS, flow_named
from p2c.site import load_site
from p2c.systems.odata.query import Query

DEMO = load_site(Path(__file__).parents[3] / "include" / "site.toml")


@pytest.fixture
def coverage(steps: Steps) -> Any:
    """The findings on the values of one flow and organization."""
    steps.use(DEMO)

    def find(flow: str = "accounts", organization: str = "usmf", limit: int = 100_000) -> list[Finding]:
        clients = {"sales": steps.sales, "finance_operations": steps.finance_operations}
        declared = flow_named(flow)
        check = Coverage(
            site=steps.site,
            flow=declared,
            organization=organization,
            source=clients[declared.source.system],
            destination=clients[declared.destination.system],
            limit=limit,
            progress=steps.lines.append,
        )
        return check.findings()

    return find


def messages(findings: list[Finding]) -> list[str]:
    return [str(finding) for finding in findings]


def test_a_value_without_an_entry_is_listed_with_the_rows_it_would_stop(coverage: Any) -> None:
    found = messages(coverage(organization="demf"))
    assert (
        "warning: accounts demf: address1_country: AddressCountryRegionISOCode: 'Lietuva' has no entry in "
        "[value_maps.country] of site.toml; add one or mend the value. Stops 1 row: DE-014."
    ) in found


def test_a_value_that_the_destination_does_not_know_is_listed(coverage: Any) -> None:
    (found,) = (text for text in messages(coverage()) if "'Calif.'" in text)
    assert "address1_stateorprovince: AddressState: 'Calif.' is not in AddressStates.State" in found
    assert found.endswith("Stops 1 row: US-041.")


def test_the_most_frequent_value_comes_first_and_names_a_few_of_its_rows(coverage: Any, steps: Steps) -> None:
    numbers = ("US-002", "US-005", "US-006", "US-010")
    for number in numbers:
        steps.change_account(number, address1_country="Amerika")
    first = messages(coverage())[0]
    assert "'Amerika' has no entry" in first
    assert first.endswith("Stops 4 rows: US-002, US-005, US-006 and others.")


def test_rows_out_of_scope_do_not_count(coverage: Any, steps: Steps) -> None:
    steps.change_account("DE-014", statecode=1, statuscode=2)
    assert not any("Lietuva" in text for text in messages(coverage(organization="demf")))


def test_the_rows_that_are_stopped_are_counted_among_those_in_scope(coverage: Any, steps: Steps) -> None:
    last = coverage(organization="demf")[-1].message
    counts = steps.run("first", "demf")
    in_scope = sum(counts.values()) - counts["skipped"]
    stopped = re.fullmatch(rf"Of {in_scope} rows in scope, values without a mapping stop (\d+)\.", last)
    assert stopped
    assert 1 <= int(stopped[1]) <= counts["rejected"]


def test_rows_that_other_rules_reject_are_counted_by_their_reason(coverage: Any) -> None:
    assert re.search(r"; other rules reject \d+ \(duplicate_key 2, .*too_long 1\)\.$", coverage()[-1].message)


def test_an_organization_that_cannot_run_is_an_error_of_its_own(coverage: Any, steps: Steps) -> None:
    usmf = steps.site.organization("usmf").model_copy(update={"legal_entity": "none"})
    steps.use(steps.site.model_copy(update={"organizations": {"usmf": usmf}}))
    (found,) = coverage()
    assert found.severity == "error"
    assert "Unknown legal entity 'none'" in found.message


def test_nothing_is_written_and_nothing_is_left_behind(coverage: Any, steps: Steps) -> None:
    before = {path.name for path in Path(tempfile.gettempdir()).glob("p2c-coverage-*")}
    coverage()
    assert {path.name for path in Path(tempfile.gettempdir()).glob("p2c-coverage-*")} == before
    assert steps.writes() == []
    assert steps.ledger.run(steps.key("coverage")) is None


@pytest.mark.parametrize("flow", FLOWS)
def test_every_flow_is_covered(coverage: Any, flow: str) -> None:
    assert all(finding.flow == flow and finding.severity == "warning" for finding in coverage(flow))


def test_values_of_finance_and_operations_are_covered_too(coverage: Any) -> None:
    first = messages(coverage("products"))[0]
    assert "SalesUnitSymbol: defaultuomid.name: 'pal' has no entry in [value_maps.unit]" in first


def test_only_so_many_rows_are_read(steps: Steps) -> None:
    first = FirstRows(steps.sales, "accounts", 4)
    query = Query(entity_set="accounts", fields=("accountid",), order_by=("accountid",), page_size=3)
    assert [len(page.rows) for page in first.pages(query)] == [3, 3]
    others = Query(entity_set="contacts", fields=("contactid",), order_by=("contactid",), page_size=3)
    assert sum(len(page.rows) for page in first.pages(others)) == len(steps.sandbox.rows("sales", "contacts"))


def test_a_read_that_was_cut_short_says_so(coverage: Any, steps: Steps) -> None:
    steps.use(DEMO.model_copy(update={"runs": DEMO.runs.model_copy(update={"page_size": 10})}))
    assert any("Only the first 10 rows of accounts were read" in text for text in messages(coverage(limit=4)))
    assert not any("were read" in text for text in messages(coverage()))
