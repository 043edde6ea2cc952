"""Guarantees: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Schemes of credit ---
SCHEMES: Final = {
    "plain": ("普通贷款", "without cover"),
    "startup": ("创业担保贷款", "start-up guaranteed loan"),
    "ip_pledge": ("知识产权质押贷款", "IP-pledged loan"),
    "loan_pool": ("助保贷", "loan of the risk pool"),
    "guarantee": ("政府性担保贷款", "publicly guaranteed loan"),
    "private": ("民营担保贷款", "privately guaranteed loan"),
    "tenant": ("在孵企业首贷", "first loan of an incubator's tenant, its loss shared by the city"),
}
PLAIN, STARTUP, IP_PLEDGE, LOAN_POOL, GUARANTEE, PRIVATE, TENANT = range(7)

# --- Guarantees ---
CAPITAL: Final = PolicyLever(
    "guarantee.capital", "yuan", 0, 0, 2e9, "value", "担保机构资本", "capital of the guarantors")
LEVERAGE: Final = PolicyLever(
    "guarantee.leverage", "times", 10, 1, 15, "value", "担保放大倍数", "guarantees per yuan of net capital")
COVERAGE: Final = PolicyLever(
    "guarantee.coverage", "share", 0.8, 0, 1, "value", "担保比例", "share of a loan that is covered")
FEE: Final = PolicyLever(
    "guarantee.fee", "share a year", 0.025, 0, 0.04, "value", "担保费率", "guarantee fee")
COMPENSATION: Final = PolicyLever(
    "guarantee.compensation_pool", "yuan", 0, 0, 3e8, "value", "担保风险补偿资金", "pool that compensates guarantors")
CITY_SHARE: Final = PolicyLever(
    "guarantee.city_share", "share", 0, 0, 0.6, "value", "担保代偿补偿比例", "share of a paid claim borne by the city")
LOAN_FUND: Final = PolicyLever(
    "guarantee.loan_fund_capital", "yuan", 0, 0, 3e8, "value", "创业担保贷款基金", "start-up loan fund")
LOAN_FUND_LEVERAGE: Final = PolicyLever(
    "guarantee.loan_fund_leverage", "times", 5, 1, 10, "value", "担保贷款基金放大倍数", "loans per yuan of the fund")

APPETITE: Final = Parameter(
    "guarantee.appetite", 0.018, 0.010, 0.025, "share a year", "guess; leverage in use ZS169-170", "D",
    "政府性担保风险偏好", "loss beyond its fee that a public guarantor bears for its mandate")
NOISE: Final = Parameter(
    "guarantee.noise", 0.6, 0.4, 0.9, "log odds", "guess", "D",
    "担保机构评审噪声", "spread of a guarantor's error about a firm")
OTHERS: Final = Parameter(
    "guarantee.other_business", 0.8, 0.4, 1.5, "times capital", "guess; ZS169, ZS172", "D",
    "担保机构老客户占用倍数", "guarantees for firms that are not young, per yuan of a guarantor's capital")
FEE_RESPONSE: Final = Parameter(
    "guarantee.fee_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "担保费每高一个百分点放弃的比例", "of firms that need cover, who turn away for each point of the fee", potency=0.5)  # fmt: skip

SEVERITY: Final = 0.6  # share of a defaulted loan that is lost, as guarantors reckon
SECURED: Final = 0.35  # the same where private guarantors take security (guess)
COSTS: Final = 0.005  # of a guarantee a year, to handle it
STOP: Final = 0.06  # claims of a year over capital at which appetite is gone
FUND_LIMIT: Final = 0.15  # yearly chance of default beyond which the start-up loan fund declines (guess)
SURVEY_DAYS: Final = 10  # from an officer's decision to the letter of guarantee (guess)
CLAIM_DAYS: Final = 90  # after a default
PRIVATE_CAPITAL: Final = 4e8  # yuan, of the city's private guarantors (guess; CRED14 for the size of one)
PRIVATE_FEE: Final = 0.03  # a year (guess)
PRIVATE_LEVERAGE: Final = 2.7  # times (CRED14)
FUND_COVER: Final = 1.0  # the start-up loan fund bears the whole loss
# scheme: (name, officers, files that one decides in a day). Guesses.
DESKS: Final = {GUARANTEE: ("public", 8, 0.4), PRIVATE: ("private", 6, 0.4), STARTUP: ("fund", 3, 0.6)}

NET_CAPITAL: Final = Outcome("guarantor_net_capital", ("month",), "yuan", "担保机构净资本", "net capital of government-backed and private guarantors", whole=False)
PRIVATE_BOOK: Final = Outcome("private_guarantees_outstanding", ("month",), "yuan", "民营担保余额", "loans of young firms that private guarantors stand behind", whole=False)
APPETITE_NOW: Final = Outcome("guarantor_appetite", ("month",), "share a year", "政府性担保风险偏好", "appetite of the government-backed guarantor", whole=False)
GUARANTEED: Final = Outcome("guarantees_number", ("month",), "count", "新增政府性担保笔数", "guarantees that government-backed guarantors gave", "flow")

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
