"""File queue compared with a simple reference implementation based on a sorted list."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.file_queue import FileQueue

many = settings(derandomize=True, deadline=None, max_examples=150)
QUARTERS = st.integers(0, 40).map(lambda q: q / 4)

days_of_work = st.lists(
    st.tuples(
        # files submitted on a day: days until submission, tie-break, work
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 9), st.sampled_from([0.25, 1.0, 3.0])), max_size=6
        ),
        QUARTERS,  # capacity
        st.integers(0, 2**16),  # bit mask of waiting files that are withdrawn
    ),
    max_size=12,
)


class Plain:
    """Reference implementation: a list of files sorted by day and tie-break, processed one after another."""

    def __init__(self) -> None:
        self.files: list[list[Any]] = []  # day, tie-break, file, remaining work

    def join(self, day: int, tie: int, file: int, work: float) -> None:
        self.files.append([day, tie, file, Fraction(work)])
        self.files.sort(key=lambda f: (f[0], f[1]))

    def serve(self, day: int, capacity: float) -> list[tuple[int, int]]:
        left, done = Fraction(capacity), []
        for entry in list(self.files):
            if entry[0] > day or left <= 0:
                break
            spent = min(left, entry[3])
            entry[3] -= spent
            left -= spent
            if entry[3] == 0:
                self.files.remove(entry)
                done.append((entry[2], entry[0]))
        return done


@many
@given(days_of_work)
def test_serves_like_the_plain_queue(plan) -> None:
    """Files are served once and in order, partial work carries over, and idle time is lost."""
    queue, plain = FileQueue(), Plain()
    handed_in: set[int] = set()
    served: list[int] = []
    gone: set[int] = set()
    for day, (files, capacity, bits) in enumerate(plan):
        if files:
            numbers = np.arange(len(handed_in), len(handed_in) + len(files))
            # tie-breaks in the model are keyed 64-bit numbers and never equal, so they are made unique here
            ties = np.array(
                [tie * 1000 + int(n) for n, (_, tie, _) in zip(numbers, files, strict=True)], dtype=np.uint64
            )
            queue.join([day + wait for wait, _, _ in files], ties, numbers, [work for _, _, work in files])
            for n, tie, (wait, _, work) in zip(numbers, ties, files, strict=True):
                plain.join(day + wait, int(tie), int(n), work)
            handed_in |= set(numbers.tolist())
        done, arrivals = queue.serve(day, capacity)
        assert list(zip(done.tolist(), arrivals.tolist(), strict=True)) == plain.serve(day, capacity)
        served += done.tolist()
        waiting = queue.waiting(day)
        assert waiting.tolist() == [f[2] for f in plain.files if f[0] <= day]
        give_up = np.array([bits >> k & 1 == 1 for k in range(len(waiting))], dtype=bool)
        queue.withdraw(give_up)
        gone |= set(waiting[give_up].tolist())
        plain.files = [f for f in plain.files if f[2] not in gone]
    rest = queue.waiting(10**6).tolist()
    assert sorted([*served, *gone, *rest]) == sorted(handed_in)


@many
@given(st.lists(st.lists(st.floats(0.01, 5), max_size=10), min_size=1, max_size=10), st.floats(0, 7))
def test_never_does_more_work_than_the_clerks_can(work, capacity) -> None:
    queue, done, number = FileQueue(), 0.0, 0
    effort: dict[int, float] = {}
    for day, batch in enumerate(work):
        if batch:
            numbers = np.arange(number, number + len(batch))
            queue.join(day, np.arange(len(batch), dtype=np.uint64), numbers, batch)
            effort.update(zip(numbers.tolist(), batch, strict=True))
            number += len(batch)
        files, _ = queue.serve(day, capacity)
        done += sum(effort[f] for f in files.tolist())
        assert done <= capacity * (day + 1) + 1e-6


def test_idle_capacity_is_lost() -> None:
    queue = FileQueue()
    assert queue.serve(0, 100)[0].tolist() == []
    queue.join(1, np.arange(5, dtype=np.uint64), range(5), 1.0)
    assert queue.serve(1, 2)[0].tolist() == [0, 1]
    queue.join(9, np.array([0], dtype=np.uint64), [9], 1.0)
    assert queue.serve(2, 50)[0].tolist() == [2, 3, 4]
    assert queue.serve(9, 0.5)[0].tolist() == []
    assert queue.serve(10, 0.5)[0].tolist() == [9]


def test_a_large_file_takes_several_days_and_keeps_its_place() -> None:
    queue = FileQueue()
    queue.join(0, np.array([5], dtype=np.uint64), [1], 2.5)
    assert queue.serve(0, 1)[0].tolist() == []
    queue.join(1, np.array([1], dtype=np.uint64), [2], 0.5)  # arrives later, with a better tie-break
    assert queue.serve(1, 1)[0].tolist() == []
    files, arrivals = queue.serve(2, 1)
    assert files.tolist() == [1, 2]
    assert arrivals.tolist() == [0, 1]


def test_no_file_is_served_before_its_day() -> None:
    queue = FileQueue()
    queue.join([3, 1], np.array([1, 2], dtype=np.uint64), [30, 10], 1.0)
    assert queue.serve(0, 9)[0].tolist() == []
    assert queue.waiting(0).tolist() == []
    assert queue.serve(1, 9)[0].tolist() == [10]
    assert queue.waiting(2).tolist() == []
    assert queue.serve(3, 9)[0].tolist() == [30]


def test_ties_are_broken_by_their_key_and_not_by_the_order_of_the_code() -> None:
    for order in ([0, 1, 2], [2, 0, 1]):
        queue, ties = FileQueue(), {0: 7, 1: 3, 2: 5}
        for file in order:
            queue.join(4, np.array([ties[file]], dtype=np.uint64), [file], 1.0)
        assert queue.serve(4, 9)[0].tolist() == [1, 2, 0]


def test_small_days_add_up_to_the_file() -> None:
    """Two clerks at 0.02 files a day finish one file every 25 days, despite rounding errors in 0.04."""
    queue = FileQueue()
    queue.join(0, np.arange(60, dtype=np.uint64), range(60), 1.0)
    when = [day for day in range(1500) for _ in queue.serve(day, 0.04)[0]]
    assert when == list(range(24, 1500, 25))


@pytest.mark.parametrize("first", [True, False])
def test_withdrawing_leaves_the_others_their_place_and_their_work(first: bool) -> None:
    queue = FileQueue()
    queue.join(0, np.arange(3, dtype=np.uint64), [0, 1, 2], 2.0)
    queue.join(5, np.array([0], dtype=np.uint64), [7], 2.0)
    assert queue.serve(0, 1)[0].tolist() == []  # one of two hours on file 0
    queue.withdraw(np.array([first, not first, False]))
    assert queue.waiting(0).tolist() == ([1, 2] if first else [0, 2])
    assert queue.serve(1, 3)[0].tolist() == ([1] if first else [0, 2])
    assert queue.waiting(9).tolist() == ([2, 7] if first else [7])
