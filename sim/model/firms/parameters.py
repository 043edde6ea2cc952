"""Firms: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.declarations import declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.parameters import LABOUR_SHARE

# fmt: off

# --- Sales, hiring and displacement ---
REACH: Final = PolicyLever(
    "growth.reach", "share", 0, 0, 0.05, "sum", "市场可及度增益", "gain in the demand that a young firm may win")
APPRENTICES: Final = PolicyLever(
    "growth.apprentices", "persons a year", 0, 0, 5e4, "value", "现代学徒", "apprentices and students trained, who shorten hiring")
TRANSFER_DAYS: Final = PolicyLever(
    "growth.transfer_days", "days", 45, 1, 90, "value", "社保转移天数", "days to transfer social insurance")

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

DISPLACED: Final = Outcome(
    "jobs_displaced", ("month",), "persons", "被挤出的存量企业岗位",
    "jobs that incumbents would have at m = 1 less those they have", whole=False)  # fmt: skip
DEMAND: Final = Outcome(
    "demand_factor", ("month", "sector"), "ratio", "初创企业面对的需求系数",
    "demand that a young firm meets relative to its usual share", whole=False)  # fmt: skip
DELIVERED: Final = Outcome(
    "orders_delivered", ("month",), "yuan", "订单新增增加值", "value added of these orders that would not have been made otherwise",
    "flow", whole=False)  # fmt: skip
HIRING_DAYS: Final = Outcome(
    "hiring_days", ("month",), "days", "企业招聘天数", "days of search for staff of an enterprise", "mean", whole=False)  # fmt: skip

# --- Costs, taxes and cash ---
TAX_UPTAKE: Final = PolicyLever(
    "cost.tax_uptake", "share", 0.45, 0, 1, "value", "税收优惠享受率",
    "share of entitled firms that use a tax relief")  # fmt: skip

FAMILY_HELP: Final = Parameter(
    "cost.family_help", 15000, 8000, 25000, "yuan", "guess; ENTRY03", "D",
    "亲友资助额", "median of what a family puts in once when cash is out")  # fmt: skip
BUFFER: Final = Parameter(
    "cost.buffer_months", 1.4, 1.15, 1.7, "months of cost", "SHOCK04, CRED16", "B",
    "业主留存资金可支撑月数", "median of the months of cost that an owner keeps in cash")  # fmt: skip

TURNOVER: Final = 4.0  # turnover per yuan of value added
DRAW_SHARE: Final = 0.85  # of profit, while cash is below what the owner keeps
EXCESS_DRAWN: Final = 0.15  # of cash above it, a month (guess)
BUFFER_SPREAD: Final = 0.81  # log points: a third keep less than a month, 15% more than three (SHOCK04)
LIVING: Final = 1800.0  # yuan a month that an owner takes whatever happens
ARREARS_MONTHS: Final = 2.0
ARREARS_YUAN: Final = 5000.0
SHUT_WAGE: Final = 0.6  # of wages are paid in a shut month

TAXES: Final = Outcome(
    "tax_receipts",
    ("month",),
    "yuan",
    "2012年以来创办企业纳税",
    "taxes paid by firms founded since 2012",
    "flow",
    whole=False,
)

# --- Closure and deregistration ---
DEREGISTRATION_DAYS: Final = PolicyLever(
    "exit.deregistration_days", "days", 75, 1, 365, "value", "简易注销天数",
    "days of a simple deregistration, public notice included, the line apart")  # fmt: skip
SIMPLE_SHARE: Final = PolicyLever(
    "exit.simple_share", "share", 0.5, 0, 1, "value", "可简易注销比例",
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
    "企业歇业到申请注销", "mean months from closing to asking for deregistration, enterprises")  # fmt: skip
LAG_G: Final = Parameter(
    "exit.deregistration_months_individual", 22, 16, 30, "months", "SURV15, ZS201", "B",
    "个体户歇业到申请注销", "the same, individual businesses")  # fmt: skip
DEREGISTRATION_FILES_A_DAY: Final = Parameter(
    "exit.files_a_day", 8, 6, 10, "files", "guess", "D",
    "注销窗口人均日办件", "deregistrations that a clerk handles in a day")  # fmt: skip

# Yearly closure hazard by years since opening, 0 to 7 and later, at an income of 1.5 usual wages.
HAZARD_E: Final = np.array([0.143, 0.165, 0.175, 0.155, 0.13, 0.11, 0.10, 0.09])
HAZARD_G: Final = np.array([0.135, 0.16, 0.165, 0.145, 0.13, 0.12, 0.11, 0.11])
BROKE: Final = 0.15  # a month, once beyond the arrears limit for three months running
BROKE_MONTHS: Final = 3
SIZE: Final = 0.3  # fall of log hazard with log jobs where size decides: a fifth for twice the staff (guess)
LEVELLED_E: Final = 1.458  # so that as many enterprises close in 2012 to 2016 by size as by income (measured)
LEVELLED_G: Final = 1.450  # the same, individual businesses
MINIMUM_LAG: Final = 3  # months
NEVER_OPENED: Final = 1.6  # how much longer those wait to deregister who never opened
ORDINARY_DAYS: Final = 180.0  # of an ordinary deregistration (check)

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
