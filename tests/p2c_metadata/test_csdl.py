from __future__ import annotations

import pytest

from p2c_metadata import MetadataError, document, load, parse

HEAD = b"""<?xml version="1.0"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">"""
TAIL = b"""</Schema></edmx:DataServices></edmx:Edmx>"""
ACCOUNTS = b'<EntityContainer Name="System"><EntitySet Name="accounts" EntityType="mscrm.account"/></EntityContainer>'
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"""


def schema(declarations: bytes, container: bytes = ACCOUNTS) -> bytes:
    return HEAD + declarations + container + TAIL


def alternate_key(vocabulary: bytes, *columns: bytes) -> bytes:
    references = b"".join(
        b'<Record><PropertyValue Property="Name" PropertyPath="%s"/></Record>' % column for column in columns
    )
    return (
        b'<EntityType Name="account"><Key><PropertyRef Name="accountid"/></Key>'
        b'<Property Name="accountid" Type="Edm.Guid"/>'
        b'<Annotation Term="%s.AlternateKeys"><Collection><Record><PropertyValue Property="Key"><Collection>%s'
        b"</Collection></PropertyValue></Record></Collection></Annotation></EntityType>"
    ) % (vocabulary, references)


def test_a_key_of_several_columns_keeps_their_order() -> None:
    assert load("finance_operations").entity_set("CustomersV3").key == ("dataAreaId", "CustomerAccount")


def test_an_entity_set_knows_the_name_of_its_entity_type() -> None:
    assert load("finance_operations").entity_set("CustomersV3").name == "CustomerV3"
    assert load("sales").entity_set("accounts").name == "account"


def test_a_lookup_to_two_tables_has_a_navigation_property_for_each() -> None:
    navigation = load("sales").entity("contact").navigation
    assert navigation["parentcustomerid_account"].target == "account"
    assert navigation["parentcustomerid_contact"].target == "contact"
    assert navigation["parentcustomerid_account"].property == "_parentcustomerid_value"


def test_the_targets_of_a_lookup_follow_from_its_navigation_properties() -> None:
    assert load("sales").entity("quote").property("_customerid_value").lookup_targets == ("account", "contact")


def test_change_tracking_is_read_from_the_entity_set() -> None:
    assert load("sales").entity("account").change_tracking
    assert not load("sales").entity("organization").change_tracking


@pytest.mark.parametrize("vocabulary", [b"Org.OData.Core.V1", b"OData.Community.Keys.V1"])
def test_alternate_keys_are_read_in_both_vocabularies(vocabulary: bytes) -> None:
    model = parse(schema(alternate_key(vocabulary, b"accountnumber", b"name")))
    assert model.entity("account").alternate_keys == {"accountnumber,name": ("accountnumber", "name")}


def test_a_tenant_s_document_without_our_annotations_leaves_their_facts_empty() -> None:
    model = parse(schema(b'<EntityType Name="account"><Property Name="name" Type="Edm.String"/></EntityType>'))
    name = model.entity("account").property("name")
    assert (name.max_length, name.required_level, name.label, name.minimum) == (None, None, None, None)
    assert (name.options, name.required_for_import, name.lookup_targets) == ({}, False, ())


def test_a_derived_type_has_the_properties_and_the_key_of_its_base_type() -> None:
    declarations = (
        b'<EntityType Name="principal" Abstract="true"><Key><PropertyRef Name="ownerid"/></Key>'
        b'<Property Name="ownerid" Type="Edm.Guid"/></EntityType>'
        b'<EntityType Name="account" BaseType="mscrm.principal"><Property Name="name" Type="Edm.String"/></EntityType>'
    )
    account = parse(schema(declarations)).entity("account")
    assert account.key == ("ownerid",)
    assert list(account.properties) == ["ownerid", "name"]


def test_collection_valued_navigation_properties_are_left_out() -> None:
    declarations = (
        b'<EntityType Name="account"><NavigationProperty Name="tasks" Type="Collection(mscrm.task)"/></EntityType>'
    )
    assert not parse(schema(declarations)).entity("account").navigation


def test_a_collection_valued_navigation_property_leads_to_its_partner() -> None:
    link = load("sales").entity("quote").collections["quote_details"]
    assert (link.target, link.partner) == ("quotedetail", "quoteid")


def test_a_collection_property_keeps_its_qualified_type() -> None:
    declarations = b'<EntityType Name="account"><Property Name="tags" Type="Collection(mscrm.tag)"/></EntityType>'
    tags = parse(schema(declarations)).entity("account").property("tags")
    assert tags.type == "Collection(Microsoft.Dynamics.CRM.tag)"


def test_a_document_type_declaration_is_refused() -> None:
    with pytest.raises(MetadataError, match="<!DOCTYPE"):
        parse(BILLION_LAUGHS)


def test_a_document_type_declaration_hidden_by_another_encoding_is_refused() -> None:
    hidden = BILLION_LAUGHS.decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")
    with pytest.raises(MetadataError, match="<!DOCTYPE"):
        parse(hidden)


def test_a_document_over_the_size_limit_is_refused_naming_both_sizes() -> None:
    xml = document("sales")
    with pytest.raises(MetadataError, match=f"{len(xml)} bytes, the limit is 1000"):
        parse(xml, max_bytes=1000)


def test_a_document_cut_short_is_refused_naming_the_line() -> None:
    with pytest.raises(MetadataError, match=r"not well-formed XML: .*line \d+"):
        parse(document("sales")[:5000])


def test_a_web_page_in_place_of_metadata_is_refused_naming_its_root_element() -> None:
    with pytest.raises(MetadataError, match="root element is 'html'"):
        parse(b"<html><body>Sign in</body></html>")


def test_a_document_without_entity_sets_is_refused() -> None:
    with pytest.raises(MetadataError, match="no EntityContainer"):
        parse(schema(b"", container=b""))


def test_an_entity_set_of_an_undeclared_type_is_refused_naming_both() -> None:
    with pytest.raises(MetadataError, match=r"'accounts' names the entity type 'Microsoft.Dynamics.CRM.account'"):
        parse(schema(b""))


@pytest.mark.parametrize("base", [b"mscrm.account", b"mscrm.nowhere"])
def test_a_circular_or_undeclared_base_type_is_refused(base: bytes) -> None:
    with pytest.raises(MetadataError, match="not declared, or circular"):
        parse(schema(b'<EntityType Name="account" BaseType="%s"/>' % base))


def test_a_property_without_a_type_is_refused_naming_it() -> None:
    with pytest.raises(MetadataError, match="Property 'name' has no attribute 'Type'"):
        parse(schema(b'<EntityType Name="account"><Property Name="name"/></EntityType>'))


def test_every_refusal_is_a_value_error() -> None:
    assert issubclass(MetadataError, ValueError)
