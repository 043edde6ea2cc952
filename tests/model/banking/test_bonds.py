"""Tests of bonds: only the largest young borrowers issue them, and a bond replaces a loan at a lower rate."""

import numpy as np
import pytest

from sim.model.banking import parameters as banking_parameters
from sim.model.environment import series
from tests.model import town

SCALE = 0.1


def simulated(size: float):
    city, output = town.simulated({"credit.bond_size": size}, scale=SCALE)
    return city, output.outcomes


def test_the_lower_the_size_the_more_is_issued() -> None:
    low, high = simulated(1e7)[1]["bonds_issued"].sum(), simulated(5e8)[1]["bonds_issued"].sum()
    assert low > 0
    assert high == 0
    assert simulated(2e7)[1]["bonds_issued"].sum() <= low


def test_under_the_plan_hardly_any_young_firm_is_large_enough() -> None:
    """The model expects zero to three issuers in four years."""
    city, _ = simulated(5e7)
    assert sum(city.context.firms.weight[b.row] for b in city.bonds.held) <= 3


def test_a_bond_pays_off_the_loan_and_costs_less() -> None:
    city, o = simulated(1e7)
    issued = o["bonds_issued"].sum()
    assert o["flows"][:, town.FLOWS.index("bonds")].sum() == pytest.approx(issued)
    assert o["flows"][:, town.FLOWS.index("coupons")].sum() > 0
    for bond in city.bonds.held:
        since = bond.until - banking_parameters.BOND_MONTHS
        assert bond.rate == pytest.approx(series.loan_rates(since).loan - banking_parameters.BOND_CHEAPER)
        loans = np.flatnonzero((city.banks.book.row == bond.row) & (city.banks.book.state == 0))
        assert (city.banks.book.month[loans] >= since).all()  # current bank loans were granted after the bond


def test_bonds_are_repaid_or_lost() -> None:
    city, o = simulated(1e7)
    paid = o["flows"][:, town.FLOWS.index("bonds_repaid")].sum()
    assert paid <= o["bonds_issued"].sum()
    assert not o["ledger_residual"].any()
    assert all(
        city.context.firms.state[b.row] == 2
        for b in city.bonds.held
        if city.context.firms.closed[b.row] > 1400
    )
