"""Stylised facts that follow from the rules together and from no single rule. Fixed seeds, stated power."""

import numpy as np
import pytest
from scipy import stats

from sim.engine.random_streams import RandomStreams
from sim.model.coordinates import COORDS
from sim.model.firms import rules as firms_rules
from sim.model.population.firm_table import NEVER
from tests.model import town


def test_growth_rates_are_tent_shaped() -> None:
    """JOB16-17: a mixture of variances keeps an excess kurtosis near Laplace's 3 over a year.

    100,000 firms: the standard error of the kurtosis is about 0.1.
    """
    streams, ids = RandomStreams(3, 0), np.arange(100_000)
    sd = (0.055 * np.sqrt(-np.log(streams.uniform(ids, "luck", "sd")))).astype(np.float32)
    productivity = np.zeros(len(ids), dtype=np.float32)
    years = []
    for month in range(36):
        shock = streams.normal(ids, "luck", month)
        productivity = firms_rules.next_productivity(productivity, sd, shock)
        if month % 12 == 11:
            years.append(productivity.astype(np.float64))
    assert 2.0 < stats.kurtosis(years[2] - years[1]) < 4.0
    assert abs(stats.skew(years[2] - years[1])) < 0.15


def test_a_small_scale_represents_a_large_one() -> None:
    """A scale samples firms and weights them: headline counts agree within sampling error.

    At scale 0.01 about 3,000 rows stand for the individual businesses, so 5% is three standard errors.
    """
    small, large = (town.run(scale=s).outcomes for s in (0.01, 0.08))
    for name, tolerance in (("registrations", 0.06), ("entries", 0.06), ("exits", 0.08)):
        assert small[name].sum() == pytest.approx(large[name].sum(), rel=tolerance), name
    for name, tolerance in (("firms", 0.05), ("jobs", 0.08), ("market_entities", 0.05)):
        assert small[name][-1].sum() == pytest.approx(large[name][-1].sum(), rel=tolerance), name
    one_off = COORDS["instrument"].values.index("one_off_grant")
    assert small["public_spending"][:, one_off].sum() == pytest.approx(
        large["public_spending"][:, one_off].sum(), rel=0.25
    )
    for name in ("tech_incubators", "incubation_area", "entrepreneurship_bases"):
        assert small[name][-1] == pytest.approx(large[name][-1], rel=0.06), name


def test_recipients_survive_longer_than_others() -> None:
    """Selection: without it the observational estimate could not be biased."""
    output = town.run(scale=0.08)
    paid = np.unique(output.payments["row"])
    firms = output.firms
    opened = (firms["opened"] >= 0) & (firms["opened"] < 700)
    recipient = np.zeros(len(opened), dtype=bool)
    recipient[paid] = True
    assert (opened & recipient).sum() > 200
    surviving = firms["closed"] == NEVER
    assert surviving[opened & recipient].mean() > surviving[opened & ~recipient].mean() + 0.03


def test_the_share_of_closures_falls_with_productivity() -> None:
    """The hazard depends on income: productive firms close less (7,700 enterprises, standard error 0.011)."""
    city = town.city(scale=0.1)
    city.run_all()
    city.close()
    firms = city.context.firms
    ever = (firms.opened >= 0) & (firms.opened < 600) & (firms.segment > 0)
    closed = firms.closed < NEVER
    productivity = firms.productivity[ever]
    productive = productivity > np.median(productivity)
    assert ever.sum() > 5000
    assert closed[ever][productive].mean() < closed[ever][~productive].mean() - 0.01
