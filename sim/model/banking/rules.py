"""Decision rules of banks and borrowers as pure functions. Amounts are in yuan unless stated to be in fen.

In the formulas, ``u`` and ``v`` are uniform random numbers on (0, 1), ``g`` is a standard normal draw, and LN a
lognormal variable. A growth firm is an enterprise on the city's list, with a turnover of at least 10 million yuan a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.model.banking import parameters
from sim.model.guarantees.parameters import LOAN_POOL, PLAIN, STARTUP, TENANT
from sim.model.population.firm_table import G, T
from sim.model.population.parameters import TURNOVER

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Integers, Ints, Mask


# --- Applications ---
def yearly_turnover(value_added: Floats) -> Floats:
    """Yearly turnover implied by monthly value added."""
    return np.asarray(12 * TURNOVER * value_added)


def application_rate(base: Floats, cash: Ints) -> Floats:
    """Monthly probability of applying for a loan: ``base``, doubled for firms with negative cash."""
    return np.asarray(base * np.where(cash < 0, parameters.SHORT_OF_CASH, 1.0))


def applies(u: Floats, rate: Floats, months_open: Integers) -> Mask:
    """Mask of firms that apply for a loan: u < rate, and at least six months since opening."""
    return np.asarray((u < rate) & (months_open >= parameters.FIRST_MONTHS))


def cap_months(segment: Codes, turnover: Floats) -> Floats:
    """Maximum amount that a firm requests, in months of value added: 24 for growth firms (ZS065), otherwise 12."""
    listed = (segment != G) & (turnover >= parameters.GROWTH_FIRM)
    return np.where(listed, parameters.POOL_CAP, parameters.TICKET_CAP)


def requested_amount(value_added: Floats, g: Floats, cap: Floats) -> Ints:
    """Amount requested, in fen: y x min(11 x LN(mean 1, sd 0.7), cap), but at least 20,000 yuan (CRED18).

    Args:
        value_added: monthly value added, y.
        g: standard normal draws, from which LN is computed.
        cap: maximum request in months of value added.
    """
    months = parameters.TICKET_MONTHS * np.exp(parameters.TICKET_SD * g - parameters.TICKET_SD**2 / 2)
    yuan = np.asarray(value_added * np.minimum(months, cap))
    return np.asarray(np.maximum(100 * yuan, 100 * parameters.LEAST_TICKET), dtype=np.int64)


def amount_without_pool(value_added: Floats) -> Ints:
    """Maximum loan to a growth firm without the loan pool, in fen: 12 months of value added."""
    return np.asarray(np.int64(100 * parameters.TICKET_CAP) * value_added.astype(np.int64))


def amount_after_equity(ratio: float, raised: Ints) -> Ints:
    """Loan offered after an equity round, in fen: ratio x raised, where ``raised`` is the equity raised (M13)."""
    return np.asarray(np.rint(ratio * raised), dtype=np.int64)


def search_time(change: float) -> float:
    """Days from the decision to borrow to the application: max(0, 20 + change), where policy sets ``change``."""
    return max(0.0, parameters.SEARCH_DAYS + change)


def choose_bank(u: Floats, cumulative: Floats) -> Codes:
    """Index of the bank to which each firm applies, drawn in proportion to the banks' shares (``cumulative``)."""
    return np.asarray(np.searchsorted(cumulative[:-1], u * cumulative[-1]), dtype=np.int8)


def choose_branch(u: Floats, segment: Codes, branches: int) -> Codes:
    """Index of the technology branch to which each firm applies, or -1 if it applies to none.

    Each branch attracts 20% of technology firms, and all branches together attract at most 80%.
    """
    if not branches:
        return np.full(len(u), -1, dtype=np.int8)
    share = min(parameters.TECH_PULL_MOST, parameters.TECH_PULL * branches)
    place = (u / share * branches).astype(int)
    return np.where((segment == T) & (u < share), place, -1).astype(np.int8)


# --- Price and approval ---
def relending_relief(quota: float, lent: float) -> float:
    """Yearly reduction in rural and village banks' cost of funds: 0.01 if they have lent less than the quota."""
    return parameters.RELENT if quota - lent > 0 else 0.0


def break_even(pd: Floats, cover: float | Floats, base: float, relief: float | Floats = 0.0) -> Floats:
    """Yearly break-even rate of a loan: base - 0.0185 - relief + 0.015 + 0.010 + 0.6 PD (1 - cover).

    Args:
        pd: annual probability of default, PD.
        cover: share of a loss that is not borne by the bank.
        base: yearly base rate.
        relief: yearly reduction in the bank's cost of funds.
    """
    return np.asarray(
        base
        + parameters.FUNDING
        - relief
        + parameters.HANDLING
        + parameters.CAPITAL_COST
        + pd * parameters.SEVERITY * (1 - cover)
    )


def price(cost: Floats, mean: float) -> Floats:
    """Yearly interest rate of a loan: break-even rate ``cost``, clipped to mean loan rate ``mean`` ± 0.01 (CRED05-06)."""
    return np.clip(cost, mean - parameters.RATE_SPREAD, mean + parameters.RATE_SPREAD)


def pays(cost: Floats, mean: float, mandate: float) -> Mask:
    """Mask of loans that a bank is willing to grant: cost <= mean + 0.01 + mandate.

    ``cost`` is the break-even rate, ``mean`` the mean loan rate, and ``mandate`` the annual loss rate that banks accept.
    """
    return np.asarray(cost <= mean + parameters.RATE_SPREAD + mandate)


def needs_pool(segment: Codes, value_added: Floats, fen: Ints) -> Mask:
    """Mask of growth firms that request more than a bank lends without the loan pool (ZS063-065)."""
    growth = (segment != G) & (yearly_turnover(value_added) >= parameters.GROWTH_FIRM)
    return np.asarray(growth & (fen > amount_without_pool(value_added)))


def fund_is_open(capital: int, share: float) -> bool:
    """Whether a risk pool covers new loans: it has capital and bears a share of losses."""
    return capital > 0 and share > 0


def guarantors_consider(segment: Codes, turnover: Floats) -> Mask:
    """Mask of firms that guarantors consider: enterprises with a yearly turnover of at least two million yuan."""
    return np.asarray((segment != G) & (turnover >= parameters.GUARANTEED_FROM))


def knows_startup_loan(eligible: Mask, u: Floats, awareness: float, v: Floats, salience: float) -> Mask:
    """Mask of eligible founders (ZS146) who know of the start-up guaranteed loan: u < awareness and v < salience."""
    return np.asarray(eligible & (u < awareness) & (v < salience))


def choose_scheme(
    alone: Mask, pooled: Mask, covered: Mapping[int, Mask], tenant: Mask, knows_startup_loan: Mask
) -> Codes:
    """Scheme of each application, or -1 if no scheme applies.

    A loan that is profitable without cover needs no scheme. Large requests of growth firms use the loan pool, and
    applications that need cover use the first scheme under which they are profitable. First loans of tenants are
    registered with the city, at no cost to the bank or the tenant. Founders who know of the start-up loan use it
    in any case.

    Args:
        alone: whether each loan is profitable without cover.
        pooled: whether each request is too large without the loan pool and profitable with it.
        covered: whether each loan is profitable, by scheme, in the order in which banks try the schemes: IP pledge,
            public guarantor, private guarantor.
        tenant: whether each loan is a tenant's first loan and is profitable with the city's share of the loss.
        knows_startup_loan: whether each founder is eligible for the start-up loan and knows of it.
    """
    scheme = np.where(alone, PLAIN, -1).astype(np.int8)
    scheme[pooled] = LOAN_POOL
    for number, suits in covered.items():
        scheme[(scheme < 0) & suits] = number
    scheme[tenant & (scheme != LOAN_POOL)] = TENANT
    scheme[knows_startup_loan] = STARTUP
    return scheme


# --- Limits and terms ---
def lending_limit(share: float, capacity: float, months: int) -> float:
    """Limit on a bank's lending to young firms ``months`` after 2016: share x capacity x 1.12^(months / 12)."""
    grown = float((1 + parameters.LIMIT_GROWTH) ** (months / 12))
    return share * capacity * grown


def within_limit(requested: Ints, bank: Integers, available: Ints) -> Mask:
    """Mask of amounts within each bank's limit: the bank's cumulative sum, including the amount, is at most ``available``.

    Args:
        requested: amounts in order of priority, in fen.
        bank: index of the bank to which each amount belongs.
        available: amount that each bank may still lend, in fen, by bank.
    """
    order = np.argsort(bank, kind="stable")
    so_far = np.cumsum(requested[order])
    first = np.searchsorted(bank[order], bank[order])
    fits = np.empty(len(requested), dtype=np.bool_)
    fits[order] = so_far - (so_far - requested[order])[first] <= available[bank[order]]
    return fits


def approval_days(specialised: bool, days: float) -> float:
    """Days from decision to disbursement: ``days`` at a specialised (technology) branch, 30 elsewhere."""
    return days if specialised else parameters.APPROVAL_DAYS


def repaid_at_maturity(segment: Codes, fen: Ints, scheme: Integers) -> Mask:
    """Mask of loans repaid at maturity: enterprise loans of at least 300,000 yuan, except start-up loans."""
    return np.asarray((segment != G) & (fen >= 100 * parameters.BULLET_FROM) & (scheme != STARTUP))


def term(bullet: Mask, scheme: Integers, startup_term: float) -> Ints:
    """Term of each loan, in months: ``startup_term`` for start-up loans; otherwise 12 if repaid at maturity and 30 if not."""
    months = np.where(bullet, parameters.BULLET_TERM, parameters.TERM)
    months[scheme == STARTUP] = round(startup_term)
    return months


def equipment_purchase(fen: Ints) -> Ints:
    """Value of the equipment bought with a loan, in fen: 40% of the loan."""
    return np.asarray(np.rint(parameters.SPENT_ON_EQUIPMENT * fen), dtype=np.int64)


def equipment_gain(effect: float, lent: Floats, value_added: Floats) -> Floats:
    """Increase in a firm's log scale from equipment bought with a loan: effect x min(1, lent / (6 x monthly value added))."""
    return np.asarray(
        effect * np.minimum(1.0, lent / np.maximum(parameters.EQUIPMENT_MONTHS * value_added, 1.0))
    )


def interest_subsidy(
    points: float, cap: float, principal: Ints, balance: Ints, rate: Floats, months: Integers
) -> Floats:
    """Yearly interest subsidy of each start-up loan, in fen: min(points, rate) x balance x min(12, months) / 12.

    Args:
        points: interest paid by the city, as a share of the loan a year.
        cap: maximum loan eligible for the subsidy, in yuan.
        principal: amount disbursed of each loan, in fen.
        balance: outstanding balance of each loan, in fen.
        rate: yearly interest rate of each loan.
        months: months since disbursement of each loan.
    """
    subsidy = np.rint(np.minimum(points, rate) * balance * np.minimum(12, months) / 12)
    return np.where(principal <= 100 * cap, subsidy, 0.0)


# --- The loan book ---
def instalments(balance: Ints, months_left: Integers) -> Ints:
    """Principal due this month, in fen: balance / months_left, rounded up."""
    return np.asarray(-(-balance // np.maximum(months_left, 1)))


def interest_due(balance: Ints, rate: Floats) -> Ints:
    """Interest (or guarantee fee) due for one month, in fen: balance x rate / 12."""
    return np.rint(balance * rate.astype(np.float64) / 12).astype(np.int64)


def defers_principal(cash: Ints, due: Ints) -> Mask:
    """Mask of borrowers that defer principal under the national relief of 2020: cash < due, both in fen."""
    return np.asarray(cash < due)


def settled_from_cash(balance: Ints, cash: Ints) -> Ints:
    """Part of a loan that a closing firm repays from its cash, in fen: min(balance, max(cash, 0))."""
    return np.minimum(balance, np.maximum(cash, 0))


def default_on_closing(share: float, covered: Mask, hazard: float, strategic: float) -> Floats:
    """Probability that a firm closing in debt defaults: share x (1 + strategic), times hazard if covered (CRED02).

    Args:
        share: probability of default of firms whose loan is not covered.
        covered: whether the bank does not bear the whole loss.
        hazard: default rate of covered loans relative to that of other loans.
        strategic: relative change in default that is due to policy against strategic default.
    """
    chance = share * np.where(covered, hazard, 1.0) * (1 + strategic)
    return np.asarray(np.clip(chance, 0, 1))


def recovers(months: Integers) -> Mask:
    """Mask of bad loans that yield recoveries: those 3 to 32 ``months`` after default."""
    return np.asarray(
        (months >= parameters.FIRST_RECOVERY)
        & (months < parameters.FIRST_RECOVERY + parameters.RECOVERY_MONTHS)
    )


def recovery(share: float, loss: Ints, paid_by_fund: Ints, paid_by_city: Ints) -> tuple[Ints, Ints, Ints]:
    """Monthly recoveries of the bank, fund and city, in fen: share x loss / 30, divided in proportion to losses."""
    back = np.rint(loss * (share / parameters.RECOVERY_MONTHS)).astype(np.int64)
    to_fund = back * paid_by_fund // np.maximum(loss, 1)
    to_city = back * paid_by_city // np.maximum(loss, 1)
    return back - to_fund - to_city, to_fund, to_city


def is_written_off(months: Integers) -> Mask:
    """Mask of bad loans that are written off: those 24 or more ``months`` after default."""
    return np.asarray(months >= parameters.WRITE_OFF_MONTHS)


# --- Rollover ---
def too_old_to_renew(months: Integers) -> Mask:
    """Mask of due loans that are converted to instalments without reassessment: 36 ``months`` or more after disbursement."""
    return np.asarray(months >= parameters.RENEWED_MONTHS)


def bridge_days(u: Floats) -> Floats:
    """Days of bridge finance needed between the old and the new loan: uniform between 7 and 20."""
    low, high = parameters.NEEDED_DAYS
    return np.asarray(low + (high - low) * u)


def within_fund(requested: Ints, balance: int) -> Mask:
    """Mask of loans that the bridge fund finances: in order, as long as their sum is at most ``balance`` (in fen)."""
    return np.asarray(np.cumsum(requested) <= balance)


def bridge_price(needed: Floats, fund: Mask, most: float, daily: float) -> tuple[Floats, Floats]:
    """Fees of the bridge fund and, for the days that it does not finance, of private lenders, as shares of the loan.

    Args:
        needed: days of bridge finance needed.
        fund: whether the fund finances the loan.
        most: maximum days of finance from the fund.
        daily: daily fee of the fund, as a share of the loan.
    """
    of_fund = np.where(fund, np.minimum(needed, most), 0.0)
    return np.asarray(of_fund * daily), np.asarray((needed - of_fund) * parameters.PRIVATE_BRIDGE)


def can_bridge(fund: Mask, cash: Ints, fee: Ints) -> Mask:
    """Mask of borrowers that obtain bridge finance: the fund lends to them, or cash >= fee (in fen)."""
    return np.asarray(fund | (cash >= fee))


def repays_when_called(cash: Ints, balance: Ints) -> Mask:
    """Mask of borrowers that repay at once when their loan is called in: cash >= balance, both in fen."""
    return np.asarray(cash >= balance)


def defaults_when_called(u: Floats, share: float) -> Mask:
    """Mask of borrowers short of cash that default when their loan is called in: u < share; the others pay instalments."""
    return np.asarray(u < share)


# --- Bonds ---
def may_issue(turnover: Floats, size: float, months_open: Floats) -> Mask:
    """Mask of borrowers that may issue a bond: yearly turnover >= size, and at least two years since opening."""
    return np.asarray((turnover >= size) & (months_open >= parameters.BOND_FIRST_MONTHS))


def issues(u: Floats, rate: float) -> Mask:
    """Mask of borrowers that issue a bond this month: u < rate / 12, where ``rate`` is the yearly rate of issue."""
    return np.asarray(u < rate / 12)


def bond_rate(mean: float) -> float:
    """Yearly interest rate of a bond: one percentage point below the mean loan rate."""
    return mean - parameters.BOND_CHEAPER


def coupon(fen: int, rate: float) -> int:
    """Monthly interest on a bond with principal ``fen``, in fen: fen x rate / 12."""
    return round(fen * rate / 12)


def bond_is_repaid(due: bool, cash: int, fen: int) -> bool:
    """Whether a bond is repaid: it is due and cash >= fen; a due bond that is not repaid is rolled over."""
    return due and cash >= fen


# --- Initial loan book on 1 January 2017 ---
def initial_terms(bullet: Mask, month: Integers) -> tuple[Mask, Ints, Floats]:
    """Terms on 1 January 2017 of loans disbursed before 2017, i.e. in a month with a negative number.

    A loan repaid at maturity is renewed every year until it is too old for renewal, and is then repaid in
    instalments.

    Returns:
        Mask of loans that are still renewed; month in which each loan matures or its last instalment is due; share
        of each principal that is outstanding.
    """
    renewed = bullet & (-month < parameters.RENEWED_MONTHS)
    left = np.where(bullet, parameters.PAST_MONTHS + 1, parameters.TERM) + month
    share = np.where(renewed, 1.0, left / np.where(bullet, parameters.RESTRUCTURED_MONTHS, parameters.TERM))
    return renewed, np.where(renewed, month % parameters.BULLET_TERM, left - 1), share


def initial_is_outstanding(bullet: Mask, month: Integers) -> Mask:
    """Mask of initial loans still outstanding: all loans repaid at maturity, and others less than 30 months old."""
    return np.asarray(bullet | (month > -parameters.TERM))


def initial_bad_loan(u: Floats, rate: Floats, default: float) -> Mask:
    """Mask of firms closed shortly before 2017 that left a bad loan: u < rate x 30 x default / 2.

    ``rate`` is the monthly application rate, and ``default`` the share of firms closing in debt that default.
    """
    return np.asarray(u < rate * parameters.TERM * default / 2)
