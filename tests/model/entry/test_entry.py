"""Entry: candidates do not depend on policy, and founding is monotone in policy."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.entry import candidates
from sim.model.entry import parameters as entry_parameters
from sim.model.entry import rules as entry_rules
from sim.model.environment import geography
from sim.model.population.firm_table import G
from tests.model import town


def test_ids_are_permanent_and_never_shared() -> None:
    months = range(-60, clock.MONTHS)
    ids = np.concatenate(
        [candidates.monthly_ids(m, candidates.candidates(m, 0.6, 0.05, 0.1)) for m in months]
    )
    assert len(np.unique(ids)) == len(ids)
    assert ids.min() >= 0
    assert candidates.monthly_ids(5, 10).tolist() == candidates.monthly_ids(5, 1000)[:10].tolist()


def test_the_city_as_it_was_registers_what_was_registered() -> None:
    """Candidates equal registrations divided by the founding probability under actual days and fees."""
    for year, registered in candidates.registrations().items():
        days, cost = (20, 1500) if year < 2018 else (12 if year == 2018 else 5, 800)
        chance = entry_rules.propensity(0.6, days, cost, 0.02, 0.05)
        months = range(12 * (year - 2017), 12 * (year - 2016))
        assert sum(candidates.candidates(m, 0.6, 0.02, 0.05) for m in months) * chance == pytest.approx(
            registered, abs=6
        )


def test_policy_only_adds_founders_or_only_takes_them_away() -> None:
    """Every candidate who founds under slow registration also founds under faster registration."""
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
    """About a third of registrations are enterprises (ZS206)."""
    registered = town.run().outcomes["registrations"].sum(axis=0)
    assert registered[0] / registered.sum() == pytest.approx(1 - 0.66, abs=0.02)


# --- business lines and districts ----------------------------------------------------------------------
def test_more_open_lines_lose_nobody_and_need_fewer_licences() -> None:
    """Opening business lines adds founders and reduces licence applications (M01, M34)."""
    for lever in ("entry.open_share", "entry.platform_open_share"):
        closed, half, free = (town.run({lever: share}, scale=0.02) for share in (0.0, 0.5, 1.0))
        few, some, all_ = (set(h.firms["id"].tolist()) for h in (closed, half, free))
        assert few < some < all_, lever
        assert len(all_ - few) < 0.3 * 0.05 * 1.2 * len(all_), lever  # 0.3 of founders, 0.05 stay out
        files = [town.window(h, "applications", "licence").sum() for h in (closed, half, free)]
        assert files[0] > files[1] > files[2], lever


def test_platform_lines_are_closed_to_few() -> None:
    """Closing platform lines affects only software, culture and trade (M34)."""
    closed, free = (town.run({"entry.platform_open_share": s}, scale=0.02) for s in (0.0, 1.0))
    gone = ~np.isin(free.firms["id"], closed.firms["id"])
    sectors = np.array([s.slug for s in geography.sectors()])[free.firms["sector"][gone]]
    assert set(sectors) <= {"software", "culture", "trade"}
    assert 0 < gone.sum() < 0.01 * len(gone)


def test_platforms_of_the_zones_draw_enterprises_there_and_nobody_else_moves() -> None:
    """District platforms relocate founders without changing their number, monotonically in the pull (M22)."""
    none, weak, strong = (town.run({"entry.district_pull": pull}) for pull in (0.0, 0.2, 0.8))
    zones = [i for i, d in enumerate(geography.districts()) if d.slug in entry_parameters.ZONES]
    assert none.firms["id"].tolist() == weak.firms["id"].tolist() == strong.firms["id"].tolist()
    moved = [h.firms["district"] != none.firms["district"] for h in (weak, strong)]
    assert 0 < moved[0].sum() < moved[1].sum()
    assert moved[1][moved[0]].all()
    assert np.isin(strong.firms["district"][moved[1]], zones).all()
    assert not np.isin(none.firms["district"][moved[1]], zones).any()
    assert (none.firms["segment"][moved[1]] != G).all()
    assert (none.firms["registered"][moved[1]] >= 0).all()  # not before 2017
    firms = [h.outcomes["firms_by_district"][-1, zones].sum() for h in (none, weak, strong)]
    assert firms[0] < firms[1] < firms[2]
