"""Tests of guarantees: the firms covered, the constraints that bind, and the division of losses."""

import numpy as np
import pytest

from sim.model.banking import parameters as banking_parameters
from sim.model.banking import rules as banking_rules
from sim.model.guarantees import parameters as guarantees_parameters
from tests.model import town

SCALE = 0.1
FUND = town.FUNDS.index("guarantee_fund")
SCHEME = town.SCHEMES.index


def usual():
    return town.simulated(scale=SCALE)[1]


def given(output) -> int:
    return int(output.outcomes["guarantees_number"].sum())


# --- applicants --------------------------------------------------------------------------------------
def test_firms_that_need_a_guarantee_are_riskier_than_others() -> None:
    """This holds among firms that guarantors consider, by assessed risk and by true income (CRED03)."""
    city = town.city(scale=SCALE)
    income: dict[int, list[float]] = {guarantees_parameters.PLAIN: [], guarantees_parameters.GUARANTEE: []}
    pay_out = city.banks.pay_out

    def watched(files):
        r = city.banks.requests
        for scheme, incomes in income.items():
            rows = r.row[files[r.scheme[files] == scheme]]
            firms = city.context.firms
            turnover = banking_rules.yearly_turnover(firms.value_added[rows])
            able = banking_rules.guarantors_consider(firms.segment[rows], turnover)
            incomes.extend(firms.income[rows[able]].tolist())
        pay_out(files)

    setattr(city.banks, "pay_out", watched)  # noqa: B010
    city.run_all()
    city.close()
    r = city.banks.requests
    seen = r.rate > 0  # decided
    pd = {s: float(r.pd[seen & (r.scheme == s)].mean()) for s in income}
    assert pd[guarantees_parameters.GUARANTEE] > 1.5 * pd[guarantees_parameters.PLAIN]
    assert (
        np.mean(income[guarantees_parameters.GUARANTEE]) < np.mean(income[guarantees_parameters.PLAIN]) - 0.3
    )


def test_no_firm_below_two_million_of_turnover_and_no_individual_business() -> None:
    city, _ = town.simulated(scale=SCALE)
    book = city.banks.book
    mine = np.flatnonzero((book.scheme == guarantees_parameters.GUARANTEE) & (book.month >= 0))
    assert len(mine) > 10
    assert (city.context.firms.segment[book.row[mine]] > 0).all()


# --- binding constraints -----------------------------------------------------------------------------
def test_ample_capital_does_not_bind() -> None:
    """Doubling ample capital changes lending by a few files at most, since appetite depends on capital."""
    usual_, double = (town.run({"guarantee.capital": v}, scale=SCALE).outcomes for v in (1e9, 2e9))
    full = town.REASONS.index("guarantor_full")
    for outcomes in (usual_, double):
        assert not outcomes["loans_refused"][:24, full].any()
        assert outcomes["guarantees_number"].sum() > 0
    lent = [o["loans_granted"].sum() for o in (usual_, double)]
    assert lent[1] == pytest.approx(lent[0], rel=0.002)


def test_capital_that_is_too_little_binds() -> None:
    """Firms declined for lack of capacity are referred to private guarantors, which accept some of them."""
    small = town.run({"guarantee.capital": 8e6}, scale=SCALE)
    assert given(small) < 0.6 * given(usual())
    private = [h.outcomes["loans_number"][:, SCHEME("private")].sum() for h in (usual(), small)]
    assert private[1] > private[0]


def test_a_lower_fee_turns_fewer_away() -> None:
    """A higher fee reduces demand, whatever the guarantor then accepts."""
    withdrawn = []
    for fee in (0.0, 0.015, 0.04):
        _, output = town.simulated({"guarantee.fee": fee}, {"guarantee.fee_response": 0.3})
        refused = output.outcomes["loans_refused"]
        withdrawn.append(int(refused[:, town.REASONS.index("fee")].sum()))
    assert withdrawn[0] < withdrawn[1] < withdrawn[2]


def test_leverage_binds_like_capital() -> None:
    tight = town.run({"guarantee.capital": 3e7, "guarantee.leverage": 1.2}, scale=SCALE)
    loose = town.run({"guarantee.capital": 3e7, "guarantee.leverage": 15}, scale=SCALE)
    assert given(tight) < 0.7 * given(loose)


def test_no_clerks_no_guarantees() -> None:
    city = town.city(scale=SCALE)

    def go() -> None:
        for clerk in list(city.guarantees.agents[guarantees_parameters.GUARANTEE].clerks):
            clerk.remove()

    town.after(city, 730, go)
    output = city.run_all()
    city.close()
    assert not output.outcomes["guarantees_number"][25:].any()
    assert np.array_equal(
        output.outcomes["guarantees_number"][:24], usual().outcomes["guarantees_number"][:24]
    )


def test_guarantees_of_a_guarantor_that_leaves_run_on() -> None:
    city = town.city(scale=SCALE)
    town.after(city, 730, city.guarantees.agents[guarantees_parameters.GUARANTEE].remove)
    output = city.run_all()
    city.close()
    assert not output.outcomes["guarantees_number"][25:].any()
    stands = output.outcomes["guarantees_outstanding"][:, FUND]
    assert 0 < stands[-1] < stands[24]


def test_without_appetite_no_firm_is_accepted_that_costs_more_than_the_fee() -> None:
    city = town.city(scale=SCALE)

    def no_appetite() -> None:
        city.context.parameters[guarantees_parameters.APPETITE.id] = 0.0

    town.after(city, 0, no_appetite)
    output = city.run_all()
    city.close()
    assert given(output) < 0.85 * given(usual())
    risk = town.REASONS.index("guarantor_risk")
    declined = [h.outcomes["loans_refused"][:, risk].sum() for h in (output, usual())]
    assert declined[0] > declined[1]


def test_a_higher_fee_brings_more_guarantees_and_fees() -> None:
    """A guarantor with a higher fee accepts more risk; the effect on demand is smaller."""
    cheap, dear = (town.run({"guarantee.fee": v}, scale=SCALE) for v in (0.005, 0.04))
    fee = town.FLOWS.index("guarantee_fee")
    assert given(cheap) < given(dear)
    assert cheap.outcomes["flows"][:, fee].sum() < dear.outcomes["flows"][:, fee].sum()


def test_claims_reduce_capital_and_appetite() -> None:
    city = town.city(scale=SCALE)
    town.after(
        city,
        700,
        lambda: city.context.parameters.update(
            {banking_parameters.DEFAULT.id: 1.0, banking_parameters.RUN_OFF.id: 1.0}
        ),
    )
    output = city.run_all()
    city.close()
    o = output.outcomes
    assert o["claims_paid"][24:, FUND].sum() > 2 * usual().outcomes["claims_paid"][24:, FUND].sum()
    assert o["guarantor_appetite"][30:].min() < usual().outcomes["guarantor_appetite"][30:].min()


def test_guarantees_of_a_fund_without_capital_end() -> None:
    """With zero capital from 2019 on, the balance is withdrawn that month, and banks bear all losses."""
    gone = town.run({"guarantee.capital": [(0, 3e8), (730, 0)]}, scale=SCALE).outcomes
    assert gone["guarantees_outstanding"][30:, FUND].max() == 0
    assert gone["claims_paid"][32:, FUND].sum() == 0
    withdrawn = gone["flows"][24:, town.FLOWS.index("fund_withdrawn")]
    assert withdrawn.sum() == pytest.approx(3e8, rel=0.05)
    assert withdrawn[0] == pytest.approx(withdrawn.sum(), rel=0.02)  # not tied up by current guarantees


def test_the_city_bears_its_share_while_its_pool_lasts() -> None:
    none, pool = (
        town.run({"guarantee.compensation_pool": v, "guarantee.city_share": 0.6}, scale=SCALE).outcomes
        for v in (0, 3e8)
    )
    comp = town.FUNDS.index("risk_compensation")
    assert none["claims_paid"][:, comp].sum() == 0
    assert pool["claims_paid"][:, comp].sum() > 0


def test_the_loan_fund_counts_its_founders_as_served() -> None:
    with_, without = (town.run({"guarantee.loan_fund_capital": v}, scale=SCALE).outcomes for v in (3e8, 0))
    assert with_["founders_served"][-1, 0] > without["founders_served"][-1, 0]
    assert with_["loans_number"][:, SCHEME("startup")].sum() > 50
