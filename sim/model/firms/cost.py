"""Cost: wages, rent, taxes, debt service, the owner's draw, and what is left in cash.

Measures: M07 (tax reliefs that firms use), M17 (testing), M18 (computing), M24 (low-cost space); rent
waivers and wage subsidies come as claims. Tax rates are national and belong to the world.
Evidence: ZS124, SHOCK01, SHOCK04, CRED16; tax rules recalled (check).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.ledger import Flow, whole_fen
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population.firm_table import NEVER, RENT, WAGE, G, Rows, Trading

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Segments = npt.NDArray[np.int8]
Jobs = npt.NDArray[np.int16]

# --- sockets ---------------------------------------------------------------------------------------
TAX_UPTAKE: Final = PolicyLever(
    "cost.tax_uptake", "share", 0.45, 0, 1, "value", "税收优惠享受率",
    "share of entitled firms that use a tax relief")  # fmt: skip
# fmt: off
TESTING_DISCOUNT: Final = PolicyLever(
    "cost.testing_discount", "share", 0, 0, 0.6, "value", "检测费用优惠", "discount on testing")
IT_DISCOUNT: Final = PolicyLever(
    "cost.it_discount", "share", 0, 0, 0.5, "value", "信息化成本优惠", "discount on IT")
SPACE_DISCOUNT: Final = PolicyLever(
    "cost.space_discount", "share", 0, 0, 0.6, "value", "低成本场所租金优惠", "discount on rent of low-cost space")
SPACE_AREA: Final = PolicyLever(
    "cost.space_area", "m2", 0, 0, 5e5, "value", "低成本场所面积", "area of low-cost space")
# fmt: on
LEVERS: Final = (TAX_UPTAKE, TESTING_DISCOUNT, IT_DISCOUNT, SPACE_DISCOUNT, SPACE_AREA)

# --- parameters ------------------------------------------------------------------------------------
FAMILY_HELP: Final = Parameter(
    "cost.family_help", 15000, 8000, 25000, "yuan", "guess; ENTRY03", "D",
    "亲友资助额", "median of what a family puts in once when cash is out")  # fmt: skip
BUFFER: Final = Parameter(
    "cost.buffer_months", 1.4, 1.15, 1.7, "months of cost", "SHOCK04, CRED16", "B",
    "业主留存资金可支撑月数", "median of the months of cost that an owner keeps in cash")  # fmt: skip
TESTING_SHARE: Final = Parameter(
    "cost.testing_share", 0.015, 0.005, 0.03, "share", "guess", "D",
    "检测认证费用占增加值比例", "testing and certification of a manufacturer, of its value added")  # fmt: skip
IT_SHARE: Final = Parameter(
    "cost.it_share", 0.02, 0.01, 0.04, "share", "guess", "D",
    "算力与数据费用占增加值比例", "computing and data of a software or design firm, of its value added")  # fmt: skip
PLATFORM_USERS: Final = Parameter(
    "cost.platform_users", 0.3, 0.15, 0.5, "share", "guess", "D",
    "使用公共检测或云平台的企业比例", "of enterprises of these sectors, who use the public platforms")  # fmt: skip
SPACE_SEEKERS: Final = Parameter(
    "cost.space_seekers", 0.06, 0.03, 0.12, "share", "guess", "D",
    "有意入驻低成本场所的企业比例", "of young enterprises, who would move to low-cost space")  # fmt: skip
PARAMETERS: Final = (FAMILY_HELP, BUFFER, TESTING_SHARE, IT_SHARE, PLATFORM_USERS, SPACE_SEEKERS)

TURNOVER: Final = 4.0  # turnover per yuan of value added
DRAW_SHARE: Final = 0.85  # of profit, while cash is below what the owner keeps
EXCESS_DRAWN: Final = 0.15  # of cash above it, a month (guess)
BUFFER_SPREAD: Final = 0.81  # log points: a third keep less than a month, 15% more than three (SHOCK04)
LIVING: Final = 1800.0  # yuan a month that an owner takes whatever happens
ARREARS_MONTHS: Final = 2.0
ARREARS_YUAN: Final = 5000.0
SHUT_WAGE: Final = 0.6  # of wages are paid in a shut month
PLACE: Final = 100.0  # m2 of low-cost space for a firm: 4,000 yuan a month at 40 yuan/m2 (guess)
SPACE_MONTHS: Final = (
    36  # since opening, in which a firm may move to low-cost space; and of its stay at most (guess)
)
TESTED: Final = ("lighting", "appliances", "mahogany", "equipment", "health")
COMPUTING: Final = ("software", "culture")

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
LOW_COST: Final = Outcome(
    "low_cost_tenants", ("month",), "count", "低成本场所入驻企业", "firms in low-cost space")  # fmt: skip
OUTCOMES: Final = (TAXES, LOW_COST)


# --- rules -----------------------------------------------------------------------------------------
def wage_bill(segment: Segments, jobs: Jobs, shut: float, share: Floats) -> Floats:
    """Wages of the month, yuan: wage x staff (the owner apart) x share of the month open; 60% in a shut month (SHOCK01)."""
    paid = np.take(WAGE * np.float32(1 - (1 - SHUT_WAGE) * shut), segment)
    return np.asarray(paid * (jobs - 1) * share)


def rent_due(segment: Segments, share: Floats) -> Floats:
    """Rent of the month, yuan."""
    return np.asarray(np.take(RENT, segment) * share)


def saved(cost: float, discount: float, value_added: Floats, user: npt.NDArray[np.bool_]) -> Floats:
    """Yuan a month that a user of a public platform saves: share of value added x discount x value added.

    Testing and computing are bought in: at full price they are part of what value added is net of.
    """
    return np.asarray(np.float32(cost * discount) * value_added * user)


def places_left(area: float, held: int) -> int:
    """Places of low-cost space that are free: one per 100 m2."""
    return max(0, int(area / PLACE) - held)


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


def begin(city: City, enterprises: Rows) -> None:
    """Young enterprises move to low-cost space while there are places, who opened first before all; others leave it."""
    if city.not_yet(SPACE_AREA) or city.not_yet(SPACE_DISCOUNT):
        return
    firms, month = city.firms, city.month
    held = enterprises[firms.low_cost[enterprises] != NEVER]
    out = (month - firms.low_cost[held] >= SPACE_MONTHS) | (firms.space[held] >= 0)
    firms.low_cost[held[out]] = NEVER
    taken = int(firms.weight[held[~out]].sum())
    free = places_left(city.at(SPACE_AREA, city.first_day), taken)
    if free and city.at(SPACE_DISCOUNT, city.first_day) > 0:
        for row in _in_line(city, enterprises).tolist():
            weight = int(firms.weight[row])
            if weight <= free:  # a row that stands for more firms than there are places stays out
                firms.low_cost[row] = month
                free, taken = free - weight, taken + weight
                if city.diary:
                    city.diary.firms(
                        [firms.id[row]], "cost.low_cost_space", day=city.first_day, rule="cost.places_left", free=free)  # fmt: skip
            if not free:
                break
    city.record.put(LOW_COST, month, taken)


def _in_line(city: City, enterprises: Rows) -> Rows:
    """Young enterprises outside carriers that would move to low-cost space, in the order in which they opened."""
    firms = city.firms
    rows = enterprises[city.month - firms.opened_month[enterprises] <= SPACE_MONTHS]
    rows = rows[(firms.low_cost[rows] == NEVER) & (firms.space[rows] < 0)]
    wants = city.chance.uniform(firms.id[rows], "low-cost space") < city.drawn[SPACE_SEEKERS.id]
    rows = rows[wants]
    order: Rows = rows[np.lexsort((city.ties(firms.id[rows], "low-cost space"), firms.opened[rows]))]
    return order


def cheaper_space(city: City, trading: Trading, rent: Floats) -> Floats:
    """Rent of the month less the discount on low-cost space, which the city makes good to the landlord, its own company."""
    firms, discount = city.firms, city.at(SPACE_DISCOUNT, city.first_day)
    if discount <= 0 or city.not_yet(SPACE_AREA):
        return rent
    inside = np.flatnonzero(
        (firms.low_cost.take(trading.rows) != NEVER) & (firms.space.take(trading.rows) < 0)
    )
    forgone = whole_fen(np.float32(discount) * rent[inside])
    rent[inside] -= forgone / np.float32(100)
    fen = int(np.dot(forgone, trading.weight[inside]))
    city.post(flows.SPACE_SUPPORT, fen)
    city.spend(city.instruments.index("low_cost_space"), fen / 100)
    return rent


def inputs_saved(city: City, trading: Trading, value_added: Floats) -> dict[Flow, Floats]:
    """What users of public testing and computing save this month; nothing where there is no discount."""
    day, total = city.first_day, np.zeros(len(trading.rows), dtype=np.float32)
    for discount, share, sectors in (
        (city.at(TESTING_DISCOUNT, day), TESTING_SHARE, TESTED),
        (city.at(IT_DISCOUNT, day), IT_SHARE, COMPUTING),
    ):
        if discount > 0:
            theirs = np.array([s.slug in sectors for s in geography.sectors()])
            some = np.flatnonzero((trading.segment != G) & theirs.take(trading.sector))
            user = city.chance.uniform(trading.ids[some], "public platform") < city.drawn[PLATFORM_USERS.id]
            total[some] = saved(city.drawn[share.id], discount, value_added[some], user)
    return {flows.INPUTS_SAVED: total} if total.any() else {}


def settle(city: City, trading: Trading, value_added: Floats) -> Floats:
    """Book the month of the open firms. Returns profit before the owner's draw, yuan."""
    firms, rows, share = city.firms, trading.rows, trading.open_share
    law = city.environment.law(city.month)
    wages = wage_bill(trading.segment, trading.jobs, city.environment.shut(city.month), share)
    rent = rent_due(trading.segment, share) * (1 - firms.rent_waived.take(rows))
    rent = cheaper_space(city, trading, rent)
    less = inputs_saved(city, trading, value_added)
    interest, instalment = firms.interest.take(rows), firms.instalment.take(rows)
    tax = vat(value_added / np.maximum(share, 0.03), law.vat_threshold, law.vat_rate) * share
    earned = value_added + less[flows.INPUTS_SAVED] if less else value_added
    before_tax = profit_before_tax(earned, wages, rent, tax + interest)
    relieved = city.chance.uniform(trading.ids, "tax relief") < city.at(TAX_UPTAKE, city.first_day)
    on_profit = profit_tax(before_tax, trading.segment != G, relieved, law.small_rate, law.full_rate)
    tax += on_profit
    profit = before_tax - on_profit
    usual_cost = month_cost(trading.segment, trading.jobs)
    purse = firms.cash.take(rows)
    cash = (purse * 0.01).astype(np.float32)
    owed = firms.debt.take(rows) + firms.unspent.take(rows) + firms.prepaid.take(rows)
    tied = owed.astype(np.float32) * np.float32(0.01)
    kept = reserve(firms.buffer.take(rows), usual_cost, tied)
    draw = owners_draw(profit - instalment, cash, kept, share)

    posted = city.book(
        trading,
        purse,
        {
            flows.SALES: value_added,
            flows.WAGES: -wages,
            flows.RENT: -rent,
            flows.TAXES: -tax,
            flows.DRAW: -draw,
            **less,
        },
    )
    broke = np.flatnonzero(purse < 0)
    broke = broke[~firms.helped.take(rows[broke])]
    if len(broke):
        g = city.chance.normal(trading.ids[broke], "family")
        city.pay(flows.FAMILY, rows[broke], 100 * city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))
        firms.helped[rows[broke]] = True
        if city.diary and city.month >= 0:
            city.diary.firms(
                trading.ids[broke], "cost.family_help", day=city.last_day, rule="cost.owners_draw",
                yuan=city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))  # fmt: skip
        purse = firms.cash.take(rows)
    beyond = purse < -100 * arrears_limit(usual_cost)
    before = firms.arrears.take(rows)
    some = np.flatnonzero(beyond | (before > 0))
    firms.arrears[rows[some]] = np.where(beyond[some], np.minimum(before[some] + 1, 100), 0)
    if city.month >= 0:
        city.record.put(TAXES, city.month, posted[flows.TAXES] / 100)
    return np.asarray(profit)
