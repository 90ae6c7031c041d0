from __future__ import annotations

import pytest
from fixtures.scripted_server import Answer, ScriptedServer

from p2c.errors import ConfigurationError, TransientError
from p2c.systems.odata.paging import linked_pages, read_rows
from p2c.systems.odata.session import ODataSession


def page(*values: int, link: str | None = None) -> Answer:
    body = {"value": [{"A": value} for value in values]}
    return Answer(body=body | ({"@odata.nextLink": link} if link else {}))


def test_links_are_followed_as_they_stand(server: ScriptedServer, session: ODataSession) -> None:
    link = f"{server.origin}/data/X?$skiptoken=%3ccookie%20page=%22%2522%22"
    server.answers.extend([page(1, link=link), page(link=link + "3"), page(2)])
    first = read_rows(session, "X", ("A",))
    pages = list(linked_pages(session, first, ("A",), headers={"Prefer": "odata.maxpagesize=1"}))
    assert [[row["A"] for row in each.rows] for each in pages] == [["1"], [], ["2"]]
    assert [each.resume for each in pages] == [link, link + "3", None]
    assert server.seen[2].path.endswith("3")
    assert server.seen[1].headers["Prefer"] == "odata.maxpagesize=1"


def test_a_link_that_leads_back_is_an_error(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = page(1, link=f"{server.origin}/data/X?$skiptoken=2")
    with pytest.raises(TransientError, match="circle"):
        list(linked_pages(session, read_rows(session, "X", ("A",)), ("A",)))
    assert len(server.seen) == 2


def test_a_link_to_another_host_is_refused(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = page(1, link="https://evil.com/data/X")
    with pytest.raises(ConfigurationError, match="another host"):
        list(linked_pages(session, read_rows(session, "X", ("A",)), ("A",)))


def test_a_malformed_page_is_read_once_more(server: ScriptedServer, session: ODataSession) -> None:
    server.answers.extend([Answer(body=b'{"value":[{"A":'), page(1)])
    assert read_rows(session, "X", ("A",)).rows == [{"A": "1"}]


def test_a_page_malformed_twice_shows_its_beginning(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = Answer(body=b'{"rows": "none"}')
    with pytest.raises(ConfigurationError, match="cannot be read") as raised:
        read_rows(session, "X", ("A",))
    assert '{"rows": "none"}' in str(raised.value)
    assert len(server.seen) == 2


def test_a_field_the_system_does_not_return_is_named(server: ScriptedServer, session: ODataSession) -> None:
    server.otherwise = page(1)
    with pytest.raises(ConfigurationError, match="'B'"):
        read_rows(session, "X", ("A", "B"))
