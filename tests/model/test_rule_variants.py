"""Rules that exist twice: the same names everywhere, a past of the same level, and other lives."""

import inspect
from collections import Counter
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from sim.engine.random_streams import RandomStreams
from sim.model import city as wiring
from sim.model import rule_variants
from sim.model.initial_population import initial_population
from sim.model.population.firm_table import CLOSED, OPEN, G
from tests.model import town


def test_every_way_that_can_be_named_is_a_rule_and_every_rule_can_be_named() -> None:
    assert wiring.RULES.keys() == rule_variants.STRUCTURES.keys() == set(rule_variants.Rules._fields)
    for name, rule in rule_variants.STRUCTURES.items():
        assert list(rule.ways) == list(wiring.RULES[name])


@pytest.mark.parametrize("name", rule_variants.STRUCTURES)
def test_rivals_take_the_same_arguments(name: str) -> None:
    first, *others = [list(inspect.signature(rule).parameters) for rule in wiring.RULES[name].values()]
    assert all(other == first for other in others)


class Past(Counter):  # type: ignore[type-arg]
    """Closures before 2017 by form, and loans on the books at its start."""


def years_before(**ways: str) -> tuple[Past, wiring.City]:
    """A city at the start of 2017, and what came before."""
    found = Past()
    wind_up = wiring.City.wind_up

    def counted(city: wiring.City, closing: np.ndarray) -> None:
        assert (city.context.firms.state[closing] == CLOSED).all()
        individual, weight = city.context.firms.segment[closing] == G, city.context.firms.weight[closing]
        found["individual"] += int(weight[individual].sum())
        found["enterprise"] += int(weight[~individual].sum())
        wind_up(city, closing)

    scene = replace(town.WORLD, structure=ways)
    initial_population.cache_clear()  # lived anew, not taken from a test before
    with mock.patch.object(wiring.City, "wind_up", counted):
        city = wiring.City(town.settings({}), scene, RandomStreams(town.SEED, 0), uncertain=False, scale=0.05)
    city.close()
    firms = city.context.firms
    open_ = firms.state == OPEN
    found["jobs"] = int(firms.jobs[open_] @ firms.weight[open_].astype(np.int64))
    found["lent"] = int(firms.debt[open_] @ firms.weight[open_].astype(np.int64))
    return found, city


def test_rivals_have_the_same_past_in_level() -> None:
    """Else one would compare levels, not structures."""
    usual, base = years_before()
    sized, other = years_before(closure="age_size")
    for what in ("individual", "enterprise", "jobs"):
        assert sized[what] == pytest.approx(usual[what], rel=0.04)
    assert not np.array_equal(
        base.context.firms.id[: len(other.context.firms)], other.context.firms.id[: len(base.context.firms)]
    )
    pledged, _ = years_before(screening="collateral")
    assert pledged["lent"] == pytest.approx(usual["lent"], rel=0.05)
    assert pledged["lent"] != usual["lent"]
    assert pledged["individual"] == usual["individual"]
    yielding, same = years_before(demand="incumbents_yield")
    assert yielding == usual
    assert np.array_equal(base.context.firms.cash, same.context.firms.cash), (
        "young firms meet a factor of 1 before 2017"
    )


def test_under_rivals_the_city_lives_otherwise_and_its_books_close() -> None:
    """Young firms meet a factor of 1 in every month; older firms still lose jobs to them."""
    ways = {name: list(rule.ways)[1] for name, rule in rule_variants.STRUCTURES.items()}
    scene, chance = replace(town.WORLD, structure=ways), RandomStreams(town.SEED, 0)
    other = wiring.simulate(town.settings({}), scene, chance, uncertain=False, scale=town.SCALE).outcomes
    usual = town.run().outcomes
    assert (other["demand_factor"] == 1).all()
    assert (other["jobs_displaced"] != 0).any()
    for moved in ("exits", "loans_granted"):
        assert not np.array_equal(usual[moved], other[moved])
        assert other[moved].sum() == pytest.approx(usual[moved].sum(), rel=0.4)
    assert (other["ledger_residual"] == 0).all()
