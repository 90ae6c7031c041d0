from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from p2c.systems.odata.statistics import Statistics


def test_threads_lose_no_count() -> None:
    statistics = Statistics()

    def count(_: int) -> None:
        statistics.count_request()
        statistics.count_retry()
        statistics.count_throttled()
        statistics.count_wait(0.5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(400)))
    assert statistics.figures() == {
        "requests": 400,
        "retries": 400,
        "throttled": 400,
        "seconds_waited": 200.0,
        "parallelism_hint": None,
    }


def test_the_parallelism_hint_is_kept() -> None:
    statistics = Statistics()
    statistics.note_parallelism("26")
    assert statistics.parallelism_hint == 26


def test_a_missing_or_odd_hint_changes_nothing() -> None:
    statistics = Statistics()
    statistics.note_parallelism("26")
    statistics.note_parallelism(None)
    statistics.note_parallelism("many")
    assert statistics.parallelism_hint == 26


def test_figures_are_a_copy() -> None:
    statistics = Statistics()
    figures = statistics.figures()
    statistics.count_request()
    assert (figures["requests"], statistics.requests) == (0, 1)


def test_totals_are_what_adds_up_over_sessions() -> None:
    statistics = Statistics()
    statistics.count_request()
    statistics.note_parallelism("26")
    assert statistics.totals() == {"requests": 1, "retries": 0, "throttled": 0, "seconds_waited": 0.0}
