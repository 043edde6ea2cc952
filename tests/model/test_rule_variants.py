"""Rules with variants: the same names, initial populations of one level, different outcomes."""

import inspect
from collections import Counter
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from sim.engine.random_streams import RandomStreams
from sim.model import city as wiring
from sim.model import rule_variants
from sim.model.firms.exit import Closures, Exit
from sim.model.initial_population import initial_population
from sim.model.population.firm_table import CLOSED, OPEN, G
from tests.model import town


def test_every_variant_that_can_be_named_is_a_rule_and_every_rule_can_be_named() -> None:
    assert wiring.RULES.keys() == rule_variants.STRUCTURES.keys() == set(rule_variants.Rules._fields)
    for name, rule in rule_variants.STRUCTURES.items():
        assert list(rule.ways) == list(wiring.RULES[name])


@pytest.mark.parametrize("name", rule_variants.STRUCTURES)
def test_variants_take_the_same_arguments(name: str) -> None:
    first, *others = [list(inspect.signature(rule).parameters) for rule in wiring.RULES[name].values()]
    assert all(other == first for other in others)


def city_of_2017(**variants: str) -> tuple[Counter[str], wiring.City]:
    """Closures before 2017 by form, jobs and debt of the open firms, and the city at its start."""
    totals: Counter[str] = Counter()
    distribute = Exit.distribute

    def counted(closure: Exit, closures: Closures) -> None:
        firms, rows = closure.context.firms, closures.rows
        assert (firms.state[rows] == CLOSED).all()
        individual, weight = firms.segment[rows] == G, firms.weight[rows]
        totals["individual"] += int(weight[individual].sum())
        totals["enterprise"] += int(weight[~individual].sum())
        distribute(closure, closures)

    world = replace(town.WORLD, structure=variants)
    initial_population.cache_clear()  # simulated anew, not taken from a test before
    with mock.patch.object(Exit, "distribute", counted):
        city = wiring.City(town.settings({}), world, RandomStreams(town.SEED, 0), uncertain=False, scale=0.05)
    city.close()
    firms = city.context.firms
    open_ = firms.state == OPEN
    totals["jobs"] = int(firms.jobs[open_] @ firms.weight[open_].astype(np.int64))
    totals["debt"] = int(firms.debt[open_] @ firms.weight[open_].astype(np.int64))
    return totals, city


def test_variants_start_from_populations_of_the_same_level() -> None:
    """Else one would compare levels, not structures."""
    usual, base = city_of_2017()
    sized, other = city_of_2017(closure="age_size")
    for what in ("individual", "enterprise", "jobs"):
        assert usual[what] > 0
        assert sized[what] == pytest.approx(usual[what], rel=0.04)
    assert not np.array_equal(
        base.context.firms.id[: len(other.context.firms)], other.context.firms.id[: len(base.context.firms)]
    )
    pledged, _ = city_of_2017(screening="collateral")
    assert pledged["debt"] == pytest.approx(usual["debt"], rel=0.05)
    assert pledged["debt"] != usual["debt"]
    assert pledged["individual"] == usual["individual"]
    yielding, same = city_of_2017(demand="incumbents_yield")
    assert yielding == usual
    assert np.array_equal(base.context.firms.cash, same.context.firms.cash), (
        "young firms meet a factor of 1 before 2017"
    )


def test_outcomes_differ_under_variants_and_the_accounts_balance() -> None:
    """Young firms meet a factor of 1 in every month; older firms still lose jobs to them."""
    ways = {name: list(rule.ways)[1] for name, rule in rule_variants.STRUCTURES.items()}
    world, streams = replace(town.WORLD, structure=ways), RandomStreams(town.SEED, 0)
    other = wiring.simulate(town.settings({}), world, streams, uncertain=False, scale=town.SCALE).outcomes
    usual = town.run().outcomes
    assert (other["demand_factor"] == 1).all()
    assert (other["jobs_displaced"] != 0).any()
    for moved in ("exits", "loans_granted"):
        assert not np.array_equal(usual[moved], other[moved])
        assert other[moved].sum() == pytest.approx(usual[moved].sum(), rel=0.4)
    assert (other["ledger_residual"] == 0).all()
