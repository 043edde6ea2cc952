"""Guarantees: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Schemes of credit ---
SCHEMES: Final = {
    "plain": ("普通贷款（无担保或风险分担）", "without cover"),
    "startup": ("创业担保贷款", "start-up guaranteed loan"),
    "ip_pledge": ("知识产权质押贷款", "IP-pledged loan"),
    "loan_pool": ("助保贷", "loan covered by the risk pool"),
    "guarantee": ("政府性融资担保贷款", "publicly guaranteed loan"),
    "private": ("民营机构担保贷款", "privately guaranteed loan"),
    "tenant": ("在孵企业首贷（财政补偿）", "first loan of an incubator tenant, covered by province and city"),
}
PLAIN, STARTUP, IP_PLEDGE, LOAN_POOL, GUARANTEE, PRIVATE, TENANT = range(7)

# --- Policy levers ---
CAPITAL: Final = PolicyLever(
    "guarantee.capital", "yuan", 0, 0, 2e9, "value", "政府性融资担保机构资本金", "capital of government-backed guarantors")
LEVERAGE: Final = PolicyLever(
    "guarantee.leverage", "times", 10, 1, 15, "value", "政府性融资担保放大倍数", "guarantees per yuan of net assets of the government-backed guarantor")
COVERAGE: Final = PolicyLever(
    "guarantee.coverage", "share", 0.8, 0, 1, "value", "担保比例", "share of a loan covered by the guarantee")
FEE: Final = PolicyLever(
    "guarantee.fee", "share a year", 0.025, 0, 0.04, "value", "担保费率", "guarantee fee")
COMPENSATION: Final = PolicyLever(
    "guarantee.compensation_pool", "yuan", 0, 0, 3e8, "value", "担保风险补偿资金池规模", "pool that compensates guarantors")
CITY_SHARE: Final = PolicyLever(
    "guarantee.city_share", "share", 0, 0, 0.6, "value", "市财政分担代偿的比例", "share of a claim borne by the city")
LOAN_FUND: Final = PolicyLever(
    "guarantee.loan_fund_capital", "yuan", 0, 0, 3e8, "value", "创业担保贷款基金本金", "start-up loan fund")
LOAN_FUND_LEVERAGE: Final = PolicyLever(
    "guarantee.loan_fund_leverage", "times", 5, 1, 10, "value", "创业担保贷款基金放大倍数", "loans per yuan of the fund")

# --- Uncertain parameters ---
APPETITE: Final = Parameter(
    "guarantee.appetite", 0.018, 0.010, 0.025, "share a year", "guess; leverage in use ZS169-170", "D",
    "政府性融资担保机构风险容忍度（超出担保费的年损失率）", "loss beyond the fee that a public guarantor accepts under its mandate")
NOISE: Final = Parameter(
    "guarantee.noise", 0.6, 0.4, 0.9, "log odds", "guess", "D",
    "担保机构评审误差（标准差）", "standard deviation of a guarantor's assessment error")
OTHERS: Final = Parameter(
    "guarantee.other_business", 0.8, 0.4, 1.5, "times capital", "guess; ZS169, ZS172", "D",
    "为原有企业担保额与担保机构资本之比", "guarantees for older firms per yuan of a guarantor's capital")
FEE_RESPONSE: Final = Parameter(
    "guarantee.fee_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "担保费率每提高一个百分点，需担保企业放弃的比例", "share of firms needing cover that withdraw per percentage point of the fee", potency=0.5)

# --- Assessment and terms ---
SEVERITY: Final[Annotated[float, Assumption("share", "guess", "share of a defaulted loan that guarantors expect to lose")]] = 0.6
SECURED: Final[Annotated[float, Assumption("share", "guess", "share of a defaulted loan that private guarantors, which take collateral, expect to lose")]] = 0.35
COSTS: Final[Annotated[float, Assumption("share a year", "guess", "cost of handling a guarantee")]] = 0.005
STOP: Final[Annotated[float, Assumption("share", "guess", "ratio of yearly claims to capital at which the appetite for risk is zero")]] = 0.06
FUND_LIMIT: Final[Annotated[float, Assumption("share a year", "guess", "probability of default above which the start-up loan fund declines")]] = 0.15
FUND_COVER: Final[Annotated[float, Constant("share", "ZS146", "share of a loss borne by the start-up loan fund")]] = 1.0
PRIVATE_CAPITAL: Final[Annotated[float, Assumption("yuan", "guess; CRED14 for the size of one guarantor", "capital of the city's private guarantors")]] = 4e8
PRIVATE_COVER: Final[Annotated[float, Assumption("share", "guess", "share of a loan covered by a private guarantor")]] = 1.0
PRIVATE_FEE: Final[Annotated[float, Assumption("share a year", "guess", "fee of a private guarantor")]] = 0.03
PRIVATE_LEVERAGE: Final[Annotated[float, Assumption("times", "CRED14", "guarantees per yuan of a private guarantor's capital")]] = 2.7
COVER_BEFORE_2017: Final[Annotated[float, Assumption("share", "CRED13", "share of a loan covered by the government-backed guarantor before 2017")]] = 1.0
FEE_BEFORE_2017: Final[Annotated[float, Assumption("share a year", "ZS176", "fee of the government-backed guarantor before 2017")]] = 0.025

# --- Desks and delays ---
class Desk(NamedTuple):
    """Service desk of a guarantor: assessor, number of clerks, and requests that a clerk processes in a working day."""

    assessor: str
    clerks: int
    files_a_day: float


DESKS: Final[Annotated[Mapping[int, Desk], Assumption("name, number, files a working day", "guess", "service desk of each scheme's guarantor: assessor, number of clerks, requests that a clerk processes in a working day")]] = {
    GUARANTEE: Desk("public", 8, 0.4), PRIVATE: Desk("private", 6, 0.4), STARTUP: Desk("fund", 3, 0.6)}
SURVEY_DAYS: Final[Annotated[int, Assumption("days", "guess", "time from the decision to the letter of guarantee")]] = 10
CLAIM_DAYS: Final[Annotated[int, Assumption("days", "CRED10", "time from a default to the payment of the claim")]] = 90

# --- Results ---
NET_CAPITAL: Final = Outcome("guarantor_net_capital", ("month",), "yuan", "担保机构净资产（政府性和民营合计）", "net assets of government-backed and private guarantors", whole=False)
PRIVATE_BOOK: Final = Outcome("private_guarantees_outstanding", ("month",), "yuan", "民营担保机构为初创企业担保的贷款余额", "outstanding loans of young firms covered by private guarantors", whole=False)
APPETITE_NOW: Final = Outcome("guarantor_appetite", ("month",), "share a year", "政府性融资担保机构风险容忍度（超出担保费的年损失率）", "yearly loss beyond the fee that the government-backed guarantor accepts", whole=False)
GUARANTEED: Final = Outcome("guarantees_number", ("month",), "count", "新增政府性融资担保笔数", "new guarantees of the government-backed guarantor", "flow")

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
