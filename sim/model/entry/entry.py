"""Entry: who founds, how many, in which line and place, with what skill and savings.

Each month's candidates are drawn once from the world and are the same under every policy. A candidate
founds if its own uniform number lies under its propensity, which policy moves a little (M01-M03
through fixed cost and days, M06 through training), so that the firms which exist only under a policy
can be told from those that would have come anyway. Who thinks of a line that is closed to him asks for
a licence or stays out (M01, M34); some go where the platforms are (M22). Programmes for people (M07,
M16, M20, M25-M28, M30) act on founders that ``newcomers`` draws. How a month's founders are drawn and
hand in their files is in ``founding``.
Evidence: ENTRY01, ENTRY04-09, SUB26, ZS009, ZS121, ZS133, ZS206, JOB03, JOB08.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import OWN_INCOME, Mask

Floats = npt.NDArray[np.floating[Any]]
Ids = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
FIXED_COST: Final = PolicyLever(
    "entry.fixed_cost", "yuan", 3000, 0, 50000, "sum", "开办固定成本",
    "fees and address a new firm must pay for before it opens; base: an address of one's own")  # fmt: skip
TRAINEES: Final = PolicyLever(
    "entry.trainees", "persons a year", 0, 0, 100000, "sum", "创业培训人数",
    "would-be founders trained in a year")  # fmt: skip
# fmt: off
OPEN_SHARE: Final = PolicyLever(
    "entry.open_share", "share", 1.0, 0, 1, "value", "准入开放行业比例", "business lines open to any entrant")
PLATFORM_OPEN_SHARE: Final = PolicyLever(
    "entry.platform_open_share", "share", 1.0, 0, 1, "value", "平台类业务开放比例", "platform lines open to any entrant")
DISTRICT_PULL: Final = PolicyLever(
    "entry.district_pull", "share", 0.0, 0, 1, "sum", "园区平台吸引力", "relative pull of the Torch zone and Cuiheng on founders")
RESEARCHERS: Final = PolicyLever(
    "entry.researchers", "persons a year", 0, 0, 1000, "sum", "科研人员创业增量", "researchers more who think of founding")
LEAVE_TERM: Final = PolicyLever(
    "entry.leave_term", "months", 36, 0, 120, "value", "离岗创业期限", "length of a leave to found a firm")
LEAVE_TERMS: Final = PolicyLever(
    "entry.leave_terms", "terms", 1, 0, 5, "value", "离岗创业期数", "terms of leave at most")
LEAVE_APPROVAL: Final = PolicyLever(
    "entry.leave_approval", "share", 0.0, 0, 1, "value", "离岗创业批准比例", "requests for leave that the employer grants")
EQUITY_INCENTIVES: Final = PolicyLever(
    "entry.equity_incentives", "share", 0.0, 0, 1, "value", "股权激励企业比例", "technology firms with equity incentives")
EQUITY_DEFERRAL: Final = PolicyLever(
    "entry.equity_deferral", "years", 5, 0, 20, "value", "递延纳税年限", "years of tax deferral on equity awards")
RETURNEES: Final = PolicyLever(
    "entry.returnees", "persons a year", 0, 0, 70, "value", "境外与留学人才创业人数", "founders who come from abroad")
PERMIT_DAYS: Final = PolicyLever(
    "entry.permit_days", "days", 30, 0, 365, "value", "外国人工作许可天数", "days of a work permit")
SPINOFFS: Final = PolicyLever(
    "entry.spinoffs", "persons a year", 0, 0, 2000, "sum", "企业员工创业增量", "employees more who think of founding")
FARMERS: Final = PolicyLever(
    "entry.farmers", "persons a year", 0, 0, 5000, "sum", "农民创业增量", "farmers more who think of founding")
GRADUATES_TRAINED: Final = PolicyLever(
    "entry.graduates_trained", "persons a year", 0, 0, 50000, "sum", "接受创业教育的学生", "students in start-up programmes")
GRADUATE_MENTORS: Final = PolicyLever(
    "entry.graduate_mentors", "mentors", 0, 0, 5000, "sum", "高校创业指导师", "mentors at the universities")
LUMP_SUM: Final = PolicyLever(
    "entry.lump_sum_benefit", "switch", 1, 0, 1, "value", "一次性领取失业保险金", "unemployment benefit may be taken at once")
ALLOWANCE_MONTHS: Final = PolicyLever(
    "entry.allowance_months", "months", 0, 0, 60, "value", "低保待遇保留月数", "months for which the minimum allowance is kept")
LEVERS: Final = (
    FIXED_COST, TRAINEES, OPEN_SHARE, PLATFORM_OPEN_SHARE, DISTRICT_PULL, RESEARCHERS, LEAVE_TERM, LEAVE_TERMS,
    LEAVE_APPROVAL, EQUITY_INCENTIVES, EQUITY_DEFERRAL, RETURNEES, PERMIT_DAYS, SPINOFFS, FARMERS, GRADUATES_TRAINED,
    GRADUATE_MENTORS, LUMP_SUM, ALLOWANCE_MONTHS)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
PROPENSITY: Final = Parameter(
    "entry.propensity", 0.6, 0.6, 0.6, "share", "convention: room for policy to move it both ways", "D",
    "候选人创业概率", "chance that a candidate founds when policy moves nothing")  # fmt: skip
REFORM: Final = Parameter(
    "entry.reform_effect", 0.02, 0.01, 0.05, "relative entries", "ENTRY04", "B",
    "商事登记改革对新设的影响", "more entries from the whole cut of opening days, 20 to 5 working days")  # fmt: skip
TRAINING: Final = Parameter(
    "entry.training_effect", 0.02, 0.0, 0.05, "probability", "SUB26", "C",
    "创业培训对创业概率的影响", "more chance to found for a trainee", potency=0.5)  # fmt: skip
COST_EFFECT: Final = Parameter(
    "entry.cost_effect", 0.05, 0.0, 0.1, "relative entries", "guess; potency ENTRY08", "D",
    "开办成本对新设的影响", "fewer entries for a fixed cost of one month of own income", potency=0.5)  # fmt: skip
ON_THE_VERGE: Final = Parameter(
    "entry.trainees_on_the_verge", 0.3, 0.15, 0.5, "share", "guess", "D",
    "学员中当月拟创业者比例", "of trainees, who are about to decide whether to found")  # fmt: skip
INDIVIDUAL: Final = Parameter(
    "entry.individual_share", 0.66, 0.64, 0.68, "share", "ZS206", "B",
    "新设中个体户比例", "individual businesses among entrants")  # fmt: skip
TECHNOLOGY: Final = Parameter(
    "entry.technology_share", 0.03, 0.02, 0.04, "share", "guess; ZS136 for the stock", "D",
    "新设中科技企业比例", "technology enterprises among entrants")  # fmt: skip
SIZE_E: Final = Parameter(
    "entry.enterprise_size", 4.55, 4.3, 4.8, "persons", "JOB03", "B",
    "企业初始规模参数", "median jobs of an enterprise at opening, owner included")  # fmt: skip
SIZE_G: Final = Parameter(
    "entry.individual_staff", 1.05, 0.85, 1.25, "persons", "JOB08", "B",
    "个体户初始雇员参数", "median staff of an individual business at opening, owner apart")  # fmt: skip
CAPITAL: Final = Parameter(
    "entry.capital_months", 2.2, 1.6, 2.8, "months of cost", "SHOCK04, CRED16", "B",
    "初始资金可支撑月数", "median own capital, in months of cost")  # fmt: skip
BARRED: Final = Parameter(
    "entry.barred", 0.1, 0.0, 0.25, "share", "guess; potency ENTRY08", "D",
    "受限行业中放弃创业的比例", "of those whose line is closed, who stay out; the rest ask for a licence", potency=0.5)  # fmt: skip
PULL: Final = Parameter(
    "entry.pull_effect", 1.0, 0.3, 2.0, "ratio", "guess; potency SUB08-09", "D",
    "平台吸引力的实际程度", "how far the pull of district platforms is real", potency=0.5)  # fmt: skip
ENCOURAGED: Final = Parameter(
    "entry.encouraged", 0.2, 0.05, 0.4, "share", "guess; potency ENTRY08", "D",
    "受鼓励者中本不会考虑创业的比例", "of persons whom programmes lead to think of founding, who would not have otherwise",
    potency=0.5)  # fmt: skip
PROGRAMME: Final = Parameter(
    "entry.programme_effect", 0.005, 0.001, 0.015, "probability", "guess; potency SUB26", "D",
    "创业教育对创业概率的影响", "more chance to found for a student of a start-up programme", potency=0.5)  # fmt: skip
ASKING: Final = Parameter(
    "entry.researchers_asking", 12, 5, 25, "persons a year", "guess", "D",
    "有意离岗创业的科研人员", "researchers who think of a leave to found a firm whatever policy does")  # fmt: skip
PARAMETERS: Final = (
    PROPENSITY, REFORM, TRAINING, COST_EFFECT, ON_THE_VERGE, INDIVIDUAL, TECHNOLOGY, SIZE_E, SIZE_G, CAPITAL,
    BARRED, PULL, ENCOURAGED, PROGRAMME, ASKING)  # fmt: skip

OLD_DAYS, NEW_DAYS = 20.0, 5.0  # working days before and after the reform (ADMIN02, ADMIN04)
AS_IT_WAS_DAYS: Final = {2018: 12.0, 2019: 5.0, 2020: 5.0}  # working days (ADMIN02-04, as in the catalogue)
AS_IT_WAS_FEES: Final = {2018: 800.0, 2019: 800.0, 2020: 800.0}  # yuan (catalogue: fee_cleanup)
OLD_FEES: Final = 1500.0  # yuan, fees before their clean-up, address shared (catalogue: fee_cleanup)
AS_IT_WAS_OPEN: Final = {2018: 0.97, 2019: 0.97, 2020: 0.97}  # share of lines (catalogue: negative_list)
OLD_OPEN: Final = 0.9  # share of lines open before the negative list (catalogue)
POLICY_CAP: Final = 0.05  # most that policy can add to entries in all
RESTRICTED: Final = 0.3  # founders in a line under restriction, relative to a line that is open (guess)
STUDENTS_FOUND: Final = 0.029  # of students, who found anyway (ENTRY01)

# --- outcomes --------------------------------------------------------------------------------------
TRAINED: Final = Outcome(
    "trainees", ("month",), "persons", "创业培训人数", "would-be founders trained", "flow")  # fmt: skip
OUTCOMES: Final = (TRAINED,)


# --- rules -----------------------------------------------------------------------------------------
def propensity(base: float, days: float, cost: float, reform: float, cost_effect: float) -> float:
    """Chance that a candidate founds.

    p = min(0.95, base x (1 + e)), e = min(0.05, reform x (20 - days)/15 - cost_effect x (cost - 1500)/4300):
    opening days and fixed cost against those before the reform (ENTRY04).

    Args:
        base: chance when policy moves nothing.
        days: working days of opening a firm.
        cost: fixed cost of opening, yuan.
        reform: effect of the whole cut in days.
        cost_effect: effect of one month's own income in cost.
    """
    effect = reform * (OLD_DAYS - days) / (OLD_DAYS - NEW_DAYS)
    effect -= cost_effect * (cost - OLD_FEES) / OWN_INCOME
    return min(0.95, base * (1.0 + min(POLICY_CAP, effect)))


def line_open(u: Floats, platform: Mask, lines: float, platforms: float) -> Mask:
    """Whether a founder's line is open to any entrant: u <= 1 - 0.3 (1 - lines), on platforms u <= platforms."""
    return np.asarray(u <= np.where(platform, platforms, closing_line(lines)))


def closing_line(lines: float) -> float:
    """Share of founders whose line is open: 1 - 0.3 (1 - lines); lines under restriction are thin in founders."""
    return 1 - RESTRICTED * (1 - lines)


def room_left(founders: float, usual: float) -> float:
    """Founders that policy may still add: what is left of 5% of the usual number (equation 13)."""
    return max(0.0, (1 + POLICY_CAP) * usual - founders)


# --- candidates ------------------------------------------------------------------------------------
@cache
def registrations() -> dict[int, float]:
    """Registrations of a year, from ``data/registrations.csv``."""
    text = files("sim.model.environment").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float, barred: float = 0.0) -> int:
    """Number of candidates of a month (0 is January 2017, negative before).

    Registrations / 12 / the chance to found under the days, fees and closed lines of that year as they were, so
    that the city as it was registers what was registered, and a world without the reform less.
    """
    year = 2017 + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    if month >= 0:
        chance *= 1 - barred * (1 - closing_line(AS_IT_WAS_OPEN.get(year, OLD_OPEN)))
    return round(registrations()[year] / 12 / chance)


def expected_firms(scale: float) -> int:
    """Rows to make room for: a little more than will be needed at a scale."""
    whole = sum(registrations().values())
    return int(1.03 * whole * (scale * 0.97 + 0.04)) + 2000


def monthly_ids(month: int, n: int) -> Ids:
    """Permanent ids of a month's candidates: (months since 2012) x 100,000 + number."""
    return (month + 60) * 100_000 + np.arange(n, dtype=np.int64)
