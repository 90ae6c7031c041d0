from __future__ import annotations

import unicodedata

from p2c_sandbox.generator.addresses import address
from p2c_sandbox.generator.companies import reference_data
from p2c_sandbox.generator.draw import Draw
from p2c_sandbox.generator.regions import REGIONS

LONGEST_NAME_OF_A_PERSON = 25


def test_an_address_is_complete_and_of_its_region() -> None:
    for number in range(30):
        draw = Draw(1, "accounts", number)
        region = draw.region()
        made = address(draw, region, "address1")
        city = next(city for city in region.cities if city.name == made["address1_city"])
        assert made["address1_postalcode"].startswith(city.postal_code)
        assert len(made["address1_postalcode"]) == 5
        assert made.get("address1_stateorprovince", "") == city.state
        assert made["address1_country"] in region.countries
        assert made["address1_line1"]


def test_names_come_in_five_scripts_and_more() -> None:
    words = "".join(word for regions in REGIONS.values() for region in regions for word in region.family_names)
    scripts = {unicodedata.name(letter).split()[0] for letter in words if letter.isalpha()}
    assert {"LATIN", "GREEK", "CJK", "ARABIC"} <= scripts
    assert {"Š", "ß"} <= set(words)


def test_every_state_is_known_to_finance() -> None:
    known = {row["State"] for row in reference_data()["finance_operations"]["AddressStates"]}
    states = {city.state for regions in REGIONS.values() for region in regions for city in region.cities}
    assert states - {""} <= known


def test_names_of_persons_fit_finance() -> None:
    for regions in REGIONS.values():
        for region in regions:
            assert max(map(len, (*region.given_names, *region.family_names))) <= LONGEST_NAME_OF_A_PERSON
