"""Number sequences of F&O: one that is not manual issues its own number in place of ours.

The names of data types other than that of the customer account are unconfirmed; where F&O knows none of a name, a
person looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from p2c.check.preflight.line import Line, Status, judged
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.systems.odata.literals import string_literal
from p2c.systems.odata.query import Query, Row

TITLE = "Number sequences"
REFERENCES, SEQUENCES = "NumberSequencesV2References", "SequenceV2Tables"
#: What a number sequence is for, by the entity set whose keys it may issue.
DATA_TYPES: Mapping[str, str] = {
    "CustomersV3": "CustAccount",
    "CDSSalesQuotationHeaders": "SalesQuotationId",
    "CDSContactPersonsV2": "ContactPersonId",
}
_LEFT_TO_US = ("Manual", "ToAHigherNumber", "ToALowerNumber")


def check_number_sequences(pair: TenantPair) -> Iterator[Line]:
    """The sequence of each key that we send lets us."""
    for organization in pair.running():
        sequences = {
            flow.destination.entity_set: flow.destination.number_sequence or flow.destination.entity_set
            for name, flow in pair.flows.items()
            if flow.destination.entity_set in DATA_TYPES and organization in pair.organizations(name)
        }
        for entity_set, place in sequences.items():
            yield _line(pair, organization, DATA_TYPES[entity_set], place)


def _line(pair: TenantPair, organization: str, data_type: str, place: str) -> Line:
    company = pair.site.organization(organization).legal_entity
    title = f"{TITLE}, {data_type}"
    rows = [row for code in _codes(pair, company, data_type) for row in _sequences(pair, company, code)]
    if not rows:
        text = f"F&O shows no sequence for {data_type} in {company}. Look at {place}: it has to be manual."
        return Line(title, Status.NOT_CHECKABLE, text, organization)
    mistakes = [
        f"The sequence {row['NumberSequenceCode']} of {company} is not manual: F&O would issue its own numbers."
        for row in rows
        if "Yes" not in [row[name] for name in _LEFT_TO_US]
    ]
    return judged(title, mistakes, "It takes our numbers.", f"Set Manual = Yes: {place}.", organization)


def _codes(pair: TenantPair, company: str, data_type: str) -> list[str]:
    rows = _rows(pair, REFERENCES, ("DataTypeName", "NumberSequenceCode"), DataTypeName=data_type, ScopeValue=company)
    return [row["NumberSequenceCode"] or "" for row in rows]


def _sequences(pair: TenantPair, company: str, code: str) -> list[Row]:
    names = ("NumberSequenceCode", *_LEFT_TO_US)
    return _rows(pair, SEQUENCES, names, NumberSequenceCode=code, ScopeValue=company)


def _rows(pair: TenantPair, entity_set: str, names: tuple[str, ...], **equal: str) -> list[Row]:
    condition = " and ".join(f"{name} eq {string_literal(value)}" for name, value in equal.items())
    query = Query(entity_set=entity_set, fields=names, filter=condition, order_by=names[:1])
    return [row for page in pair.finance_operations.pages(query) for row in page.rows]
