"""Tests of the contest: entrants, winners, limits of awards and budget, and founders served."""

from functools import cache

import numpy as np

from sim.model.population.firm_table import G, T
from sim.model.subsidies import parameters as subsidies_parameters
from tests.model import town

HELD: dict[str, town.Value] = {"claims.contest_awards": 30, "claims.contest_award": 50000}
AUGUST = slice(subsidies_parameters.CONTEST_MONTH, None, 12)


@cache
def held(awards: float = 30, award: float = 50000):
    return town.run(
        {"claims.contest_awards": awards, "claims.contest_award": award, "claims.online_share": 0.6},
        scale=0.05,
    )


def test_as_many_enter_as_entered_in_2019() -> None:
    """The number of entrants is close to the 217 firms of 2019 (ZS131)."""
    entered = town.run(HELD, scale=0.3).outcomes["contest_entrants"][AUGUST]
    assert 130 < entered[2:].mean() < 330


def test_it_is_held_once_a_year() -> None:
    entrants = held().outcomes["contest_entrants"]
    assert (entrants[AUGUST] > 0).all()
    assert entrants.sum() == entrants[AUGUST].sum()


def test_more_or_larger_awards_bring_more_entrants_and_cost_more() -> None:
    few, many, large = held(5), held(200), held(30, 500000)
    for more in (many, large):
        assert more.outcomes["contest_entrants"].sum() > 2 * few.outcomes["contest_entrants"].sum()
        assert town.spending(more, "contests").sum() > town.spending(few, "contests").sum()
        assert more.outcomes["founders_served"][-1, 0] > few.outcomes["founders_served"][-1, 0]


def test_no_more_is_paid_than_there_are_awards() -> None:
    for awards, award in ((30, 50000.0), (3, 200000.0)):
        spent = town.by_year(town.spending(held(awards, award), "contests"))
        assert (spent <= awards * award).all()
        assert spent.sum() > 0.6 * 4 * awards * award
        paid = held(awards, award).payments
        index = town.INSTRUMENTS.index("contests")
        assert set((paid["fen"][paid["instrument"] == index] / 100).tolist()) == {award}


def test_without_awards_no_contest_and_their_size_changes_nothing() -> None:
    none, other = held(0, 50000), held(0, 1e6)
    assert town.differing(none, other) == []
    assert not none.outcomes["contest_entrants"].any()
    assert town.differing(none, held(30, 0.0)) == []


def test_entrants_are_able_winners_abler_and_all_are_served() -> None:
    city = town.city(HELD)
    output = city.run_all()
    firms = city.context.firms
    index = town.INSTRUMENTS.index("contests")
    won = np.unique(output.payments["row"][output.payments["instrument"] == index])
    entered = np.array(sorted(city.claims._entitled["contests"] | set(won.tolist())))
    city.close()
    assert len(entered) > 100
    assert (firms.segment[entered] != G).all()
    assert (firms.segment[entered] == T).any()
    everybody = np.flatnonzero(firms.segment[: len(firms)] == T)
    assert firms.skill[won].mean() > firms.skill[entered].mean() > firms.skill[everybody].mean()
    assert (firms.served[entered] < 1461).all()
