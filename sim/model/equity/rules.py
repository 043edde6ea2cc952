"""Decisions of investors, funds and firms about equity and crowdfunding as pure functions. Money is in yuan."""

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
    """Technology firms that begin to search: u < rate / 12 (rate a year), from three months after opening."""
    return np.asarray((u < rate / 12) & (months_open >= parameters.SEARCH_FIRST_MONTHS))


def search_time(change: float) -> float:
    """Days of search before a firm reaches investors: 30 + change, never negative."""
    return max(0.0, parameters.SEARCH_DAYS + change)


def patience(u: Floats, mean: float) -> Floats:
    """Days after which a firm gives up its search: exponential with this mean, -mean ln u."""
    return np.asarray(-mean * np.log(u))


def is_rested(months: int) -> bool:
    """Whether a firm may raise equity again: twelve months after its last round."""
    return months >= parameters.REST_MONTHS


def is_screened(u: Floats, share: float, deals: float) -> Mask:
    """Searches that an angel or venture fund screens seriously: u < 0.10 x share x deals (VC05).

    Args:
        u: uniform numbers.
        share: sum of the shares of these investors.
        deals: deals of the year relative to the usual.
    """
    return np.asarray(u < parameters.SCREENED * share * deals)


def screened_by_policy_fund(kind: str, money: float) -> float:
    """Share of searches that a fund which came with a policy screens: 0.10 x its share for each 100 million yuan."""
    share = parameters.POLICY_SCREENED[kind]
    return parameters.SCREENED * share * money / parameters.POLICY_SCREENED_PER


def choose_investor(u: Floats, cumulative: Floats) -> Integers:
    """Number of the investor that screens each firm, with probabilities in proportion to the investors' shares."""
    return np.asarray(np.searchsorted(cumulative[:-1], u * cumulative[-1], side="right"))


def score(skill: Floats, income: Floats, g: float | Floats) -> Floats:
    """Score of a firm, in standard deviations of skill: skill + 0.5 (x - 2) + 0.5 g.

    Args:
        skill: of the founder.
        income: of the owner in usual wages, x.
        g: standard normal assessment error of the investor.
    """
    earnings = parameters.INCOME_WEIGHT * (income - parameters.USUAL_INCOME)
    return np.asarray(skill + earnings + parameters.NOISE * g)


def hurdle(usual: float, response: float, deducted: float, borne: float) -> float:
    """Score from which an investor invests: usual - response x (deducted + borne), shares of the investment and loss."""
    return usual - response * (deducted + borne)


# --- Rounds ---
def ticket(g: Floats, size: float | Floats, value_added: Floats) -> Floats:
    """Size of a round: LN(median 3 million, sd 1.55) x size of the investor, from 0.3 million to six years of value added (VC01)."""
    median = parameters.TICKET_MEDIAN * size
    most = parameters.MOST_YEARS * 12 * value_added
    return np.asarray(
        np.maximum(parameters.LEAST_TICKET, np.minimum(median * np.exp(parameters.TICKET_SD * g), most))
    )


def days_to_closing(g: float) -> float:
    """Days of due diligence and negotiation: 83 x exp(0.3 g) (VC06)."""
    return parameters.DAYS * float(np.exp(parameters.DAYS_SD * g))


def round_closes(money: float) -> bool:
    """Whether investors have money for a round: at least 0.3 million."""
    return money >= parameters.LEAST_TICKET


def public_part(private: float, match: float, available: float) -> float:
    """Part of the guide fund in a round: match x private money, as far as it has money available."""
    return max(0.0, min(match * private, available))


def private_part(wish: float, crowded_out: float, public: float) -> float:
    """Private money of a round that public money joins: wish - crowded_out x public, so that no round fails for it.

    At least the least round of 0.3 million, with which it would have closed alone.
    """
    return max(min(wish, parameters.LEAST_TICKET), wish - crowded_out * public)


def joint_parts(wish: float, lead: float, partner: float) -> tuple[float, float]:
    """Parts of two investors in one round: half each as far as their money reaches; one makes up for the other."""
    first = min(lead, max(wish / 2, wish - partner))
    return first, min(partner, wish - first)


def is_joint(u: float, share: float) -> bool:
    """Whether the lead seeks a second investor: u < share of rounds with two."""
    return u < share


def first_candidate(u: float, investors: int) -> int:
    """Place at which the lead begins to look for a second investor."""
    return int(u * investors)


def follows_on(u: float, deals: float) -> bool:
    """Whether a holder invests again in a month: u < 0.02 x deals of the year relative to the usual."""
    return u < parameters.FOLLOW_ON * deals


def growth(effect: float, raised: Floats, value_added: Floats) -> Floats:
    """Log points that a round adds to a firm's scale: ln(1 + effect x tanh(raised / value added of a year))."""
    return np.asarray(np.log1p(effect * np.tanh(raised / np.maximum(12 * value_added, 1.0))))


def spending(unspent: Ints) -> Ints:
    """Equity spent in a month, fen: a ninth of what is left, at least 1,000 yuan."""
    part = np.maximum(unspent // int(parameters.MEAN_SPENDING), parameters.LEAST_SPENDING)
    return np.minimum(part, unspent)


def money_of_year(own: float, higher: float, funds: int, bank: float) -> float:
    """Money of a year of each venture fund: (own + higher / funds) / (1 - bank).

    Args:
        own: money of its own.
        higher: money of national and provincial funds, for all.
        funds: number of venture funds.
        bank: share of bank finance.
    """
    return (own + higher / funds) / (1 - bank)


# --- The guide fund and its sub-funds ---
def is_early(months_open: int) -> bool:
    """Whether a firm is an early-stage firm: in its first three years."""
    return months_open < parameters.EARLY_MONTHS


def within_mandate(money: float, kept: float, capital: int, spent: int, spent_inside: int) -> float:
    """Money for firms outside a mandate: min(money, (1 - kept) x capital - what went to firms outside it), fen.

    Args:
        money: available, fen.
        kept: share of the capital kept for firms inside the mandate.
        capital: of the guide fund, fen.
        spent: in all, fen.
        spent_inside: of this, in firms inside the mandate, fen.
    """
    return min(money, (1 - kept) * capital - (spent - spent_inside))


def kept_for_sub_funds(capital: int, promised: int) -> int:
    """Money kept for sub-funds and not promised yet, fen: half of the capital less what was promised."""
    return max(0, int(parameters.STAGE_PART * capital) - promised)


def calls(month: int, money: int) -> bool:
    """Whether the guide fund calls for a sub-fund: in January and July, with 5 million yuan (in fen)."""
    return month % parameters.CALL_MONTHS == 0 and money >= 100 * parameters.CALL_LEAST


def required_leverage(stage: float, nominal: float) -> float:
    """Private yuan required for each public yuan of a sub-fund: max(nominal, (1 - stage) / stage).

    The stricter of the leverage on the term sheet and the cap on the public share; at 30% and 3 times the leverage
    binds.
    """
    return max(nominal, (1 - stage) / stage)


def raising_pace(usual: float, g: float, deals: float) -> float:
    """Private yuan that a sub-fund raises in a month for each public yuan: usual x exp(0.3 g) x deals of the year."""
    return usual * float(np.exp(parameters.RAISING_SD * g)) * deals


def raise_partners(required: float, pace: float) -> tuple[float, float]:
    """Months of the search for partners, and private yuan raised for each public yuan: min(required, pace x 15).

    With less than half of what is required the fund is not set up: nothing is raised.
    """
    result = min(required, pace * parameters.MOST_MONTHS)
    months = result / pace if pace > 0 else parameters.MOST_MONTHS
    return months, result if result >= parameters.LEAST_RAISED * required else 0.0


def fund_size(public: float, leverage: float, bank: float) -> float:
    """Size of a sub-fund: public x (1 + private yuan for each public yuan) / (1 - share of bank finance)."""
    return public * (1 + leverage) / (1 - bank)


def moved_share(leverage: float, new: float, bank: float) -> float:
    """Share of a sub-fund's private money that was in the city's venture funds before.

    (leverage - new) / (leverage + (1 + leverage) bank / (1 - bank)); leverage and new for each public yuan; what
    banks lend is new.
    """
    private = leverage + (1 + leverage) * bank / (1 - bank)
    return (leverage - min(leverage, new)) / private if private > 0 else 0.0


def money_left(size: float, years: float, placed: float) -> float:
    """Money that a fund may still place: its size spread evenly over four years, less what was placed."""
    return max(0.0, size * min(1.0, (1 + int(years)) / parameters.INVEST_YEARS) - placed)


# --- Stakes ---
def exit_multiple(g: float) -> float:
    """Proceeds over the stake on exit: 1.8 x exp(0.8 g - 0.32)."""
    return parameters.MULTIPLE * float(np.exp(parameters.MULTIPLE_SD * g - parameters.MULTIPLE_SHIFT))


def is_sold(u: float, exits: float) -> bool:
    """Whether a stake is sold this month: u < exits / 12 (a year)."""
    return u < exits / 12


def is_lost(u: float, write_offs: float) -> bool:
    """Whether a stake is written off this month: u > 1 - write_offs / 12 (a year)."""
    return u > 1 - write_offs / 12


def loss_borne(share: float, private: int, early: bool) -> int:
    """Private loss that the city bears, fen: a share of it where the firm was early-stage when the money came."""
    return round(share * private) if early else 0


# --- Listings ---
def may_list(raised: Ints, value_added: Floats, months_open: Integers, cash: Ints) -> Mask:
    """Firms able to list: equity raised, 10 million of turnover, two full years, and cash for the costs (fen)."""
    large = 12 * TURNOVER * value_added >= parameters.LISTING_TURNOVER
    old = months_open >= parameters.LISTING_MONTHS
    return np.asarray((raised > 0) & old & large & (cash >= 100 * parameters.LISTING_COST))


def listing_probability(usual: float, response: float, award: float) -> float:
    """Probability of a listing: usual x (1 + response x min(1, award / cost))."""
    return usual * (1 + response * min(1.0, award / parameters.LISTING_COST))


# --- Crowdfunding ---
def may_campaign(months_open: Integers) -> Mask:
    """Firms old enough for a campaign: three months after opening."""
    return np.asarray(months_open >= parameters.CAMPAIGN_FIRST_MONTHS)


def campaign_probability(skill: Floats, weight: Integers, campaigns: float) -> Floats:
    """Probability of each firm to start a campaign in a month, in proportion to clip(1 + 0.5 skill, 0, 2).

    Args:
        skill: of each founder.
        weight: firms that each represents.
        campaigns: expected of all.
    """
    relative = np.clip(1 + parameters.CAMPAIGN_SKILL * skill, 0, parameters.CAMPAIGN_SKILL_MOST)
    relative = relative.astype(np.float64)
    return np.asarray(campaigns * relative / max(1.0, float((relative * weight).sum())))


def campaign_proceeds(g: float, rated: bool, response: float, value_added: float) -> float:
    """Proceeds of a campaign: LN(median 100,000, sd 1) x (1 + response) on a rated platform, at most a year's value added."""
    pledged = parameters.CAMPAIGN_PROCEEDS * np.exp(parameters.CAMPAIGN_SD * g) * (1 + response * rated)
    return float(min(pledged, parameters.CAMPAIGN_CAP * value_added))


def is_rejected(unable: Mask, u: Floats, checked: float, detected: float) -> Mask:
    """Campaigns that a check rejects: of those that cannot deliver, u < checked x detected."""
    return np.asarray(unable & (u < checked * detected))


def offers_equity(segment: int, u: float) -> bool:
    """Whether a campaign offers equity in place of goods: a fifth of technology firms' campaigns."""
    return bool(segment == T and u < parameters.EQUITY_SHARE)


def goods_cost(fen: int) -> int:
    """Cost of goods sold ahead, fen: four fifths of the presales."""
    return round(parameters.GOODS_COST_SHARE * fen)


def delivery_days(g: float) -> float:
    """Days from the money to the goods: 150 x exp(0.4 g)."""
    return parameters.DELIVERY_DAYS * float(np.exp(parameters.DELIVERY_SD * g))
