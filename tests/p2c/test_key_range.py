from __future__ import annotations

from p2c.key_range import KeyRange, places_by_range

KEYS = [f"ACC-{number:05}" for number in range(3000)]


def test_every_row_is_in_one_range() -> None:
    places = places_by_range(KEYS, 3)
    assert sorted(place for of_range in places for place in of_range) == list(range(len(KEYS)))


def test_ranges_hold_alike_many_keys_that_differ_in_their_last_figures_only() -> None:
    assert all(900 < len(of_range) < 1100 for of_range in places_by_range(KEYS, 3))


def test_keys_that_compare_alike_are_in_one_range() -> None:
    alike = [*("ACC-1", "acc-1 ", "Acc-1"), *KEYS]
    (together,) = [of_range for of_range in places_by_range(alike, 16) if 0 in of_range]
    assert together[:3] == [0, 1, 2]


def test_a_missing_key_and_half_a_character_have_a_range_like_any_other() -> None:
    assert sorted(place for of_range in places_by_range([None, "", "\ud83d"], 4) for place in of_range) == [0, 1, 2]


def test_a_key_stays_in_its_range_from_run_to_run() -> None:
    assert [places_by_range([key], 4).index([0]) for key in KEYS[:4]] == [1, 0, 2, 3]


def test_a_range_names_itself_and_those_beside_it() -> None:
    assert [str(each) for each in KeyRange(2, 3).all] == ["key range 1 of 3", "key range 2 of 3", "key range 3 of 3"]
    assert KeyRange().whole
    assert not KeyRange(1, 2).whole
