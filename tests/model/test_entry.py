"""Entry: candidates are the world's, founding is monotone in policy, a smaller city is the same city."""

import numpy as np
import pytest

from sim.engine import clock
from sim.engine.chance import Chance
from sim.model import entry, places
from sim.model.startups import E, G, T
from tests.model import town
from tests.model.cases import cases, check

SCALES = [1.0, 0.5, 0.3, 0.07, 0.01, 0.003]


@cases("entry")
def test_rule(case) -> None:
    check(case)


def test_shares_are_shares() -> None:
    assert sum(entry.KIND_SHARE.values()) < 1  # the rest are others
    for segment, shares in entry.SECTOR_SHARE.items():
        assert sum(shares.values()) == pytest.approx(1), segment
        assert list(shares) == [s.slug for s in places.sectors()]
    assert list(entry.KIND_SHARE) == [k.slug for k in places.founder_kinds()][:-1]


def test_ids_are_permanent_and_never_shared() -> None:
    months = range(-60, clock.MONTHS)
    ids = np.concatenate([entry.monthly_ids(m, entry.candidates(m, 0.6, 0.05, 0.1)) for m in months])
    assert len(np.unique(ids)) == len(ids)
    assert ids.min() >= 0
    assert entry.monthly_ids(5, 10).tolist() == entry.monthly_ids(5, 1000)[:10].tolist()


def test_the_city_as_it_was_registers_what_was_registered() -> None:
    """Candidates: registrations over the chance to found under that year's days and fees as they were."""
    for year, registered in entry.registrations().items():
        days, cost = (20, 1500) if year < 2018 else (12 if year == 2018 else 5, 800)
        chance = entry.propensity(0.6, days, cost, 0.02, 0.05)
        months = range(12 * (year - 2017), 12 * (year - 2016))
        assert sum(entry.candidates(m, 0.6, 0.02, 0.05) for m in months) * chance == pytest.approx(
            registered, abs=6
        )


@pytest.mark.parametrize("scale", SCALES)
def test_a_smaller_city_stands_for_the_whole(scale: float) -> None:
    """Technology firms and those who seek a berth are all there; the rest is weighted, right on average."""
    n = 400_000
    u = Chance(1, 0).uniform(np.arange(n), "scale")
    segment = np.repeat([T, E, G, G], n // 4).astype(np.int8)
    seeks = np.zeros(n, dtype=bool)
    seeks[::50] = True
    keep, weight = entry.thin(segment, u, scale, seeks)
    bound = (segment == T) | seeks
    assert keep[bound].all()
    assert (weight[bound] == 1).all()
    rest = ~bound
    kept = int((keep & rest).sum())
    total = int(weight[keep & rest].sum(dtype=np.int64))
    assert total == pytest.approx(rest.sum(), rel=6 / np.sqrt(kept))
    assert set(weight[keep & rest].tolist()) <= {int(1 / scale), int(1 / scale) + 1}


def test_weights_hold_at_the_smallest_scale_a_user_may_ask_for() -> None:
    """The contract takes any scale above 0: a weight must not wrap round to a negative number."""
    _, weight = entry.thin(
        np.array([G, E, T], dtype=np.int8), np.array([1e-9, 0.5, 0.5]), 2e-6, np.zeros(3, dtype=bool)
    )
    assert weight.tolist()[0] == 500_000


def test_a_firm_kept_in_a_small_city_is_kept_in_a_larger_one() -> None:
    u = Chance(1, 0).uniform(np.arange(10_000), "scale")
    segment = np.full(10_000, E, dtype=np.int8)
    small, large = (entry.thin(segment, u, s, segment == T)[0] for s in (0.01, 0.1))
    assert small.sum() > 50
    assert large[small].all()


def test_policy_only_adds_founders_or_only_takes_them_away() -> None:
    """One uniform number a candidate: with a shorter way to open, all who founded before found again."""
    slow = town.run({"registration.days": 20, "entry.fixed_cost": 3000})
    fast = town.run({"registration.days": 5, "entry.fixed_cost": 500})
    few, many = (set(h.firms["id"].tolist()) for h in (slow, fast))
    assert few < many
    assert len(many - few) < 0.05 * len(few)  # most that policy can do


def test_the_same_founder_is_the_same_person_under_every_policy() -> None:
    slow, fast = town.run({"registration.days": 20, "entry.fixed_cost": 3000}), town.run()
    _, a, b = np.intersect1d(slow.firms["id"], fast.firms["id"], return_indices=True)
    assert len(a) > 10_000
    for column in ("segment", "sector", "district", "kind", "skill", "weight"):
        if column in slow.firms:
            assert np.array_equal(slow.firms[column][a], fast.firms[column][b]), column


def test_as_many_are_trained_as_there_are_places() -> None:
    trained = town.by_year(town.run().outcomes["trainees"])
    sd = np.sqrt(6000)
    assert np.abs(trained - 6000).max() < 4 * sd
    assert town.run({"entry.trainees": 0}).outcomes["trainees"].sum() == 0


def test_who_opens_pays_the_fees_that_policy_sets() -> None:
    outcomes = town.run({"entry.fixed_cost": [(0, 3000), (365, 1200)]}).outcomes
    fees = outcomes["flows"][:, town.FLOWS.index("opening_fees")]
    opened = outcomes["entries"].sum(axis=1)
    assert fees.tolist() == (opened * np.where(np.arange(48) < 12, 3000, 1200)).tolist()


def test_forms_of_entrants() -> None:
    """ZS206: about a third of those who register are enterprises."""
    registered = town.run().outcomes["registrations"].sum(axis=0)
    assert registered[0] / registered.sum() == pytest.approx(1 - 0.66, abs=0.02)
