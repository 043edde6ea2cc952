"""Credit: founders ask for loans, banks screen them with noise, price them, and lend with or without cover.

A request is keyed by firm and month. It waits in its bank's line for an officer; on Friday the bank decides:
lend as it is, lend if somebody stands behind it (guarantor, start-up loan fund, risk pool, IP-pledge
pool), or refuse. A loan is paid out after the days of approval. Larger loans of enterprises fall due
after a year and are rolled over, with money of the bridge fund while it lasts. What becomes of a loan is in
``debt``; how requests, decisions and money follow on each other is in ``lending``; guarantors in ``guarantee``.
Measures: M02, M04 and M34 (noise of screening), M04 (defaults on purpose), M06 (start-up loans, interest
subsidy), M09 (bonds, which are issued in ``bonds``), M10 (branches, relending, loan pool, bridge fund,
search), M11 (IP pledge), M13 (loans that follow equity), M16 (first loans of tenants).
Evidence: CRED05-08, CRED16, CRED18-20, ZS054-061, ZS063-070, ZS146.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.government.budgets import ServiceDesk
from sim.model.population.firm_table import G, Mask, Rows, T

if TYPE_CHECKING:
    from sim.model.banking.lending import Banks
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
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
LEVERS: Final = (
    NOISE_CHANGE, STRATEGIC, SEARCH_CHANGE, SUBSIDY, SUBSIDY_CAP, SUBSIDY_BUDGET, STARTUP_CAP, STARTUP_TERM,
    BRANCHES, DAYS, RELENDING, POOL, POOL_LEVERAGE, POOL_SHARE, BRIDGE_FUND, BRIDGE_DAYS, BRIDGE_FEE, IP_POOL,
    IP_SHARE, FOLLOWS, TENANT_SHARE, BOND_SIZE)

# --- parameters ------------------------------------------------------------------------------------
REQUESTS: Final = Parameter(
    "credit.requests", 0.010, 0.006, 0.014, "share a month", "guess; CRED08", "D",
    "企业月申贷比例", "enterprises without a loan that ask for one")
REQUESTS_G: Final = Parameter(
    "credit.requests_individual", 0.003, 0.0015, 0.005, "share a month", "guess", "D",
    "个体户月申贷比例", "individual businesses without a loan that ask for one")
INTERCEPT: Final = Parameter(
    "credit.intercept", 1.9, 1.6, 2.2, "log odds", "set so that 46% of requests pass: CRED08", "B",
    "银行评分基准", "log odds against default at a score of nought, as banks believe")
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
PARAMETERS: Final = (
    REQUESTS, REQUESTS_G, INTERCEPT, NOISE, EQUIPMENT, FUND_SALIENCE, PATENTS, CAPACITY, ISSUES)
# fmt: on

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
# who looks at firms: banks by kind, guarantors, incubators that give seed money
EYES: Final = (*KINDS, "tech", "public", "private", "fund", "incubator")
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

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
GRANTED: Final = Outcome("loans_granted", ("month",), "yuan", "新发放贷款", "loans paid out", "flow", whole=False)
BY_SCHEME: Final = Outcome("loans_granted_by_scheme", ("month", "scheme"), "yuan", "各类新发放贷款", "loans paid out, by scheme", "flow", whole=False)
NUMBER: Final = Outcome("loans_number", ("month", "scheme"), "count", "新发放贷款笔数", "loans paid out, number by scheme", "flow")
IP_GRANTED: Final = Outcome("ip_pledge_loans_granted", ("month",), "yuan", "知识产权质押贷款", "IP-pledged loans paid out", "flow", whole=False)
REFUSED: Final = Outcome("loans_refused", ("month", "refusal"), "count", "未获贷款原因", "requests that came to nothing, by what bound", "flow")
RATE: Final = Outcome("loan_rate", ("month",), "share a year", "新发放贷款平均利率", "mean rate of loans paid out (0 where there is none)", whole=False)
ROLLED: Final = Outcome("loans_rolled_over", ("month",), "yuan", "续贷金额", "loans renewed when due", "flow", whole=False)
BRIDGED: Final = Outcome("bridge_used", ("month",), "yuan", "过桥资金使用额", "loans bridged by the fund", "flow", whole=False)
BONDS: Final = Outcome("bonds_issued", ("month",), "yuan", "债务融资工具发行额", "debt issued by young firms in the interbank market", "flow", whole=False)
UNBRIDGED: Final = Outcome("bridge_out", ("month",), "yuan", "过桥资金不足金额", "loans due that found the bridge fund empty", "flow", whole=False)
# fmt: on
OUTCOMES: Final = (GRANTED, BY_SCHEME, NUMBER, IP_GRANTED, REFUSED, RATE, ROLLED, BRIDGED, UNBRIDGED, BONDS)
POTS: Final = {"microloan_interest_subsidy": (SUBSIDY_BUDGET,)}
GATES: Final = {"microloan_interest_subsidy": (SUBSIDY,)}


# --- rules -----------------------------------------------------------------------------------------
def request_rate(base: Floats, cash: Ints) -> Floats:
    """Chance to ask for a loan in a month: the usual one, twice that when cash is out."""
    return np.asarray(base * np.where(cash < 0, SHORT_OF_CASH, 1.0))


def ticket(value_added: Floats, g: Floats, cap: Floats) -> Floats:
    """What is asked for, yuan: y x 11 x LN(mean 1, sd 0.7), at most ``cap`` months of value added (CRED18)."""
    wish = TICKET_MONTHS * np.exp(TICKET_SPREAD * g - TICKET_SPREAD**2 / 2)
    return np.asarray(value_added * np.minimum(wish, cap))


def score(
    income: Floats, years: Floats, jobs: npt.NDArray[np.int16], noise: float | Floats, g: Floats
) -> Floats:
    """What a bank sees: 0.8 (x - 1) + 0.3 ln(1 + years) + sigma g. Size plays no part of its own."""
    return np.asarray(0.8 * (income - 1) + 0.3 * np.log1p(np.maximum(years, 0)) + noise * g)


def collateral_score(
    income: Floats, years: Floats, jobs: npt.NDArray[np.int16], noise: float | Floats, g: Floats
) -> Floats:
    """What a bank sees that lends on what can be pledged: 0.9 ln(n/2) + 0.3 ln(1 + years) + sigma g.

    The rival of :func:`score`: small firms' books tell little, so banks look at years in business and at premises and
    plant, for which staff stands here (Manove, Padilla and Pagano 2001, "lazy banks"; Berger and Udell 2006, lending
    technologies; recalled: check). Earnings play no part beyond what size tells of them. 0.9 and 2 level it:
    as many of the loans asked for in 2012 to 2016 are granted as by earnings, and as much money.
    """
    size = 0.9 * np.log(np.maximum(jobs, 1) / 2)
    return np.asarray(size + 0.3 * np.log1p(np.maximum(years, 0)) + noise * g)


def default_chance(seen: Floats, intercept: float) -> Floats:
    """Yearly chance of default as a bank believes: 1/(1 + exp(a + score))."""
    return np.asarray(1 / (1 + np.exp(intercept + seen)))


def break_even(pd: Floats, cover: float | Floats, base: float, relief: float | Floats = 0.0) -> Floats:
    """The rate at which a loan just pays, a year: funds + handling + capital + PD x severity x (1 - cover)."""
    return np.asarray(base + FUNDING - relief + HANDLING + CAPITAL_COST + pd * SEVERITY * (1 - cover))


def price(cost: Floats, mean: float) -> Floats:
    """The rate asked, a year: what the loan costs, within a point of the mean rate (CRED05-06)."""
    return np.clip(cost, mean - SPREAD, mean + SPREAD)


def pays(cost: Floats, mean: float, mandate: float) -> Mask:
    """Whether a bank lends: the loan costs no more than the dearest rate and what the bank bears for its mandate."""
    return np.asarray(cost <= mean + SPREAD + mandate)


def equipment_gain(effect: float, lent: Floats, value_added: Floats) -> Floats:
    """Log points that equipment adds to a firm's scale: effect x lent / (6 months of value added), at most once the effect."""
    return np.asarray(effect * np.minimum(1.0, lent / np.maximum(6 * value_added, 1.0)))


def bridge_price(needed: Floats, fund: Mask, most: float, daily: float) -> Floats:
    """Share of a loan that its bridge money costs: the fund's price for as long as it lends, the private one beyond and without it."""
    of_fund = np.where(fund, np.minimum(needed, most), 0.0)
    return np.asarray(of_fund * daily + (needed - of_fund) * PRIVATE_BRIDGE)


def within(wanted: Ints, bank: npt.NDArray[np.integer[Any]], room: Ints) -> Mask:
    """Which of these sums each bank still has room for, in their order: a sum fits if all of its bank up to it do."""
    order = np.argsort(bank, kind="stable")
    so_far = np.cumsum(wanted[order])
    first = np.searchsorted(bank[order], bank[order])
    fits = np.empty(len(wanted), dtype=np.bool_)
    fits[order] = so_far - (so_far - wanted[order])[first] <= room[bank[order]]
    return fits


SCREENINGS: Final = {"earnings": score, "collateral": collateral_score}


# --- agents ----------------------------------------------------------------------------------------
class Bank(ServiceDesk):
    """A bank or technology branch: officers with a line of requests, a limit, its own eye for risk.

    Attributes:
        kind: one of :data:`KINDS`, or ``tech``.
        number: by which loans name it.
        share: of what all banks may lend.
        noise: of its screening, relative to the usual.
    """

    def __init__(self, banks: Banks, kind: str, number: int, share: float, officers: int) -> None:
        super().__init__(banks.city, "loan", FILES_A_DAY, self.screen, banks.weigh, weekly=True)
        self.banks, self.kind, self.number, self.share = banks, kind, number, share
        self.eye = EYES.index(kind)
        self.noise = TECH_NOISE if kind == "tech" else 1.0
        self.gone = False
        self.lent = self.committed = 0  # fen paid out and not back, and promised
        self.most = 0  # fen that it may have lent this month
        self.staff(officers)

    def remove(self) -> None:
        """Leave the city: no more requests are taken; loans paid out run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def limit(self) -> float:
        """Yuan that it may have lent to young firms."""
        city = self.banks.city
        grown = float((1 + LIMIT_GROWTH) ** ((city.month + 1) / 12))
        return self.share * city.drawn[CAPACITY.id] * grown

    def begin(self, lent: int) -> None:
        """The month: what it has lent, and may."""
        self.lent, self.most = lent, round(100 * self.limit())

    def room(self) -> int:
        """Fen that it may still lend; a bank that has left lends nothing."""
        return 0 if self.gone else max(0, self.most - self.lent - self.committed)

    def promise(self, fen: int, number: int) -> None:
        """Loans of the city, so many, are approved: their money is set aside."""
        self.committed += fen
        self.passed += number

    def days(self, day: float) -> float:
        """Days from decision to money."""
        return self.banks.city.at(DAYS, day) if self.kind == "tech" else APPROVAL_DAYS

    def screen(self, day: int, files: Ints, came: Ints) -> None:
        """Its officers have looked at these firms: they come before the week's decision."""
        self.banks.committee.screened.append(files)


def appraise(
    city: City, rows: Rows, months: Ints, sigma: float | Floats, eye: int | Ints, day: float
) -> Floats:
    """Yearly chances of default of firms to an eye with this noise on a day; the error is keyed by firm, month and eye (:data:`EYES`)."""
    firms = city.firms
    years = (day - firms.opened[rows]) / 365.25
    g = city.chance.normal((firms.id[rows] * 128 + months + 64) * len(EYES) + eye, "screening")
    seen = city.rules.screening(firms.income[rows], years, firms.jobs[rows], sigma, g)
    return default_chance(seen, city.drawn[INTERCEPT.id])


def dispositions(city: City, ids: Ints, segment: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[Any]]:
    """What founders bring to the bank: whether a technology enterprise holds a patent that it can pledge."""
    return {"patent": (segment == T) & (city.chance.uniform(ids, "patent") < city.drawn[PATENTS.id])}


def cap_months(segment: npt.NDArray[np.int8], turnover: Floats) -> Floats:
    """Months of value added that may be asked for: 12; 24 of listed growth firms (ZS065)."""
    listed = (segment != G) & (turnover >= GROWTH_FIRM)
    return np.where(listed, POOL_CAP, TICKET_CAP)
