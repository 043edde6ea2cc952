"""Firm table: columns store the state, handles read it, and no agents are stored."""

import gc
import weakref

import numpy as np
import pytest
from mesa import Agent

from sim.model.population.agents import Startup
from sim.model.population.firm_table import CLOSED, OPEN
from tests.model import town


@pytest.fixture(scope="module")
def city():
    city = town.city()
    city.context.env.process(city.months())
    city.context.env.run(until=100)
    yield city
    city.close()


def test_select_get_agg_do(city) -> None:
    everyone = city.startups
    assert len(everyone) == len(city.context.firms)
    open_now = everyone.select(lambda firm: firm.state == OPEN)
    assert 0 < len(open_now) < len(everyone)
    assert open_now.get("jobs") == city.context.firms.jobs[city.context.firms.state == OPEN].tolist()
    assert open_now.agg("jobs", np.sum) == city.context.firms.jobs[city.context.firms.state == OPEN].sum()
    large = open_now.select(open_now.column("jobs") > 10)
    assert large.agg("jobs", min) > 10
    assert len(open_now.select(open_now.column("jobs") > 0, at_most=7)) == 7
    seen = []
    assert large.do(lambda firm: seen.append(firm.jobs)) is large
    assert seen == large.get("jobs")


def test_selecting_twice_narrows_down(city) -> None:
    """A mask refers to the members of the set, not to all rows."""
    once = city.startups.select(city.context.firms.state == OPEN)
    twice = once.select(once.column("segment") == 2).select(lambda firm: firm.jobs > 3)
    expected = np.flatnonzero(
        (city.context.firms.state == OPEN) & (city.context.firms.segment == 2) & (city.context.firms.jobs > 3)
    )
    assert twice.rows.tolist() == expected.tolist()


def test_a_handle_reads_its_row(city) -> None:
    firm = city.startups[17]
    assert isinstance(firm, Startup)
    assert isinstance(firm, Agent)
    assert firm.unique_id == city.context.firms.id[17] == firm.id
    assert firm.jobs == city.context.firms.jobs[17]
    before = firm.cash
    city.context.firms.cash[17] += 5
    assert firm.cash == before + 5
    city.context.firms.cash[17] -= 5
    with pytest.raises(AttributeError):
        _ = firm.profit


def test_handles_are_not_registered_and_not_kept(city) -> None:
    before = len(city.agents)
    handles = list(city.startups.select(city.context.firms.state == OPEN, at_most=500))
    assert len(city.agents) == before
    kept = [weakref.ref(h) for h in handles]
    del handles
    gc.collect()
    assert not any(ref() for ref in kept)


def test_the_order_of_a_shuffle_is_the_replicates(city) -> None:
    """Mesa's generator is keyed by seed and replicate and is not used in a run."""
    orders = []
    for replicate in (0, 0, 1):
        other = town.city(replicate=replicate, scale=0.002)
        assert other.startups.random is other.random
        orders.append(other.startups.shuffle().get("id"))
        other.close()
    assert orders[0] == orders[1]
    assert sorted(orders[0]) != orders[0] != orders[2]
    untouched = town.city(scale=0.002)
    begun = untouched.random.getstate(), untouched.rng.bit_generator.state
    untouched.run_all()
    assert (untouched.random.getstate(), untouched.rng.bit_generator.state) == begun
    untouched.close()


def test_an_empty_set_is_a_set(city) -> None:
    none = city.startups.select(np.zeros(len(city.context.firms), dtype=bool))
    assert len(none) == 0
    assert list(none) == []
    assert none.agg("jobs", np.sum) == 0


def test_states_of_the_past_are_kept_apart(city) -> None:
    assert (city.context.firms.jobs[city.context.firms.state == CLOSED] == 0).all()
    assert (city.context.firms.jobs[city.context.firms.state == OPEN] >= 1).all()
