"""Claims: every subsidy to a firm as an application, from hearing of it to the money or the refusal.

A founder claims if it has heard of the programme, is eligible, and thinks the money worth the hassle;
the file waits for a clerk; the budget of the year pays, or the claim waits for the next one (the files under way
are in ``claims_office``).
Measures: M06 (grants; incubation, free rent and loans come with incubators and credit), M20
(information, online claims; contests, which are held in ``contest``), M03, M04 (fraud), M27 (package), M28
(hardship).
Evidence: ZS131, ZS139-140, ZS143, ZS148-149, ZS151-152, ADMIN01, ADMIN05, SUB12, SUB16-18.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import Mask

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
AWARENESS: Final = PolicyLever(
    "claims.awareness", "share", 0.0, 0, 1, "share",
    "政策知晓率", "share of eligible founders whom some channel has told of the programmes")
GUIDANCE: Final = PolicyLever(
    "claims.guidance", "ratio", 1.0, 0, 3, "value",
    "登记创业指导强度", "relative contacts of registration guidance")
ONLINE: Final = PolicyLever(
    "claims.online_share", "share", 0.2, 0, 1, "value",
    "一门一网办理比例", "share of matters handled at one window or online: less hassle")
PROCESSING_DAYS: Final = PolicyLever(
    "claims.processing_days", "workdays", 60, 1, 250, "value",
    "补贴审核公示拨付天数", "working days of notice and transfer after a clerk's decision")
CLERKS: Final = PolicyLever(
    "claims.clerks", "clerks", 24, 0, 500, "value", "补贴窗口人员", "clerks who decide claims")
FRAUD_FOUND: Final = PolicyLever(
    "claims.fraud_found", "share", 0.2, 0, 1, "value", "骗补查处率", "share of fraudulent claims found")
SANCTIONS: Final = PolicyLever(
    "claims.sanctions", "share", 0.2, 0, 1, "value",
    "失信联合惩戒力度", "share of dishonest acts that are sanctioned, which deters fraud")
ONE_OFF_AMOUNT: Final = PolicyLever(
    "claims.one_off_amount", "yuan", 0, 0, 50000, "value", "一次性创业资助标准", "one-off start-up grant")
ONE_OFF_BUDGET: Final = PolicyLever(
    "claims.one_off_budget", "yuan a year", 0, 0, 1e9, "value", "一次性创业资助预算", "its yearly budget")
RENT_AMOUNT: Final = PolicyLever(
    "claims.rent_amount", "yuan a year", 0, 0, 20000, "value", "租金补贴标准", "rent subsidy for a full year")
RENT_YEARS: Final = PolicyLever(
    "claims.rent_years", "years", 3, 0, 5, "value", "租金补贴年限", "years of rent subsidy at most")
RENT_BUDGET: Final = PolicyLever(
    "claims.rent_budget", "yuan a year", 0, 0, 1e9, "value", "租金补贴预算", "its yearly budget")
JOB_FIRST: Final = PolicyLever(
    "claims.job_first", "yuan per job", 0, 0, 10000, "value", "带动就业补贴（前三人）", "subsidy for each of the first three jobs")
JOB_BEYOND: Final = PolicyLever(
    "claims.job_beyond", "yuan per job", 0, 0, 10000, "value", "带动就业补贴（第四人起）", "subsidy for each further job")
JOB_CAP: Final = PolicyLever(
    "claims.job_cap", "yuan per firm", 0, 0, 200000, "value", "带动就业补贴上限", "most that a firm may get in all")
JOB_BUDGET: Final = PolicyLever(
    "claims.job_budget", "yuan a year", 0, 0, 1e9, "value", "带动就业补贴预算", "its yearly budget")
HARDSHIP_RENT: Final = PolicyLever(
    "claims.hardship_rent", "yuan a year", 0, 0, 20000, "value", "困难群体租金补贴", "rent subsidy for founders from hardship households")
HARDSHIP_ONE_OFF: Final = PolicyLever(
    "claims.hardship_one_off", "yuan", 0, 0, 50000, "value", "困难群体一次性资助", "one-off grant for founders from hardship households")
CONTEST_AWARDS: Final = PolicyLever(
    "claims.contest_awards", "awards a year", 0, 0, 200, "value", "大赛奖项数", "awards of the yearly contest")
CONTEST_AWARD: Final = PolicyLever(
    "claims.contest_award", "yuan", 0, 0, 1e6, "value", "大赛奖金", "a contest award")
TALENT_PACKAGE: Final = PolicyLever(
    "claims.talent_package", "yuan per person", 0, 0, 5000000, "value", "境外人才创业扶持", "package for a founder from abroad")
LEVERS: Final = (
    AWARENESS, GUIDANCE, ONLINE, PROCESSING_DAYS, CLERKS, FRAUD_FOUND, SANCTIONS,
    ONE_OFF_AMOUNT, ONE_OFF_BUDGET, RENT_AMOUNT, RENT_YEARS, RENT_BUDGET, JOB_FIRST, JOB_BEYOND,
    JOB_CAP, JOB_BUDGET, HARDSHIP_RENT, HARDSHIP_ONE_OFF, CONTEST_AWARDS, CONTEST_AWARD, TALENT_PACKAGE)
# fmt: on


# --- parameters ------------------------------------------------------------------------------------
def _salience(name: str, value: float, zh: str) -> Parameter:
    return Parameter(
        f"claims.salience_{name}", value, value / 2, min(1.0, 1.5 * value), "share",
        "guess; SUB12: funds are left over because few know of them", "D",
        f"知晓政策者中了解{zh}的比例", f"of those told of programmes, who know of {name}")  # fmt: skip


SALIENCE_ONE_OFF: Final = _salience("one_off_grant", 0.42, "一次性创业资助")
SALIENCE_RENT: Final = _salience("rent_subsidy", 0.22, "租金补贴")
SALIENCE_JOBS: Final = _salience("job_creation_subsidy", 0.14, "带动就业补贴")
WORD_OF_MOUTH: Final = Parameter(
    "claims.word_of_mouth", 0.25, 0.10, 0.40, "share", "guess", "D", "口口相传的知晓率",
    "founders who hear of programmes from agents and each other, whatever policy does")  # fmt: skip
HASSLE: Final = Parameter(
    "claims.hassle", 1500, 800, 2500, "yuan", "guess", "D", "申领麻烦折价",
    "median worth of the trouble of a claim")  # fmt: skip
FRAUD: Final = Parameter(
    "claims.fraud_rate", 0.004, 0.0, 0.01, "share", "guess", "D", "冒领倾向",
    "of founders who are not eligible, who would claim all the same if nothing deterred them")  # fmt: skip
ERRORS: Final = Parameter(
    "claims.refused_share", 0.08, 0.03, 0.15, "share", "guess", "D", "材料不合格比例",
    "of honest claims, refused for their papers")  # fmt: skip
FILES_A_DAY: Final = Parameter(
    "claims.files_a_day", 2.0, 1.5, 2.5, "files", "guess; ADMIN01", "D", "补贴窗口人均日办件",
    "claims that a clerk decides in a day")  # fmt: skip
KNOWS_CONTEST: Final = Parameter(
    "claims.knows_contest", 0.1, 0.05, 0.17, "share", "guess", "D",
    "知晓政策者中了解大赛的比例", "of those told of programmes, who think of entering the contest")  # fmt: skip
CONTEST_TROUBLE: Final = Parameter(
    "claims.contest_trouble", 20000, 13000, 28000, "yuan", "set so that 217 enter in 2019: ZS131", "B",
    "参赛麻烦折价", "median worth of the trouble of a plan, a pitch and the days of the contest")  # fmt: skip
PARAMETERS: Final = (
    SALIENCE_ONE_OFF, SALIENCE_RENT, SALIENCE_JOBS, WORD_OF_MOUTH, HASSLE, FRAUD, ERRORS, FILES_A_DAY,
    KNOWS_CONTEST, CONTEST_TROUBLE)  # fmt: skip

ELIGIBLE_KINDS: Final = (
    "graduate",
    "returnee",
    "veteran",
    "unemployed",
    "hardship",
)  # ZS139, ZS152
CLAIM_WITHIN_MONTHS: Final = 36  # of registration: the one-off grant, the first job subsidy (ZS151-152)
LAST_JOBS_MONTHS: Final = 48  # of registration: the last job subsidy (ZS151)
LATEST_MONTHS: Final = 96  # no programme looks at older firms
ONLINE_EASE: Final = 0.4  # share of the hassle that goes when all is online (guess)
SKILL_EASE: Final = 0.3  # a skilled founder finds papers easier: log points a standard deviation (guess)
DETERRENCE: Final = 0.5  # share of fraud that full sanctions deter (guess)
UNDER_WAY_MONTHS: Final = 3  # of claims that came before 2017 and are not paid yet
CONTEST_MONTH: Final = 7  # August
USUAL_FIELD: Final = 217  # entrants among whom a founder thinks to win (ZS131)
CONTEST_SKILL: Final = (
    1.0  # spreads of skill, from which an enterprise that is not of technology enters (guess)
)
JURY_NOISE: Final = 0.7  # spreads of skill, of what a jury sees (guess)
FIRST_BELIEF: Final = 0.9  # chance of being paid that founders expect before a programme has a record

# --- outcomes --------------------------------------------------------------------------------------
TAKE_UP: Final = Outcome(
    "take_up", ("instrument",), "share", "申领率", "paid claimants among the eligible", "mean", whole=False)  # fmt: skip
WAITING_LIST: Final = Outcome(
    "waiting_list", ("month", "instrument"), "yuan", "待下年预算支付金额",
    "approved claims that wait for next year's budget", whole=False)  # fmt: skip
ENTRANTS: Final = Outcome("contest_entrants", ("month",), "count", "大赛参赛企业", "firms that enter the contest", "flow")  # fmt: skip
OUTCOMES: Final = (TAKE_UP, WAITING_LIST, ENTRANTS)


# Programmes paid to firms, and the pot of each; hardship grants come out of the general pots.
POTS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "one_off_grant": (ONE_OFF_BUDGET,),
    "rent_subsidy": (RENT_BUDGET,),
    "job_creation_subsidy": (JOB_BUDGET,),
    "contests": (CONTEST_AWARDS, CONTEST_AWARD),
}


# --- rules -----------------------------------------------------------------------------------------
def hassle(median: float, g: Floats, skill: Floats, online: float) -> Floats:
    """What a claim's trouble is worth to a founder, yuan: LN(median, 0.8), less online and for the skilled."""
    return np.asarray(median * np.exp(0.8 * g - SKILL_EASE * skill) * (1 - ONLINE_EASE * online))


def aware(told: float, heard: float) -> float:
    """Share of founders who know that there are programmes: 1 - (1 - told)(1 - heard)."""
    return 1 - (1 - told) * (1 - heard)


def worth_it(amount: Floats, paid_chance: float, trouble: Floats) -> Mask:
    """Whether a claim is worth its trouble: amount x chance of being paid > trouble."""
    return np.asarray(amount * paid_chance > trouble)


def job_subsidy(
    hires: Floats, before: Floats, asked: Floats, first: float, beyond: float, cap: float
) -> Floats:
    """Yuan for hires beyond those claimed for before (ZS140, ZS151).

    ``first`` for each of the first three, ``beyond`` for each further one, at most ``cap`` with what was ``asked`` before.
    """

    def due(n: Floats) -> Floats:
        return np.asarray(first * np.minimum(n, 3) + beyond * np.maximum(0, n - 3))

    return np.clip(due(np.maximum(hires, before)) - due(before), 0, np.maximum(0, cap - asked))


def cheaper_job(first: float, paid_chance: float) -> float:
    """Yuan a month by which a job is cheaper to an owner who will claim: first x chance / 36 months of tenure."""
    return first * paid_chance / CLAIM_WITHIN_MONTHS


# --- settle ----------------------------------------------------------------------------------------
def staff(city: City) -> None:
    """Clerks at the window as policy sets them this month."""
    city.windows["claims"].staff(city.at(CLERKS, city.first_day))


def settle(city: City) -> None:
    """Record the month; grants have had their part in this month's income."""
    city.claims.settle()
    city.firms.granted[:] = 0
