"""What the rules together must show: shapes that no single rule writes down. Fixed luck, stated power."""

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
    chance, ids = RandomStreams(3, 0), np.arange(100_000)
    sd = (0.055 * np.sqrt(-np.log(chance.uniform(ids, "luck", "sd")))).astype(np.float32)
    luck = np.zeros(len(ids), dtype=np.float32)
    years = []
    for month in range(36):
        luck = firms_rules.next_productivity(luck, sd, chance.normal(ids, "luck", month))
        if month % 12 == 11:
            years.append(luck.astype(np.float64))
    assert 2.0 < stats.kurtosis(years[2] - years[1]) < 4.0
    assert abs(stats.skew(years[2] - years[1])) < 0.15


def test_a_small_city_speaks_for_the_large_one() -> None:
    """Scale thins firms and weights them: headline counts agree within sampling error.

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


def test_who_is_paid_is_not_who_is_not() -> None:
    """Selection must exist before the naive evaluation can be biased by it: recipients survive."""
    history = town.run(scale=0.08)
    paid = np.unique(history.payments["row"])
    firms = history.firms
    opened = (firms["opened"] >= 0) & (firms["opened"] < 700)
    recipient = np.zeros(len(opened), dtype=bool)
    recipient[paid] = True
    assert (opened & recipient).sum() > 200
    alive = firms["closed"] == NEVER
    assert alive[opened & recipient].mean() > alive[opened & ~recipient].mean() + 0.03


def test_the_share_with_a_closure_falls_with_income() -> None:
    """The hazard works through income: who has luck closes less (7,700 enterprises, standard error 0.011)."""
    city = town.city(scale=0.1)
    city.run_all()
    city.close()
    firms = city.context.firms
    ever = (firms.opened >= 0) & (firms.opened < 600) & (firms.segment > 0)
    closed = firms.closed < NEVER
    gain = firms.productivity[ever]
    lucky = gain > np.median(gain)
    assert ever.sum() > 5000
    assert closed[ever][lucky].mean() < closed[ever][~lucky].mean() - 0.01
