"""Tests of tenants' first loans: the city bears a share of the loss, so banks grant additional loans."""

import numpy as np
import pytest

from sim.model.guarantees import rules as guarantees_rules
from tests.model import town

TENANT = town.SCHEMES.index("tenant")
FLOW = town.FLOWS.index


@pytest.fixture(scope="module")
def simulated():
    city = town.city({"credit.tenant_loss_share": 0.9})
    city.context.parameters["debt.default_share"] = (
        1.0  # every owner closing in debt defaults, so that losses occur
    )
    first: list[bool] = []
    was = city.banks.book.enter

    def watched(rows, **columns):
        first.extend((~city.context.firms.borrowed[rows])[columns["scheme"] == TENANT].tolist())
        return was(rows, **columns)

    setattr(city.banks.book, "enter", watched)  # noqa: B010
    output = city.run_all()
    yield city, output, first
    city.close()


def test_only_first_loans_of_those_who_were_tenants_of_an_incubator(simulated) -> None:
    city, _, first = simulated
    assert len(first) > 100
    assert all(first)
    rows = city.banks.book.row[city.banks.book.scheme == TENANT]
    assert (city.context.firms.moved_in[rows] < 48).all()
    assert (city.context.firms.seeks[rows] == 1).all()


def test_bank_and_city_share_the_loss_and_the_shares_sum_to_it(simulated) -> None:
    city, output, _ = simulated
    book = city.banks.book
    paid = np.flatnonzero((book.scheme == TENANT) & (book.paid_by_city > 0))
    assert len(paid) > 5
    bank, fund, of_city = guarantees_rules.waterfall(book.loss[paid], book.cover[paid], book.city_share[paid])
    assert (bank + fund + of_city == book.loss[paid]).all()
    assert not fund.any()
    assert np.array_equal(of_city, book.paid_by_city[paid])
    assert not book.paid_by_fund[paid].any()
    assert of_city.sum() / book.loss[paid].sum() == pytest.approx(0.9, abs=1e-6)
    spent = (
        town.spending(output, "incubator_risk_compensation").sum()
        - output.outcomes["seed_losses_borne"].sum()
    )
    assert spent == pytest.approx(of_city.sum() / 100)
    assert output.outcomes["flows"][:, FLOW("tenant_losses")].sum() == pytest.approx(spent)


def test_recoveries_return_to_the_treasury_in_its_share(simulated) -> None:
    _, output, _ = simulated
    back = output.outcomes["flows"][:, FLOW("tenant_recovery")].sum()
    returns = output.outcomes["public_returns"][
        :, town.INSTRUMENTS.index("incubator_risk_compensation")
    ].sum()
    assert 0 < back == pytest.approx(returns)
    assert back < output.outcomes["flows"][:, FLOW("tenant_losses")].sum()


def test_cover_adds_some_loans_and_most_covered_loans_would_be_granted_anyway() -> None:
    """Firms eligible as tenants have more loans, but far fewer additional loans than covered loans."""
    lent, riskiest = [], []
    for share in (0.0, 0.9):
        city = town.city({"credit.tenant_loss_share": share})
        city.run_all()
        book, r = city.banks.book, city.banks.requests
        new = np.flatnonzero((book.month >= 0) & (city.context.firms.seeks[book.row] == 1))
        lent.append((len(new), int((book.scheme[new] == TENANT).sum())))
        pd = r.pd[(r.scheme == TENANT) & (r.cover > 0)]
        riskiest.append(float(pd.max()) if len(pd) else 0.0)
        city.close()
    assert lent[0][1] == 0
    assert lent[0][0] < lent[1][0] < lent[0][0] + lent[1][1] / 2
    assert 0.6 * riskiest[1] > 0.08  # an expected loss that no interest rate covers without the city's share


def test_without_incubators_no_such_loan() -> None:
    city = town.city({"credit.tenant_loss_share": 0.9})
    for space in list(city.register.open):
        if space.kind == "incubator":
            space.level = 0
    city.context.parameters["incubator.projects"] = 0.0
    city.recognition.applications.clear()
    setattr(city.recognition, "call", lambda: None)  # noqa: B010
    o = city.run_all().outcomes
    city.close()
    assert o["loans_number"].sum() > 0
    assert not o["loans_number"][:, TENANT].any()
