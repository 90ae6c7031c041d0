from __future__ import annotations

from p2c.systems.odata.lanes import Lanes


def test_lanes_halve_when_throttled() -> None:
    lanes = Lanes(8, opened=8)
    lanes.throttled(lanes.epoch)
    assert lanes.open == 4


def test_one_lane_stays_open() -> None:
    lanes = Lanes(2, opened=2)
    for _ in range(3):
        lanes.throttled(lanes.epoch)
    assert lanes.open == 1


def test_requests_throttled_together_halve_once() -> None:
    lanes = Lanes(8, opened=8)
    epoch = lanes.epoch
    for _ in range(8):
        lanes.throttled(epoch)
    assert lanes.open == 4


def test_a_round_of_successes_opens_one_lane() -> None:
    lanes = Lanes(8, opened=8)
    lanes.throttled(lanes.epoch)
    opened = []
    for _ in range(9):
        lanes.succeeded()
        opened.append(lanes.open)
    assert opened == [4, 4, 4, 5, 5, 5, 5, 5, 6]


def test_lanes_never_exceed_their_number() -> None:
    lanes = Lanes(2, opened=2)
    for _ in range(10):
        lanes.succeeded()
    assert lanes.open == 2


def test_few_lanes_are_open_at_first() -> None:
    assert (Lanes(8).open, Lanes(1).open) == (2, 1)


def test_lanes_double_with_each_round_until_the_system_throttles() -> None:
    lanes, opened = Lanes(8), []
    for _ in range(8):
        opened.append(lanes.open)
        lanes.succeeded()
    assert opened == [2, 3, 4, 5, 6, 7, 8, 8]


def test_lanes_follow_what_the_system_advises_down_at_once_and_up_one_by_one() -> None:
    lanes = Lanes(8, opened=8)
    lanes.advised(3)
    assert lanes.open == 3
    for _ in range(9):
        lanes.succeeded()
    assert lanes.open == 3
    lanes.advised(5)
    assert lanes.open == 3
    lanes.succeeded()
    assert lanes.open == 4


def test_advice_that_ends_or_makes_no_sense_leaves_a_lane() -> None:
    lanes = Lanes(2)
    lanes.advised(0)
    assert lanes.open == 1
    lanes.advised(None)
    lanes.succeeded()
    assert lanes.open == 2


def test_throttling_halves_what_the_advice_left() -> None:
    lanes = Lanes(8, opened=8)
    lanes.advised(4)
    lanes.throttled(lanes.epoch)
    assert lanes.open == 2


def test_what_was_too_many_at_once_is_never_reached_again() -> None:
    lanes = Lanes(8, opened=6)
    lanes.throttled(lanes.epoch, too_many=True)
    assert lanes.open == 3
    for _ in range(100):
        lanes.succeeded()
    assert lanes.open == 5


def test_a_single_lane_stays_though_it_was_too_many() -> None:
    lanes = Lanes(1)
    lanes.throttled(lanes.epoch, too_many=True)
    assert lanes.open == 1


def test_the_next_write_goes_on_with_the_lanes_of_the_one_before() -> None:
    lanes = Lanes(8, opened=6)
    assert lanes.up_to(4).open == 4
    assert (lanes.up_to(8).open, lanes.most) == (4, 8)
