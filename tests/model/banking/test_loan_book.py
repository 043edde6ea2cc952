"""Tests of the loan book: repayment, default and recovery of loans, and the division of losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.banking import parameters as banking_parameters
from sim.model.banking import rules as banking_rules
from sim.model.guarantees import rules as guarantees_rules
from tests.model import town

FLOW = town.FLOWS.index


@given(
    loss=st.integers(0, 10**12),
    cover=st.floats(0, 1, width=32),
    city=st.floats(0, 1, width=32),
)
def test_a_loss_is_borne_in_shares_that_sum_to_it(loss: int, cover: float, city: float) -> None:
    parts = guarantees_rules.waterfall(np.array([loss]), np.array([cover]), np.array([city]))
    assert sum(int(part[0]) for part in parts) == loss
    assert all(int(part[0]) >= 0 for part in parts)


@given(balance=st.integers(1, 10**11), months=st.integers(1, 60))
def test_instalments_end_with_the_term(balance: int, months: int) -> None:
    left = balance
    for k in range(months, 0, -1):
        left -= int(banking_rules.instalments(np.array([left]), np.array([k]))[0])
    assert left == 0


@pytest.fixture(scope="module")
def simulated():
    """Return a city after its run, and the output of the run."""
    return town.simulated(scale=0.1)


def test_the_stock_moves_by_what_is_granted_repaid_and_written_off(simulated) -> None:
    _, output = simulated
    o = output.outcomes
    moved = (o["loans_granted"] - o["loans_repaid"] - o["loans_written_off"])[1:]
    assert np.diff(o["loans_outstanding"]) == pytest.approx(moved, abs=0.01)


def test_the_book_and_the_firms_agree(simulated) -> None:
    city, output = simulated
    book = city.banks.book
    live = book.outstanding_loans()
    owed = np.zeros(len(city.context.firms), dtype=np.int64)
    np.add.at(owed, book.row[live], book.balance[live])
    assert np.array_equal(owed, city.context.firms.debt)
    assert len(np.unique(book.row[live])) == len(live), "one loan at a time"
    stock = (book.balance * book.weight(np.arange(len(book))))[
        (book.state == banking_parameters.LIVE) | (book.state == banking_parameters.BAD)
    ]
    assert stock.sum() / 100 == pytest.approx(output.outcomes["loans_outstanding"][-1])


def test_exposures_are_those_of_the_loans_still_covered(simulated) -> None:
    city, _ = simulated
    book, banks = city.banks.book, city.banks
    for scheme, pool in city.guarantees.funds.items():
        live = book.outstanding_loans()
        mine = live[book.scheme[live] == scheme]
        stands = int(
            (guarantees_rules.exposure(book.balance[mine], book.cover[mine]) * book.weight(mine)).sum()
        )
        r = banks.requests
        promised = np.flatnonzero((r.scheme == scheme) & banks.pending[r.row] & (r.cover > 0))
        assert pool.outstanding - stands >= 0, town.SCHEMES[scheme]
        most = int(
            (guarantees_rules.exposure(r.fen[promised], r.cover[promised]) * banks.weigh(promised)).sum()
        )
        unclaimed = np.flatnonzero(
            (book.state == banking_parameters.BAD) & (book.scheme == scheme) & (book.paid_by_fund == 0)
        )
        most += int(
            (
                guarantees_rules.exposure(book.loss[unclaimed], book.cover[unclaimed])
                * book.weight(unclaimed)
            ).sum()
        )
        assert pool.outstanding - stands <= most, town.SCHEMES[scheme]


def test_what_guarantors_and_city_pay_is_their_share_of_the_loss(simulated) -> None:
    city, output = simulated
    book = city.banks.book
    paid = np.flatnonzero(book.paid_by_fund > 0)
    assert len(paid) > 3
    covered = guarantees_rules.exposure(book.loss[paid], book.cover[paid])
    assert np.array_equal(book.paid_by_fund[paid] + book.paid_by_city[paid], covered)
    total = output.outcomes["claims_paid"].sum()
    assert output.outcomes["flows"][:, FLOW("claims")].sum() == pytest.approx(total)


def test_a_borrower_pays_interest_and_instalments(simulated) -> None:
    _, output = simulated
    flows = output.outcomes["flows"]
    interest = town.by_year(flows[:, FLOW("interest")])
    stock = output.outcomes["loans_outstanding"].reshape(4, 12).mean(axis=1)
    assert (interest / stock > 0.04).all()
    assert (interest / stock < 0.09).all()
    assert (flows[:, FLOW("principal")] > 0).all()


def test_a_third_of_owners_who_close_in_debt_default(simulated) -> None:
    """About a third of owners whose cash does not cover the debt default (debt.default_share 0.35)."""
    _, output = simulated
    o, flows = output.outcomes, output.outcomes["flows"]
    settled = flows[:, FLOW("debt_settled")].sum() + flows[:, FLOW("debt_offset")].sum()
    share = o["loans_defaulted"].sum() / (o["loans_defaulted"].sum() + settled)
    assert 0.15 < share < 0.4


def test_what_is_recovered_stays_within_its_share(simulated) -> None:
    city, output = simulated
    flows = output.outcomes["flows"]
    back = sum(flows[:, FLOW(f)].sum() for f in ("bank_recovery", "fund_recovery", "private_recovery"))
    book = city.banks.book
    bad = (book.state == banking_parameters.BAD) | (book.state == banking_parameters.WRITTEN_OFF)
    lost = (book.loss * book.weight(np.arange(len(book))))[bad].sum() / 100
    assert 0 < back < city.context.parameters[banking_parameters.RECOVERY.id] * lost


def test_firms_short_of_cash_may_put_off_principal_in_2020() -> None:
    """Under the national relief, less principal is repaid from March 2020 than without the pandemic."""
    open_, shut = (town.run(scale=0.05, shocks=s).outcomes["flows"] for s in ((), ("covid_2020",)))
    assert np.array_equal(open_[:36, FLOW("principal")], shut[:36, FLOW("principal")])
    assert shut[38:42, FLOW("principal")].sum() < open_[38:42, FLOW("principal")].sum()
