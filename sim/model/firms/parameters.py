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
    "growth.reach", "share", 0, 0, 0.05, "sum", "初创企业可争取的市场需求增幅", "gain in the demand that a young firm may win")
APPRENTICES: Final = PolicyLever(
    "growth.apprentices", "persons a year", 0, 0, 5e4, "value", "现代学徒和受训学生人数", "apprentices and students trained, who shorten hiring")
TRANSFER_DAYS: Final = PolicyLever(
    "growth.transfer_days", "days", 45, 1, 90, "value", "社会保险转移接续天数", "days to transfer social insurance")

YOUNG_SHARE: Final = Parameter(
    "growth.young_share", 0.23, 0.15, 0.32, "share", "own value added over that and 1.3 m jobs at ZS047", "C",
    "初创企业占市场需求的份额", "share of a sector's demand that young firms serve")  # fmt: skip
DISPLACEMENT: Final = {
    "tradable": Parameter(
        "growth.displacement_tradable", 0.25, 0.10, 0.40, "elasticity", "SUB22", "C",
        "挤出弹性（面向市外市场）", "sales displaced where firms sell beyond the city"),
    "mixed": Parameter(
        "growth.displacement_mixed", 0.50, 0.25, 0.75, "elasticity", "SUB22", "C",
        "挤出弹性（兼顾市内外市场）", "sales displaced where firms sell in and beyond the city"),
    "local": Parameter(
        "growth.displacement_local", 0.65, 0.40, 0.90, "elasticity", "SUB22", "C",
        "挤出弹性（面向本地市场）", "sales displaced in local trade and services"),
}  # fmt: skip
HIRING: Final = Parameter(
    "growth.hiring_speed", 0.06, 0.03, 0.10, "share a month", "JOB04", "B",
    "招聘调整速度", "monthly adjustment speed when desired employment exceeds employment")  # fmt: skip
FIRING: Final = Parameter(
    "growth.firing_speed", 0.10, 0.06, 0.15, "share a month", "guess", "D",
    "裁员调整速度", "monthly adjustment speed when employment exceeds desired employment")  # fmt: skip
ADVICE: Final = Parameter(
    "growth.advice_effect", 0.004, 0.002, 0.008, "log capability a month", "SUB24; potency SUB08-09", "C",
    "咨询辅导对能力的影响", "most that advice adds to capability in a month for a founder of usual skill",
    potency=0.5)  # fmt: skip
INCUMBENTS: Final = Parameter(
    "growth.incumbent_jobs", 1.3e6, 1.0e6, 1.6e6, "persons", "ZS052 less young firms and the public sector", "D",
    "原有企业就业（2016年末）", "jobs of older firms in the market sector at the end of 2016")  # fmt: skip
REACH_EFFECT: Final = Parameter(
    "growth.reach_effect", 0.5, 0.2, 1.0, "ratio", "guess; no figure found", "D",
    "市场需求增幅的实现比例", "of a gain in reach on paper, what becomes sales won from older firms", potency=0.5)  # fmt: skip
HIRING_RESPONSE: Final = Parameter(
    "growth.hiring_response", 2.0, 0.5, 4.0, "days", "guess; no figure found", "D",
    "招聘便利化可缩短的天数", "days of search that go when trainees abound and insurance moves at once", potency=0.5)  # fmt: skip

TAU: Final[Annotated[float, Assumption("ratio a month", "guess", "growth of young firms' potential sales that the market absorbs without displacement")]] = 1.006
FORGETTING: Final[Annotated[float, Assumption("ratio a month", "guess", "hours of advice that still count a month later")]] = 11 / 12
LEAST_HOURS: Final[Annotated[float, Assumption("hours", "guess", "hours below which advice counts as forgotten")]] = 0.05
HALF_HOURS: Final[Annotated[float, Assumption("hours", "SUB24", "hours of advice in a year that have half their full effect")]] = 20.0
FADING: Final[Annotated[float, Assumption("share a month", "guess", "loss of the capability that advice has added")]] = 0.002
PERSISTENCE: Final[Annotated[float, Assumption("ratio a month", "JOB16-17", "persistence of productivity shocks")]] = 0.97
SHOCK_EXPECTED: Final[Annotated[float, Assumption("ratio", "guess", "share of the productivity shock on which an owner counts when hiring")]] = 0.6
ELASTICITY: Final[Annotated[float, Constant("ratio", "1 / (1 - labour share)", "elasticity of desired employment to demand")]] = 1 / (1 - LABOUR_SHARE)
MOST_JOBS: Final[Annotated[int, Constant("persons", "convention", "upper bound of a firm's employment")]] = 3999
DEMAND_BOUNDS: Final[Annotated[tuple[float, float], Assumption("ratio", "guess", "bounds of the demand factor")]] = (0.9, 1.05)
SEARCH_DAYS: Final[Annotated[float, Assumption("days", "guess", "days of search for staff behind the hiring speed")]] = 30.0
USUAL_TRANSFER: Final[Annotated[float, Assumption("days", "guess", "days to transfer social insurance before the plan")]] = 45.0
HALF_APPRENTICES: Final[Annotated[float, Assumption("persons a year", "guess", "apprentices trained that have half their full effect")]] = 6000.0
PACE: Final[Annotated[float, Assumption("share a month", "guess", "share of its order book that a firm would deliver in a month")]] = 0.25
SPARE: Final[Annotated[float, Assumption("share", "guess", "share of usual sales that a firm can deliver beyond them with the staff it has")]] = 0.25
SMALL_BOOK: Final[Annotated[float, Assumption("yuan", "guess", "value added in the order book up to which all of it is delivered in a month")]] = 500.0
INCUMBENT_SHARE: Final[Annotated[npt.NDArray[np.float64], Assumption("share", "guess; ZS193", "older firms' jobs by sector, from the structure of the city")]] = np.array([0.08, 0.10, 0.02, 0.32, 0.03, 0.02, 0.10, 0.31, 0.02])
INCUMBENT_ELASTICITY: Final[Annotated[float, Assumption("elasticity", "guess", "elasticity of older firms' jobs to the output of their sector")]] = 0.5
LEAST_SALES: Final[Annotated[float, Constant("yuan a month", "convention", "lower bound of young firms' sales in a sector, by which sales are divided")]] = 1.0

DISPLACED: Final = Outcome(
    "jobs_displaced", ("month",), "persons", "被挤出就业（原有企业）",
    "jobs that incumbents would have at m = 1 less those they have", whole=False)  # fmt: skip
DEMAND: Final = Outcome(
    "demand_factor", ("month", "sector"), "ratio", "初创企业面对的市场需求系数",
    "demand that a young firm meets relative to its usual share", whole=False)  # fmt: skip
DELIVERED: Final = Outcome(
    "orders_delivered", ("month",), "yuan", "订单带来的新增增加值", "value added of these orders that would not have been made otherwise",
    "flow", whole=False)  # fmt: skip
HIRING_DAYS: Final = Outcome(
    "hiring_days", ("month",), "days", "企业招聘天数", "days of search for staff of an enterprise", "mean", whole=False)  # fmt: skip

# --- Costs, taxes and cash ---
TAX_UPTAKE: Final = PolicyLever(
    "cost.tax_uptake", "share", 0.45, 0, 1, "value", "税收优惠享受率",
    "share of entitled firms that use a tax relief")  # fmt: skip

FAMILY_HELP: Final = Parameter(
    "cost.family_help", 15000, 8000, 25000, "yuan", "guess; ENTRY03", "D",
    "资金耗尽时亲友一次性资助额（中位数）", "median of what a family puts in once when cash is out")  # fmt: skip
BUFFER: Final = Parameter(
    "cost.buffer_months", 1.4, 1.15, 1.7, "months of cost", "SHOCK04, CRED16", "B",
    "业主留存资金可支撑月数", "median of the months of cost that an owner keeps in cash")  # fmt: skip

DRAW_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of profit that an owner draws while cash is below what the owner keeps")]] = 0.85
EXCESS_DRAWN: Final[Annotated[float, Assumption("share a month", "guess", "share of the cash above it that an owner draws")]] = 0.15
BUFFER_SD: Final[Annotated[float, Assumption("log points", "SHOCK04", "standard deviation of the months of cost kept: a third keep less than one, 15% more than three")]] = 0.81
FAMILY_HELP_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of what a family puts in")]] = 0.8
LIVING: Final[Annotated[float, Assumption("yuan a month", "guess", "what an owner draws to live on in any case")]] = 1800.0
ARREARS_MONTHS: Final[Annotated[float, Assumption("months of cost", "guess", "part of the arrears limit that rises with the firm's cost")]] = 2.0
ARREARS_YUAN: Final[Annotated[float, Assumption("yuan", "guess", "part of the arrears limit that is the same for all firms")]] = 5000.0
SHUT_WAGE: Final[Annotated[float, Assumption("share", "SHOCK01", "share of wages that a firm shut by decree pays")]] = 0.6
LEAST_OPEN_SHARE: Final[Annotated[float, Constant("share", "convention", "lower bound of the share of a month by which sales are brought to a full month for the VAT threshold")]] = 0.03
MOST_MONTHS_IN_ARREARS: Final[Annotated[int, Constant("months", "convention", "up to which months beyond the arrears limit are counted")]] = 100

TAXES: Final = Outcome(
    "tax_receipts", ("month",), "yuan", "2012年以来创办企业缴纳的税收", "taxes paid by firms founded since 2012", "flow",
    whole=False)  # fmt: skip

# --- Closure and deregistration ---
DEREGISTRATION_DAYS: Final = PolicyLever(
    "exit.deregistration_days", "days", 75, 1, 365, "value", "简易注销办理天数",
    "days of a simple deregistration, public notice included, the line apart")  # fmt: skip
SIMPLE_SHARE: Final = PolicyLever(
    "exit.simple_share", "share", 0.5, 0, 1, "value", "适用简易注销的比例",
    "share of closing enterprises that may deregister the simple way")  # fmt: skip
DEREGISTRATION_CLERKS: Final = PolicyLever(
    "exit.clerks", "clerks", 24, 0, 500, "value", "注销窗口人员", "clerks who handle deregistrations")  # fmt: skip

LEVEL_E: Final = Parameter(
    "exit.level_enterprise", 1.0, 0.85, 1.15, "ratio", "SURV01-04, SURV12-13", "C",
    "企业歇业率水平", "level of enterprises' closure hazard")  # fmt: skip
LEVEL_G: Final = Parameter(
    "exit.level_individual", 1.0, 0.85, 1.15, "ratio", "SURV15, SURV17", "C",
    "个体户歇业率水平", "level of individual businesses' closure hazard")  # fmt: skip
BETA: Final = Parameter(
    "exit.beta", 0.45, 0.2, 0.8, "per unit of income", "guess", "D",
    "歇业对收入的敏感度", "how strongly closure falls with the owner's income")  # fmt: skip
LAG_E: Final = Parameter(
    "exit.deregistration_months_enterprise", 30, 22, 40, "months", "SURV05, ZS200", "B",
    "企业歇业至申请注销的月数", "mean months from closing to asking for deregistration, enterprises")  # fmt: skip
LAG_G: Final = Parameter(
    "exit.deregistration_months_individual", 22, 16, 30, "months", "SURV15, ZS201", "B",
    "个体户歇业至申请注销的月数", "the same, individual businesses")  # fmt: skip
DEREGISTRATION_FILES_A_DAY: Final = Parameter(
    "exit.files_a_day", 8, 6, 10, "files", "guess", "D",
    "注销窗口人均日办件", "deregistrations that a clerk handles in a day")  # fmt: skip

HAZARD_E: Final[Annotated[npt.NDArray[np.float64], Assumption("share a year", "SURV01-04, SURV12-13", "closure hazard of enterprises by years since opening, 0 to 7 and later, at an income of 1.5 usual wages")]] = np.array([0.143, 0.165, 0.175, 0.155, 0.13, 0.11, 0.10, 0.09])
HAZARD_G: Final[Annotated[npt.NDArray[np.float64], Assumption("share a year", "SURV15, SURV17", "the same, individual businesses")]] = np.array([0.135, 0.16, 0.165, 0.145, 0.13, 0.12, 0.11, 0.11])
HAZARD_INCOME: Final[Annotated[float, Assumption("usual wages", "guess", "smoothed income at which the closure hazard is the one of its age")]] = 1.5
HAZARD_INCOME_BOUNDS: Final[Annotated[tuple[float, float], Assumption("usual wages", "guess", "bounds of the smoothed income to which the closure hazard responds")]] = (-1, 3)
INCOME_WEIGHT: Final[Annotated[float, Assumption("share", "guess", "weight of last month's value in the smoothed income")]] = 0.85
MONTH_WEIGHT: Final[Annotated[float, Assumption("share", "guess", "weight of the month's income in the smoothed income")]] = 0.15
INCOME_BOUNDS: Final[Annotated[tuple[float, float], Assumption("usual wages", "guess", "bounds of a month's income in the smoothed income")]] = (-1, 4)
BROKE: Final[Annotated[float, Assumption("probability a month", "guess", "least closure hazard of a firm that stays beyond the arrears limit")]] = 0.15
BROKE_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months running beyond the arrears limit from which that holds")]] = 3
SIZE: Final[Annotated[float, Assumption("elasticity", "guess", "fall of the log hazard with log jobs in the variant by age and size: a fifth for twice the staff")]] = 0.3
LEVELLED_E: Final[Annotated[float, Constant("ratio", "measured in runs of the model", "level of the variant by age and size at which as many enterprises close in 2012 to 2016 as by income")]] = 1.458
LEVELLED_G: Final[Annotated[float, Constant("ratio", "measured in runs of the model", "the same, individual businesses")]] = 1.450
MINIMUM_LAG: Final[Annotated[int, Assumption("months", "guess", "least time from closing to applying for deregistration")]] = 3
NEVER_OPENED: Final[Annotated[float, Assumption("ratio", "guess", "mean time to the application for deregistration of firms that never open, relative to those that close")]] = 1.6
ORDINARY_DAYS: Final[Annotated[float, Constant("days", "Company Law (recalled: check)", "days of an ordinary deregistration")]] = 180.0

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
