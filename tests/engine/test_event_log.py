"""Event log: events of watched firms and facilities, and selection of the first entity with an event."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.event_log import Event, EventLog


def test_events_of_watched_firms_are_kept_with_their_own_values() -> None:
    log = EventLog(watch=[7, 9])
    log.firms([9, 8, 7], "loan.granted", day=[3, 4, 5], rule="rules.pays", yuan=[1.0, 2.0, 3.0], rate=0.05)
    assert log.events == [
        Event(3.0, 9, "loan.granted", 1.0, None, "rules.pays", (("rate", 0.05),)),
        Event(5.0, 7, "loan.granted", 3.0, None, "rules.pays", (("rate", 0.05),)),
    ]


def test_events_of_watched_facilities_are_kept() -> None:
    log = EventLog(watch=["incubator 3"])
    for name in ("incubator 2", "incubator 3"):
        log.facility(name, "title.awarded", day=10, rule="rules.award", waited=4.0, level=2)
    assert log.events == [
        Event(10.0, "incubator 3", "title.awarded", None, 4.0, "rules.award", (("level", 2),))
    ]


def test_nothing_is_kept_or_picked_unless_requested() -> None:
    log = EventLog()
    log.firms([1], "opened", day=0, rule="rules.opens")
    log.facility("base 1", "opened", day=0, rule="rules.opens")
    assert log.events == []
    assert log.picked is None


@pytest.mark.parametrize(
    ("reports", "picked"),
    [
        ([[50, 30]], 30),
        ([[50, 30], [120, 110], [105]], 110),
        ([[130, 20, 120], [101]], 120),
        ([[], [140]], 140),
    ],
)
def test_the_first_firm_from_an_id_on_is_picked_else_the_first_of_all(
    reports: list[list[int]], picked: int
) -> None:
    log = EventLog(pick="opened", preferred_from=100)
    log.firms([10], "closed", day=0, rule="rules.closes")
    for day, ids in enumerate(reports):
        log.firms(np.array(ids, dtype=np.int64), "opened", day=day, rule="rules.opens")
    assert log.picked == picked


def test_the_first_facility_with_an_event_is_picked() -> None:
    log = EventLog(pick="opened")
    log.facility("base 2", "closed", day=0, rule="rules.closes")
    for name in ("base 9", "base 1"):
        log.facility(name, "opened", day=1, rule="rules.opens")
    assert log.picked == "base 9"
