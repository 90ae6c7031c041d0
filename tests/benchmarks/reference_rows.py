"""The rows that benchmarks read: accounts of realistic width, the same on every machine, rendered as Dataverse does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

PAGE = 5_000
COMPANY = "usmf"
UNIT = "0b5ee0f1-0000-4000-8000-000000000001"
CITIES = [f"City {number:03}" for number in range(500)]
STATES = ("CA", "WA", "TX")

#: Reference data of F&O, each entity set with all its rows.
REFERENCE: Mapping[str, Sequence[Mapping[str, str]]] = {
    "LegalEntities": [{"LegalEntityId": COMPANY}],
    "CustomerGroups": [{"CustomerGroupId": "10"}],
    "OperationalSites": [{"SiteId": "1"}],
    "Warehouses": [{"WarehouseId": "13", "OperationalSiteId": "1"}],
    "LanguageCodes": [{"LanguageCodeId": "en-us"}],
    "Currencies": [{"CurrencyCode": "USD"}],
    "AddressCountryRegions": [{"CountryRegion": "USA", "ISOcode": "US"}],
    "AddressStates": [{"CountryRegionId": "USA", "State": state} for state in STATES],
    "AddressCounties": [],
}
BUSINESS_UNITS = [{"businessunitid": UNIT, "name": "Contoso USA", "_parentbusinessunitid_value": None}]

_ROW = (
    '{"@odata.etag":"W/\\"%(version)d\\"","accountid":"%(id)s","accountnumber":"%(key)s","versionnumber":%(version)d,'
    '"modifiedon":"2026-03-05T08:00:00Z","_owningbusinessunit_value":"' + UNIT + '","statecode":0,'
    '"name":"Fabrikam Trading %(number)d","telephone1":"%(phone)s","emailaddress1":"office%(number)d@fabrikam.example",'
    '"fax":null,"websiteurl":"https://fabrikam%(number)d.example","description":"Customer since %(year)d, served by '
    'the branch in %(city)s; terms agreed with the buyer in contract %(number)07d.","numberofemployees":%(staff)d,'
    '"creditlimit":%(credit)d.5000,'
    '"address1_line1":"%(number)d Harbour Street","address1_line2":"Building %(building)d","address1_line3":null,'
    '"address1_city":"%(city)s","address1_stateorprovince":"%(state)s","address1_county":null,'
    '"address1_postalcode":"%(postcode)05d","address1_country":"USA",'
    '"address2_line1":"PO Box %(number)d","address2_line2":null,"address2_line3":null,"address2_city":"%(city)s",'
    '"address2_stateorprovince":"%(state)s","address2_county":null,"address2_postalcode":"%(postcode)05d",'
    '"address2_country":"USA","transactioncurrencyid":{"isocurrencycode":"USD"}}'
)


def key_of(number: int) -> str:
    """The account number of a row."""
    return f"A-{number:07}"


def account(number: int, changed: bool = False) -> str:
    """One account as JSON; a changed one has another telephone and a higher version."""
    return _ROW % {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "key": key_of(number),
        "number": number,
        "version": number + (10_000_000 if changed else 1_000_000),
        "phone": f"+1 425 555 {number % 10_000:04}{' 9' if changed else ''}",
        "year": 1950 + number % 70,
        "city": CITIES[number % len(CITIES)],
        "state": STATES[number % len(STATES)],
        "staff": number % 4_000,
        "credit": number % 9_000,
        "building": number % 40,
        "postcode": 10_000 + number % 80_000,
    }


def pages(rows: int, base: str, percent_changed: int = 0) -> Iterator[bytes]:
    """The bodies of all pages; each but the last links to the next below ``base``."""
    for start in range(0, rows, PAGE):
        numbers = range(start, min(start + PAGE, rows))
        value = ",".join(account(number, number % 100 < percent_changed) for number in numbers)
        following = start // PAGE + 1
        link = f',"@odata.nextLink":"{base}/accounts?$skiptoken={following}"' if start + PAGE < rows else ""
        yield f'{{"@odata.context":"{base}/$metadata#accounts","value":[{value}]{link}}}'.encode()
