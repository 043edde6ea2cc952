"""Firms: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.parameters import LABOUR_SHARE

# fmt: off

# --- Sales, hiring and displacement ---
REACH: Final = PolicyLever(
    "growth.reach", "share", 0, 0, 0.05, "sum", "初创企业可争取的市场需求增幅", "relative increase in market reach of young firms")
APPRENTICES: Final = PolicyLever(
    "growth.apprentices", "persons a year", 0, 0, 5e4, "value", "年培养现代学徒和受训学生人数", "apprentices and students trained, which shortens recruitment")
TRANSFER_DAYS: Final = PolicyLever(
    "growth.transfer_days", "days", 45, 1, 90, "value", "社会保险转移接续天数", "days to transfer social insurance")

YOUNG_SHARE: Final = Parameter(
    "growth.young_share", 0.23, 0.15, 0.32, "share", "value added of young firms over that plus 1.3 million jobs at ZS047", "C",
    "初创企业占本行业市场需求的份额", "share of a sector's demand served by young firms")  # fmt: skip
DISPLACEMENT: Final = {
    "tradable": Parameter(
        "growth.displacement_tradable", 0.25, 0.10, 0.40, "elasticity", "SUB22", "C",
        "挤出弹性（面向市外市场）", "displacement elasticity in sectors selling outside the city"),
    "mixed": Parameter(
        "growth.displacement_mixed", 0.50, 0.25, 0.75, "elasticity", "SUB22", "C",
        "挤出弹性（兼顾市内外市场）", "displacement elasticity in sectors selling in and outside the city"),
    "local": Parameter(
        "growth.displacement_local", 0.65, 0.40, 0.90, "elasticity", "SUB22", "C",
        "挤出弹性（面向本地市场）", "displacement elasticity in local trade and services"),
}  # fmt: skip
HIRING: Final = Parameter(
    "growth.hiring_speed", 0.06, 0.03, 0.10, "share a month", "JOB04", "B",
    "招聘调整速度", "monthly adjustment speed when desired employment exceeds employment")  # fmt: skip
FIRING: Final = Parameter(
    "growth.firing_speed", 0.10, 0.06, 0.15, "share a month", "guess", "D",
    "裁员调整速度", "monthly adjustment speed when employment exceeds desired employment")  # fmt: skip
ADVICE: Final = Parameter(
    "growth.advice_effect", 0.004, 0.002, 0.008, "log capability a month", "SUB24; potency SUB08-09", "C",
    "咨询辅导的最大月能力增幅（平均水平创业者）", "maximum monthly gain in capability from advice for a founder of average skill",
    potency=0.5)  # fmt: skip
INCUMBENTS: Final = Parameter(
    "growth.incumbent_jobs", 1.3e6, 1.0e6, 1.6e6, "persons", "ZS052 less young firms and the public sector", "D",
    "原有企业就业（市场部门，2016年末）", "jobs of older firms in the market sector at the end of 2016")  # fmt: skip
REACH_EFFECT: Final = Parameter(
    "growth.reach_effect", 0.5, 0.2, 1.0, "ratio", "guess; no figure found", "D",
    "市场需求增幅的实现比例", "share of a nominal gain in market reach that becomes sales gained from older firms", potency=0.5)  # fmt: skip
HIRING_RESPONSE: Final = Parameter(
    "growth.hiring_response", 2.0, 0.5, 4.0, "days", "guess; no figure found", "D",
    "招聘便利化最多可缩短的招聘天数", "maximum reduction in recruitment days from trained apprentices and faster insurance transfer", potency=0.5)  # fmt: skip

TAU: Final[Annotated[float, Assumption("ratio a month", "guess", "growth factor of young firms' potential sales that the market absorbs without displacement")]] = 1.006
FORGETTING: Final[Annotated[float, Assumption("ratio a month", "guess", "share of hours of advice still effective a month later")]] = 11 / 12
LEAST_HOURS: Final[Annotated[float, Assumption("hours", "guess", "effective hours of advice below which the remainder is disregarded")]] = 0.05
HALF_HOURS: Final[Annotated[float, Assumption("hours", "SUB24", "annual hours of advice with half the maximum effect")]] = 20.0
FADING: Final[Annotated[float, Assumption("share a month", "guess", "depreciation of capability gained from advice")]] = 0.002
PERSISTENCE: Final[Annotated[float, Assumption("ratio a month", "JOB16-17", "persistence of productivity shocks")]] = 0.97
SHOCK_EXPECTED: Final[Annotated[float, Assumption("ratio", "guess", "share of the productivity shock that an owner expects to persist when hiring")]] = 0.6
ELASTICITY: Final[Annotated[float, Constant("ratio", "1 / (1 - labour share)", "elasticity of desired employment to demand")]] = 1 / (1 - LABOUR_SHARE)
MOST_JOBS: Final[Annotated[int, Constant("persons", "convention", "upper bound of a firm's employment")]] = 3999
DEMAND_BOUNDS: Final[Annotated[tuple[float, float], Assumption("ratio", "guess", "bounds of the demand factor")]] = (0.9, 1.05)
SEARCH_DAYS: Final[Annotated[float, Assumption("days", "guess", "recruitment days consistent with the baseline hiring speed")]] = 30.0
USUAL_TRANSFER: Final[Annotated[float, Assumption("days", "guess", "days to transfer social insurance before the plan")]] = 45.0
HALF_APPRENTICES: Final[Annotated[float, Assumption("persons a year", "guess", "apprentices trained per year with half the maximum effect")]] = 6000.0
PACE: Final[Annotated[float, Assumption("share a month", "guess", "share of its order book that a firm delivers in a month, capacity permitting")]] = 0.25
SPARE: Final[Annotated[float, Assumption("share", "guess", "spare capacity for orders relative to other sales, at given staff")]] = 0.25
SMALL_BOOK: Final[Annotated[float, Assumption("yuan", "guess", "value added up to which an order book is delivered in full within a month")]] = 500.0
INCUMBENT_SHARE: Final[Annotated[npt.NDArray[np.float64], Assumption("share", "guess; ZS193", "distribution of older firms' jobs over sectors, from the structure of the city")]] = np.array([0.08, 0.10, 0.02, 0.32, 0.03, 0.02, 0.10, 0.31, 0.02])
INCUMBENT_ELASTICITY: Final[Annotated[float, Assumption("elasticity", "guess", "elasticity of older firms' jobs to the output of their sector")]] = 0.5
LEAST_SALES: Final[Annotated[float, Constant("yuan a month", "convention", "lower bound of young firms' base sales in a sector, which avoids division by zero")]] = 1.0

DISPLACED: Final = Outcome(
    "jobs_displaced", ("month",), "persons", "被挤出就业（原有企业）",
    "jobs of incumbents at a demand factor of 1 less their actual jobs", whole=False)  # fmt: skip
DEMAND: Final = Outcome(
    "demand_factor", ("month", "sector"), "ratio", "初创企业面对的市场需求系数",
    "demand faced by young firms relative to their normal share", whole=False)  # fmt: skip
DELIVERED: Final = Outcome(
    "orders_delivered", ("month",), "yuan", "已交付订单带来的新增增加值", "additional value added from delivered orders",
    "flow", whole=False)  # fmt: skip
HIRING_DAYS: Final = Outcome(
    "hiring_days", ("month",), "days", "企业招聘天数", "recruitment days of an enterprise", "mean", whole=False)  # fmt: skip

# --- Costs, taxes and cash ---
TAX_UPTAKE: Final = PolicyLever(
    "cost.tax_uptake", "share", 0.45, 0, 1, "value", "符合条件企业的税收优惠享受率",
    "share of eligible firms that use tax relief")  # fmt: skip

FAMILY_HELP: Final = Parameter(
    "cost.family_help", 15000, 8000, 25000, "yuan", "guess; ENTRY03", "D",
    "资金耗尽时亲友一次性资助额（中位数）", "median one-off family support when cash runs out")  # fmt: skip
BUFFER: Final = Parameter(
    "cost.buffer_months", 1.4, 1.15, 1.7, "months of cost", "SHOCK04, CRED16", "B",
    "业主留存资金可支撑成本的月数（中位数）", "median cash buffer of an owner, in months of cost")  # fmt: skip

DRAW_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of profit drawn by the owner while cash is below the retained amount")]] = 0.85
EXCESS_DRAWN: Final[Annotated[float, Assumption("share a month", "guess", "share of cash above the retained amount drawn by the owner")]] = 0.15
BUFFER_SD: Final[Annotated[float, Assumption("log points", "SHOCK04", "standard deviation of the log cash buffer: a third hold less than one month of cost, 15% more than three")]] = 0.81
FAMILY_HELP_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of log family support")]] = 0.8
LIVING: Final[Annotated[float, Assumption("yuan a month", "guess", "minimum draw of an owner for living expenses")]] = 1800.0
ARREARS_MONTHS: Final[Annotated[float, Assumption("months of cost", "guess", "component of the arrears limit proportional to the firm's cost")]] = 2.0
ARREARS_YUAN: Final[Annotated[float, Assumption("yuan", "guess", "fixed component of the arrears limit")]] = 5000.0
SHUT_WAGE: Final[Annotated[float, Assumption("share", "SHOCK01", "share of wages paid by a firm during a mandatory shutdown")]] = 0.6
LEAST_OPEN_SHARE: Final[Annotated[float, Constant("share", "convention", "lower bound of the share of the month open when converting sales to a full month for the VAT threshold")]] = 0.03
MOST_MONTHS_IN_ARREARS: Final[Annotated[int, Constant("months", "convention", "maximum count of consecutive months beyond the arrears limit")]] = 100

TAXES: Final = Outcome(
    "tax_receipts", ("month",), "yuan", "2012年以来创办企业缴纳的税收", "taxes paid by firms founded since 2012", "flow",
    whole=False)  # fmt: skip

# --- Closure and deregistration ---
DEREGISTRATION_DAYS: Final = PolicyLever(
    "exit.deregistration_days", "days", 75, 1, 365, "value", "简易注销办理天数（含公告期，不含排队）",
    "days of a simple deregistration, including public notice and excluding queues")  # fmt: skip
SIMPLE_SHARE: Final = PolicyLever(
    "exit.simple_share", "share", 0.5, 0, 1, "value", "终止经营企业中符合简易注销条件的比例",
    "share of closing enterprises eligible for simple deregistration")  # fmt: skip
DEREGISTRATION_CLERKS: Final = PolicyLever(
    "exit.clerks", "clerks", 24, 0, 500, "value", "注销窗口人员数", "clerks who process deregistrations")  # fmt: skip

LEVEL_E: Final = Parameter(
    "exit.level_enterprise", 1.0, 0.85, 1.15, "ratio", "SURV01-04, SURV12-13", "C",
    "企业歇业率水平（与基准之比）", "level of enterprises' closure hazard")  # fmt: skip
LEVEL_G: Final = Parameter(
    "exit.level_individual", 1.0, 0.85, 1.15, "ratio", "SURV15, SURV17", "C",
    "个体户歇业率水平（与基准之比）", "level of individual businesses' closure hazard")  # fmt: skip
BETA: Final = Parameter(
    "exit.beta", 0.45, 0.2, 0.8, "per unit of income", "guess", "D",
    "歇业率对业主收入的敏感度", "semi-elasticity of the closure hazard with respect to the owner's income, with a negative sign")  # fmt: skip
LAG_E: Final = Parameter(
    "exit.deregistration_months_enterprise", 30, 22, 40, "months", "SURV05, ZS200", "B",
    "企业歇业至申请注销的平均月数", "mean months from closure to application for deregistration, enterprises")  # fmt: skip
LAG_G: Final = Parameter(
    "exit.deregistration_months_individual", 22, 16, 30, "months", "SURV15, ZS201", "B",
    "个体户歇业至申请注销的平均月数", "mean months from closure to application for deregistration, individual businesses")  # fmt: skip
DEREGISTRATION_FILES_A_DAY: Final = Parameter(
    "exit.files_a_day", 8, 6, 10, "files", "guess", "D",
    "注销窗口人均日办件数", "deregistrations that a clerk processes per day")  # fmt: skip

HAZARD_E: Final[Annotated[npt.NDArray[np.float64], Assumption("share a year", "SURV01-04, SURV12-13", "closure hazard of enterprises by years since opening, 0 to 7 and later, at an income of 1.5 usual wages")]] = np.array([0.143, 0.165, 0.175, 0.155, 0.13, 0.11, 0.10, 0.09])
HAZARD_G: Final[Annotated[npt.NDArray[np.float64], Assumption("share a year", "SURV15, SURV17", "closure hazard of individual businesses by years since opening, 0 to 7 and later, at an income of 1.5 usual wages")]] = np.array([0.135, 0.16, 0.165, 0.145, 0.13, 0.12, 0.11, 0.11])
HAZARD_INCOME: Final[Annotated[float, Assumption("usual wages", "guess", "smoothed income at which the closure hazard equals the baseline for the firm's age")]] = 1.5
HAZARD_INCOME_BOUNDS: Final[Annotated[tuple[float, float], Assumption("usual wages", "guess", "bounds of smoothed income in the closure hazard")]] = (-1, 3)
INCOME_WEIGHT: Final[Annotated[float, Assumption("share", "guess", "weight of the previous value in smoothed income")]] = 0.85
MONTH_WEIGHT: Final[Annotated[float, Assumption("share", "guess", "weight of the month's income in smoothed income")]] = 0.15
INCOME_BOUNDS: Final[Annotated[tuple[float, float], Assumption("usual wages", "guess", "bounds of the month's income in smoothed income")]] = (-1, 4)
BROKE: Final[Annotated[float, Assumption("probability a month", "guess", "minimum closure hazard of a firm that remains beyond the arrears limit")]] = 0.15
BROKE_MONTHS: Final[Annotated[int, Assumption("months", "guess", "consecutive months beyond the arrears limit after which the minimum hazard applies")]] = 3
SIZE: Final[Annotated[float, Assumption("elasticity", "guess", "elasticity of the hazard with respect to jobs in the variant by age and size, with a negative sign: a fifth lower for twice the staff")]] = 0.3
LEVELLED_E: Final[Annotated[float, Constant("ratio", "measured in runs of the model", "factor in the variant by age and size that matches closures of enterprises from 2012 to 2016 in the default variant")]] = 1.458
LEVELLED_G: Final[Annotated[float, Constant("ratio", "measured in runs of the model", "factor in the variant by age and size that matches closures of individual businesses from 2012 to 2016 in the default variant")]] = 1.450
MINIMUM_LAG: Final[Annotated[int, Assumption("months", "guess", "minimum time from closure to application for deregistration")]] = 3
NEVER_OPENED: Final[Annotated[float, Assumption("ratio", "guess", "mean time to application for deregistration of firms that never open, relative to firms that close")]] = 1.6
ORDINARY_DAYS: Final[Annotated[float, Constant("days", "Company Law (recalled: check)", "days of an ordinary deregistration")]] = 180.0

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
