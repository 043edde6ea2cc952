"""Programme entrants: pools, leave, work permits, packages and allowances."""

import numpy as np
import pytest

from sim.engine import clock
from sim.engine.event_log import EventLog
from sim.engine.random_streams import RandomStreams
from sim.model.city import simulate
from sim.model.entry import parameters as entry_parameters
from sim.model.entry.programme_entrants import KINDS
from sim.model.environment import geography
from sim.model.population.firm_table import CLOSED, E, G, T
from tests.model import town

FLOW = town.FLOWS.index
SURE: dict[str, town.Value] = {"entry.leave_approval": 1.0, "entry.researchers": 1000}
"""Settings with enough researchers for a small test city."""


def pool(output, kind: str):
    """Return the panel rows of founders from a pool."""
    number = output.firms["id"] % 100_000
    first = entry_parameters.POOL_FIRST[kind]
    here = (
        (number >= first) & (number < first + entry_parameters.POOL_SIZE[kind]) & (output.firms["id"] < 10**9)
    )
    return np.flatnonzero(here)


def drawn_in(output, kind: str) -> int:
    return int(output.outcomes["founders_drawn_in"][:, KINDS.index(kind)].sum())


def others(output) -> set[int]:
    """Return the ids of regular founders."""
    ids = output.firms["id"]
    return set(ids[(ids % 100_000 < 50_000) & (ids < 10**9)].tolist())


def test_pools_lie_beyond_the_citys_own_candidates_and_apart() -> None:
    sizes = entry_parameters.POOL_SIZE
    numbers = np.concatenate([entry_parameters.POOL_FIRST[kind] + np.arange(n) for kind, n in sizes.items()])
    assert len(np.unique(numbers)) == len(numbers)
    assert (numbers >= 50_000).all()
    assert (numbers < 100_000).all()


SETTINGS = {
    "researcher": ("entry.researchers", 0, 1000),
    "returnee": ("entry.returnees", 5, 70),
    "spinoff": ("entry.spinoffs", 200, 2000),
    "farmer": ("entry.farmers", 200, 5000),
    "graduate": ("entry.graduates_trained", 2000, 50000),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_more_of_a_programme_draws_in_more_and_never_loses_one(kind: str) -> None:
    """A larger programme only adds founders and does not affect regular founders."""
    lever, low, high = SETTINGS[kind]
    base = {"entry.leave_approval": 0.5}
    few, many = (town.run(base | {lever: v}) for v in (low, high))
    here, there = (set(h.firms["id"][pool(h, kind)].tolist()) for h in (few, many))
    assert here < there
    assert drawn_in(few, kind) == len(here)
    assert drawn_in(many, kind) == len(there)
    assert others(few) == others(many)
    firms = [h.outcomes["firms_by_founder"][-1, KINDS.index(kind)] for h in (few, many)]
    assert firms[0] < firms[1]


def test_nothing_set_draws_in_nobody() -> None:
    usual = town.run()
    assert usual.outcomes["founders_drawn_in"].sum() == 0
    assert others(usual) == set(usual.firms["id"].tolist())


def test_they_stand_one_to_one_in_a_small_city() -> None:
    output = town.run({"entry.farmers": 5000, "entry.returnees": 70})
    rows = np.concatenate([pool(output, "farmer"), pool(output, "returnee")])
    assert len(rows) > 50
    assert (output.firms["weight"][rows] == 1).all()


def test_what_they_found() -> None:
    output = town.run({"entry.farmers": 5000, "entry.returnees": 70})
    farmers, abroad = (pool(output, kind) for kind in ("farmer", "returnee"))
    sectors = np.array([s.slug for s in geography.sectors()])
    assert set(sectors[output.firms["sector"][farmers]]) == {"agriculture", "trade"}
    assert set(output.firms["segment"][farmers].tolist()) == {G, E}
    assert set(output.firms["segment"][abroad].tolist()) == {T}


def test_persuasion_stays_within_five_percent_of_entries() -> None:
    """The cap on persuasion holds in a very small city with all settings at their maximum."""
    much = {
        "entry.farmers": 5000,
        "entry.spinoffs": 2000,
        "entry.graduates_trained": 50000,
        "registration.days": 5,
    }
    with town.registering(0.01):
        city = town.city(much, scale=1.0)
        city.run_all()
        city.close()
    came = city.context.recorder.arrays["founders_drawn_in"].sum()
    registered = city.context.recorder.arrays["registrations"].sum()
    assert 0 < came < 0.05 * registered


# --- leave -------------------------------------------------------------------------------------------
def test_without_approval_or_without_a_term_nobody_takes_leave() -> None:
    for none in ("entry.leave_approval", "entry.leave_term", "entry.leave_terms"):
        assert drawn_in(town.run(SURE | {none: 0.0}), "researcher") == 0
    granted = [drawn_in(town.run(SURE | {"entry.leave_approval": a}), "researcher") for a in (0.3, 1.0)]
    assert 0 < granted[0] < granted[1]


def test_when_a_leave_ends_some_go_back_and_half_of_their_firms_close() -> None:
    """With one year of leave instead of five, additional firms close in the month in which leave ends."""
    short, long = (town.city(SURE | {"entry.leave_term": term, "entry.leave_terms": 1}) for term in (12, 60))
    for city in (short, long):
        city.run_all()
        city.close()
    a, b = short.context.firms, long.context.firms
    rows = np.flatnonzero((a.id % 100_000 >= 50_000) & (a.id % 100_000 < 50_012))
    also = np.flatnonzero((b.id % 100_000 >= 50_000) & (b.id % 100_000 < 50_012))
    assert a.id[rows].tolist() == b.id[also].tolist()
    earlier = (a.closed[rows] < b.closed[also]) & (a.state[rows] == CLOSED)
    after = clock.month_of(a.closed[rows][earlier]) - a.opened_month[rows][earlier]
    assert earlier.sum() >= 5
    assert (after == 12).mean() > 0.8
    assert len(short.entrants.on_leave) < len(long.entrants.on_leave)


def test_a_second_term_keeps_firms_whose_head_earns_enough() -> None:
    once, twice = (town.run(SURE | {"entry.leave_term": 12, "entry.leave_terms": n}) for n in (1, 3))
    firms = [h.outcomes["firms_by_founder"][-1, KINDS.index("researcher")] for h in (once, twice)]
    assert firms[0] < firms[1]


# --- founders from abroad ----------------------------------------------------------------------------
def test_a_permit_delays_their_files_and_nobody_elses() -> None:
    quick, slow = (town.run({"entry.returnees": 70, "entry.permit_days": d}) for d in (1, 60))
    rows = pool(quick, "returnee")
    assert rows.tolist() == pool(slow, "returnee").tolist()
    later = slow.firms["registered"][rows].astype(int) - quick.firms["registered"][rows]
    done = slow.firms["registered"][rows] < clock.DAYS
    moved = later[done] > 30
    assert 0.3 < moved.mean() < 0.7
    assert np.abs(later[done][~moved]).max() < 5  # the queue at a desk
    assert np.abs(later[done][moved] - 59).max() < 5


def test_the_package_is_claimed_paid_and_in_their_purse() -> None:
    output = town.run({"entry.returnees": 30, "claims.talent_package": 200_000, "claims.processing_days": 5})
    spent = town.spending(output, "overseas_talent")
    paid = output.payments["instrument"] == town.INSTRUMENTS.index("overseas_talent")
    rows = output.payments["row"][paid]
    assert len(rows) > 20
    assert set(rows.tolist()) <= set(pool(output, "returnee").tolist())
    assert len(set(rows.tolist())) == len(rows)  # once
    assert spent.sum() == len(rows) * 200_000
    assert (town.by_year(spent) <= 2 * 30 * 200_000).all()
    assert output.firms["served"][rows].max() < clock.DAYS


def test_a_package_for_nobody_changes_nothing() -> None:
    plain = town.run({"entry.returnees": 30})
    assert town.differing(town.run(), town.run({"claims.talent_package": 500_000})) == []
    assert town.differing(plain, town.run({"entry.returnees": 30, "claims.talent_package": 300_000})) != []


# --- hardship, unemployment --------------------------------------------------------------------------
def test_the_minimum_allowance_is_kept_for_so_many_months() -> None:
    output = town.run({"entry.allowance_months": 6})
    paid = output.payments["instrument"] == town.INSTRUMENTS.index("allowance_retention")
    rows, day = output.payments["row"][paid], output.payments["day"][paid]
    assert len(rows) > 100
    assert (output.firms["kind"][rows] == KINDS.index("hardship")).all()
    assert np.bincount(rows).max() == 6
    since = clock.month_of(day) - clock.month_of(output.firms["opened"][rows])
    assert since.min() == 1
    assert since.max() == 6
    weight = output.firms["weight"][rows]
    assert town.spending(output, "allowance_retention").sum() == weight.sum() * entry_parameters.ALLOWANCE
    longest = town.run({"entry.allowance_months": 60})
    firms = [h.outcomes["firms_by_founder"][:, KINDS.index("hardship")].sum() for h in (town.run(), longest)]
    assert firms[0] < firms[1]  # a household that is fed closes a little later


def test_benefit_that_may_not_be_taken_at_once_is_missing_or_waited_for() -> None:
    allowed, not_allowed = town.run(), town.run({"entry.lump_sum_benefit": 0})
    assert not_allowed.firms["id"].tolist() == allowed.firms["id"].tolist()  # nobody gives up
    brought = [h.outcomes["flows"][:, FLOW("founders_capital")].sum() for h in (allowed, not_allowed)]
    assert brought[1] < brought[0]
    idle = allowed.firms["kind"] == KINDS.index("unemployed")
    new = (allowed.firms["registered"] >= 0) & (not_allowed.firms["registered"] < clock.DAYS)
    days = not_allowed.firms["registered"].astype(int) - allowed.firms["registered"]
    assert 0.15 < (days[idle & new] > 20).mean() < 0.35  # of the half with benefit left, half
    assert days[idle & new].max() < 31 * 12 + 10
    assert (np.abs(days[~idle & new]) < 10).all()  # a shorter or longer queue
    firms = [
        h.outcomes["firms_by_founder"][:, KINDS.index("unemployed")].sum() for h in (allowed, not_allowed)
    ]
    assert firms[0] > firms[1]


# --- those who stay for a stake ----------------------------------------------------------------------
def test_a_stake_for_staff_is_worth_more_the_longer_its_tax_is_deferred() -> None:
    """Equity incentives raise the capability of technology firms through the advice response."""

    def able(settings) -> float:
        city, _ = town.simulated(settings)
        technology = city.context.firms.segment == T
        return float((city.context.firms.capability - city.context.firms.capability_start)[technology].mean())

    none, some, deferred = (
        able({"entry.equity_incentives": s, "entry.equity_deferral": y})
        for s, y in ((0, 5), (0.5, 1), (0.5, 10))
    )
    assert none < some < deferred


# --- graduates ---------------------------------------------------------------------------------------
def test_university_mentors_visit_graduates_firms_only() -> None:
    plain, mentored = town.run(), town.run({"entry.graduate_mentors": 2000})
    first = mentored.firms["served"] < plain.firms["served"]
    assert first.sum() > 20
    # a few others are paid on another day, since claims wait in one queue
    assert (mentored.firms["kind"][first] == KINDS.index("graduate")).mean() > 0.9
    assert mentored.outcomes["founders_served"][-1, 0] > plain.outcomes["founders_served"][-1, 0]


def test_a_programme_counts_those_who_would_have_founded_anyway() -> None:
    plain, taught = town.run(), town.run({"entry.graduates_trained": 20000})
    assert others(plain) == others(taught)
    _, a, b = np.intersect1d(plain.firms["id"], taught.firms["id"], return_indices=True)
    counted = taught.firms["served"][b] < plain.firms["served"][a]
    assert counted.sum() > 5
    # others are reached earlier only through a queue that all share: of claims, or for places
    other = counted & (taught.firms["kind"][b] != KINDS.index("graduate"))
    log = EventLog(taught.firms["id"][b][other].tolist())
    simulate(
        town.settings({"entry.graduates_trained": 20000}), town.WORLD, RandomStreams(town.SEED, 0),
        uncertain=False, scale=town.SCALE, events=log,
    )  # fmt: skip
    queued = {(n.who, int(n.day)) for n in log.events if n.event in ("claims.paid", "incubator.admitted")}
    served = zip(
        taught.firms["id"][b][other].tolist(), taught.firms["served"][b][other].tolist(), strict=True
    )
    assert set(served) <= queued
