"""Decision rules for equity and crowdfunding as pure functions. Amounts are in yuan unless stated to be in fen.

In the formulas, ``u`` is a uniform random number on (0, 1), ``g`` a standard normal draw, and LN a lognormal variable.
``deals`` is the number of venture deals in the year relative to a usual year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.equity import parameters
from sim.model.population.firm_table import T
from sim.model.population.parameters import TURNOVER

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Ints, Mask


# --- Search and screening ---
def searches(u: Floats, rate: float, months_open: Integers) -> Mask:
    """Mask of firms that begin to search for equity: u < rate / 12, and at least three months since opening."""
    return np.asarray((u < rate / 12) & (months_open >= parameters.SEARCH_FIRST_MONTHS))


def search_time(change: float) -> float:
    """Days of search before a firm reaches investors: max(0, 30 + change), where policy sets ``change``."""
    return max(0.0, parameters.SEARCH_DAYS + change)


def patience(u: Floats, mean: float) -> Floats:
    """Days after which a firm gives up its search: -mean ln u, which is exponentially distributed."""
    return np.asarray(-mean * np.log(u))


def is_rested(months: int) -> bool:
    """Whether a firm may raise equity again: at least twelve ``months`` have passed since its last round."""
    return months >= parameters.REST_MONTHS


def is_screened(u: Floats, share: float, deals: float) -> Mask:
    """Mask of searches that an angel or venture fund screens in depth: u < 0.10 x share x deals (VC05).

    Args:
        u: one random number for each firm.
        share: share of angel and venture funds in all screenings.
        deals: number of deals in the year relative to a usual year.
    """
    return np.asarray(u < parameters.SCREENED * share * deals)


def screened_by_policy_fund(kind: str, money: float) -> float:
    """Share of searches screened by a policy-induced fund: 0.10 x (share per 100 million yuan) x money / 1e8."""
    share = parameters.POLICY_SCREENED[kind]
    return parameters.SCREENED * share * money / parameters.POLICY_SCREENED_PER


def choose_investor(u: Floats, cumulative: Floats) -> Integers:
    """Index of the investor that screens each firm, drawn in proportion to the investors' shares (``cumulative``)."""
    return np.asarray(np.searchsorted(cumulative[:-1], u * cumulative[-1], side="right"))


def score(skill: Floats, income: Floats, g: float | Floats) -> Floats:
    """Score that an investor gives to each firm, in standard deviations of skill: skill + 0.5 (x - 2) + 0.5 g.

    Args:
        skill: skill of the founder.
        income: the owner's income relative to the usual wage, x.
        g: assessment error of the investor, a standard normal draw.
    """
    earnings = parameters.INCOME_WEIGHT * (income - parameters.USUAL_INCOME)
    return np.asarray(skill + earnings + parameters.NOISE * g)


def hurdle(usual: float, response: float, deducted: float, borne: float) -> float:
    """Minimum score for an investment: usual - response x (deducted + borne).

    Args:
        usual: minimum score without tax deduction or loss sharing.
        response: reduction of the minimum score if the whole investment is deducted or the whole loss is shared.
        deducted: share of the investment that may be deducted from tax.
        borne: share of a loss that the city bears.
    """
    return usual - response * (deducted + borne)


# --- Rounds ---
def ticket(g: Floats, size: float | Floats, value_added: Floats) -> Floats:
    """Size of a round: size x LN(median 3 million, sd 1.55), at most six years' value added, at least 0.3 million (VC01).

    Args:
        g: standard normal draws, from which LN is computed.
        size: size of the investor's rounds relative to the usual round.
        value_added: monthly value added of the firm.
    """
    median = parameters.TICKET_MEDIAN * size
    most = parameters.MOST_YEARS * 12 * value_added
    return np.asarray(
        np.maximum(parameters.LEAST_TICKET, np.minimum(median * np.exp(parameters.TICKET_SD * g), most))
    )


def days_to_closing(g: float) -> float:
    """Days of due diligence and negotiation: 83 x exp(0.3 g) (VC06)."""
    return parameters.DAYS * float(np.exp(parameters.DAYS_SD * g))


def round_closes(money: float) -> bool:
    """Whether a round closes: the investors' money is at least 0.3 million yuan."""
    return money >= parameters.LEAST_TICKET


def public_part(private: float, match: float, available: float) -> float:
    """Amount that the guide fund adds to a round: match x private, but at most ``available`` and at least 0."""
    return max(0.0, min(match * private, available))


def private_part(wish: float, crowded_out: float, public: float) -> float:
    """Private money in a round with public money: wish - crowded_out x public, but at least min(wish, 0.3 million).

    ``wish`` is the intended private amount. The lower bound is the minimum size of a round, so that public money never
    prevents a round from closing.
    """
    return max(min(wish, parameters.LEAST_TICKET), wish - crowded_out * public)


def joint_parts(wish: float, lead: float, partner: float) -> tuple[float, float]:
    """Amounts that the lead investor and the second investor invest in a round.

    Each invests half of the intended amount; if one lacks money, the other invests more, as far as its money allows.

    Args:
        wish: intended amount of the round.
        lead: money of the lead investor.
        partner: money of the second investor.
    """
    first = min(lead, max(wish / 2, wish - partner))
    return first, min(partner, wish - first)


def is_joint(u: float, share: float) -> bool:
    """Whether the lead investor seeks a second investor: u < share."""
    return u < share


def first_candidate(u: float, investors: int) -> int:
    """Index of the first candidate that is considered as second investor: floor(u x investors)."""
    return int(u * investors)


def follows_on(u: float, deals: float) -> bool:
    """Whether an existing investor makes a follow-on investment in a month: u < 0.02 x deals."""
    return u < parameters.FOLLOW_ON * deals


def growth(effect: float, raised: Floats, value_added: Floats) -> Floats:
    """Increase in a firm's log scale from a round: ln(1 + effect x tanh(raised / yearly value added))."""
    return np.asarray(np.log1p(effect * np.tanh(raised / np.maximum(12 * value_added, 1.0))))


def spending(unspent: Ints) -> Ints:
    """Equity spent in a month, in fen: one ninth of the unspent equity, but at least 1,000 yuan and at most all of it."""
    part = np.maximum(unspent // int(parameters.MEAN_SPENDING), parameters.LEAST_SPENDING)
    return np.minimum(part, unspent)


def money_of_year(own: float, higher: float, funds: int, bank: float) -> float:
    """Money that each venture fund may invest in a year: (own + higher / funds) / (1 - bank).

    Args:
        own: own money of each fund.
        higher: money that national and provincial funds provide to all funds together.
        funds: number of venture funds.
        bank: bank finance as a share of fund size.
    """
    return (own + higher / funds) / (1 - bank)


# --- The guide fund and its sub-funds ---
def is_early(months_open: int) -> bool:
    """Whether a firm is an early-stage firm: it opened less than three years ago."""
    return months_open < parameters.EARLY_MONTHS


def within_mandate(money: float, reserved: float, capital: int, spent: int, spent_inside: int) -> float:
    """Money for firms outside a mandate, in fen: min(money, (1 - reserved) x capital - (spent - spent_inside)).

    Args:
        money: money available, in fen.
        reserved: share of the capital reserved for firms inside the mandate.
        capital: capital of the guide fund, in fen.
        spent: total amount invested, in fen.
        spent_inside: amount invested in firms inside the mandate, in fen.
    """
    return min(money, (1 - reserved) * capital - (spent - spent_inside))


def reserved_for_sub_funds(capital: int, promised: int) -> int:
    """Money reserved for new sub-funds, in fen: half of the capital, less the amount already promised."""
    return max(0, int(parameters.STAGE_PART * capital) - promised)


def calls(month: int, money: int) -> bool:
    """Whether the guide fund issues a call for a sub-fund: in January and July, if it has at least 5 million yuan.

    Args:
        month: months since January 2017.
        money: money reserved for sub-funds, in fen.
    """
    return month % parameters.CALL_MONTHS == 0 and money >= 100 * parameters.CALL_LEAST


def required_leverage(stage: float, nominal: float) -> float:
    """Private yuan required per public yuan in a sub-fund: max(nominal, (1 - stage) / stage).

    The stricter of the leverage on the term sheet (``nominal``) and the maximum public share (``stage``) applies; with
    a share of 30% and a leverage of 3, the leverage binds.
    """
    return max(nominal, (1 - stage) / stage)


def raising_pace(usual: float, g: float, deals: float) -> float:
    """Private capital that a sub-fund raises per month per yuan of public capital: usual x exp(0.3 g) x deals.

    Args:
        usual: typical pace.
        g: standard normal draw of the sub-fund.
        deals: number of deals in the year relative to a usual year.
    """
    return usual * float(np.exp(parameters.RAISING_SD * g)) * deals


def raise_partners(required: float, pace: float) -> tuple[float, float]:
    """Months of search for partners, and private yuan raised per public yuan, min(required, 15 pace).

    ``pace`` is the amount raised per month per public yuan. If less than half of ``required`` is raised in 15 months,
    the sub-fund is not set up, and the amount is 0.
    """
    result = min(required, pace * parameters.MOST_MONTHS)
    months = result / pace if pace > 0 else parameters.MOST_MONTHS
    return months, result if result >= parameters.LEAST_RAISED * required else 0.0


def fund_size(public: float, leverage: float, bank: float) -> float:
    """Size of a sub-fund: public x (1 + leverage) / (1 - bank).

    ``leverage`` is the number of private yuan per public yuan, and ``bank`` is bank finance as a share of fund size.
    """
    return public * (1 + leverage) / (1 - bank)


def moved_share(leverage: float, new: float, bank: float) -> float:
    """Share of a sub-fund's private money that has been moved from the city's venture funds.

    The share is (leverage - min(leverage, new)) / (leverage + (1 + leverage) bank / (1 - bank)); bank finance counts as
    new money.

    Args:
        leverage: private yuan per public yuan.
        new: private yuan per public yuan that is new to the city's funds.
        bank: bank finance as a share of fund size.
    """
    private = leverage + (1 + leverage) * bank / (1 - bank)
    return (leverage - min(leverage, new)) / private if private > 0 else 0.0


def money_left(size: float, years: float, placed: float) -> float:
    """Money that a fund may still invest: its size, released over four years, less the amount ``placed`` so far.

    One quarter of the size is released at the beginning of each year.
    """
    return max(0.0, size * min(1.0, (1 + int(years)) / parameters.INVEST_YEARS) - placed)


# --- Stakes ---
def exit_multiple(g: float) -> float:
    """Ratio of exit proceeds to the amount invested: 1.8 x exp(0.8 g - 0.32)."""
    return parameters.MULTIPLE * float(np.exp(parameters.MULTIPLE_SD * g - parameters.MULTIPLE_SHIFT))


def is_sold(u: float, exits: float) -> bool:
    """Whether a stake is sold this month: u < exits / 12, where ``exits`` is the yearly exit rate."""
    return u < exits / 12


def is_lost(u: float, write_offs: float) -> bool:
    """Whether a stake is written off this month: u > 1 - write_offs / 12, where ``write_offs`` is a rate a year."""
    return u > 1 - write_offs / 12


def loss_borne(share: float, private: int, early: bool) -> int:
    """Private loss borne by the city, in fen: share x private for investments in early-stage firms, otherwise 0."""
    return round(share * private) if early else 0


# --- Listings ---
def may_list(raised: Ints, value_added: Floats, months_open: Integers, cash: Ints) -> Mask:
    """Mask of firms that are able to list on the New Third Board.

    Such firms have raised equity, opened at least two years ago, have a yearly turnover of at least 10 million yuan, and
    have enough cash for the costs of a listing.

    Args:
        raised: equity raised so far, in fen.
        value_added: monthly value added.
        months_open: months since opening.
        cash: cash of each firm, in fen.
    """
    large = 12 * TURNOVER * value_added >= parameters.LISTING_TURNOVER
    old = months_open >= parameters.LISTING_MONTHS
    return np.asarray((raised > 0) & old & large & (cash >= 100 * parameters.LISTING_COST))


def listing_probability(usual: float, response: float, award: float) -> float:
    """Probability that a firm lists: usual x (1 + response x min(1, award / cost of a listing)).

    ``usual`` is the probability without an award.
    """
    return usual * (1 + response * min(1.0, award / parameters.LISTING_COST))


# --- Crowdfunding ---
def may_campaign(months_open: Integers) -> Mask:
    """Mask of firms old enough for a crowdfunding campaign: at least three months since opening."""
    return np.asarray(months_open >= parameters.CAMPAIGN_FIRST_MONTHS)


def campaign_probability(skill: Floats, weight: Integers, campaigns: float) -> Floats:
    """Probability that each firm starts a campaign in a month, in proportion to clip(1 + 0.5 skill, 0, 2).

    Args:
        skill: skill of each founder.
        weight: number of firms that each row represents.
        campaigns: expected number of campaigns of all firms in the month.
    """
    relative = np.clip(1 + parameters.CAMPAIGN_SKILL * skill, 0, parameters.CAMPAIGN_SKILL_MOST)
    relative = relative.astype(np.float64)
    return np.asarray(campaigns * relative / max(1.0, float((relative * weight).sum())))


def campaign_proceeds(g: float, rated: bool, response: float, value_added: float) -> float:
    """Proceeds of a campaign: LN(median 100,000, sd 1) x (1 + response x rated), at most a year's value added.

    Args:
        g: standard normal draw, from which LN is computed.
        rated: whether the platform is publicly rated.
        response: relative increase in proceeds on a rated platform.
        value_added: monthly value added of the firm.
    """
    pledged = parameters.CAMPAIGN_PROCEEDS * np.exp(parameters.CAMPAIGN_SD * g) * (1 + response * rated)
    return float(min(pledged, parameters.CAMPAIGN_CAP * value_added))


def is_rejected(unable: Mask, u: Floats, checked: float, detected: float) -> Mask:
    """Mask of campaigns that are rejected: the firm is unable to deliver, and u < checked x detected.

    Args:
        unable: whether each firm is unable to deliver.
        u: one random number for each campaign.
        checked: share of campaigns that are checked.
        detected: share of checks that detect inability to deliver.
    """
    return np.asarray(unable & (u < checked * detected))


def offers_equity(segment: int, u: float) -> bool:
    """Whether a campaign offers equity instead of goods: its firm is a technology firm, and u < 0.2."""
    return bool(segment == T and u < parameters.EQUITY_SHARE)


def goods_cost(fen: int) -> int:
    """Production cost of presold goods, in fen: four fifths of the proceeds."""
    return round(parameters.GOODS_COST_SHARE * fen)


def delivery_days(g: float) -> float:
    """Days from the payment of proceeds to the delivery of goods: 150 x exp(0.4 g)."""
    return parameters.DELIVERY_DAYS * float(np.exp(parameters.DELIVERY_SD * g))
