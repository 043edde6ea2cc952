"""Banking: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Policy levers ---
NOISE_CHANGE: Final = PolicyLever(
    "credit.screening_noise", "ratio", 0, -0.5, 0.5, "sum", "银行评审误差相对变化", "relative change in banks' assessment error")
STRATEGIC: Final = PolicyLever(
    "credit.strategic_default", "ratio", 0, -0.5, 0.5, "sum", "恶意违约率相对变化", "relative change in strategic default")
SEARCH_CHANGE: Final = PolicyLever(
    "credit.search_days", "days", 0, -20, 60, "sum", "贷款对接天数变化", "change in days of search for a loan")
SUBSIDY: Final = PolicyLever(
    "credit.interest_subsidy", "share a year", 0, 0, 0.06, "value", "小额贷款贴息幅度（市财政承担）", "interest subsidy paid by the city")
SUBSIDY_CAP: Final = PolicyLever(
    "credit.interest_subsidy_cap", "yuan", 200000, 0, 1e6, "value", "可贴息贷款上限", "maximum loan eligible for the interest subsidy")
SUBSIDY_BUDGET: Final = PolicyLever(
    "credit.interest_subsidy_budget", "yuan a year", 0, 0, 2e7, "value", "小额贷款贴息年度预算", "yearly budget for interest subsidies")
STARTUP_CAP: Final = PolicyLever(
    "credit.startup_loan_cap", "yuan per person", 200000, 0, 1e6, "value", "创业担保贷款每人上限", "maximum start-up guaranteed loan")
STARTUP_TERM: Final = PolicyLever(
    "credit.startup_loan_term", "months", 24, 6, 60, "value", "创业担保贷款期限", "term of a start-up guaranteed loan")
BRANCHES: Final = PolicyLever(
    "credit.tech_branches", "branches", 0, 0, 8, "value", "科技信贷专营机构数", "technology credit branches")
DAYS: Final = PolicyLever(
    "credit.days", "days", 30, 3, 60, "value", "科技信贷专营机构审批至放款天数", "days from decision to disbursement at technology branches")
RELENDING: Final = PolicyLever(
    "credit.relending_quota", "yuan", 0, 0, 5e9, "value", "支小再贷款额度", "relending quota")
POOL: Final = PolicyLever(
    "credit.loan_pool", "yuan", 0, 0, 1e9, "value", "助保贷资金池规模", "loan risk pool")
POOL_LEVERAGE: Final = PolicyLever(
    "credit.loan_pool_leverage", "times", 10, 1, 15, "value", "助保贷放大倍数", "loans covered per yuan of the loan pool")
POOL_SHARE: Final = PolicyLever(
    "credit.loan_pool_share", "share", 0.5, 0, 1, "value", "助保贷资金池分担贷款损失的比例", "share of a loss borne by the loan pool")
BRIDGE_FUND: Final = PolicyLever(
    "credit.bridge_fund", "yuan", 0, 0, 1e9, "value", "过桥资金池规模", "bridge fund")
BRIDGE_DAYS: Final = PolicyLever(
    "credit.bridge_days", "days", 10, 5, 60, "value", "过桥资金最长使用天数", "maximum days of bridge finance from the fund")
BRIDGE_FEE: Final = PolicyLever(
    "credit.bridge_fee", "share a day", 0.001, 0, 0.003, "value", "过桥资金日费率", "daily fee of the bridge fund")
IP_POOL: Final = PolicyLever(
    "credit.ip_pledge_pool", "yuan", 0, 0, 3e8, "value", "知识产权质押融资风险补偿资金池规模", "IP-pledge risk pool")
IP_SHARE: Final = PolicyLever(
    "credit.ip_pledge_share", "share", 0, 0, 0.8, "value", "知识产权质押融资资金池分担贷款损失的比例", "share of a loss borne by the IP-pledge pool")
FOLLOWS: Final = PolicyLever(
    "credit.follows_equity", "ratio", 0, 0, 2, "value", "每元股权融资配套的贷款额", "loan offered per yuan of equity raised")
TENANT_SHARE: Final = PolicyLever(
    "credit.tenant_loss_share", "share", 0, 0, 0.9, "value", "在孵企业首贷损失财政补偿比例（省、市合计）", "share of the loss on a tenant's first loan borne by province and city")
BOND_SIZE: Final = PolicyLever(
    "credit.bond_size", "yuan a year", 1e8, 1e7, 5e8, "value", "可发债企业年营业收入门槛", "yearly turnover above which a firm may issue bonds")

# --- Uncertain parameters: loans and bonds ---
REQUESTS: Final = Parameter(
    "credit.requests", 0.010, 0.006, 0.014, "share a month", "guess; CRED08", "D",
    "无贷款企业每月申请贷款的比例", "share of enterprises without a loan that apply for one")
REQUESTS_G: Final = Parameter(
    "credit.requests_individual", 0.003, 0.0015, 0.005, "share a month", "guess", "D",
    "无贷款个体户每月申请贷款的比例", "share of individual businesses without a loan that apply for one")
NOISE: Final = Parameter(
    "credit.noise", 0.6, 0.4, 0.9, "log odds", "guess", "D",
    "银行评审误差（标准差）", "standard deviation of a bank's assessment error")
EQUIPMENT: Final = Parameter(
    "credit.equipment_effect", 0.03, 0.0, 0.05, "log points", "guess; CRED01, CRED03", "D",
    "以六个月增加值的贷款购置设备后的产能增幅", "increase in scale from equipment bought with a loan of six months' value added")
FUND_SALIENCE: Final = Parameter(
    "credit.knows_startup_loan", 0.2, 0.1, 0.35, "share", "guess", "D",
    "知晓扶持政策的创业者中知晓创业担保贷款的比例", "share of founders aware of programmes who know of the start-up loan")
PATENTS: Final = Parameter(
    "credit.patent_share", 0.3, 0.15, 0.45, "share", "guess; ZS069-070", "D",
    "持有可质押专利的科技企业比例", "share of technology enterprises with a patent that banks accept as collateral")
CAPACITY: Final = Parameter(
    "credit.lending_limit", 7e9, 5e9, 9e9, "yuan", "guess: 1.9% of the city's loans, ZS059", "D",
    "全部银行对初创企业的贷款限额（2016年末）", "limit of all banks for lending to young firms at the end of 2016")
ISSUES: Final = Parameter(
    "credit.bond_issues", 0.05, 0.02, 0.1, "share a year", "guess", "D",
    "符合条件的借款企业每年发债比例", "share of eligible borrowers that issue a bond in a year")

# --- Uncertain parameters: the loan book ---
DEFAULT: Final = Parameter(
    "debt.default_share", 0.35, 0.2, 0.6, "share", "guess; CRED07", "D",
    "有贷款余额的歇业企业违约比例", "share of firms closing in debt that default")
MORAL_HAZARD: Final = Parameter(
    "debt.covered_default", 1.15, 1.0, 1.4, "ratio", "CRED02", "C",
    "有担保贷款与其他贷款违约率之比", "default rate of covered loans relative to other loans")
RECOVERY: Final = Parameter(
    "debt.recovery", 0.35, 0.2, 0.5, "share", "guess", "D",
    "贷款损失最终收回比例", "share of a loss that is eventually recovered")
RUN_OFF: Final = Parameter(
    "debt.not_renewed_default", 0.3, 0.1, 0.5, "share", "guess", "D",
    "资金不足企业未获续贷时立即违约的比例", "share of firms short of cash that default at once when their loan is not renewed")

# --- Applications ---
SHORT_OF_CASH: Final[Annotated[float, Assumption("times", "guess", "application rate of firms whose cash is negative, relative to the usual rate")]] = 2.0
FIRST_MONTHS: Final[Annotated[int, Assumption("months", "guess", "minimum time since opening before a firm applies for a loan")]] = 6
TICKET_MONTHS: Final[Annotated[float, Assumption("months of value added", "CRED18", "mean amount requested before the cap, set so that a borrower owes 0.54 million yuan on average")]] = 11.0
TICKET_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log amount requested")]] = 0.7
TICKET_CAP: Final[Annotated[float, Assumption("months of value added", "guess", "maximum amount that a bank lends without the loan pool")]] = 12.0
POOL_CAP: Final[Annotated[float, Assumption("months of value added", "ZS065", "maximum amount requested by growth firms")]] = 24.0
LEAST_TICKET: Final[Annotated[float, Assumption("yuan", "guess", "minimum amount of a loan")]] = 20000.0
SEARCH_DAYS: Final[Annotated[int, Assumption("days", "guess", "time from the decision to borrow to the application")]] = 20
GROWTH_FIRM: Final[Annotated[float, Assumption("yuan a year", "ZS064-065", "minimum turnover of a growth firm (an enterprise on the city's list)")]] = 1e7
ELIGIBLE: Final[Annotated[tuple[str, ...], Constant("kinds of founder", "ZS146", "kinds of founder eligible for the start-up guaranteed loan")]] = ("graduate", "returnee", "veteran", "unemployed", "hardship", "farmer")

# --- Pricing and approval ---
RATE_SPREAD: Final[Annotated[float, Assumption("share a year", "guess", "maximum difference between the rate of a loan and the mean rate")]] = 0.01
FUNDING: Final[Annotated[float, Assumption("share a year", "guess", "cost of funds of a bank less the base rate")]] = -0.0185
HANDLING: Final[Annotated[float, Assumption("share a year", "guess", "cost of handling a small loan")]] = 0.015
CAPITAL_COST: Final[Annotated[float, Assumption("share a year", "guess", "cost of the capital held against a loan")]] = 0.010
SEVERITY: Final[Annotated[float, Assumption("share", "guess", "share of a defaulted loan that banks expect to lose")]] = 0.6
RELENT: Final[Annotated[float, Assumption("share a year", "guess", "reduction in the cost of funds under the relending quota")]] = 0.01
USUAL_COVER: Final[Annotated[float, Assumption("share", "guess", "cover at which an unprofitable application is refused as too risky rather than for lack of a guarantor")]] = 0.8
GUARANTEED_FROM: Final[Annotated[float, Assumption("yuan a year", "guess", "minimum turnover of firms that guarantors consider")]] = 2e6
KNOWN_CLIENT: Final[Annotated[float, Assumption("ratio", "guess", "assessment error of existing clients relative to that of new applicants")]] = 0.7

# --- Banks and their technology branches ---
class BankKind(NamedTuple):
    """Kind of bank: number of banks, their joint share of applications and lending, and loan officers per bank."""

    banks: int
    share: float
    officers: int


KINDS: Final[Annotated[Mapping[str, BankKind], Assumption("number, share, number", "guess", "number of banks of each kind, their joint share of applications, and loan officers per bank")]] = {
    "state": BankKind(2, 0.40, 20), "joint_stock": BankKind(2, 0.20, 10), "rural": BankKind(1, 0.30, 30), "village": BankKind(1, 0.10, 10)}
CHEAP: Final[Annotated[tuple[str, ...], Constant("kinds of bank", "convention", "kinds of bank eligible for the relending quota")]] = ("rural", "village")
LIMIT_GROWTH: Final[Annotated[float, Assumption("share a year", "ZS056, ZS059, ZS061", "growth of banks' lending limit for young firms")]] = 0.12
FILES_A_DAY: Final[Annotated[float, Assumption("files a working day", "guess", "applications screened by a loan officer")]] = 0.8
APPROVAL_DAYS: Final[Annotated[int, Assumption("days", "guess", "time from decision to disbursement, except at technology branches")]] = 30
TECH_OFFICERS: Final[Annotated[int, Assumption("number", "guess", "loan officers per technology branch")]] = 3
TECH_SHARE: Final[Annotated[float, Assumption("share", "guess", "lending limit of a technology branch as a share of the limit of all banks")]] = 0.02
TECH_NOISE: Final[Annotated[float, Assumption("ratio", "guess", "assessment error of a technology branch relative to that of other banks")]] = 0.8
TECH_PULL: Final[Annotated[float, Assumption("share", "guess", "share of technology firms attracted by each technology branch")]] = 0.2
TECH_PULL_MOST: Final[Annotated[float, Assumption("share", "guess", "maximum share of technology firms attracted by all technology branches")]] = 0.8
IP_LEVERAGE: Final[Annotated[float, Assumption("times", "ZS068", "loans covered per yuan of the IP-pledge pool")]] = 10.0

# --- Terms of loans ---
TERM: Final[Annotated[int, Assumption("months", "guess", "term of a loan repaid in instalments")]] = 30
BULLET_TERM: Final[Annotated[int, Assumption("months", "guess", "term of a loan repaid at maturity")]] = 12
BULLET_FROM: Final[Annotated[float, Assumption("yuan", "guess", "minimum size of an enterprise loan that is repaid at maturity")]] = 300000.0
SPENT_ON_EQUIPMENT: Final[Annotated[float, Assumption("share", "guess", "share of a loan that is spent on equipment")]] = 0.4
EQUIPMENT_MONTHS: Final[Annotated[float, Assumption("months of value added", "guess", "loan size at which the equipment effect reaches its maximum")]] = 6.0
SUBSIDY_MONTH: Final[Annotated[int, Constant("month of the year from 0", "convention", "month in which borrowers claim the year's interest subsidy")]] = 11

# --- Rollover ---
RENEWED_MONTHS: Final[Annotated[int, Assumption("months", "guess", "time since disbursement during which a loan may be renewed at maturity")]] = 36
RESTRUCTURED_MONTHS: Final[Annotated[int, Assumption("months", "guess", "period of instalments for a loan that is not renewed")]] = 12
NEEDED_DAYS: Final[Annotated[tuple[float, float], Assumption("days", "guess", "minimum and maximum number of days between the old and the new loan that need bridge finance")]] = (7.0, 20.0)
PRIVATE_BRIDGE: Final[Annotated[float, Assumption("share a day", "guess", "fee for private bridge finance")]] = 0.001

# --- Bonds ---
BOND_CHEAPER: Final[Annotated[float, Assumption("share a year", "guess", "mean loan rate less the interest rate of a bond")]] = 0.01
BOND_MONTHS: Final[Annotated[int, Assumption("months", "guess", "maturity of a bond")]] = 36
BOND_FIRST_MONTHS: Final[Annotated[int, Assumption("months", "guess", "minimum time since opening before a firm may issue bonds")]] = 24

# --- Default and recovery ---
LIVE, REPAID, BAD, WRITTEN_OFF = range(4)
RECOVERY_MONTHS: Final[Annotated[int, Assumption("months", "guess", "period over which recoveries of a bad loan are received")]] = 30
FIRST_RECOVERY: Final[Annotated[int, Assumption("months", "CRED10", "time from default to the first recovery, given that claims are paid after 90 days")]] = 3
WRITE_OFF_MONTHS: Final[Annotated[int, Assumption("months", "guess", "time from default to write-off")]] = 24

# --- Initial loan book on 1 January 2017 ---
PAST_MONTHS: Final[Annotated[int, Constant("months", "convention", "number of months before 2017 from which loans may still be outstanding, including renewals")]] = RENEWED_MONTHS + RESTRUCTURED_MONTHS - 1
BAD_SINCE_DAYS: Final[Annotated[int, Assumption("days", "guess", "period before 2017 in which firm closures left bad loans in the initial loan book")]] = 730
DAYS_A_MONTH: Final[Annotated[float, Constant("days", "convention", "mean length of a month")]] = 30.44

# --- Results ---
REASONS: Final = {
    "risk": ("提供80%担保后风险仍过高", "too risky even with 80% covered"),
    "no_cover": ("需担保但无适用的担保方式", "cover needed and no scheme applies"),
    "bank_full": ("银行信贷额度不足", "the bank's lending limit is reached"),
    "fee": ("因担保费放弃申请", "withdrawn because of the guarantee fee"),
    "guarantor_risk": ("担保机构不予承保", "declined by the guarantor"),
    "guarantor_full": ("担保额度用尽", "guarantee capacity exhausted"),
    "suspended": ("资金池或担保机构因代偿暂停新业务", "pool or guarantor suspended after claims"),
    "too_late": ("放款前已歇业", "closed before disbursement"),
}
GRANTED: Final = Outcome("loans_granted", ("month",), "yuan", "新发放贷款额", "loans disbursed", "flow", whole=False)
GRANTED_BY_SCHEME: Final = Outcome("loans_granted_by_scheme", ("month", "scheme"), "yuan", "新发放贷款额（按贷款方式）", "loans disbursed, by scheme", "flow", whole=False)
NUMBER: Final = Outcome("loans_number", ("month", "scheme"), "count", "新发放贷款笔数（按贷款方式）", "number of loans disbursed, by scheme", "flow")
IP_GRANTED: Final = Outcome("ip_pledge_loans_granted", ("month",), "yuan", "新发放知识产权质押贷款额", "IP-pledged loans disbursed", "flow", whole=False)
REFUSED: Final = Outcome("loans_refused", ("month", "refusal"), "count", "未获贷款的申请数（按原因）", "loan applications refused, by reason", "flow")
RATE: Final = Outcome("loan_rate", ("month",), "share a year", "新发放贷款平均利率（当月无发放时为0）", "mean interest rate of loans disbursed (0 if there are none)", whole=False)
ROLLED: Final = Outcome("loans_rolled_over", ("month",), "yuan", "到期续贷金额", "loans renewed at maturity", "flow", whole=False)
BRIDGED: Final = Outcome("bridge_used", ("month",), "yuan", "由过桥资金池垫付的贷款额", "loans financed by the bridge fund", "flow", whole=False)
BONDS: Final = Outcome("bonds_issued", ("month",), "yuan", "初创企业在银行间市场发行债务融资工具金额", "bonds issued by young firms in the interbank market", "flow", whole=False)
UNBRIDGED: Final = Outcome("bridge_out", ("month",), "yuan", "过桥资金池未能垫付的到期贷款额", "loans due that the bridge fund could not finance", "flow", whole=False)
STOCK: Final = Outcome("loans_outstanding", ("month",), "yuan", "2012年以来创办企业的贷款余额（含不良贷款）", "outstanding loans, including bad loans, of firms founded since 2012", whole=False)
BAD_STOCK: Final = Outcome("bad_loans", ("month",), "yuan", "不良贷款余额（未核销）", "bad loans not yet written off", whole=False)
DEFAULTED: Final = Outcome("loans_defaulted", ("month",), "yuan", "新增不良贷款额", "loans that became bad", "flow", whole=False)
DEFAULTED_BY_SCHEME: Final = Outcome("loans_defaulted_by_scheme", ("month", "scheme"), "yuan", "新增不良贷款额（按贷款方式）", "loans that became bad, by scheme", "flow", whole=False)
WRITTEN: Final = Outcome("loans_written_off", ("month",), "yuan", "核销不良贷款额", "bad loans written off", "flow", whole=False)
PAID_BACK: Final = Outcome("loans_repaid", ("month",), "yuan", "企业和业主偿还或追回的贷款本金", "principal repaid by firms and owners or recovered", "flow", whole=False)
BORROWERS: Final = Outcome("borrowers", ("month", "form"), "count", "有贷款的在营企业数（不含不良贷款）", "open firms with a loan")
CREDIT_BUDGETS: Final = {"microloan_interest_subsidy": (SUBSIDY_BUDGET,)}
CREDIT_GATES: Final = {"microloan_interest_subsidy": (SUBSIDY,)}

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
