"""Tests of lending: applications, approvals, and the constraints that bind when capacity is removed."""

import numpy as np
import pytest

from sim.model.banking import applications
from sim.model.banking import parameters as banking_parameters
from sim.model.banking import rules as banking_rules
from sim.model.environment import series
from sim.model.guarantees import parameters as guarantees_parameters
from sim.model.population.firm_table import OPEN, G
from tests.model import town

SCALE = 0.1
HALF = 730  # day on which banks or loan officers are removed
SCHEME = town.SCHEMES.index


def usual():
    return town.simulated(scale=SCALE)[1]


def refused(output, reason: str) -> int:
    return int(output.outcomes["loans_refused"][:, town.REASONS.index(reason)].sum())


# --- applications and decisions ----------------------------------------------------------------------
def test_applicants_are_those_of_the_rule_applied_to_every_firm() -> None:
    """Every other firm has negative cash here, and applies twice as often."""
    city = town.city(scale=SCALE)
    firms, p, month = city.context.firms, city.context.parameters, 30
    rows = firms.rows_in(OPEN)
    firms.cash[rows[::2]] = -1
    base = np.where(
        firms.segment[rows] == G, p[banking_parameters.REQUESTS_G.id], p[banking_parameters.REQUESTS.id]
    )
    u = city.context.streams.uniform(firms.id[rows], "loan request", month)
    by_rule = (u < banking_rules.application_rate(base, firms.cash[rows])) & (
        firms.opened_month[rows] <= month - banking_parameters.FIRST_MONTHS
    )
    result = applications.applicants(city.context, rows, month)
    city.close()
    assert result.tolist() == rows[by_rule].tolist()
    assert by_rule[::2].sum() > 1.7 * by_rule[1::2].sum() > 0


def test_about_half_of_the_applications_are_granted() -> None:
    """CRED08: 46% of the firms that needed a loan received one (40% to 55%)."""
    applied, approved = (usual().outcomes[n][:, 4].sum() for n in ("applications", "approvals"))
    assert 0.40 < approved / applied < 0.62


def test_every_application_is_granted_refused_or_pending() -> None:
    city, output = town.simulated(scale=SCALE)
    r, banks = city.banks.requests, city.banks
    applied = int(banks.weigh(np.arange(len(r))).sum())
    granted = int(output.outcomes["loans_number"].sum())
    turned_down = int(output.outcomes["loans_refused"].sum())
    waiting = np.flatnonzero(banks.pending)
    still = int(city.context.firms.weight[waiting].sum())
    assert applied == granted + turned_down + still


def test_loans_go_to_firms_that_do_better_and_rates_follow_risk() -> None:
    city, _ = town.simulated(scale=SCALE)
    r = city.banks.requests
    seen = np.flatnonzero(r.rate > 0)  # decided
    plain = seen[r.scheme[seen] == guarantees_parameters.PLAIN]
    none = seen[r.scheme[seen] < 0]
    assert r.pd[plain].max() < r.pd[none].min() + 0.05
    assert r.pd[plain].mean() < 0.5 * r.pd[none].mean()
    assert np.corrcoef(r.pd[plain], r.rate[plain])[0, 1] > 0.2
    for year in range(4):
        rates = series.loan_rates(12 * year)
        of_year = r.rate[plain][(r.month[plain] // 12 == year) & (r.rate[plain] > 0)]
        assert np.median(np.abs(of_year - rates.loan)) <= banking_parameters.RATE_SPREAD + 1e-6


def test_individual_businesses_and_enterprises_borrow_what_the_evidence_says() -> None:
    """The mean balance of an enterprise is about half a million yuan (CRED18)."""
    city, _ = town.simulated(scale=SCALE)
    book = city.banks.book
    live = book.outstanding_loans()
    weight = book.weight(live)
    individual = city.context.firms.segment[book.row[live]] == G
    mean = [np.average(book.balance[live][m] / 100, weights=weight[m]) for m in (~individual, individual)]
    assert 3e5 < mean[0] < 8e5
    assert 3e4 < mean[1] < 2e5


def test_smaller_assessment_errors_fewer_bad_loans_per_yuan_lent() -> None:
    sharp, blunt = (town.run({"credit.screening_noise": v}, scale=SCALE).outcomes for v in (-0.5, 0.5))
    rate = [o["loans_defaulted"].sum() / o["loans_granted"].sum() for o in (sharp, blunt)]
    assert rate[0] < rate[1]


# --- binding constraints -----------------------------------------------------------------------------
def without(action) -> dict[str, np.ndarray]:
    """Return the outcomes of a city in which ``action`` is applied half-way through the run."""
    city = town.city(scale=SCALE)
    town.after(city, HALF, lambda: action(city))
    output = city.run_all()
    city.close()
    return output.outcomes


def later(outcomes, name: str) -> float:
    return float(outcomes[name][27:].sum())


def test_a_bank_that_leaves_lowers_lending() -> None:
    def leave(city) -> None:
        next(b for b in city.banks.desks if b.kind == "rural").remove()

    outcomes = without(leave)
    assert later(outcomes, "loans_granted") < 0.85 * later(usual().outcomes, "loans_granted")
    assert np.array_equal(outcomes["loans_granted"][:24], usual().outcomes["loans_granted"][:24])


def test_fewer_officers_longer_queues() -> None:
    def go(city) -> None:
        for bank in city.banks.desks:
            for officer in bank.clerks[len(bank.clerks) // 4 :]:
                officer.remove()

    outcomes = without(go)
    assert later(outcomes, "loans_granted") < 0.9 * later(usual().outcomes, "loans_granted")
    assert outcomes["queue_length"][40, 4] > 2 * usual().outcomes["queue_length"][40, 4]


def test_no_officer_no_loan() -> None:
    def go(city) -> None:
        for bank in city.banks.desks:
            bank.staff(0)

    outcomes = without(go)
    assert not outcomes["loans_granted"][27:].any()


def test_banks_lend_no_more_than_they_may() -> None:
    def squeeze(city) -> None:
        city.context.parameters[banking_parameters.CAPACITY.id] = 2e9

    outcomes = without(squeeze)
    assert later(outcomes, "loans_granted") < 0.8 * later(usual().outcomes, "loans_granted")
    full = outcomes["loans_refused"][:, town.REASONS.index("bank_full")]
    assert full[24:].sum() > full[:24].sum()


def test_every_bank_stays_within_its_limit() -> None:
    city = town.city(scale=SCALE)
    exceeded: list[str] = []

    def check_limits() -> None:
        for bank, fen in zip(city.banks.desks, city.banks.book.lent(len(city.banks.desks)), strict=True):
            if fen / 100 > 1.0001 * bank.limit():
                exceeded.append(f"{bank.kind} {fen / 100 / bank.limit():.3f}")

    city.context.parameters[banking_parameters.CAPACITY.id] = 5e9
    for day in range(200, 1461, 60):
        town.after(city, day, check_limits)
    city.run_all()
    city.close()
    assert exceeded == []


def test_with_an_empty_bridge_fund_firms_pay_the_private_price_or_are_not_renewed() -> None:
    none, plenty = (town.run({"credit.bridge_fund": v}, scale=SCALE).outcomes for v in (0, 1e9))
    private = town.FLOWS.index("private_bridge_fee")
    assert none["bridge_used"].sum() == 0 < none["bridge_out"].sum()
    assert plenty["bridge_out"].sum() == 0 < plenty["bridge_used"].sum()
    assert none["flows"][:, private].sum() > 3 * plenty["flows"][:, private].sum()
    assert (plenty["pool_balance"][:, town.FUNDS.index("bridge_fund")] > 0).all()


def test_the_bridge_fund_lends_its_money_and_is_repaid() -> None:
    o = usual().outcomes
    out, back = (o["flows"][:, town.FLOWS.index(f)].cumsum() for f in ("bridge", "bridge_back"))
    assert (out >= back - 1).all()
    assert out[-1] - back[-1] <= 1e8
    assert (o["pool_balance"][:, town.FUNDS.index("bridge_fund")] >= 0).all()


# --- what the schemes do -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lever", "scheme"),
    [("credit.loan_pool", "loan_pool"), ("credit.ip_pledge_pool", "ip_pledge"),
     ("guarantee.loan_fund_capital", "startup"), ("guarantee.capital", "guarantee")],
)  # fmt: skip
def test_without_its_pool_a_scheme_grants_no_loan(lever: str, scheme: str) -> None:
    number = "loans_number"
    assert usual().outcomes[number][:, SCHEME(scheme)].sum() > 0
    assert town.run({lever: 0}, scale=SCALE).outcomes[number][:, SCHEME(scheme)].sum() == 0


def test_pledged_patents_are_what_the_results_say() -> None:
    o = usual().outcomes
    assert o["ip_pledge_loans_granted"] == pytest.approx(o["loans_granted_by_scheme"][:, SCHEME("ip_pledge")])


def test_a_borrower_of_the_loan_fund_is_served_and_gets_interest_back() -> None:
    spent = town.spending(usual(), "microloan_interest_subsidy")
    assert spent.sum() > 0
    assert (
        town.spending(
            town.run({"credit.interest_subsidy_budget": 0}, scale=SCALE), "microloan_interest_subsidy"
        ).sum()
        == 0
    )


def test_technology_branches_are_faster() -> None:
    """Days from application to disbursement at technology branches follow their days of approval."""
    days = {}
    for value in (3, 60):
        city = town.city({"credit.days": value, "credit.tech_branches": 8}, scale=SCALE)
        waited: list[float] = []
        pay_out = city.banks.pay_out

        def watched(files, waited=waited, pay_out=pay_out, city=city):
            r, tech = city.banks.requests, [b.number for b in city.banks.desks if b.kind == "tech"]
            of_branches = files[np.isin(r.bank[files], tech)]
            waited.extend((city.context.env.now - r.day[of_branches]).tolist())
            pay_out(files)

        setattr(city.banks, "pay_out", watched)  # noqa: B010
        city.run_all()
        city.close()
        days[value] = float(np.mean(waited))
    assert days[60] - days[3] == pytest.approx(57, abs=6)


def test_relending_lets_rural_banks_grant_more_loans() -> None:
    none, much = (town.run({"credit.relending_quota": v}, scale=SCALE).outcomes for v in (0, 5e9))
    assert (
        much["loans_number"][:, SCHEME("plain")].sum() > 1.02 * none["loans_number"][:, SCHEME("plain")].sum()
    )


def test_loans_before_2017_are_the_same_under_every_policy() -> None:
    books = []
    for overrides in ({}, {"guarantee.capital": 0, "credit.tech_branches": 8, "credit.screening_noise": 0.5}):
        city = town.city(overrides, scale=SCALE)
        book = city.banks.book
        books.append(
            [getattr(book, c)[: len(book)].copy() for c in ("row", "balance", "until", "scheme", "cover")]
        )
        city.close()
    for a, b in zip(*books, strict=True):
        assert np.array_equal(a, b)
