from __future__ import annotations

from p2c.pair import Block, Computed, Pair


def test_a_pair_names_its_sources_whether_none_one_or_several() -> None:
    assert [Pair(source, "Target").sources for source in (None, "one", ("one", "two"))] == [
        (),
        ("one",),
        ("one", "two"),
    ]


def test_a_block_without_some_fields_keeps_the_part_each_other_stands_in() -> None:
    block = Block("address", content=("Street", "City"), lead=("Country",), carried=("Description",))
    assert block.without({"City", "Country"}) == Block("address", content=("Street",), carried=("Description",))


def test_a_computed_is_told_apart_by_its_functions_name_and_code_not_by_where_it_lies_in_memory() -> None:
    def one(text: str) -> str:
        return text + "1"

    first = repr(Computed(one))

    def one(text: str) -> str:  # type: ignore[no-redef]
        return text + "2"

    assert first.startswith(f"Computed({__name__}:")
    assert "0x" not in first
    assert repr(Computed(one)) != first
