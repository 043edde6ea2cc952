"""Cost: wages, rent, taxes, debt service, the owner's draw, and what is left in cash.

Measures reach it through the tax reliefs that firms use (M07); rent waivers and wage subsidies come as
claims. Tax rates are national and belong to the world.
Evidence: ZS124, SHOCK01, SHOCK04, CRED16; tax rules recalled (check).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model import flows
from sim.model.startups import RENT, WAGE, G, Trading

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Segments = npt.NDArray[np.int8]
Jobs = npt.NDArray[np.int16]

# --- sockets ---------------------------------------------------------------------------------------
TAX_UPTAKE: Final = Socket(
    "cost.tax_uptake", "share", 0.45, 0, 1, "value", "税收优惠享受率",
    "share of entitled firms that use a tax relief")  # fmt: skip
SOCKETS: Final = (TAX_UPTAKE,)

# --- parameters ------------------------------------------------------------------------------------
FAMILY_HELP: Final = Parameter(
    "cost.family_help", 15000, 8000, 25000, "yuan", "guess; ENTRY03", "D",
    "亲友资助额", "median of what a family puts in once when cash is out")  # fmt: skip
BUFFER: Final = Parameter(
    "cost.buffer_months", 1.4, 1.15, 1.7, "months of cost", "SHOCK04, CRED16", "B",
    "业主留存资金可支撑月数", "median of the months of cost that an owner keeps in cash")  # fmt: skip
PARAMETERS: Final = (FAMILY_HELP, BUFFER)

TURNOVER: Final = 4.0  # turnover per yuan of value added
DRAW_SHARE: Final = 0.85  # of profit, while cash is below what the owner keeps
EXCESS_DRAWN: Final = 0.15  # of cash above it, a month (guess)
BUFFER_SPREAD: Final = 0.81  # log points: a third keep less than a month, 15% more than three (SHOCK04)
LIVING: Final = 1800.0  # yuan a month that an owner takes whatever happens
ARREARS_MONTHS: Final = 2.0
ARREARS_YUAN: Final = 5000.0
SHUT_WAGE: Final = 0.6  # of wages are paid in a shut month

# --- outcomes --------------------------------------------------------------------------------------
TAXES: Final = Outcome(
    "tax_receipts",
    ("month",),
    "yuan",
    "2012年以来创办企业纳税",
    "taxes paid by firms founded since 2012",
    "flow",
    whole=False,
)
OUTCOMES: Final = (TAXES,)


# --- rules -----------------------------------------------------------------------------------------
def wage_bill(segment: Segments, jobs: Jobs, shut: float, share: Floats) -> Floats:
    """Wages of the month, yuan: wage x staff (the owner apart) x share of the month open; 60% in a shut month (SHOCK01)."""
    paid = np.take(WAGE * np.float32(1 - (1 - SHUT_WAGE) * shut), segment)
    return np.asarray(paid * (jobs - 1) * share)


def rent_due(segment: Segments, share: Floats) -> Floats:
    """Rent of the month, yuan."""
    return np.asarray(np.take(RENT, segment) * share)


def month_cost(segment: Segments, jobs: Jobs) -> Floats:
    """Wages and rent of a full ordinary month, yuan: the measure of how long cash lasts."""
    return np.asarray(np.take(WAGE, segment) * (jobs - 1) + np.take(RENT, segment))


def profit_before_tax(value_added: Floats, wages: Floats, rent: Floats, paid: Floats) -> Floats:
    """Value added less wages, rent, interest and the tax paid so far, yuan."""
    return np.asarray(value_added - wages - rent - paid)


def vat(value_added: Floats, threshold: float, rate: float) -> Floats:
    """Value-added tax of a small taxpayer, yuan a month: rate x turnover, nothing up to the threshold (check)."""
    turnover = value_added * np.float32(TURNOVER)
    return np.where(turnover > threshold, turnover * np.float32(rate), np.float32(0))


def profit_tax(
    profit: Floats,
    enterprise: npt.NDArray[np.bool_],
    relieved: npt.NDArray[np.bool_],
    small_rate: float,
    full_rate: float,
) -> Floats:
    """Income tax on an enterprise's profit: the small-profit rate for those that use the relief (check)."""
    rate = np.where(relieved, np.float32(small_rate), np.float32(full_rate))
    return np.maximum(profit, 0) * rate * enterprise


def reserve(buffer: Floats, month_cost: Floats, tied: Floats) -> Floats:
    """Cash that the owner keeps, yuan: so many months of cost (SHOCK04), and what creditors, partners and backers put in."""
    return np.asarray(buffer * month_cost + tied)


def owners_draw(profit: Floats, cash: Floats, kept: Floats, share: Floats) -> Floats:
    """What the owner takes, yuan a month, of profit less debt service.

    1,800 when cash is negative; max(1,800, 0.85 profit) up to the cash that is kept; beyond it all profit
    and 0.15 of the excess.
    """
    beyond = cash - kept
    usual = np.where(beyond > 0, profit + np.float32(EXCESS_DRAWN) * beyond, np.float32(DRAW_SHARE) * profit)
    living = np.float32(LIVING) * share
    return np.where(cash < 0, living, np.maximum(living, usual))


def arrears_limit(month_cost: Floats) -> Floats:
    """Debt to staff and suppliers that a firm can live with: two months of cost and 5,000 yuan."""
    return np.float32(ARREARS_MONTHS) * month_cost + np.float32(ARREARS_YUAN)


# --- settle ----------------------------------------------------------------------------------------
def dispositions(city: City, ids: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """What founders bring to the till: how many months of cost they keep in cash."""
    g = city.chance.normal(ids, "buffer")
    return {"buffer": np.float32(city.drawn[BUFFER.id]) * np.exp(np.float32(BUFFER_SPREAD) * g)}


def settle(city: City, trading: Trading, value_added: Floats) -> Floats:
    """Book the month of the open firms. Returns profit before the owner's draw, yuan."""
    firms, rows, share = city.firms, trading.rows, trading.open_share
    law = city.law()
    wages = wage_bill(trading.segment, trading.jobs, city.shut(), share)
    rent = rent_due(trading.segment, share) * (1 - firms.rent_waived.take(rows))
    interest, instalment = firms.interest.take(rows), firms.instalment.take(rows)
    tax = vat(value_added / np.maximum(share, 0.03), law.vat_threshold, law.vat_rate) * share
    before_tax = profit_before_tax(value_added, wages, rent, tax + interest)
    relieved = city.chance.uniform(trading.ids, "tax relief") < city.at(TAX_UPTAKE, city.first_day)
    on_profit = profit_tax(before_tax, trading.segment != G, relieved, law.small_rate, law.full_rate)
    tax += on_profit
    profit = before_tax - on_profit
    usual_cost = month_cost(trading.segment, trading.jobs)
    cash = (firms.cash.take(rows) * 0.01).astype(np.float32)
    owed = firms.debt.take(rows) + firms.unspent.take(rows) + firms.prepaid.take(rows)
    tied = owed.astype(np.float32) * np.float32(0.01)
    kept = reserve(firms.buffer.take(rows), usual_cost, tied)
    draw = owners_draw(profit - instalment, cash, kept, share)

    posted = city.book(
        trading,
        {
            flows.SALES: value_added,
            flows.WAGES: -wages,
            flows.RENT: -rent,
            flows.TAXES: -tax,
            flows.DRAW: -draw,
        },
    )
    now = firms.cash.take(rows)
    broke = np.flatnonzero((now < 0) & ~firms.helped.take(rows))
    if len(broke):
        g = city.chance.normal(trading.ids[broke], "family")
        city.pay(flows.FAMILY, rows[broke], 100 * city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))
        firms.helped[rows[broke]] = True
        if city.diary and city.month >= 0:
            city.diary.firms(
                trading.ids[broke], "cost.family_help", day=city.last_day, rule="cost.owners_draw",
                yuan=city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))  # fmt: skip
        now = firms.cash.take(rows)
    beyond = now < -100 * arrears_limit(usual_cost)
    before = firms.arrears.take(rows)
    some = np.flatnonzero(beyond | (before > 0))
    firms.arrears[rows[some]] = np.where(beyond[some], np.minimum(before[some] + 1, 100), 0)
    if city.month >= 0:
        city.record.put(TAXES, city.month, posted[flows.TAXES] / 100)
    return np.asarray(profit)
