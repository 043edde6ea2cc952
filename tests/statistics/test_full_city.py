"""The whole city at scale 1 (``make validate``): orders of magnitude that a referee would check first."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.figures.summary_statistics import LABOUR_OFFICES
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import simulate
from sim.model.coordinates import COORDS
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario

pytestmark = pytest.mark.validate
SEED = 20170609


def _run(name: str, replicate: int = 0) -> RunOutput:
    scenario = load_scenario(name)
    return simulate(
        settings(scenario, None), scenario.world, RandomStreams(SEED, replicate), uncertain=False, scale=1.0
    )


@pytest.fixture(scope="module")
def arms() -> dict[str, RunOutput]:
    return {name: _run(name) for name in ("as_enacted", "no_plan", "no_support")}


def _net_job_years(a: RunOutput, b: RunOutput) -> float:
    gross = a.outcomes["jobs_universe"] - b.outcomes["jobs_universe"]
    displaced = a.outcomes["jobs_displaced"] - b.outcomes["jobs_displaced"]
    return float((gross - displaced).sum() / 12)


def test_subsidies_of_every_year_stay_in_the_range_of_the_evidence(arms: dict[str, RunOutput]) -> None:
    """35 to 70 million yuan a year for labour offices (ZS138 times the city's share, and matching funds)."""
    programmes = [COORDS["instrument"].values.index(name) for name in LABOUR_OFFICES]
    spent = arms["as_enacted"].outcomes["public_spending"][:, programmes]
    by_year = spent.reshape(4, 12, -1).sum(axis=(1, 2)) / 1e6
    assert (by_year > 33).all(), by_year
    assert (by_year < 72).all(), by_year


def test_small_grants_bring_few_net_jobs(arms: dict[str, RunOutput]) -> None:
    """Effect of the support before the plan: thousands of job-years would be an error (SUB15, SUB27)."""
    spent = sum(
        sign * arms[name].outcomes["public_spending"].sum()
        for name, sign in (("no_plan", 1), ("no_support", -1))
    )
    per_million = _net_job_years(arms["no_plan"], arms["no_support"]) / (spent / 1e6)
    assert -2 < per_million < 40, per_million


def test_the_city_has_its_published_size(arms: dict[str, RunOutput]) -> None:
    o = arms["as_enacted"].outcomes
    assert 500_000 < len(arms["as_enacted"].firms["id"]) < 600_000
    assert o["firms"][-1].sum() == pytest.approx(248_000, rel=0.1)
    assert 6.0 < o["jobs"][-1, 0] / o["firms"][-1, 0] < 7.2
    assert 2.0 < o["jobs"][-1, 1] / o["firms"][-1, 1] < 2.9


def test_money_is_conserved(arms: dict[str, RunOutput]) -> None:
    for output in arms.values():
        assert not output.outcomes["ledger_residual"].any()


def test_a_tenth_of_the_city_is_unbiased() -> None:
    """Scales 0.1 and 0.5 agree within 4 standard errors of 8 replicates each (power: 3% of jobs)."""
    scenario = load_scenario("as_enacted")
    policy = settings(scenario, None)

    def headline(scale: float, replicate: int) -> list[float]:
        output = simulate(
            policy, scenario.world, RandomStreams(SEED, replicate), uncertain=False, scale=scale
        )
        return [
            float(output.outcomes["firms"][-1].sum()),
            float(output.outcomes["jobs"][-1].sum()),
            float(output.outcomes["jobs_driven_by_startups"][-1, 0]),
        ]

    small = np.array([headline(0.1, k) for k in range(8)])
    half = np.array([headline(0.5, k) for k in range(100, 108)])
    gap = small.mean(axis=0) - half.mean(axis=0)
    error = np.sqrt(small.var(axis=0, ddof=1) / 8 + half.var(axis=0, ddof=1) / 8)
    assert (np.abs(gap) < 4 * error + 0.002 * half.mean(axis=0)).all(), (gap, error)
