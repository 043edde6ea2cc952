"""Growth: capability, luck, demand, value added and hiring.

A firm's value added comes from its capability, its luck, its staff and the month's demand; young firms
press on the same demand, which is where displacement comes from; staff follow what expected demand
supports, in whole people. Support of all kinds reaches a firm as hours of advice through one response
(who gets them: ``support``); orders are demand (who wins them: ``orders``).
Measures: M03 (reach), M08, M31, M32 (orders), M17, M19 to M22 (hours), M29 (days of hiring).
Evidence: JOB03-04, JOB16-17, SUB08-09, SUB22, SUB24, SUB27, INC22-23, SHOCK01, SHOCK06.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import LABOUR_SHARE, Mask

if TYPE_CHECKING:
    pass

Floats = npt.NDArray[np.floating[Any]]
Vector = Floats
Sectors = npt.NDArray[np.int8]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
REACH: Final = PolicyLever(
    "growth.reach", "share", 0, 0, 0.05, "sum", "市场可及度增益", "gain in the demand that a young firm may win")
SUPPORT_HOURS: Final = PolicyLever(
    "growth.support_hours", "hours a year", 0, 0, 1e6, "sum", "公共支持服务小时", "hours of public support to technology firms")
SERVICE_PURCHASE: Final = PolicyLever(
    "growth.service_purchase", "yuan a year", 0, 0, 1e8, "value", "政府购买服务金额", "what the city pays service bodies for such hours")
CLUSTER_HOURS: Final = PolicyLever(
    "growth.cluster_hours", "hours a year", 0, 0, 1e5, "sum", "专业镇服务小时", "hours of support to enterprises of cluster sectors")
DISTRICT_HOURS: Final = PolicyLever(
    "growth.district_hours", "hours a year", 0, 0, 1e5, "sum", "火炬、翠亨平台服务小时", "hours of support in Torch and Cuiheng")
EQUIPMENT: Final = PolicyLever(
    "growth.equipment_share", "share", 0, 0, 1, "value", "大型仪器共享覆盖率", "technology firms that use shared instruments")
VOUCHER_VOLUME: Final = PolicyLever(
    "growth.voucher_volume", "yuan a year", 0, 0, 1e8, "value", "创新券规模", "innovation vouchers")
VOUCHER_CAP: Final = PolicyLever(
    "growth.voucher_cap", "yuan per firm", 0, 0, 5e5, "value", "创新券单户上限", "most that a firm may get in vouchers in a year")
PUBLIC_ORDERS: Final = PolicyLever(
    "growth.public_orders", "yuan a year", 0, 0, 1e9, "value", "创新产品政府采购额", "public orders for innovative goods")
TO_STARTUPS: Final = PolicyLever(
    "growth.public_orders_startups", "share", 0, 0, 1, "value", "采购额中初创企业比例", "young firms' part of these orders")
FIRST_SET_AWARD: Final = PolicyLever(
    "growth.first_set_award", "yuan per set", 0, 0, 3e6, "value", "首台（套）奖励", "award for a first set")
FIRST_SET_PREMIUM: Final = PolicyLever(
    "growth.first_set_premium", "share", 0, 0, 0.8, "value", "首台（套）保费补贴比例", "insurance subsidy for a first set")
CROWD_ORDERS: Final = PolicyLever(
    "growth.crowd_orders", "yuan a year", 0, 0, 5e9, "value", "众包订单", "crowdsourced orders")
SUPPLY_CHAIN: Final = PolicyLever(
    "growth.supply_chain_firms", "firms", 0, 0, 200, "value", "开放资源的大企业", "large firms that open resources and orders")
APPRENTICES: Final = PolicyLever(
    "growth.apprentices", "persons a year", 0, 0, 5e4, "value", "现代学徒", "apprentices and students trained, who shorten hiring")
TRANSFER_DAYS: Final = PolicyLever(
    "growth.transfer_days", "days", 45, 1, 90, "value", "社保转移天数", "days to transfer social insurance")
LEVERS: Final = (
    REACH, SUPPORT_HOURS, SERVICE_PURCHASE, CLUSTER_HOURS, DISTRICT_HOURS, EQUIPMENT, VOUCHER_VOLUME, VOUCHER_CAP,
    PUBLIC_ORDERS, TO_STARTUPS, FIRST_SET_AWARD, FIRST_SET_PREMIUM, CROWD_ORDERS, SUPPLY_CHAIN, APPRENTICES,
    TRANSFER_DAYS)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
YOUNG_SHARE: Final = Parameter(
    "growth.young_share", 0.23, 0.15, 0.32, "share", "own value added over that and 1.3 m jobs at ZS047", "C",
    "初创企业占需求的份额", "share of a sector's demand that young firms serve")  # fmt: skip
DISPLACEMENT = {
    "tradable": Parameter(
        "growth.displacement_tradable", 0.25, 0.10, 0.40, "elasticity", "SUB22", "C",
        "挤出弹性（外销型）", "sales displaced where firms sell beyond the city"),
    "mixed": Parameter(
        "growth.displacement_mixed", 0.50, 0.25, 0.75, "elasticity", "SUB22", "C",
        "挤出弹性（混合型）", "sales displaced where firms sell in and beyond the city"),
    "local": Parameter(
        "growth.displacement_local", 0.65, 0.40, 0.90, "elasticity", "SUB22", "C",
        "挤出弹性（本地型）", "sales displaced in local trade and services"),
}  # fmt: skip
HIRING: Final = Parameter(
    "growth.hiring_speed", 0.06, 0.03, 0.10, "share a month", "JOB04", "B",
    "招聘调整速度", "share of the wanted staff that is hired in a month")  # fmt: skip
FIRING: Final = Parameter(
    "growth.firing_speed", 0.10, 0.06, 0.15, "share a month", "guess", "D",
    "裁员调整速度", "share of the unwanted staff that leaves in a month")  # fmt: skip
ADVICE: Final = Parameter(
    "growth.advice_effect", 0.004, 0.002, 0.008, "log capability a month", "SUB24; potency SUB08-09", "C",
    "咨询辅导对能力的影响", "most that advice adds to capability in a month for a founder of usual skill",
    potency=0.5)  # fmt: skip
INCUMBENTS: Final = Parameter(
    "growth.incumbent_jobs", 1.3e6, 1.0e6, 1.6e6, "persons", "ZS052 less young firms and the public sector", "D",
    "存量企业就业", "jobs of older firms in the market sector at the end of 2016")  # fmt: skip
REACH_EFFECT: Final = Parameter(
    "growth.reach_effect", 0.5, 0.2, 1.0, "ratio", "guess; no figure found", "D",
    "市场可及度增益的实现比例", "of a gain in reach on paper, what becomes sales won from older firms", potency=0.5)  # fmt: skip
HIRING_RESPONSE: Final = Parameter(
    "growth.hiring_response", 2.0, 0.5, 4.0, "days", "guess; no figure found", "D",
    "招聘便利化可缩短天数", "days of search that go when trainees abound and insurance moves at once", potency=0.5)  # fmt: skip
ADDITIONAL: Final = Parameter(
    "growth.orders_additional", 0.3, 0.1, 0.6, "share", "guess; no figure found", "D",
    "订单中新增销售比例", "of an order won, what the firm would not have sold to somebody else", potency=0.75)  # fmt: skip
VOUCHERS_KNOWN: Final = Parameter(
    "growth.salience_vouchers", 0.20, 0.10, 0.30, "share", "guess; SUB12", "D",
    "知晓政策者中了解创新券的比例", "of those told of programmes, who know of innovation vouchers")  # fmt: skip
VOUCHER_NEED: Final = Parameter(
    "growth.voucher_need", 40000, 25000, 60000, "yuan a year", "guess", "D",
    "企业年外购科技服务需求", "median of what a technology firm with such work has tested, designed or calculated outside in a year")  # fmt: skip
BY_CROWD: Final = Parameter(
    "growth.crowd_share", 0.2, 0.05, 0.4, "share", "guess", "D",
    "众包订单中本市初创企业比例", "of crowdsourced orders, what young enterprises of the city win")  # fmt: skip
BY_LARGE_FIRM: Final = Parameter(
    "growth.supply_orders", 2e6, 1e6, 4e6, "yuan a year", "guess", "D",
    "单家大企业开放订单额", "orders that a large firm opens to young suppliers in a year")  # fmt: skip
FIRST_SETS: Final = Parameter(
    "growth.first_sets", 1.5, 0.5, 3.0, "sets a year", "guess", "D",
    "首台（套）装备数", "first sets that young equipment firms of the city build in a year")  # fmt: skip
INSURED_SALE: Final = Parameter(
    "growth.insured_sale", 0.4, 0.1, 0.7, "probability", "guess", "D",
    "保费补贴对首台（套）成交的影响", "more chance to find a first buyer when the whole premium is paid", potency=0.5)  # fmt: skip
PARAMETERS: Final = (
    YOUNG_SHARE,
    *DISPLACEMENT.values(),
    HIRING,
    FIRING,
    ADVICE,
    INCUMBENTS,
    REACH_EFFECT,
    HIRING_RESPONSE,
    ADDITIONAL,
    VOUCHERS_KNOWN,
    VOUCHER_NEED,
    BY_CROWD,
    BY_LARGE_FIRM,
    FIRST_SETS,
    INSURED_SALE,
)

TAU: Final = 1.006  # a month: growth of young firms' potential sales that the market takes in its stride
FORGETTING: Final = 11 / 12  # of hours of advice, a month
LEAST_HOURS: Final = 0.05  # below which advice counts as forgotten
HALF_HOURS: Final = 20.0  # hours of advice in a year that have half their full effect
PERSISTENCE: Final = 0.97  # of luck, a month
HIRE_ON_LUCK: Final = 0.6  # share of luck that an owner believes in when hiring
ELASTICITY: Final = 1 / (1 - LABOUR_SHARE)
DEMAND_BOUNDS: Final = (0.9, 1.05)
SEARCH_DAYS: Final = 30.0  # days of search behind the hiring speed (equation 6)
USUAL_TRANSFER: Final = 45.0  # days to transfer social insurance, before the plan
HALF_APPRENTICES: Final = 6000.0  # trained in a year that have half their full effect (guess)
PACE: Final = 0.25  # of its order book that a firm would deliver in a month (guess)
SPARE: Final = 0.25  # of usual sales that a firm can deliver beyond them with the staff it has (guess)
SMALL_BOOK: Final = 500.0  # yuan of value added below which all that is left is delivered
# Older firms' jobs by sector, shares: guess from the city's structure (ZS193)
INCUMBENT_SHARE: Final = np.array([0.08, 0.10, 0.02, 0.32, 0.03, 0.02, 0.10, 0.31, 0.02])
_POWERS: Final = np.arange(4000, dtype=np.float32) ** np.float32(LABOUR_SHARE)

# --- outcomes --------------------------------------------------------------------------------------
DISPLACED: Final = Outcome(
    "jobs_displaced", ("month",), "persons", "被挤出的存量企业岗位",
    "jobs that incumbents would have at m = 1 less those they have", whole=False)  # fmt: skip
DEMAND: Final = Outcome(
    "demand_factor", ("month", "sector"), "ratio", "初创企业面对的需求系数",
    "demand that a young firm meets relative to its usual share", whole=False)  # fmt: skip
ADVISED: Final = Outcome(
    "support_hours", ("month",), "hours", "公共支持服务小时", "hours of public support that firms had, mentors and spaces apart", "flow",
    whole=False)  # fmt: skip
ORDERS_WON: Final = Outcome(
    "orders_won", ("month",), "yuan", "初创企业所获订单", "orders that young firms won through public, crowd and supply-chain channels",
    "flow", whole=False)  # fmt: skip
DELIVERED: Final = Outcome(
    "orders_delivered", ("month",), "yuan", "订单新增增加值", "value added of these orders that would not have been made otherwise",
    "flow", whole=False)  # fmt: skip
HIRING_DAYS: Final = Outcome(
    "hiring_days", ("month",), "days", "企业招聘天数", "days of search for staff of an enterprise", "mean", whole=False)  # fmt: skip
OUTCOMES: Final = (DISPLACED, DEMAND, ADVISED, ORDERS_WON, DELIVERED, HIRING_DAYS)


# Programmes paid to service bodies, and the pot of each.
POTS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "service_purchase": (SERVICE_PURCHASE,),
    "innovation_vouchers": (VOUCHER_VOLUME,),
}
GATES: Final[dict[str, tuple[PolicyLever, ...]]] = {"innovation_vouchers": (VOUCHER_CAP,)}


# --- rules -----------------------------------------------------------------------------------------
def potential(log_scale: Floats, capability: Floats, productivity: Floats, jobs: npt.NDArray[np.int16]) -> Floats:
    """Value added at usual demand, yuan a month: A exp(c + l) n^0.65."""
    return np.asarray(np.exp(log_scale + capability + productivity) * np.take(_POWERS, jobs, mode="clip"))


def demand_factor(young: Vector, output: Vector, share: float, delta: Vector) -> Vector:
    """Demand that a firm meets, by sector: m = [(b Q + (1 - b) D)/D]^-delta, within 0.9 to 1.05.

    Args:
        young: Q, potential sales of young firms relative to the end of 2016 and to their usual growth.
        output: D, output of the sector relative to the end of 2016.
        share: b, share of the sector's demand that young firms serve.
        delta: elasticity of displacement (SUB22).
    """
    return np.clip(((share * young + (1 - share) * output) / output) ** -delta, *DEMAND_BOUNDS)


def shared_demand(young: Vector, output: Vector, share: float, delta: Vector) -> tuple[Vector, Vector]:
    """Demand that young and older firms meet: both the same m of :func:`demand_factor`. Arguments as there."""
    m = demand_factor(young, output, share, delta)
    return m, m


def yielding_demand(young: Vector, output: Vector, share: float, delta: Vector) -> tuple[Vector, Vector]:
    """Demand that young and older firms meet: 1, and 1 - delta b (Q - D)/((1 - b) D), within 0.9 to 1.05.

    The rival of :func:`shared_demand`, and how appraisals net out displacement (SUB22): young firms sell what they
    can and do not press on each other; of each yuan beyond their usual part, older firms lose delta. So creative
    destruction has it too: those who come take the place of those who were there (Fritsch and Mueller 2004; recalled:
    check). Arguments as of :func:`demand_factor`.
    """
    lost = delta * share * (young - output) / ((1 - share) * output)
    return np.ones_like(young), np.clip(1 - lost, *DEMAND_BOUNDS)


def incumbent_jobs(before: Vector, output: Vector, m: Vector) -> tuple[float, float]:
    """Jobs of older firms, L = L0 D^0.5 m, and how many fewer they are than at m = 1."""
    at_usual = before * np.sqrt(output)
    return float(at_usual @ m), float(at_usual @ (1 - m))


def further_reach(gain: float) -> float:
    """Factor on demand at given staff, 1 + 0.35 r, at which sales rise by r once staff has followed (n* goes with D^2.86)."""
    return 1 + (1 - LABOUR_SHARE) * gain


def incumbents_demand(m: Vector, taken: Vector, base: Vector, output: Vector, share: float) -> Vector:
    """Demand that older firms meet: m less what young firms took from them, yuan for yuan, within the same bounds.

    m - T b/((1 - b) S D): T value added taken, S sales of young firms at the end of 2016 (b of the sector's), D output.
    """
    lost = taken * share / ((1 - share) * base * output)
    return np.asarray(np.clip(m - lost, *DEMAND_BOUNDS))


def delivery(book: Floats, usual: Floats) -> Floats:
    """Value added of orders delivered in a month: a quarter of the book, at most a quarter above usual sales."""
    due = np.where(book > np.float32(SMALL_BOOK), np.float32(PACE) * book, book)
    return np.asarray(np.minimum(due, np.float32(SPARE) * usual))


def hiring_days(apprentices: float, transfer: float, response: float) -> float:
    """Days of search for staff: 30 - response x (a/(a + 6,000) + (45 - days)/45)/2, the one response of this channel."""
    trained = apprentices / (apprentices + HALF_APPRENTICES)
    moved = (USUAL_TRANSFER - transfer) / USUAL_TRANSFER
    return SEARCH_DAYS - response * (trained + moved) / 2


def sales_by_sector(
    usual: Floats, young: Mask | bool, weight: npt.NDArray[np.int64], sector: Sectors
) -> Vector:
    """Q: potential sales of young firms by sector, yuan of value added a month."""
    return np.bincount(sector, weights=usual * young * weight, minlength=len(INCUMBENT_SHARE)).astype(float)


def demand_met(table: Floats, sector: Sectors, exporter: Mask) -> Floats:
    """M Z d of each firm, from its sector's and its exporters' (table: sectors x (others, exporters))."""
    return np.take(table.reshape(-1), sector.astype(np.intp) * 2 + exporter)


def value_added(usual: Floats, demand: Floats, share: Floats) -> Floats:
    """Y = A exp(c + l) n^0.65 m Z d x share of the month open, yuan."""
    return np.asarray(usual * demand * share)


def next_productivity(productivity: Floats, sd: Floats, g: Vector) -> Floats:
    """L' = 0.97 l + s g: a mixture of variances over firms gives the tent of growth rates (JOB16-17)."""
    return np.asarray(np.float32(PERSISTENCE) * productivity + sd * g.astype(np.float32))


def quality(skill: Floats) -> Floats:
    """Q: how much founders make of advice, and how often they seek it: clip(1 + 0.5 skill, 0, 2) (INC23)."""
    return np.asarray(np.clip(1 + 0.5 * skill, 0, 2))


def next_capability(c: Floats, start: Floats, skill: Floats, hours: Floats, gamma: float) -> Floats:
    """C' = c + gamma q H/(H + 20) - 0.002 max(0, c - c0)."""
    gain = np.float32(gamma) * quality(skill) * hours / (hours + np.float32(HALF_HOURS))
    return np.asarray(c + gain - np.float32(0.002) * np.maximum(0, c - start))


def wanted_jobs(log_scale: Floats, capability: Floats, productivity: Floats, demand: Floats, wage: Floats) -> Floats:
    """n* = (0.65 A exp(c + 0.6 l) m Z / w)^2.86: where the last job still earns its wage."""
    drive = log_scale + capability + np.float32(HIRE_ON_LUCK) * productivity
    drive += np.log(np.float32(LABOUR_SHARE) * demand / wage)
    return np.exp(np.float32(ELASTICITY) * drive)


def next_jobs(
    jobs: npt.NDArray[np.int16],
    wanted: Floats,
    solvent: npt.NDArray[np.bool_],
    u: Floats,
    hire: float | Floats,
    fire: float,
) -> npt.NDArray[np.int16]:
    """Staff next month: n' = n + lambda (n* - n), in whole people by a keyed draw; no hiring without cash; the owner stays."""
    gap = wanted - jobs
    speed = np.where(
        gap < 0, np.float32(fire), np.where(solvent, np.asarray(hire, np.float32), np.float32(0))
    )
    whole: npt.NDArray[np.int16] = np.clip(
        np.floor(jobs + speed * gap + u.astype(np.float32)), 1, 3999
    ).astype(np.int16)
    return whole


DEMANDS: Final = {"shared": shared_demand, "incumbents_yield": yielding_demand}
