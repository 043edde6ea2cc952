"""Credit: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Loans, bonds and the loan book ---
NOISE_CHANGE: Final = PolicyLever(
    "credit.screening_noise", "ratio", 0, -0.5, 0.5, "sum", "信息不对称变化", "change in the noise of a bank's screening")
STRATEGIC: Final = PolicyLever(
    "credit.strategic_default", "ratio", 0, -0.5, 0.5, "sum", "恶意违约变化", "change in defaults on purpose")
SEARCH_CHANGE: Final = PolicyLever(
    "credit.search_days", "days", 0, -20, 60, "sum", "贷款寻找天数变化", "change in the days of search for a loan")
SUBSIDY: Final = PolicyLever(
    "credit.interest_subsidy", "share a year", 0, 0, 0.06, "value", "贴息点数", "interest paid by the city")
SUBSIDY_CAP: Final = PolicyLever(
    "credit.interest_subsidy_cap", "yuan", 200000, 0, 1e6, "value", "贴息贷款上限", "largest loan with interest subsidy")
SUBSIDY_BUDGET: Final = PolicyLever(
    "credit.interest_subsidy_budget", "yuan a year", 0, 0, 2e7, "value", "贴息预算", "its yearly budget")
STARTUP_CAP: Final = PolicyLever(
    "credit.startup_loan_cap", "yuan per person", 200000, 0, 1e6, "value", "创业担保贷款上限", "largest start-up guaranteed loan")
STARTUP_TERM: Final = PolicyLever(
    "credit.startup_loan_term", "months", 24, 6, 60, "value", "创业担保贷款期限", "term of a start-up guaranteed loan")
BRANCHES: Final = PolicyLever(
    "credit.tech_branches", "branches", 0, 0, 8, "value", "科技支行", "technology credit branches")
DAYS: Final = PolicyLever(
    "credit.days", "days", 30, 3, 60, "value", "贷款审批天数", "days of a loan approval")
RELENDING: Final = PolicyLever(
    "credit.relending_quota", "yuan", 0, 0, 5e9, "value", "支小再贷款额度", "relending quota")
POOL: Final = PolicyLever(
    "credit.loan_pool", "yuan", 0, 0, 1e9, "value", "助保贷资金池", "loan risk pool")
POOL_LEVERAGE: Final = PolicyLever(
    "credit.loan_pool_leverage", "times", 10, 1, 15, "value", "助保贷放大倍数", "loans per yuan of the pool")
POOL_SHARE: Final = PolicyLever(
    "credit.loan_pool_share", "share", 0.5, 0, 1, "value", "助保贷分担比例", "pool's share of a loss")
BRIDGE_FUND: Final = PolicyLever(
    "credit.bridge_fund", "yuan", 0, 0, 1e9, "value", "过桥资金池", "bridge fund")
BRIDGE_DAYS: Final = PolicyLever(
    "credit.bridge_days", "days", 10, 5, 60, "value", "过桥最长天数", "longest use of the bridge fund")
BRIDGE_FEE: Final = PolicyLever(
    "credit.bridge_fee", "share a day", 0.001, 0, 0.003, "value", "过桥日费率", "daily price of the bridge fund")
IP_POOL: Final = PolicyLever(
    "credit.ip_pledge_pool", "yuan", 0, 0, 3e8, "value", "知识产权质押风险池", "IP-pledge risk pool")
IP_SHARE: Final = PolicyLever(
    "credit.ip_pledge_share", "share", 0, 0, 0.8, "value", "知识产权质押分担比例", "pool's share of a loss")
FOLLOWS: Final = PolicyLever(
    "credit.follows_equity", "ratio", 0, 0, 2, "value", "投贷联动比例", "loan offered for a yuan of equity")
TENANT_SHARE: Final = PolicyLever(
    "credit.tenant_loss_share", "share", 0, 0, 0.9, "value", "在孵企业首贷补偿比例", "share of a tenant's first loan's loss borne by the city")
BOND_SIZE: Final = PolicyLever(
    "credit.bond_size", "yuan a year", 1e8, 1e7, 5e8, "value", "发债营收门槛", "revenue of a year from which a firm may issue debt")

REQUESTS: Final = Parameter(
    "credit.requests", 0.010, 0.006, 0.014, "share a month", "guess; CRED08", "D",
    "企业月申贷比例", "enterprises without a loan that ask for one")
REQUESTS_G: Final = Parameter(
    "credit.requests_individual", 0.003, 0.0015, 0.005, "share a month", "guess", "D",
    "个体户月申贷比例", "individual businesses without a loan that ask for one")
NOISE: Final = Parameter(
    "credit.noise", 0.6, 0.4, 0.9, "log odds", "guess", "D",
    "银行评分噪声", "spread of a bank's error about a firm")
EQUIPMENT: Final = Parameter(
    "credit.equipment_effect", 0.03, 0.0, 0.05, "log points", "guess; CRED01, CRED03", "D",
    "设备贷款对产能的影响", "what the equipment bought with a loan of half a year's value added adds to the scale")
FUND_SALIENCE: Final = Parameter(
    "credit.knows_startup_loan", 0.2, 0.1, 0.35, "share", "guess", "D",
    "知晓政策者中了解创业担保贷款的比例", "of borrowers told of programmes, who know of the start-up loan")
PATENTS: Final = Parameter(
    "credit.patent_share", 0.3, 0.15, 0.45, "share", "guess; ZS069-070", "D",
    "持有可质押专利的科技企业比例", "technology enterprises with a patent that a bank takes")
CAPACITY: Final = Parameter(
    "credit.lending_limit", 7e9, 5e9, 9e9, "yuan", "guess: 1.9% of the city's loans, ZS059", "D",
    "银行对初创企业贷款限额", "what all banks would lend to young firms at most, at the end of 2016")
ISSUES: Final = Parameter(
    "credit.bond_issues", 0.05, 0.02, 0.1, "share a year", "guess", "D",
    "符合条件企业年发债比例", "borrowers that may issue debt and do so in a year")

SHORT_OF_CASH: Final = 2.0  # times as many requests when cash is out
FIRST_MONTHS: Final = 6  # after opening, before anybody asks
TICKET_MONTHS: Final = (
    11.0  # of value added: mean ticket before the cap (CRED18: 0.54 m yuan outstanding a borrower)
)
TICKET_SPREAD: Final = 0.7  # log points
TICKET_CAP: Final = 12.0  # months of value added
POOL_CAP: Final = 24.0  # months, for listed growth firms (ZS065)
LEAST_TICKET: Final = 20000.0  # yuan
TERM: Final = 30  # months of a loan in instalments
BULLET_TERM: Final = 12  # months of a loan that falls due at once
RENEWED_MONTHS: Final = (
    36  # since the loan, after which it is not renewed but paid off in instalments (guess)
)
BULLET_FROM: Final = 300000.0  # yuan from which an enterprise's loan falls due at once (guess)
SPREAD: Final = 0.01  # that the dearest loan costs above the mean rate (guess)
FUNDING: Final = -0.0185  # cost of a bank's money against the base rate
HANDLING: Final = 0.015  # a year, of a small loan
CAPITAL_COST: Final = 0.010  # a year
RELENT: Final = 0.01  # by which money of the relending quota is cheaper
USUAL_COVER: Final = 0.8  # by which a request is told apart that is too risky from one that lacks a guarantor
SEVERITY: Final = 0.6  # share of a defaulted loan that is lost, as banks reckon
SPENT_ON_EQUIPMENT: Final = 0.4  # of a loan
SEARCH_DAYS: Final = 20  # from the wish to the file (guess)
APPROVAL_DAYS: Final = 30  # of a branch that is not specialised (guess)
KNOWN_CLIENT: Final = 0.7  # noise about a client relative to a stranger (guess)
TECH_NOISE: Final = 0.8  # noise of a technology branch relative to others (guess)
TECH_PULL: Final = 0.2  # share of technology firms that each such branch draws (guess)
GROWTH_FIRM: Final = 1e7  # yuan of turnover a year: listed growth firms (ZS064-065)
GUARANTEED_FROM: Final = 2e6  # yuan of turnover a year: guarantors look at no smaller firm
TURNOVER: Final = 4.0  # a yuan of value added
LIMIT_GROWTH: Final = 0.12  # a year, of what banks may lend (ZS056, ZS059, ZS061)
FILES_A_DAY: Final = 0.8  # that an officer screens (guess)
PRIVATE_BRIDGE: Final = 0.001  # a day, price of private bridge money
SUBSIDY_MONTH: Final = 11  # December: borrowers claim the year's interest subsidy
ELIGIBLE: Final = (
    "graduate",
    "returnee",
    "veteran",
    "unemployed",
    "hardship",
    "farmer",
)  # start-up loans (ZS146)
# kind: (banks of it, share of requests, officers each). Guesses.
KINDS: Final = {
    "state": (2, 0.40, 20),
    "joint_stock": (2, 0.20, 10),
    "rural": (1, 0.30, 30),
    "village": (1, 0.10, 10),
}
TECH_OFFICERS: Final = 3
TECH_SHARE: Final = 0.02  # of what all banks may lend, for each technology branch (guess)
NEEDED_DAYS: Final = (7.0, 20.0)  # of bridge money, from the old loan to the new (guess)
IP_LEVERAGE: Final = 10.0  # loans per yuan of the IP-pledge pool (ZS068)
BOND_CHEAPER: Final = 0.01  # a year, that debt of the interbank market costs below the mean loan (guess)
BOND_MONTHS: Final = 36  # until it is repaid
BOND_FIRST_MONTHS: Final = 24  # since opening, before anybody may issue (guess)
CHEAP: Final = ("rural", "village")  # banks that get relending money
REASONS: Final = {
    "risk": ("风险过高", "too risky even with four fifths covered"),
    "no_cover": ("需担保而无适用渠道", "needs cover and no scheme is open to it"),
    "bank_full": ("银行额度不足", "the bank has lent all it may"),
    "fee": ("嫌担保费高而放弃", "gave up because of the guarantee fee"),
    "guarantor_risk": ("担保机构不予承保", "declined by the guarantor"),
    "guarantor_full": ("担保能力不足", "guarantor or pool has no room"),
    "suspended": ("资金池暂停", "pool or guarantor suspended after claims"),
    "too_late": ("审批期间歇业", "closed before the money came"),
}

GRANTED: Final = Outcome("loans_granted", ("month",), "yuan", "新发放贷款", "loans paid out", "flow", whole=False)
GRANTED_BY_SCHEME: Final = Outcome("loans_granted_by_scheme", ("month", "scheme"), "yuan", "各类新发放贷款", "loans paid out, by scheme", "flow", whole=False)
NUMBER: Final = Outcome("loans_number", ("month", "scheme"), "count", "新发放贷款笔数", "loans paid out, number by scheme", "flow")
IP_GRANTED: Final = Outcome("ip_pledge_loans_granted", ("month",), "yuan", "知识产权质押贷款", "IP-pledged loans paid out", "flow", whole=False)
REFUSED: Final = Outcome("loans_refused", ("month", "refusal"), "count", "未获贷款原因", "requests that came to nothing, by what bound", "flow")
RATE: Final = Outcome("loan_rate", ("month",), "share a year", "新发放贷款平均利率", "mean rate of loans paid out (0 where there is none)", whole=False)
ROLLED: Final = Outcome("loans_rolled_over", ("month",), "yuan", "续贷金额", "loans renewed when due", "flow", whole=False)
BRIDGED: Final = Outcome("bridge_used", ("month",), "yuan", "过桥资金使用额", "loans bridged by the fund", "flow", whole=False)
BONDS: Final = Outcome("bonds_issued", ("month",), "yuan", "债务融资工具发行额", "debt issued by young firms in the interbank market", "flow", whole=False)
UNBRIDGED: Final = Outcome("bridge_out", ("month",), "yuan", "过桥资金不足金额", "loans due that found the bridge fund empty", "flow", whole=False)
CREDIT_POTS: Final = {"microloan_interest_subsidy": (SUBSIDY_BUDGET,)}
CREDIT_GATES: Final = {"microloan_interest_subsidy": (SUBSIDY,)}

DEFAULT: Final = Parameter(
    "debt.default_share", 0.35, 0.2, 0.6, "share", "guess; CRED07", "D",
    "歇业时违约比例", "of firms that close in debt, who do not pay")  # fmt: skip
MORAL_HAZARD: Final = Parameter(
    "debt.covered_default", 1.15, 1.0, 1.4, "ratio", "CRED02", "C",
    "有担保贷款的违约倍数", "defaults of covered loans relative to others")  # fmt: skip
RECOVERY: Final = Parameter(
    "debt.recovery", 0.35, 0.2, 0.5, "share", "guess", "D",
    "不良贷款回收率", "of a loss that is recovered in the end")  # fmt: skip
RUN_OFF: Final = Parameter(
    "debt.not_renewed_default", 0.3, 0.1, 0.5, "share", "guess", "D",
    "抽贷后违约比例", "of firms whose loan is not renewed and who are short of cash, who default at once")  # fmt: skip
LIVE, REPAID, BAD, WRITTEN_OFF = range(4)
RECOVERY_MONTHS: Final = 30  # over which recoveries come, after three months
FIRST_RECOVERY: Final = 3  # months after default (claim after 90 days)
WRITE_OFF_MONTHS: Final = 24  # after which a bad loan leaves the book (guess)
RESTRUCTURED_MONTHS: Final = 12  # of instalments, for a loan that is not renewed (guess)

STOCK: Final = Outcome("loans_outstanding", ("month",), "yuan", "初创企业贷款余额", "loans of firms founded since 2012, bad ones included", whole=False)
BAD_STOCK: Final = Outcome("bad_loans", ("month",), "yuan", "不良贷款余额", "bad loans not yet written off", whole=False)
DEFAULTED: Final = Outcome("loans_defaulted", ("month",), "yuan", "新增不良贷款", "loans that went bad", "flow", whole=False)
DEFAULTED_BY_SCHEME: Final = Outcome("loans_defaulted_by_scheme", ("month", "scheme"), "yuan", "各类贷款新增不良", "loans that went bad, by scheme", "flow", whole=False)
WRITTEN: Final = Outcome("loans_written_off", ("month",), "yuan", "核销贷款", "bad loans written off", "flow", whole=False)
PAID_BACK: Final = Outcome("loans_repaid", ("month",), "yuan", "偿还贷款本金", "principal repaid, by firms, owners and recovery", "flow", whole=False)
BORROWERS: Final = Outcome("borrowers", ("month", "form"), "count", "有贷款的在营企业", "open firms with a loan")

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
