"""Plain Mesa and the submodel of firms give the same jobs and closures, up to random numbers."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from sim.model.population.firm_table import OPEN
from tests.bench import plain_mesa, town

FIRMS, MONTHS, SCALE = 8000, 8, 0.1


@pytest.fixture(scope="module")
def both():
    city = town.of_firms(FIRMS, SCALE)
    model = plain_mesa.Town(city, MONTHS)
    cash = city.context.firms.cash.sum() / 100
    assert sum(firm.cash for firm in model.agents) == pytest.approx(cash)
    mesa_ = plain_mesa.trade(model, MONTHS)
    arrays = town.trade(city, MONTHS)
    return city, arrays, model, mesa_


def test_closures(both):
    _, arrays, _, mesa = both
    ours, theirs = sum(arrays.closures), sum(mesa.closures)
    assert ours > 300
    assert abs(ours - theirs) < 4 * np.sqrt(ours + theirs)


def test_jobs(both):
    city, _, model, _ = both
    ours = np.array(town.jobs(city))
    theirs = np.array([firm.jobs for firm in model.agents])
    assert ks_2samp(ours, theirs).pvalue > 1e-4
    error = np.hypot(ours.std() / len(ours) ** 0.5, theirs.std() / len(theirs) ** 0.5)
    assert (
        abs(ours.mean() - theirs.mean()) < error
    )  # the same firms at the start: they differ by less than two samples


def test_money_and_income(both):
    city, _, model, _ = both
    still = city.context.firms.state == OPEN
    for name, unit in (("cash", 100), ("income", 1), ("productivity", 1)):
        ours = getattr(city.context.firms, name)[still] / unit
        theirs = np.array([getattr(firm, name) for firm in model.agents])
        assert np.median(ours) == pytest.approx(np.median(theirs), rel=0.05, abs=0.02)
        assert ks_2samp(ours, theirs).pvalue > 1e-4
