from __future__ import annotations

from p2c.pair import Block, Pair


def test_a_pair_names_its_sources_whether_none_one_or_several() -> None:
    assert [Pair(source, "Target").sources for source in (None, "one", ("one", "two"))] == [
        (),
        ("one",),
        ("one", "two"),
    ]


def test_a_block_without_some_fields_keeps_the_part_each_other_stands_in() -> None:
    block = Block("address", content=("Street", "City"), lead=("Country",), carried=("Description",))
    assert block.without({"City", "Country"}) == Block("address", content=("Street",), carried=("Description",))
