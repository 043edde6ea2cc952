"""Tests of yearly budgets and service desks, without a city model."""

import numpy as np
import pytest
import simpy
from mesa import Model

from sim.engine.recorder import Recorder
from sim.engine.service_desk import ServiceDesk
from sim.model.city import SIZES
from sim.model.government.budgets import Budget
from sim.model.government.desk_statistics import record_desks
from sim.model.government.parameters import DESKS, OUTCOMES


def test_first_decided_first_paid_and_the_rest_waits_for_new_year() -> None:
    env = simpy.Environment()
    pot, paid = Budget(env), []

    def claim(name, fen):
        yield env.timeout(0)
        if not pot.try_reserve(fen):
            yield pot.wait(fen)
        paid.append((name, env.now))

    assert pot.new_year(100) == 0
    for name, fen in (("a", 60), ("b", 70), ("c", 30), ("d", 20)):
        env.process(claim(name, fen))
    env.run(until=10)
    # b exceeds the remaining budget, c fits, and d exceeds what c leaves
    assert paid == [("a", 0), ("c", 0)]
    assert pot.remaining == 10
    assert pot.new_year(100) == 10  # the remaining budget lapses
    env.run(until=20)
    assert paid[2:] == [("b", 10), ("d", 10)]
    assert (pot.remaining, pot.waiting) == (10, [])
    assert pot.committed == 60 + 70 + 30 + 20
    pot.paid(60)
    pot.returned(30)  # the firm has closed, so its reserved money is free again
    assert (pot.remaining, pot.committed) == (40, 90)


def test_the_waiting_list_keeps_its_order_over_the_years() -> None:
    env = simpy.Environment()
    pot, paid = Budget(env), []

    def claim(name):
        yield env.timeout(0)
        if not pot.try_reserve(40):
            yield pot.wait(40)
        paid.append((name, env.now))

    for name in "abcde":
        env.process(claim(name))
    for year in range(1, 4):
        env.run(until=365 * year)
        pot.new_year(100)
    env.run(until=2000)
    assert paid == [("a", 365), ("b", 365), ("c", 730), ("d", 730), ("e", 1095)]


def test_a_budget_cut_and_restored_within_a_year_is_one_budget() -> None:
    """Cutting a fully committed budget to zero and restoring it provides no additional money."""
    pot = Budget(simpy.Environment())
    pot.new_year(100)
    assert pot.try_reserve(100)
    assert pot.amend(0) == 0  # committed money cannot be withdrawn
    assert pot.amend(100) == 0
    assert pot.remaining == 0
    assert pot.amend(130) == 30
    assert pot.amend(120) == -10


class Town(Model):
    """Minimal model with the environment that a service desk needs."""

    def __init__(self) -> None:
        super().__init__(rng=0)
        self.env = simpy.Environment()


@pytest.fixture
def town():
    return Town()


def window(town, posts: float, rate: float = 1.0) -> tuple[ServiceDesk, list[tuple[int, int]]]:
    done: list[tuple[int, int]] = []
    desk = ServiceDesk(
        town, "claims", rate, lambda day, files, arrivals: done.extend((day, int(f)) for f in files)
    )
    desk.staff(posts)
    town.env.process(desk.work(town.env))
    return desk, done


def hand_in(desk: ServiceDesk, day: int, files) -> None:
    files = np.asarray(files)
    desk.hand_in(np.full(len(files), day), files.astype(np.uint64), files)


def test_clerks_work_monday_to_friday(town) -> None:
    desk, done = window(town, 2)
    hand_in(desk, 0, range(100))  # 2017-01-01 is a Sunday
    town.env.run(until=14)
    assert sorted({day for day, _ in done}) == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12]
    assert len(done) == 20


def test_half_the_clerks_half_the_files(town) -> None:
    two, much = window(town, 2)
    one, little = window(town, 1)
    for desk in (two, one):
        hand_in(desk, 0, range(100))
    town.env.run(until=31)
    assert len(much) == 2 * len(little) == 2 * 22


def test_a_month_is_recorded_and_counted_anew(town) -> None:
    desk, _ = window(town, 1)
    hand_in(desk, 1, [0, 1, 2])  # Monday: served on days 1, 2, 3 after 0, 1, 2 days
    hand_in(desk, 30, [3, 4])  # Monday; only one of the files is served on day 30
    record = Recorder(OUTCOMES, SIZES | {"month": 2, "instrument": 1})
    town.env.run(until=30.875)
    record_desks([desk], record, 0, 30)
    at = (0, DESKS.index("claims"))
    recorded = {name: record.arrays[name][at] for name in ("applications", "queue_length", "waiting_days")}
    assert recorded == {"applications": 5, "queue_length": 1, "waiting_days": (0 + 1 + 2 + 0) / 4}
    town.env.run(until=40)
    record_desks([desk], record, 1, 40)
    assert record.arrays["applications"][1, at[1]] == 0
    assert record.arrays["waiting_days"][1, at[1]] == 1


def test_desks_of_one_name_are_added_up(town) -> None:
    """Banks have separate queues but are one desk in the results."""
    desks = [window(town, 1)[0], window(town, 1)[0]]
    hand_in(desks[0], 1, [0, 1, 2])  # wait 0, 1, 2 days
    hand_in(desks[1], 2, [0])  # waits 0
    town.env.run(until=30.875)
    record = Recorder(OUTCOMES, SIZES | {"month": 1, "instrument": 1})
    record_desks(desks, record, 0, 30)
    at = (0, DESKS.index("claims"))
    assert (record.arrays["applications"][at], record.arrays["waiting_days"][at]) == (4, 3 / 4)


def test_a_weekly_desk_decides_on_fridays_for_the_week(town) -> None:
    done: list[tuple[int, int]] = []
    desk = ServiceDesk(
        town, "loan", 2.0, lambda day, files, arrivals: done.extend((day, int(f)) for f in files), weekly=True
    )
    desk.staff(1)
    town.env.process(desk.work(town.env))
    hand_in(desk, 1, range(25))
    town.env.run(until=20)
    assert [day for day, _ in done] == [5] * 10 + [12] * 10 + [19] * 5  # 2017-01-06 is the first Friday


@pytest.mark.parametrize("opens", range(60, 67))
def test_a_weekly_desk_that_opens_later_decides_on_fridays_too(town, opens: int) -> None:
    done: list[int] = []
    desk = ServiceDesk(town, "loan", 2.0, lambda day, files, arrivals: done.append(day), weekly=True)
    desk.staff(1)
    town.env.run(until=opens)
    town.env.process(desk.work(town.env))
    hand_in(desk, opens, range(25))
    town.env.run(until=opens + 27)
    assert done[0] in range(opens, opens + 7)
    assert {day % 7 for day in done} == {5}  # 2017-01-06 is a Friday
    assert len(done) == 3


def test_a_clerk_who_leaves_is_not_replaced_when_posts_stay(town) -> None:
    desk, _ = window(town, 3)
    desk.clerks[0].remove()
    desk.staff(3)
    assert len(desk.clerks) == 2
    desk.staff(5)
    assert len(desk.clerks) == 4
    desk.staff(2)
    assert len(desk.clerks) == 1


def test_clerks_are_agents_of_the_model_and_go_with_their_post(town) -> None:
    before = len(town.agents)
    desk, _ = window(town, 4)
    assert len(town.agents) == before + 5
    desk.clerks[0].remove()
    desk.staff(1)
    assert len(town.agents) == before + 1 + len(desk.clerks)


def test_without_clerks_no_file_is_decided_and_none_is_lost(town) -> None:
    desk, done = window(town, 1)
    hand_in(desk, 1, range(10))
    town.env.run(until=3)
    desk.clerks[0].remove()
    town.env.run(until=60)
    assert len(done) == 2
    assert desk.queue.waiting(60).tolist() == list(range(2, 10))


def test_a_desk_that_is_removed_decides_no_more_files_whatever_its_posts(town) -> None:
    desk, done = window(town, 1)
    hand_in(desk, 1, range(10))
    town.env.run(until=3)
    desk.remove()
    desk.staff(5)
    town.env.run(until=60)
    assert len(done) == 2
    assert desk.queue.waiting(60).tolist() == list(range(2, 10))
    assert desk not in town.agents


def test_files_take_as_much_work_as_they_represent(town) -> None:
    done: list[tuple[int, int]] = []
    desk = ServiceDesk(
        town, "claims", 1.0, lambda day, files, arrivals: done.extend((day, int(f)) for f in files),
        weigh=lambda files: np.where(files == 0, 10, 1),
    )  # fmt: skip
    desk.staff(2)
    town.env.process(desk.work(town.env))
    hand_in(desk, 1, [0, 1, 2])
    town.env.run(until=31)
    assert done == [(5, 0), (8, 1), (8, 2)]
