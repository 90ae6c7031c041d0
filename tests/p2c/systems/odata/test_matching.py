from __future__ import annotations

from p2c.systems.odata.matching import matched
from p2c.systems.odata.multipart import PartReply

IDS = ["1", "2", "3"]


def reply(content_id: str | None, status: int = 204) -> PartReply:
    return PartReply(content_id, status, {}, b"")


def statuses(replies: list[PartReply]) -> dict[str, int]:
    return {content_id: found.status for content_id, found in matched(IDS, replies).items()}


def test_answers_are_matched_by_content_id_in_any_order() -> None:
    assert statuses([reply("3", 203), reply("1", 201), reply("2", 202)]) == {"1": 201, "2": 202, "3": 203}


def test_answers_without_id_are_matched_by_position() -> None:
    assert statuses([reply(None, 201), reply("2", 202), reply(None, 203)]) == {"1": 201, "2": 202, "3": 203}


def test_answers_without_id_are_nobodys_when_one_is_missing() -> None:
    assert statuses([reply(None), reply("2", 202)]) == {"2": 202}


def test_answers_without_id_are_nobodys_when_others_are_out_of_order() -> None:
    assert statuses([reply("2", 202), reply(None), reply("3", 203)]) == {"2": 202, "3": 203}


def test_two_answers_with_one_id_cancel_each_other() -> None:
    assert statuses([reply("1"), reply("1"), reply("3", 203)]) == {"3": 203}


def test_an_unknown_id_is_nobodys() -> None:
    assert statuses([reply("9"), reply("2", 202), reply("3", 203)]) == {"2": 202, "3": 203}
