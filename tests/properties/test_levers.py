"""No dead levers: every lever, moved from one end to the other, moves something that is measured."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from sim.engine import clock
from sim.model.registry import LEVERS, OUTCOMES
from tests.model import town

DIMS = {o.name: o.dims[0] for o in OUTCOMES}
AT_WORK: dict[str, town.Value] = {
    "claims.processing_days": 10,
    "incubator.conversion_officers": 20,
    "incubator.convertible_area": 400_000,
    "incubator.award_budget": 50e6,
    "growth.voucher_volume": 1e6,
    "growth.voucher_cap": 100_000,
    "growth.public_orders": 1e7,
    "growth.public_orders_startups": 0.3,
    "cost.space_discount": 0.2,
    "cost.space_area": 2_000,
    "ip.rapid_centres": 3,
    "claims.contest_awards": 30,
    "claims.contest_award": 50000,
    "crowdfunding.campaigns": 200,
}
"""Settings under which every mechanism has something to do."""
WITH: dict[str, dict[str, town.Value]] = {
    "registration.electronic_share": {"registration.clerks": 2},  # clerks' time counts where there is a queue
    "incubator.base_funding": {"incubator.nominations": 10},  # no nomination, no funding
    "incubator.supported_makerspaces": {"incubator.utility_discount": 1.0},  # support is worth what it saves
    "guarantee.leverage": {"guarantee.capital": 1e6},  # a multiple counts where capital is short
    "guarantee.loan_fund_leverage": {"guarantee.loan_fund_capital": 1e5},
    "credit.loan_pool_leverage": {"credit.loan_pool": 1e5},
    "entry.researchers": {"entry.leave_approval": 1.0},  # who found on leave
    "entry.leave_approval": {"entry.researchers": 1000},
    "entry.leave_term": {"entry.leave_approval": 1.0, "entry.researchers": 1000},
    "entry.leave_terms": {"entry.leave_approval": 1.0, "entry.researchers": 1000},
    "entry.permit_days": {"entry.returnees": 70},
    "claims.talent_package": {"entry.returnees": 70},
    "entry.equity_deferral": {"entry.equity_incentives": 1.0},
    "exit.second_chance_share": {"exit.second_chance_support": 50_000},
    "exit.second_chance_support": {"exit.second_chance_share": 1.0},
}
"""Other settings through which a lever acts."""
INVESTING: dict[str, town.Value] = {
    "equity.public_capital": 2e7,
    "equity.co_investment": 0.3,
    "equity.loss_share": 0.3,
    "equity.stage_participation": 0.3,
    "equity.foreign_inflow": 5e8,
}
"""Settings under which money for firms has an effect."""
IN_TOWN = {
    **{id_: INVESTING for id_ in LEVERS if id_.startswith("equity.")},
    **{
        f"incubator.{name}": AT_WORK
        for name in (
            "provincial_award", "national_award", "tax_relief", "utility_discount",
            "convertible_area", "conversion_days", "conversion_officers",
        )
    },
    "incubator.supported_makerspaces": AT_WORK | WITH["incubator.supported_makerspaces"],
    "incubator.subsidy_per_firm": AT_WORK | {"incubator.subsidy_budget": 5e6},
    "incubator.subsidy_budget": AT_WORK | {"incubator.subsidy_per_firm": 3000},
    "incubator.veteran_priority": {},
    "incubator.seed_loss_share": {},
}  # fmt: skip
"""Levers that need tenants or a whole city's technology firms, with what is set beside them."""


def moved(id_: str, around: dict[str, town.Value], scale: float) -> list[str]:
    """Outcomes that differ between the ends of a lever's range."""
    lever = LEVERS[id_]
    high = min(lever.high, 20 * lever.base) if lever.base else lever.high
    low, top = (town.run(around | {id_: v}, scale=scale) for v in (lever.low, high))
    return [
        name for name in low.outcomes
        if name != "flows" and low.outcomes[name].tobytes() != top.outcomes[name].tobytes()
    ]  # fmt: skip


@pytest.mark.validate
@pytest.mark.parametrize("id_", IN_TOWN)
def test_a_lever_moves_something_in_a_town(id_: str) -> None:
    assert moved(id_, IN_TOWN[id_], town.SCALE)


@pytest.fixture(scope="module")
def small():
    with town.registering(0.05):
        yield


@pytest.mark.validate
@pytest.mark.parametrize("id_", [id_ for id_ in LEVERS if id_ not in IN_TOWN])
def test_a_lever_moves_something(small, id_: str) -> None:
    assert moved(id_, AT_WORK | WITH.get(id_, {}), 1.0)


STEP = 24  # month in whose first day a lever changes
SOME = [id_ for k, id_ in enumerate(LEVERS) if k % 12 == 0]
"""One lever of a dozen, for the suite; all in ``make validate``."""


@cache
def untouched(around: tuple[tuple[str, town.Value], ...]) -> Mapping[str, np.ndarray]:
    """What a town records in which nothing changes, until the day on which a lever may."""
    return two_years(dict(around))


def two_years(values: Mapping[str, town.Value]) -> Mapping[str, np.ndarray]:
    """Outcomes of a town that is simulated until the evening of the day of the change."""
    return town.until(town.city(values, scale=1.0), float(clock.MONTH_START[STEP]) + 0.9)


def before_the_change(id_: str) -> None:
    """A town that parts from another in January 2019 is the same until then, bit for bit."""
    lever = LEVERS[id_]
    around = AT_WORK | WITH.get(id_, {})
    before = (town.SUPPORT | around).get(id_, lever.base)
    assert isinstance(before, int | float)
    high = min(lever.high, 20 * lever.base) if lever.base else lever.high
    far = max(lever.low, high, key=lambda value: abs(value - before))
    usual = untouched(tuple(around.items()))
    parted = two_years(around | {id_: ((0, before), (int(clock.MONTH_START[STEP]), far))})
    for name, one in usual.items():
        if DIMS[name] == "month":
            assert np.array_equal(one[:STEP], parted[name][:STEP], equal_nan=True), name


def before_the_change_over_four_years(id_: str) -> None:
    """The same of both ends, over the whole run: no submodel writes to months before the change later on."""
    lever = LEVERS[id_]
    high = min(lever.high, 20 * lever.base) if lever.base else lever.high
    day = int(clock.MONTH_START[STEP])
    around = AT_WORK | WITH.get(id_, {})
    arms = [
        town.run(around | {id_: ((0, lever.base), (day, value))}, scale=1.0).outcomes
        for value in (lever.low, high)
    ]
    for name, one in arms[0].items():
        if DIMS[name] == "month":
            assert np.array_equal(one[:STEP], arms[1][name][:STEP], equal_nan=True), name


@pytest.mark.parametrize("id_", SOME)
def test_nothing_moves_before_a_lever_does(small, id_: str) -> None:
    before_the_change(id_)


@pytest.mark.validate
@pytest.mark.parametrize("id_", LEVERS)
def test_nothing_moves_before_any_lever_does(small, id_: str) -> None:
    before_the_change_over_four_years(id_)
