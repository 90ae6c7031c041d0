from __future__ import annotations

from p2c.systems.odata.lanes import Lanes


def test_lanes_halve_when_throttled() -> None:
    lanes = Lanes(8)
    lanes.throttled(lanes.epoch)
    assert lanes.open == 4


def test_one_lane_stays_open() -> None:
    lanes = Lanes(2)
    for _ in range(3):
        lanes.throttled(lanes.epoch)
    assert lanes.open == 1


def test_requests_throttled_together_halve_once() -> None:
    lanes = Lanes(8)
    epoch = lanes.epoch
    for _ in range(8):
        lanes.throttled(epoch)
    assert lanes.open == 4


def test_a_round_of_successes_opens_one_lane() -> None:
    lanes = Lanes(8)
    lanes.throttled(lanes.epoch)
    opened = []
    for _ in range(9):
        lanes.succeeded()
        opened.append(lanes.open)
    assert opened == [4, 4, 4, 5, 5, 5, 5, 5, 6]


def test_lanes_never_exceed_their_number() -> None:
    lanes = Lanes(2)
    for _ in range(10):
        lanes.succeeded()
    assert lanes.open == 2
