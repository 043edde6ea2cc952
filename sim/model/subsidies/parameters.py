"""Subsidies: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Claims ---
AWARENESS: Final = PolicyLever(
    "claims.awareness", "share", 0.0, 0, 1, "share",
    "适用对象政策知晓率（各渠道合计）", "share of eligible founders informed of the programmes through any channel")
GUIDANCE: Final = PolicyLever(
    "claims.guidance", "ratio", 1.0, 0, 3, "value",
    "登记环节创业指导强度（与基准之比）", "intensity of guidance at registration, relative to the usual one")
ONLINE: Final = PolicyLever(
    "claims.online_share", "share", 0.2, 0, 1, "value",
    "“一窗”或网上办理事项的比例", "share of matters handled at one window or online, which lowers compliance costs")
PROCESSING_DAYS: Final = PolicyLever(
    "claims.processing_days", "workdays", 60, 1, 250, "value",
    "补贴审核后公示和拨付时间", "working days of notice and transfer after a clerk's decision")
CLAIMS_CLERKS: Final = PolicyLever(
    "claims.clerks", "clerks", 24, 0, 500, "value", "补贴审核窗口人员数", "clerks who decide claims")
FRAUD_DETECTED: Final = PolicyLever(
    "claims.fraud_found", "share", 0.2, 0, 1, "value", "骗取补贴申请的查处比例", "share of fraudulent claims detected")
SANCTIONS: Final = PolicyLever(
    "claims.sanctions", "share", 0.2, 0, 1, "value",
    "骗取补贴行为受联合惩戒的比例", "share of fraudulent acts that are sanctioned, which deters fraud")
ONE_OFF_AMOUNT: Final = PolicyLever(
    "claims.one_off_amount", "yuan", 0, 0, 50000, "value", "一次性创业资助标准", "one-off start-up grant")
ONE_OFF_BUDGET: Final = PolicyLever(
    "claims.one_off_budget", "yuan a year", 0, 0, 1e9, "value", "一次性创业资助年度预算", "yearly budget of one-off start-up grants")
RENT_AMOUNT: Final = PolicyLever(
    "claims.rent_amount", "yuan a year", 0, 0, 20000, "value", "租金补贴年标准", "rent subsidy for a full year")
RENT_YEARS: Final = PolicyLever(
    "claims.rent_years", "years", 3, 0, 5, "value", "租金补贴最长年限", "maximum number of years of rent subsidy")
RENT_BUDGET: Final = PolicyLever(
    "claims.rent_budget", "yuan a year", 0, 0, 1e9, "value", "租金补贴年度预算", "yearly budget of the rent subsidy")
JOB_FIRST: Final = PolicyLever(
    "claims.job_first", "yuan per job", 0, 0, 10000, "value", "创业带动就业补贴每人标准（前三人）", "job subsidy for each of the first three jobs")
JOB_BEYOND: Final = PolicyLever(
    "claims.job_beyond", "yuan per job", 0, 0, 10000, "value", "创业带动就业补贴每人标准（第四人起）", "job subsidy for each further job")
JOB_CAP: Final = PolicyLever(
    "claims.job_cap", "yuan per firm", 0, 0, 200000, "value", "创业带动就业补贴每户上限", "maximum total job subsidy of a firm")
JOB_BUDGET: Final = PolicyLever(
    "claims.job_budget", "yuan a year", 0, 0, 1e9, "value", "创业带动就业补贴年度预算", "yearly budget of the job subsidy")
HARDSHIP_RENT: Final = PolicyLever(
    "claims.hardship_rent", "yuan a year", 0, 0, 20000, "value", "困难家庭创业租金补贴年标准", "rent subsidy for founders from hardship households")
HARDSHIP_ONE_OFF: Final = PolicyLever(
    "claims.hardship_one_off", "yuan", 0, 0, 50000, "value", "困难家庭创业一次性资助标准", "one-off grant for founders from hardship households")
CONTEST_AWARDS: Final = PolicyLever(
    "claims.contest_awards", "awards a year", 0, 0, 200, "value", "创业创新大赛年奖项数", "number of awards of the yearly contest")
CONTEST_AWARD: Final = PolicyLever(
    "claims.contest_award", "yuan", 0, 0, 1e6, "value", "创业创新大赛每项奖金", "amount of a contest award")
TALENT_PACKAGE: Final = PolicyLever(
    "claims.talent_package", "yuan per person", 0, 0, 5000000, "value", "境外人才和留学人员创业每人资助标准", "start-up package for a founder from abroad")


def _salience(name: str, value: float, zh: str, en: str) -> Parameter:
    return Parameter(
        f"claims.salience_{name}", value, value / 2, min(1.0, 1.5 * value), "share",
        "guess; SUB12: funds are left over because few know of them", "D",
        f"知晓扶持政策的创业者中知晓{zh}的比例", f"share of founders aware of programmes who know of the {en}")  # fmt: skip

SALIENCE_ONE_OFF: Final = _salience("one_off_grant", 0.42, "一次性创业资助", "one-off start-up grant")
SALIENCE_RENT: Final = _salience("rent_subsidy", 0.22, "租金补贴", "rent subsidy")
SALIENCE_JOBS: Final = _salience("job_creation_subsidy", 0.14, "创业带动就业补贴", "job-creation subsidy")
WORD_OF_MOUTH: Final = Parameter(
    "claims.word_of_mouth", 0.25, 0.10, 0.40, "share", "guess", "D", "经代办机构或同行得知政策的创业者比例（不受政策影响）",
    "share of founders who learn of programmes by word of mouth, regardless of policy")  # fmt: skip
COMPLIANCE_COST: Final = Parameter(
    "claims.hassle", 1500, 800, 2500, "yuan", "guess", "D", "单次申领成本（中位数）",
    "median compliance cost of a claim")  # fmt: skip
FRAUD: Final = Parameter(
    "claims.fraud_rate", 0.004, 0.0, 0.01, "share", "guess", "D", "无惩戒时不符合条件者冒领的比例",
    "share of ineligible founders who would claim without deterrence")  # fmt: skip
ERRORS: Final = Parameter(
    "claims.refused_share", 0.08, 0.03, 0.15, "share", "guess", "D", "如实申报因材料不合格未通过的比例",
    "share of honest claims refused because of deficient documents")  # fmt: skip
CLAIMS_FILES_A_DAY: Final = Parameter(
    "claims.files_a_day", 2.0, 1.5, 2.5, "files", "guess; ADMIN01", "D", "补贴窗口人均日办件数",
    "claims that a clerk decides in a day")  # fmt: skip
KNOWS_CONTEST: Final = Parameter(
    "claims.knows_contest", 0.1, 0.05, 0.17, "share", "guess", "D",
    "知晓扶持政策的创业者中有意参加大赛的比例", "share of founders aware of programmes who consider entering the contest")  # fmt: skip
CONTEST_COST: Final = Parameter(
    "claims.contest_trouble", 20000, 13000, 28000, "yuan", "set so that 217 enter in 2019: ZS131", "B",
    "参加创业创新大赛的成本（中位数）", "median cost of entering the contest: a plan, a pitch and working time")  # fmt: skip

ELIGIBLE_KINDS: Final[Annotated[tuple[str, ...], Constant("founder kinds", "ZS139, ZS152", "kinds of founders eligible for the start-up grants")]] = ("graduate", "returnee", "veteran", "unemployed", "hardship",)
CLAIM_WITHIN_MONTHS: Final[Annotated[int, Constant("months", "ZS151-152", "months since registration within which the one-off grant and the first job subsidy are claimed")]] = 36
LAST_JOBS_MONTHS: Final[Annotated[int, Constant("months", "ZS151", "months since registration within which the last job subsidy is claimed")]] = 48
LATEST_MONTHS: Final[Annotated[int, Constant("months", "convention", "months since registration beyond which no programme considers a firm")]] = 96
ONE_OFF_AFTER_MONTHS: Final[Annotated[int, Constant("months", "ZS139", "months since opening after which the one-off grant is claimed")]] = 6
ONE_OFF_REMINDER_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months since opening at which a founder who did not claim considers the one-off grant again")]] = 18
JOB_SUBSIDY_AFTER_MONTHS: Final[Annotated[int, Constant("months", "ZS140", "months since opening after which the job subsidy is claimed")]] = 12
FIRST_RATE_HIRES: Final[Annotated[int, Constant("hires", "ZS140, ZS151", "number of hires paid at the first rate")]] = 3
MOST_RELIEF: Final[Annotated[float, Assumption("share of the wage", "guess", "maximum reduction of the cost of a job by a job subsidy")]] = 0.5
COMPLIANCE_COST_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log compliance cost among founders")]] = 0.8
RECORD_CLAIMS: Final[Annotated[int, Assumption("claims", "guess", "number of claims in a year from which founders take a programme's payment record into account")]] = 20
ONLINE_EASE: Final[Annotated[float, Assumption("share", "guess", "share of the compliance cost saved when all matters are handled online")]] = 0.4
SKILL_EASE: Final[Annotated[float, Assumption("log points", "guess", "reduction of the log compliance cost by a standard deviation of skill")]] = 0.3
DETERRENCE: Final[Annotated[float, Assumption("share", "guess", "share of fraud deterred by full sanctions")]] = 0.5
UNDER_WAY_MONTHS: Final[Annotated[int, Constant("months", "convention", "period before 2017 whose claims are still unpaid at the start of the run")]] = 3
CONTEST_MONTH: Final[Annotated[int, Constant("month of the year", "convention", "month in which the contest is held (7 is August)")]] = 7
USUAL_FIELD: Final[Annotated[int, Assumption("entrants", "ZS131", "number of entrants with whom a founder expects to compete")]] = 217
CONTEST_SKILL: Final[Annotated[float, Assumption("standard deviations", "guess", "minimum skill of the founder of an ordinary enterprise that enters the contest")]] = 1.0
JURY_ERROR: Final[Annotated[float, Assumption("standard deviations", "guess", "error of the jury, in standard deviations of skill")]] = 0.7
FIRST_PAID_CHANCE: Final[Annotated[float, Assumption("probability", "guess", "probability of payment that founders expect before a programme has a record")]] = 0.9

TAKE_UP: Final = Outcome(
    "take_up", ("instrument",), "share", "申领率（已领取补贴）", "share of eligible firms that claimed and were paid", "mean", whole=False)  # fmt: skip
WAITING_LIST: Final = Outcome(
    "waiting_list", ("month", "instrument"), "yuan", "已审核通过、结转下年预算支付的金额",
    "approved claims that wait for next year's budget", whole=False)  # fmt: skip
ENTRANTS: Final = Outcome("contest_entrants", ("month",), "count", "创业创新大赛参赛企业数", "firms that enter the contest", "flow")  # fmt: skip

# Programmes paid to firms, and the yearly budget of each; hardship grants are paid from the general budgets.
CLAIM_BUDGETS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "one_off_grant": (ONE_OFF_BUDGET,),
    "rent_subsidy": (RENT_BUDGET,),
    "job_creation_subsidy": (JOB_BUDGET,),
    "contests": (CONTEST_AWARDS, CONTEST_AWARD),
}

NO_FOUNDER_SERVICE: Final[Annotated[tuple[str, ...], Constant("instruments", "definition of target T7", "programmes that do not count as a service to founders: those for technology firms, and those whose audience is not recorded individually")]] = ("innovation_vouchers", "first_set_award", "lecture_subsidy", "service_purchase")

# --- Training, lectures, mentors and guidance ---
TRAINING_AMOUNT: Final = PolicyLever(
    "services.training_amount", "yuan per person", 0, 0, 5000, "value", "创业培训每人补贴标准", "training subsidy for a trainee")
TRAINING_BUDGET: Final = PolicyLever(
    "services.training_budget", "yuan a year", 0, 0, 1e9, "value", "创业培训补贴年度预算", "yearly budget of the training subsidy")
LECTURE_AMOUNT: Final = PolicyLever(
    "services.lecture_amount", "yuan per lecture", 0, 0, 20000, "value", "创业大讲堂每场补贴标准", "subsidy for a lecture")
LECTURES: Final = PolicyLever(
    "services.lectures", "lectures a year", 0, 0, 200, "value", "创业大讲堂年场次", "lectures held in a year")
LECTURE_BUDGET: Final = PolicyLever(
    "services.lecture_budget", "yuan a year", 0, 0, 1e8, "value", "创业大讲堂补贴年度预算", "yearly budget of the lecture subsidy")
UPSKILLING_AMOUNT: Final = PolicyLever(
    "services.upskilling_amount", "yuan per person", 0, 0, 20000, "value", "初创企业经营者素质提升培训每人资助标准", "subsidy for a course for the head of a young firm")
UPSKILLING_PLACES: Final = PolicyLever(
    "services.upskilling_places", "persons a year", 0, 0, 100, "value", "初创企业经营者素质提升培训年名额", "yearly places in the course for heads of young firms")
MENTOR_FEE: Final = PolicyLever(
    "services.mentor_fee", "yuan per visit", 0, 0, 3000, "value", "创业导师服务每次补贴标准", "subsidy for a mentor's visit")
MENTORS: Final = PolicyLever(
    "services.mentors", "mentors", 0, 0, 1000, "value", "在册创业导师人数", "registered mentors")
MENTOR_BUDGET: Final = PolicyLever(
    "services.mentor_budget", "yuan a year", 0, 0, 1e8, "value", "创业导师服务补贴年度预算", "yearly budget of the mentor subsidy")

OTHERWISE_SERVED: Final = Parameter(
    "services.served_otherwise", 6600, 5600, 7600, "founders a year", "measured in this model", "D",
    "每年由登记指导以外的服务首次覆盖的创业者数", "founders first served in a year by a service other than guidance")  # fmt: skip
GUIDED_ENTERPRISES: Final = Parameter(
    "services.guided_enterprises", 0.6, 0.3, 1.0, "ratio", "guess: the clients of labour offices are mostly self-employed", "D",
    "企业与个体户接受登记指导的概率之比", "probability that an enterprise receives guidance, relative to an individual business")  # fmt: skip
VISITS: Final = Parameter(
    "services.visits_a_month", 0.5, 0.25, 1.0, "visits", "guess", "D",
    "每位创业导师每月服务次数", "visits of a mentor in a month")  # fmt: skip

CLASS_SIZE: Final[Annotated[int, Assumption("trainees", "guess", "trainees in a class, for which one claim is submitted")]] = 30
MENTOR_PREFERENCE: Final[Annotated[float, Assumption("ratio per standard deviation", "guess", "increase in the relative probability of a visit by a standard deviation of skill")]] = 0.5
HOURS_A_VISIT: Final[Annotated[float, Assumption("hours", "guess", "advice that a mentor gives in a visit")]] = 3.0
HOURS_A_COURSE: Final[Annotated[float, Assumption("hours", "guess", "hours of advice to which the upskilling course is equivalent")]] = 40.0
VISITS_TO_FIRMS: Final[Annotated[float, Assumption("share", "guess", "share of visits of university mentors to firms; the others are to student projects")]] = 0.3
COURSE_MONTH: Final[Annotated[int, Constant("month of the year", "convention", "month in which the course is held (8 is September)")]] = 8
TOWNS: Final[Annotated[int, Constant("towns", "convention", "number of towns, each of which submits its mentors' visits once a month")]] = 24
SERVED_MONTHS: Final[Annotated[int, Constant("months", "convention", "months since opening within which firms receive mentors' visits and places in the course")]] = 36
ENTERPRISE_SHARE: Final[Annotated[float, Assumption("share", "ZS206", "share of enterprises among registrations")]] = 0.34
COUNTED_REGISTRATIONS: Final[Annotated[float, Assumption("registrations", "ZS045", "registrations in 2018, the year in which promoted founders were counted")]] = 81000.0

VISITS_PAID: Final = Outcome(
    "mentor_visits", ("month",), "count", "创业导师服务初创企业次数", "visits of mentors to young firms", "flow")  # fmt: skip

# Programmes paid to service bodies, and the yearly budget of each: one lever, or places x amount.
SERVICE_BUDGETS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "lecture_subsidy": (LECTURE_BUDGET,),
    "training_subsidy": (TRAINING_BUDGET,),
    "founder_upskilling": (UPSKILLING_PLACES, UPSKILLING_AMOUNT),
    "mentor_subsidy": (MENTOR_BUDGET,),
}

SERVICE_GATES: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "lecture_subsidy": (LECTURES,),
    "mentor_subsidy": (MENTORS,),
}

# --- Contest ---
CONTEST: Final[Annotated[str, Constant("instrument", "catalogue", "instrument of the contest")]] = "contests"

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
