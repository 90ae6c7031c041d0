from __future__ import annotations

from p2c_sandbox.generator.companies import companies, reference_data, unit, unit_group


def test_the_companies_that_work_have_their_unit_team_currency_and_price_list() -> None:
    usmf, demf = companies()
    assert (usmf.legal_entity, usmf.currency_code, demf.legal_entity, demf.currency_code) == (
        "usmf",
        "USD",
        "demf",
        "EUR",
    )
    assert len({usmf.business_unit, usmf.team, usmf.price_list, demf.business_unit, demf.team, demf.price_list}) == 6
    assert usmf.owner()["_owningbusinessunit_value"] == usmf.business_unit


def test_reference_data_hold_no_customer_product_or_quotation() -> None:
    data = reference_data()
    assert not {"accounts", "contacts", "products", "quotes"} & set(data["sales"])
    assert not {"CustomersV3", "SellableReleasedProducts", "CDSSalesQuotationHeaders"} & set(data["finance_operations"])
    assert len(data["finance_operations"]["CDSParties"]) == len(data["finance_operations"]["LegalEntities"])


def test_units_are_those_of_the_default_group() -> None:
    (each,) = (row for row in reference_data()["sales"]["uoms"] if row["uomid"] == unit("Each"))
    assert each["_uomscheduleid_value"] == unit_group()
