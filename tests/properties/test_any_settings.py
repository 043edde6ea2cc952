"""Invariants of the city under any settings within the bounds of the levers."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.engine import clock
from sim.model.banking import parameters as banking_parameters
from sim.model.government.parameters import DESKS
from sim.model.registry import LEVERS
from tests.model import town
from tests.properties.capacity import Watch

WINDOW_POSTS = {
    "registry": "registration.clerks",
    "licence": "registration.licence_clerks",
    "deregistration": "exit.clerks",
    "claims": "claims.clerks",
    "accreditation": "incubator.reviewers",
    "conversion": "incubator.conversion_officers",
}
STEP = 546  # 1 July 2018: some settings change then


@st.composite
def policies(draw) -> dict[str, town.Value]:
    """A value for every lever: its ends, its base, something in between, or a change by date."""
    policy: dict[str, town.Value] = {}
    for id_, lever in LEVERS.items():
        top = min(lever.high, 100 * max(lever.base, 1e-9)) if lever.base else lever.high
        value = st.sampled_from([lever.low, lever.base, lever.high]) | st.floats(lever.low, top)
        if draw(st.integers(0, 9)) == 0:
            policy[id_] = ((0, draw(value)), (STEP, draw(value)))
        else:
            policy[id_] = draw(value)
    return policy


def overflowing(city, held: dict[Any, int]) -> list[str]:
    """What holds more than it can at this moment; ``held`` is what each held at the last check.

    A limit that policy or a claim lowers under what is held already lets nothing new in.
    """
    over: list[str] = []

    def grows(who: object, holds: int, most: float) -> bool:
        before, held[who] = held.get(who, holds), holds
        return holds > max(most, before) + 1

    over += [
        f"bank {b.number}: more than its limit"
        for b in city.banks.desks
        if grows(b, b.lent + b.committed, 100 * b.limit())
    ]
    pools = (*city.context.accounts.funds.values(), city.guarantees.private)
    over += [f"{p.name}: less than nothing" for p in pools if p.balance < 0]
    over += [
        f"{p.name}: stands behind more than it may"
        for p in pools
        if grows(p, p.outstanding, (p.leverage - p.others) * p.balance)
    ]
    pots = (
        *city.claims.budgets.values(),
        city.facility_payments.awards,
        city.facility_payments.subsidies,
        city.projects.convertible,
    )
    over += ["a pot holds less than nothing" for pot in pots if min(pot.remaining, pot.committed) < 0]
    over += [f"{i.kind}: has invested what it has not" for i in city.investors.desks if i.money(0) < 0]
    return over


@settings(derandomize=True, deadline=None, max_examples=8, database=None, phases=[Phase.generate])
@given(
    policy=policies(),
    replicate=st.integers(0, 50),
    uncertain=st.booleans(),
    scale=st.sampled_from([0.1, 1.0]),
)
def test_a_city_under_any_policy(policy, replicate: int, uncertain: bool, scale: float) -> None:
    with town.registering(0.03):
        city = town.city(policy, replicate=replicate, uncertain=uncertain, scale=scale)
        if replicate % 2:  # banks as small as the city, so that their limits bind
            city.context.parameters[banking_parameters.CAPACITY.id] *= 0.02
        rates: dict[str, list[float]] = {name: [] for name in DESKS}

        def note_rates() -> None:
            for name in rates:
                rates[name].append(sum(len(d.clerks) * d.files_a_day for d in city.desks if d.name == name))

        over: list[str] = []
        held: dict[Any, int] = {}

        def look_for_overflow() -> None:
            over.extend(overflowing(city, held))

        for month in range(clock.MONTHS):
            town.after(city, float(clock.MONTH_START[month]), note_rates)
        for monday in range(1, clock.DAYS, 7):
            town.at(city, monday + 0.7, look_for_overflow)
        pots = {**city.claims.budgets, "incubator_support": city.facility_payments.awards}
        promised: dict[str, list[float]] = {name: [0.0] for name in town.BUDGETS}

        def note_promises() -> None:
            for name in town.BUDGETS:
                promised[name].append(pots[name].committed / 100)

        for year in (1, 2, 3):
            town.at(city, clock.MONTH_START[12 * year] - 0.05, note_promises)
        watch = Watch(city)
        output = city.run_all()  # the ledger is closed every month and raises an error
        city.close()
    outcomes = output.outcomes
    watch.check(output)
    assert not over, over[:5]

    for name, array in outcomes.items():
        if array.dtype.kind == "i" or name in (
            "public_spending",
            "waiting_days",
            "waiting_list",
            "incubation_area",
        ):
            assert not (array < (-1 if name == "fund_dry_month" else 0)).any(), name
    assert not outcomes["ledger_residual"].any()
    change = np.diff(outcomes["firms"], axis=0)
    assert np.array_equal(change, (outcomes["entries"] - outcomes["exits"] - outcomes["aged_out"])[1:])
    assert (outcomes["jobs"] >= outcomes["firms"]).all()

    days = np.array([town.working_days(m) for m in range(clock.MONTHS)])
    heaviest = math.ceil(1 / scale)
    for name in DESKS:
        can = np.cumsum(days * np.array(rates[name]))
        approved = np.cumsum(town.window(output, "approvals", name))
        week = 5 * np.array(rates[name])  # banks decide on Fridays, for the week
        assert (approved <= can + week + heaviest).all(), name

    limits = {"guarantee_fund": "guarantee.leverage", "startup_loan_fund": "guarantee.loan_fund_leverage",
              "loan_pool": "credit.loan_pool_leverage"}  # fmt: skip
    for fund, lever in limits.items():
        most = max(city.settings.steps[lever][1])
        stands, holds = (
            outcomes[n][:, town.FUNDS.index(fund)] for n in ("guarantees_outstanding", "pool_balance")
        )
        # claims lower what is held after business was taken on: look at months in which it took some
        grew = np.flatnonzero(np.diff(stands) > 1e-6) + 1
        assert (stands[grew] <= most * np.maximum(holds[grew], holds[grew - 1]) + 1e-6).all(), fund
    for name in ("pool_balance", "guarantees_outstanding", "claims_paid", "loans_outstanding", "bad_loans"):
        assert (outcomes[name] >= 0).all(), name
    stock, steps_ = outcomes["loans_outstanding"], ("loans_granted", "loans_repaid", "loans_written_off")
    granted, repaid, written = (outcomes[n] for n in steps_)
    assert np.diff(stock) == pytest.approx((granted - repaid - written)[1:], abs=0.5)

    for programme, lever in town.BUDGETS.items():
        # a budget that changes within a year counts with the largest that was in force
        steps = zip(*city.settings.steps[lever], strict=True)
        budget = np.array(
            [city.settings.at(LEVERS[lever], clock.MONTH_START[12 * year]) for year in range(4)]
        )
        for day, value in steps:
            year = int(clock.month_of(day)) // 12
            budget[year] = max(budget[year], value)
        spent = town.by_year(town.spending(output, programme))
        assert (np.cumsum(spent) <= np.cumsum(budget) + 1e-6).all(), programme
        assert (spent <= budget + promised[programme] + 1e-6).all(), programme

    occupancy = outcomes["incubator_occupancy"]
    known = np.isfinite(occupancy)
    assert ((occupancy[known] >= 0) & (occupancy[known] <= 1)).all()
    for name in ("survival", "survival_by_founder", "take_up"):
        share = outcomes[name][np.isfinite(outcomes[name])]
        assert ((share >= 0) & (share <= 1)).all(), name
    with np.errstate(invalid="ignore"):
        assert not (np.diff(outcomes["survival"], axis=-1) > 1e-12).any()
    factor = outcomes["demand_factor"]
    assert ((factor >= 0.9) & (factor <= 1.05)).all()
    assert np.isfinite(outcomes["jobs_net"]).all()
