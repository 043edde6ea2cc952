"""Equity: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.equity.parameters import (
    CAMPAIGN_CAP,
    CAMPAIGN_PROCEEDS,
    CAMPAIGN_SPREAD,
    GOODS_COST_SHARE,
    INVEST_YEARS,
    LEAST_RAISED,
    LEAST_TICKET,
    LISTING_COST,
    MOST_MONTHS,
    MOST_YEARS,
    NOISE,
    TICKET_MEDIAN,
    TICKET_SPREAD,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask


def score(skill: Floats, income: Floats, g: float | Floats) -> Floats:
    """What an investor sees, in spreads of skill: skill + 0.5 (x - 2) + 0.5 g."""
    return np.asarray(skill + 0.5 * (income - 2) + NOISE * g)


def hurdle(usual: float, response: float, deducted: float, borne: float) -> float:
    """The score from which an investor invests: usual - response x (deducted + borne), at most a whole share of each."""
    return usual - response * (deducted + borne)


def ticket(g: Floats, size: float | Floats, value_added: Floats) -> Floats:
    """A round, yuan: LN(median 3 m, sd 1.55) x size of the investor, at least 0.3 m, at most six years of value added (VC01)."""
    wish = TICKET_MEDIAN * size * np.exp(TICKET_SPREAD * g)
    return np.asarray(np.maximum(LEAST_TICKET, np.minimum(wish, MOST_YEARS * 12 * value_added)))


def growth(effect: float, raised: Floats, value_added: Floats) -> Floats:
    """Log points that a round adds to a firm's scale: ln(1 + effect x tanh(raised / yearly value added))."""
    return np.asarray(np.log1p(effect * np.tanh(raised / np.maximum(12 * value_added, 1.0))))


def public_part(private: float, match: float, room: float) -> float:
    """What the guide fund adds to a round, yuan: match x private money while it has room."""
    return max(0.0, min(match * private, room))


def private_part(wish: float, crowded_out: float, public: float) -> float:
    """Private money of a round that public money joins, yuan: less what stays away, but no round dies of it.

    wish - crowded_out x public, at least the least ticket, which is where it would have stood alone.
    """
    return max(min(wish, LEAST_TICKET), wish - crowded_out * public)


def joint_parts(wish: float, lead: float, partner: float) -> tuple[float, float]:
    """What two investors put into one round, yuan: half each as far as their money reaches; the other makes up."""
    first = min(lead, max(wish / 2, wish - partner))
    return first, min(partner, wish - first)


def asked(stage: float, nominal: float) -> float:
    """Private yuan for each public yuan of a sub-fund: the stricter of the term sheet's leverage and the cap on the public share.

    max(nominal, (1 - stage)/stage); at 30% and 3 times the leverage binds.
    """
    return max(nominal, (1 - stage) / stage)


def raised(ask: float, pace: float) -> tuple[float, float]:
    """Months that a sub-fund looks for partners, and private yuan per public yuan found: all that is asked, or what patience finds, or nothing.

    min(ask, pace x 15 months); under half of what is asked the fund is not set up.
    """
    found = min(ask, pace * MOST_MONTHS)
    months = found / pace if pace > 0 else MOST_MONTHS
    return months, found if found >= LEAST_RAISED * ask else 0.0


def money_of_year(own: float, higher: float, funds: int, bank: float) -> float:
    """Yuan a year of each venture fund: its own and its part of higher-level money, and bank finance on top: (own + higher/funds)/(1 - bank share)."""
    return (own + higher / funds) / (1 - bank)


def moved_share(found: float, new: float, bank: float) -> float:
    """Part of a sub-fund's private money that was in the city's venture funds before.

    (found - new)/(found + (1 + found) bank/(1 - bank)), both for each public yuan; what banks lend is new.
    """
    private = found + (1 + found) * bank / (1 - bank)
    return (found - min(found, new)) / private if private > 0 else 0.0


def pace_left(size: float, years: float, placed: float) -> float:
    """Yuan that a fund may still place: as much a year as spreads it over four years, what was not placed kept."""
    return max(0.0, size * min(1.0, (1 + int(years)) / INVEST_YEARS) - placed)


def lists(chance: float, response: float, award: float) -> float:
    """Chance of a listing: those who list anyway, and a few more: chance x (1 + response x min(1, award/cost))."""
    return chance * (1 + response * min(1.0, award / LISTING_COST))


def campaign_chance(skill: Floats, weight: npt.NDArray[np.integer[Any]], campaigns: float) -> Floats:
    """Chance of each firm to start a campaign in a month, the able more often, so that ``campaigns`` are expected."""
    appeal = np.clip(1 + 0.5 * skill, 0, 2).astype(np.float64)
    return np.asarray(campaigns * appeal / max(1.0, float((appeal * weight).sum())))


def campaign_proceeds(g: float, rated: bool, response: float, value_added: float) -> float:
    """What a campaign raises, yuan: LN(median 100,000, 1) x (1 + response) on a rated platform, at most a year's value added."""
    wish = CAMPAIGN_PROCEEDS * np.exp(CAMPAIGN_SPREAD * g) * (1 + response * rated)
    return float(min(wish, CAMPAIGN_CAP * value_added))


def turned_away(unable: Mask, u: Floats, checked: float, found_out: float) -> Mask:
    """Which campaigns a check turns away: of those that cannot deliver, u < checked x found out."""
    return np.asarray(unable & (u < checked * found_out))


def goods_cost(fen: int) -> int:
    """What goods sold ahead for this much will cost, fen: four fifths."""
    return round(GOODS_COST_SHARE * fen)
