"""Decisions of banks and borrowers as pure functions. Money is in yuan unless an argument is called ``fen``."""

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
    """Turnover of a year from value added of a month, yuan."""
    return np.asarray(12 * TURNOVER * value_added)


def application_rate(base: Floats, cash: Ints) -> Floats:
    """Probability of applying for a loan in a month: ``base``, twice that when cash is negative."""
    return np.asarray(base * np.where(cash < 0, parameters.SHORT_OF_CASH, 1.0))


def applies(u: Floats, rate: Floats, months_open: Integers) -> Mask:
    """Firms that apply: u < rate, from six months after opening."""
    return np.asarray((u < rate) & (months_open >= parameters.FIRST_MONTHS))


def cap_months(segment: Codes, turnover: Floats) -> Floats:
    """Months of value added that may be requested: 12; 24 for listed growth firms (ZS065)."""
    listed = (segment != G) & (turnover >= parameters.GROWTH_FIRM)
    return np.where(listed, parameters.POOL_CAP, parameters.TICKET_CAP)


def requested_amount(value_added: Floats, g: Floats, cap: Floats) -> Ints:
    """Amount requested, fen: y x 11 x LN(mean 1, sd 0.7), at most ``cap`` months of y, at least 20,000 yuan (CRED18).

    Args:
        value_added: y, yuan a month.
        g: standard normal numbers.
        cap: most, months of value added.
    """
    months = parameters.TICKET_MONTHS * np.exp(parameters.TICKET_SPREAD * g - parameters.TICKET_SPREAD**2 / 2)
    yuan = np.asarray(value_added * np.minimum(months, cap))
    return np.asarray(np.maximum(100 * yuan, 100 * parameters.LEAST_TICKET), dtype=np.int64)


def amount_without_pool(value_added: Floats) -> Ints:
    """Amount that a growth firm may borrow without the loan pool, fen: 12 months of value added."""
    return np.asarray(np.int64(100 * parameters.TICKET_CAP) * value_added.astype(np.int64))


def amount_after_equity(ratio: float, raised: Ints) -> Ints:
    """Loan offered after an equity round, fen: ratio x equity raised (M13)."""
    return np.asarray(np.rint(ratio * raised), dtype=np.int64)


def search_time(change: float) -> float:
    """Days from the decision to borrow to the application: 20 + change, never negative."""
    return max(0.0, parameters.SEARCH_DAYS + change)


def choose_bank(u: Floats, cumulative: Floats) -> Codes:
    """Number of the bank to which each firm applies, with probabilities in proportion to the banks' shares.

    Args:
        u: uniform numbers.
        cumulative: cumulative shares of the banks; the last is their sum.
    """
    return np.asarray(np.searchsorted(cumulative[:-1], u * cumulative[-1]), dtype=np.int8)


def choose_branch(u: Floats, segment: Codes, branches: int) -> Codes:
    """Place of the technology branch to which each firm applies, -1 for none.

    Each branch attracts 20% of technology firms, all together at most 80%.
    """
    if not branches:
        return np.full(len(u), -1, dtype=np.int8)
    share = min(parameters.TECH_PULL_MOST, parameters.TECH_PULL * branches)
    place = (u / share * branches).astype(int)
    return np.where((segment == T) & (u < share), place, -1).astype(np.int8)


# --- Price and approval ---
def relending_relief(quota: float, lent: float) -> float:
    """Reduction of a rural or village bank's cost of funds, a year: 0.01 while its loans leave relending quota."""
    return parameters.RELENT if quota - lent > 0 else 0.0


def break_even(pd: Floats, cover: float | Floats, base: float, relief: float | Floats = 0.0) -> Floats:
    """Break-even rate of a loan, a year: base - 0.0185 - relief + 0.015 + 0.010 + 0.6 PD (1 - cover).

    Args:
        pd: yearly probability of default, PD.
        cover: share of a loss that somebody else bears.
        base: the base rate, a year.
        relief: reduction of the bank's cost of funds, a year.
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
    """Rate of a loan, a year: its break-even rate, within one point of the mean rate (CRED05-06)."""
    return np.clip(cost, mean - parameters.SPREAD, mean + parameters.SPREAD)


def pays(cost: Floats, mean: float, mandate: float) -> Mask:
    """Loans that a bank grants: cost <= mean rate + 0.01 + mandate, all a year."""
    return np.asarray(cost <= mean + parameters.SPREAD + mandate)


def needs_pool(segment: Codes, value_added: Floats, fen: Ints) -> Mask:
    """Listed growth firms that request more than a bank lends without the loan pool (ZS063-065)."""
    growth = (segment != G) & (yearly_turnover(value_added) >= parameters.GROWTH_FIRM)
    return np.asarray(growth & (fen > amount_without_pool(value_added)))


def fund_is_open(capital: int, share: float) -> bool:
    """Whether a risk pool takes part: it has capital, and bears a share of losses."""
    return capital > 0 and share > 0


def guarantors_consider(segment: Codes, turnover: Floats) -> Mask:
    """Firms that guarantors consider: enterprises with a turnover of two million yuan a year."""
    return np.asarray((segment != G) & (turnover >= parameters.GUARANTEED_FROM))


def knows_startup_loan(eligible: Mask, u: Floats, awareness: float, v: Floats, salience: float) -> Mask:
    """Founders of an eligible kind (ZS146) who know the start-up guaranteed loan: u < awareness and v < salience."""
    return np.asarray(eligible & (u < awareness) & (v < salience))


def choose_scheme(
    alone: Mask, pooled: Mask, covered: Mapping[int, Mask], tenant: Mask, knows_startup_loan: Mask
) -> Codes:
    """Scheme of each application, -1 where there is none.

    A loan that pays by itself needs no scheme. Growth firms that request more go to the loan pool; applications that
    need cover take the first scheme with which they pay; first loans of tenants are registered with the city, which
    costs neither bank nor tenant anything; founders who know the start-up loan take it first.

    Args:
        alone: the loan pays without cover.
        pooled: the firm requests more than usual, and the loan pays with the pool's cover.
        covered: schemes in the order in which banks turn to them, and applications that pay with each.
        tenant: first loans of tenants that pay with the city's share.
        knows_startup_loan: founders who may have the start-up loan and know it.
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
    """Most that a bank lends to young firms, yuan: its share x all banks' capacity of 2016 x 1.12^(months since / 12)."""
    grown = float((1 + parameters.LIMIT_GROWTH) ** (months / 12))
    return share * capacity * grown


def within_limit(requested: Ints, bank: Integers, available: Ints) -> Mask:
    """Amounts that fit into each bank's limit, in their order: one fits if all of its bank up to it do.

    Args:
        requested: amounts, fen.
        bank: number of the bank of each.
        available: what each bank may still lend, fen, by its number.
    """
    order = np.argsort(bank, kind="stable")
    so_far = np.cumsum(requested[order])
    first = np.searchsorted(bank[order], bank[order])
    fits = np.empty(len(requested), dtype=np.bool_)
    fits[order] = so_far - (so_far - requested[order])[first] <= available[bank[order]]
    return fits


def approval_days(specialised: bool, days: float) -> float:
    """Days from decision to disbursement: ``days`` at a technology branch, 30 elsewhere."""
    return days if specialised else parameters.APPROVAL_DAYS


def repaid_at_maturity(segment: Codes, fen: Ints, scheme: Integers) -> Mask:
    """Loans repaid at maturity: those of enterprises from 300,000 yuan, except start-up loans."""
    return np.asarray((segment != G) & (fen >= 100 * parameters.BULLET_FROM) & (scheme != STARTUP))


def term(bullet: Mask, scheme: Integers, startup_term: float) -> Ints:
    """Months of a loan: 12 if repaid at maturity, else 30; of start-up loans as policy sets it."""
    months = np.where(bullet, parameters.BULLET_TERM, parameters.TERM)
    months[scheme == STARTUP] = round(startup_term)
    return months


def equipment_purchase(fen: Ints) -> Ints:
    """Part of a loan spent on equipment, fen: 40%."""
    return np.asarray(np.rint(parameters.SPENT_ON_EQUIPMENT * fen), dtype=np.int64)


def equipment_gain(effect: float, lent: Floats, value_added: Floats) -> Floats:
    """Log points that equipment adds to a firm's scale: effect x min(1, lent / (6 x value added of a month))."""
    return np.asarray(
        effect * np.minimum(1.0, lent / np.maximum(parameters.EQUIPMENT_MONTHS * value_added, 1.0))
    )


def interest_subsidy(
    points: float, cap: float, principal: Ints, balance: Ints, rate: Floats, months: Integers
) -> Floats:
    """Interest of a year that the city bears for start-up loans, fen: min(points, rate) x balance x months / 12.

    Args:
        points: of interest that the city bears, a year.
        cap: largest loan with a subsidy, yuan.
        principal: of each loan, fen.
        balance: of each loan, fen.
        rate: of each loan, a year.
        months: since disbursement; at most twelve count.
    """
    subsidy = np.rint(np.minimum(points, rate) * balance * np.minimum(12, months) / 12)
    return np.where(principal <= 100 * cap, subsidy, 0.0)


# --- The loan book ---
def instalments(balance: Ints, months_left: Integers) -> Ints:
    """Principal due this month, fen: the balance in equal parts, rounded up."""
    return np.asarray(-(-balance // np.maximum(months_left, 1)))


def interest_due(balance: Ints, rate: Floats) -> Ints:
    """Interest (or a yearly fee) of a month, fen: balance x rate / 12."""
    return np.rint(balance * rate.astype(np.float64) / 12).astype(np.int64)


def defers_principal(cash: Ints, due: Ints) -> Mask:
    """Borrowers that put off principal under the relief of 2020: their cash is less than what is due, both fen."""
    return np.asarray(cash < due)


def settled_from_cash(balance: Ints, cash: Ints) -> Ints:
    """Part of a loan that a closing firm repays from its cash, fen: min(balance, cash), never negative."""
    return np.minimum(balance, np.maximum(cash, 0))


def default_on_closing(share: float, covered: Mask, hazard: float, strategic: float) -> Floats:
    """Probability that a firm which closes in debt defaults: share x hazard if covered (CRED02) x (1 + strategic).

    Args:
        share: of firms without cover that default.
        covered: whether somebody else bears part of the loss.
        hazard: defaults of covered loans relative to others.
        strategic: change in strategic default.
    """
    chance = share * np.where(covered, hazard, 1.0) * (1 + strategic)
    return np.asarray(np.clip(chance, 0, 1))


def recovers(months: Integers) -> Mask:
    """Whether a bad loan yields recoveries: for 30 months, from the third month after default."""
    return np.asarray(
        (months >= parameters.FIRST_RECOVERY)
        & (months < parameters.FIRST_RECOVERY + parameters.RECOVERY_MONTHS)
    )


def recovery(share: float, loss: Ints, paid_by_fund: Ints, paid_by_city: Ints) -> tuple[Ints, Ints, Ints]:
    """Recovery of a month by bank, fund and city, fen: share x loss / 30, to each in proportion to what it lost."""
    back = np.rint(loss * (share / parameters.RECOVERY_MONTHS)).astype(np.int64)
    to_fund = back * paid_by_fund // np.maximum(loss, 1)
    to_city = back * paid_by_city // np.maximum(loss, 1)
    return back - to_fund - to_city, to_fund, to_city


def is_written_off(months: Integers) -> Mask:
    """Bad loans that leave the book: 24 months after default."""
    return np.asarray(months >= parameters.WRITE_OFF_MONTHS)


# --- Rollover ---
def too_old_to_renew(months: Integers) -> Mask:
    """Loans due that are converted to instalments without another assessment: 36 months after disbursement."""
    return np.asarray(months >= parameters.RENEWED_MONTHS)


def bridge_days(u: Floats) -> Floats:
    """Days of bridge finance needed between the old loan and the new: uniform from 7 to 20."""
    low, high = parameters.NEEDED_DAYS
    return np.asarray(low + (high - low) * u)


def within_fund(requested: Ints, balance: int) -> Mask:
    """Loans that the bridge fund finances: in the order given, while their sum is within its balance, all fen."""
    return np.asarray(np.cumsum(requested) <= balance)


def bridge_price(needed: Floats, fund: Mask, most: float, daily: float) -> tuple[Floats, Floats]:
    """Shares of a loan that the bridge fund and private lenders charge: the fund while it lends, others beyond.

    Args:
        needed: days.
        fund: whether the fund finances the loan.
        most: longest use of the fund, days.
        daily: the fund's price, share a day.
    """
    of_fund = np.where(fund, np.minimum(needed, most), 0.0)
    return np.asarray(of_fund * daily), np.asarray((needed - of_fund) * parameters.PRIVATE_BRIDGE)


def can_bridge(fund: Mask, cash: Ints, fee: Ints) -> Mask:
    """Borrowers that obtain bridge finance: from the fund, or with cash for the private price, fen."""
    return np.asarray(fund | (cash >= fee))


def repays_when_called(cash: Ints, balance: Ints) -> Mask:
    """Borrowers without renewal that repay at once: their cash covers the balance, both fen."""
    return np.asarray(cash >= balance)


def defaults_when_called(u: Floats, share: float) -> Mask:
    """Borrowers without renewal or cash that default at once: u < share; the others repay in instalments."""
    return np.asarray(u < share)


# --- Bonds ---
def may_issue(turnover: Floats, size: float, months_open: Floats) -> Mask:
    """Borrowers that may issue a bond: turnover of a year >= size (yuan), two years after opening."""
    return np.asarray((turnover >= size) & (months_open >= parameters.BOND_FIRST_MONTHS))


def issues(u: Floats, rate: float) -> Mask:
    """Borrowers that issue a bond this month: u < rate / 12, the rate a year."""
    return np.asarray(u < rate / 12)


def bond_rate(mean: float) -> float:
    """Rate of a bond, a year: one point below the mean rate of loans."""
    return mean - parameters.BOND_CHEAPER


def coupon(fen: int, rate: float) -> int:
    """Monthly interest on a bond, fen: principal x rate / 12."""
    return round(fen * rate / 12)


def bond_is_repaid(due: bool, cash: int, fen: int) -> bool:
    """Whether a bond is repaid: it is due and cash covers it; one that is due otherwise is issued anew."""
    return due and cash >= fen


# --- Loans under way on 1 January 2017 ---
def initial_terms(bullet: Mask, month: Integers) -> tuple[Mask, Ints, Floats]:
    """State on 1 January 2017 of a loan disbursed in a month before (negative numbers).

    A loan repaid at maturity has been renewed each year until it is too old for that, and is then repaid in
    instalments.

    Returns:
        Whether it is still renewed; the month in which it falls due or its last instalment does; the share of the
        principal that is outstanding.
    """
    renewed = bullet & (-month < parameters.RENEWED_MONTHS)
    left = np.where(bullet, parameters.PAST_MONTHS + 1, parameters.TERM) + month
    share = np.where(renewed, 1.0, left / np.where(bullet, parameters.RESTRUCTURED_MONTHS, parameters.TERM))
    return renewed, np.where(renewed, month % parameters.BULLET_TERM, left - 1), share


def initial_is_outstanding(bullet: Mask, month: Integers) -> Mask:
    """Loans disbursed in a month before 2017 (negative numbers) that are not repaid yet: term of 30 months in instalments."""
    return np.asarray(bullet | (month > -parameters.TERM))


def initial_bad_loan(u: Floats, rate: Floats, default: float) -> Mask:
    """Firms closed shortly before 2017 that left a bad loan: u < rate x 30 x default / 2.

    Args:
        u: uniform numbers.
        rate: of applications, a month.
        default: share of firms that close in debt and default.
    """
    return np.asarray(u < rate * parameters.TERM * default / 2)
