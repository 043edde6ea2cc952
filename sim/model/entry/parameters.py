"""Entry and registration: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import E, G, T

# fmt: off

# --- Entry ---
FIXED_COST: Final = PolicyLever(
    "entry.fixed_cost", "yuan", 3000, 0, 50000, "sum", "开业前固定成本（收费和住所，基准为独立住所）",
    "fees and cost of a business address before opening; base: own address")  # fmt: skip
TRAINEES: Final = PolicyLever(
    "entry.trainees", "persons a year", 0, 0, 100000, "sum", "年创业培训人数（潜在创业者）",
    "potential founders trained per year")  # fmt: skip
OPEN_SHARE: Final = PolicyLever(
    "entry.open_share", "share", 1.0, 0, 1, "value", "对各类市场主体开放的行业比例", "share of business lines open to any entrant")
PLATFORM_OPEN_SHARE: Final = PolicyLever(
    "entry.platform_open_share", "share", 1.0, 0, 1, "value", "平台类业务对各类市场主体开放的比例", "share of platform business lines open to any entrant")
DISTRICT_PULL: Final = PolicyLever(
    "entry.district_pull", "share", 0.0, 0, 1, "sum", "火炬开发区、翠亨新区对创业者吸引力的增幅", "relative increase in the attraction of the Torch zone and Cuiheng for founders")
RESEARCHERS: Final = PolicyLever(
    "entry.researchers", "persons a year", 0, 0, 1000, "sum", "有创业意向的科研人员年增量", "additional researchers who consider founding a firm")
LEAVE_TERM: Final = PolicyLever(
    "entry.leave_term", "months", 36, 0, 120, "value", "离岗创业每期期限", "length of a term of leave to found a firm")
LEAVE_TERMS: Final = PolicyLever(
    "entry.leave_terms", "terms", 1, 0, 5, "value", "离岗创业最多期数", "maximum number of terms of leave")
LEAVE_APPROVAL: Final = PolicyLever(
    "entry.leave_approval", "share", 0.0, 0, 1, "value", "离岗创业申请获所在单位批准的比例", "share of leave requests granted by the employer")
EQUITY_INCENTIVES: Final = PolicyLever(
    "entry.equity_incentives", "share", 0.0, 0, 1, "value", "实行股权激励的科技企业比例", "share of technology firms with equity incentives")
EQUITY_DEFERRAL: Final = PolicyLever(
    "entry.equity_deferral", "years", 5, 0, 20, "value", "股权奖励递延纳税年限", "years of tax deferral on equity awards")
RETURNEES: Final = PolicyLever(
    "entry.returnees", "persons a year", 0, 0, 70, "value", "境外人才和留学人员年创业人数", "founders from abroad")
PERMIT_DAYS: Final = PolicyLever(
    "entry.permit_days", "days", 30, 0, 365, "value", "外国人工作许可办理天数", "days to obtain a work permit")
SPINOFFS: Final = PolicyLever(
    "entry.spinoffs", "persons a year", 0, 0, 2000, "sum", "有创业意向的企业员工年增量", "additional employees who consider founding a firm")
FARMERS: Final = PolicyLever(
    "entry.farmers", "persons a year", 0, 0, 5000, "sum", "有创业意向的农民年增量", "additional farmers who consider founding a firm")
GRADUATES_TRAINED: Final = PolicyLever(
    "entry.graduates_trained", "persons a year", 0, 0, 50000, "sum", "年接受创业教育的学生人数", "students in start-up programmes")
GRADUATE_MENTORS: Final = PolicyLever(
    "entry.graduate_mentors", "mentors", 0, 0, 5000, "sum", "高校创业导师人数", "start-up mentors at universities")
LUMP_SUM: Final = PolicyLever(
    "entry.lump_sum_benefit", "switch", 1, 0, 1, "value", "允许一次性领取失业保险金", "unemployment benefit available as a lump sum")
ALLOWANCE_MONTHS: Final = PolicyLever(
    "entry.allowance_months", "months", 0, 0, 60, "value", "低保待遇保留月数", "months for which the minimum subsistence allowance is retained")

PROPENSITY: Final = Parameter(
    "entry.propensity", 0.6, 0.6, 0.6, "share", "convention: leaves room for policy effects in both directions", "D",
    "无政策影响时潜在创业者的创业概率", "probability that a candidate founds a firm in the absence of policy effects")  # fmt: skip
REFORM: Final = Parameter(
    "entry.reform_effect", 0.02, 0.01, 0.05, "relative entries", "ENTRY04", "B",
    "开办时间由20个工作日压缩至5个工作日的新设增幅", "relative increase in entries from the full reduction in opening days, from 20 to 5 working days")  # fmt: skip
TRAINING: Final = Parameter(
    "entry.training_effect", 0.02, 0.0, 0.05, "probability", "SUB26", "C",
    "培训学员创业概率的增量", "increase in a trainee's founding probability", potency=0.5)  # fmt: skip
COST_EFFECT: Final = Parameter(
    "entry.cost_effect", 0.05, 0.0, 0.1, "relative entries", "guess; potency ENTRY08", "D",
    "固定成本相当于一个月本人收入时的新设降幅", "relative decrease in entries for a fixed cost of one month of own income", potency=0.5)  # fmt: skip
ON_THE_VERGE: Final = Parameter(
    "entry.trainees_on_the_verge", 0.3, 0.15, 0.5, "share", "guess", "D",
    "培训学员中即将决定是否创业者的比例", "share of trainees about to decide whether to found a firm")  # fmt: skip
INDIVIDUAL: Final = Parameter(
    "entry.individual_share", 0.66, 0.64, 0.68, "share", "ZS206", "B",
    "新设市场主体中个体户的比例", "share of individual businesses among entrants")  # fmt: skip
TECHNOLOGY: Final = Parameter(
    "entry.technology_share", 0.03, 0.02, 0.04, "share", "guess; ZS136 for the stock", "D",
    "新设市场主体中科技企业的比例", "share of technology enterprises among entrants")  # fmt: skip
SIZE_E: Final = Parameter(
    "entry.enterprise_size", 4.55, 4.3, 4.8, "persons", "JOB03", "B",
    "企业开业时就业人数（含业主，中位数）", "median jobs of an enterprise at opening, owner included")  # fmt: skip
SIZE_G: Final = Parameter(
    "entry.individual_staff", 1.05, 0.85, 1.25, "persons", "JOB08", "B",
    "个体户开业时雇员人数（不含业主，中位数）", "median staff of an individual business at opening, owner excluded")  # fmt: skip
CAPITAL: Final = Parameter(
    "entry.capital_months", 2.2, 1.6, 2.8, "months of cost", "SHOCK04, CRED16", "B",
    "自有资金可支撑成本的月数（中位数）", "median own capital, in months of cost")  # fmt: skip
BARRED: Final = Parameter(
    "entry.barred", 0.1, 0.0, 0.25, "share", "guess; potency ENTRY08", "D",
    "受限行业创业者中放弃创业的比例", "share of founders in restricted business lines who do not enter; the others apply for a licence", potency=0.5)  # fmt: skip
PULL: Final = Parameter(
    "entry.pull_effect", 1.0, 0.3, 2.0, "ratio", "guess; potency SUB08-09", "D",
    "区域平台实际效果与名义吸引力之比", "actual effect of district platforms, relative to their nominal attraction", potency=0.5)  # fmt: skip
ENCOURAGED: Final = Parameter(
    "entry.encouraged", 0.2, 0.05, 0.4, "share", "guess; potency ENTRY08", "D",
    "受政策引导者中原无创业意向者的比例", "share of persons encouraged by programmes who would not have considered founding otherwise",
    potency=0.5)  # fmt: skip
PROGRAMME: Final = Parameter(
    "entry.programme_effect", 0.005, 0.001, 0.015, "probability", "guess; potency SUB26", "D",
    "接受创业教育学生创业概率的增量", "increase in the founding probability of a student in a start-up programme", potency=0.5)  # fmt: skip
CONSIDERING_LEAVE: Final = Parameter(
    "entry.researchers_asking", 12, 5, 25, "persons a year", "guess", "D",
    "每年有意离岗创业的科研人员数（不受政策影响）", "researchers who consider leave to found a firm, regardless of policy")  # fmt: skip

OLD_DAYS: Final[Annotated[float, Constant("working days", "ADMIN02", "days to open a firm before the reform")]] = 20.0
NEW_DAYS: Final[Annotated[float, Constant("working days", "ADMIN04", "days to open a firm after the reform")]] = 5.0
AS_IT_WAS_DAYS: Final[Annotated[Mapping[int, float], Constant("working days", "ADMIN02-04", "actual days to open a firm, by year; the pre-reform value applies to earlier years")]] = {2018: 12.0, 2019: 5.0, 2020: 5.0}
OLD_FEES: Final[Annotated[float, Constant("yuan", "catalogue: fee_cleanup", "cost of opening with a shared address before fees were cut")]] = 1500.0
AS_IT_WAS_FEES: Final[Annotated[Mapping[int, float], Constant("yuan", "catalogue: fee_cleanup", "actual cost of opening, by year")]] = {2018: 800.0, 2019: 800.0, 2020: 800.0}
OLD_OPEN: Final[Annotated[float, Constant("share", "catalogue: negative_list", "share of business lines open to any entrant before the negative list")]] = 0.9
AS_IT_WAS_OPEN: Final[Annotated[Mapping[int, float], Constant("share", "catalogue: negative_list", "actual share of business lines open to any entrant, by year")]] = {2018: 0.97, 2019: 0.97, 2020: 0.97}
POLICY_CAP: Final[Annotated[float, Assumption("share", "ENTRY04", "upper bound of the total effect of policy on entries")]] = 0.05
MOST_PROPENSITY: Final[Annotated[float, Constant("probability", "convention", "upper bound of the founding probability")]] = 0.95
RESTRICTED: Final[Annotated[float, Assumption("ratio", "guess", "number of founders in a restricted business line relative to an open line")]] = 0.3
STUDENTS_FOUND: Final[Annotated[float, Assumption("share", "ENTRY01", "share of students who found a firm in any case")]] = 0.029
FILING_DAYS: Final[Annotated[int, Constant("days", "convention", "number of days per month before 2017 over which applications are spread")]] = 30
IDS_A_MONTH: Final[Annotated[int, Constant("numbers", "convention", "permanent ids reserved for the candidates of a month")]] = 100_000

TRAINED: Final = Outcome(
    "trainees", ("month",), "persons", "创业培训人数", "potential founders trained", "flow")  # fmt: skip

# --- Founders ---
CAPABILITY_SD: Final[Annotated[npt.NDArray[np.float64], Assumption("log points", "guess", "standard deviation of founders' capability by segment G, E, T")]] = np.array([0.30, 0.38, 0.38])
SKILL_OF_CAPABILITY: Final[Annotated[float, Assumption("weight", "guess", "weight of a founder's capability in the founder's skill")]] = 0.5
SKILL_APART: Final[Annotated[float, Assumption("weight", "guess", "weight of the independent component of a founder's skill, so that skill has a standard deviation of 1")]] = 0.866
SIZE_SD_E: Final[Annotated[float, Assumption("log points", "JOB03", "standard deviation of an enterprise's log starting jobs, given capability")]] = 0.7
SIZE_SD_G: Final[Annotated[float, Assumption("log points", "JOB08", "standard deviation of an individual business's log starting staff, given capability")]] = 0.65
SIZE_OF_CAPABILITY: Final[Annotated[float, Assumption("elasticity", "guess", "response of log starting jobs to capability")]] = 0.8
MOST_STARTING_JOBS: Final[Annotated[int, Constant("persons", "convention", "upper bound of starting jobs")]] = 2000
SOUGHT_GROWTH: Final[Annotated[float, Assumption("ratio", "JOB04", "desired jobs at opening relative to starting jobs: firms grow 13 to 18% in their first year with selection")]] = 1.08
PRODUCTIVITY_SD: Final[Annotated[float, Assumption("log points a month", "JOB16-17", "root mean square of the standard deviation of productivity shocks for a firm of one person")]] = 0.055
STEADINESS: Final[Annotated[float, Assumption("elasticity", "JOB16-17", "elasticity of the standard deviation of productivity shocks with respect to starting jobs, with a negative sign")]] = 0.2
CAPITAL_SD: Final[Annotated[float, Assumption("log points", "SHOCK04, CRED16", "standard deviation of founders' log own capital in months of cost")]] = 0.7
LEAST_CAPITAL: Final[Annotated[float, Assumption("yuan", "guess", "minimum own capital, in addition to the months of cost")]] = 3000
# Shares of entrants by founder kind and by sector.
KIND_SHARE: Final[Annotated[Mapping[str, float], Assumption("share", "guess", "share of entrants by founder kind; the remainder belong to no kind targeted by programmes")]] = {"graduate": 0.10, "researcher": 0.0001, "returnee": 0.0002, "veteran": 0.01, "farmer": 0.05, "unemployed": 0.02, "hardship": 0.015, "spinoff": 0.08}
SECTOR_SHARE: Final[Annotated[Mapping[int, Mapping[str, float]], Assumption("share", "ZS121; guess", "share of entrants by sector within segments G, E and T; services make up 80% of new enterprises")]] = {
    G: {"lighting": 0.02, "appliances": 0.005, "mahogany": 0.01, "equipment": 0.03, "health": 0.005, "software": 0.005, "culture": 0.05, "trade": 0.85, "agriculture": 0.025},
    E: {"lighting": 0.05, "appliances": 0.03, "mahogany": 0.01, "equipment": 0.10, "health": 0.02, "software": 0.06, "culture": 0.10, "trade": 0.62, "agriculture": 0.01},
    T: {"lighting": 0.10, "appliances": 0.08, "mahogany": 0.0, "equipment": 0.25, "health": 0.10, "software": 0.35, "culture": 0.10, "trade": 0.0, "agriculture": 0.02},
}
PLATFORMS: Final[Annotated[Mapping[str, float], Assumption("share", "guess", "share of a sector's founders in platform business lines")]] = {"software": 0.15, "culture": 0.03, "trade": 0.01}
ZONES: Final = ("torch", "cuiheng")
"""Districts with platforms that attract founders (M22)."""
BENEFIT: Final[Annotated[float, Assumption("yuan a month", "guess", "unemployment benefit: 80% of the minimum wage")]] = 1350.0
BENEFIT_MONTHS: Final[Annotated[int, Assumption("months", "guess", "maximum remaining unemployment benefit of a founder")]] = 12
ON_BENEFIT: Final[Annotated[float, Assumption("share", "guess", "share of registered unemployed founders with remaining benefit")]] = 0.5
WAIT_FOR_BENEFIT: Final[Annotated[float, Assumption("share", "guess", "share of founders with remaining benefit who exhaust it before founding if no lump sum is available")]] = 0.5

# --- Founders induced by programmes ---
POOL_FIRST: Final[Annotated[Mapping[str, int], Constant("number", "convention", "number within the month of the first potential founder of each pool; regular candidates have lower numbers")]] = {"researcher": 50_000, "returnee": 51_000, "spinoff": 52_000, "farmer": 53_000, "graduate": 54_000}
POOL_SIZE: Final[Annotated[Mapping[str, int], Constant("persons a month", "convention", "number of potential founders in each pool, sufficient for the highest settings")]] = {"researcher": 12, "returnee": 6, "spinoff": 15, "farmer": 50, "graduate": 30}
SPINOFFS_T: Final[Annotated[float, Assumption("share", "guess", "share of technology enterprises among the firms of former employees")]] = 0.3
FARMERS_E: Final[Annotated[float, Assumption("share", "guess", "share of enterprises among farmers' firms; the others are individual businesses")]] = 0.2
FARMING: Final[Annotated[float, Assumption("share", "guess", "share of agriculture among farmers' firms; the others are rural services")]] = 0.6
EXCELLENCE: Final[Annotated[float, Assumption("standard deviations", "guess", "additional skill of researchers and founders from abroad")]] = 1.0
FOREIGN: Final[Annotated[float, Assumption("share", "guess", "share of founders from abroad who need a work permit")]] = 0.5
INSECURE: Final[Annotated[float, Assumption("usual wages", "guess", "income below which a researcher on leave returns to the post at the end of a term")]] = 1.0
POST_WORTH: Final[Annotated[float, Assumption("usual wages", "guess", "income above which a researcher leaves the post permanently at the end of the last term")]] = 2.0
CLOSES_WITHOUT_HEAD: Final[Annotated[float, Assumption("share", "guess", "share of firms that close when their head returns to the post; the others continue under a new head")]] = 0.5
ALLOWANCE: Final[Annotated[float, Assumption("yuan a month", "guess", "minimum subsistence allowance of a household")]] = 900.0
ON_ALLOWANCE: Final[Annotated[float, Assumption("share", "guess", "share of founders from hardship households who receive the minimum subsistence allowance")]] = 0.4
STAKE_HOURS: Final[Annotated[float, Assumption("hours a year", "guess", "hours of advice equivalent to the effect of equity incentives with full tax deferral")]] = 20.0
HALF_DEFERRAL: Final[Annotated[float, Assumption("years", "guess", "years of tax deferral at which equity incentives have half their full effect")]] = 5.0

DRAWN_IN: Final = Outcome(
    "founders_drawn_in", ("month", "founder_kind"), "persons", "政策引进和带动的创业者登记申请人数",
    "applications to the registry of founders induced by programmes", "flow")  # fmt: skip

SECOND_CHANCE: Final = "second_chance"
"""Name of the programme that supports failed founders."""
RE_ENTRIES: Final = Outcome(
    "second_ventures", ("month",), "persons", "因扶持而再次创业的人数", "founders who start another firm because of support", "flow")  # fmt: skip

# --- Registration ---
OPENING_DAYS: Final = PolicyLever(
    "registration.days", "workdays", 20, 1, 60, "value",
    "企业开办全流程办理时间（不含排队）", "working days for all steps of opening a firm, excluding queues")
REGISTRY_CLERKS: Final = PolicyLever(
    "registration.clerks", "clerks", 60, 0, 1000, "value", "登记窗口人员数", "clerks at the registry")
ELECTRONIC_SHARE: Final = PolicyLever(
    "registration.electronic_share", "share", 0.1, 0, 1, "value",
    "全程电子化登记比例", "share of applications submitted online, which take clerks less time")
LICENCE_DAYS: Final = PolicyLever(
    "registration.licence_days", "days", 30, 1, 365, "value",
    "服务业许可审批天数（不含排队）", "days to obtain a licence for a service line, excluding queues")
LICENCE_CLERKS: Final = PolicyLever(
    "registration.licence_clerks", "clerks", 30, 0, 1000, "value", "许可窗口人员数", "clerks at the licence offices")
PRODUCTION_LICENCE_DAYS: Final = PolicyLever(
    "registration.production_licence_days", "days", 60, 1, 365, "value",
    "工业产品生产许可证办理天数（不含排队）", "days to obtain an industrial production licence, excluding queues")

REGISTRY_FILES_A_DAY: Final = Parameter(
    "registration.files_a_day", 7.5, 6.5, 9.0, "files", "guess", "D", "登记窗口人均日办件数（无网上申请时）",
    "applications that a registry clerk processes per day if none are submitted online")  # fmt: skip
LICENCES_A_DAY: Final = Parameter(
    "registration.licences_a_day", 2.0, 1.6, 2.6, "files", "guess", "D", "许可窗口人均日办件数",
    "licence applications that a clerk processes per day")  # fmt: skip
PATIENCE: Final = Parameter(
    "registration.patience_days", 90, 60, 150, "days", "guess", "D", "创业者撤回申请前的等候天数（中位数）",
    "median waiting time after which a founder withdraws")  # fmt: skip
OPEN_AT_ONCE_E: Final = Parameter(
    "registration.open_at_once_enterprise", 0.40, 0.38, 0.43, "share", "JOB02", "B", "企业登记即开业的比例",
    "share of enterprises that open on registration")  # fmt: skip
OPEN_EVER_E: Final = Parameter(
    "registration.open_ever_enterprise", 0.79, 0.74, 0.84, "share", "JOB01", "B", "企业最终开业的比例",
    "share of enterprises that ever open")  # fmt: skip
OPEN_AT_ONCE_G: Final = Parameter(
    "registration.open_at_once_individual", 0.75, 0.65, 0.85, "share", "guess", "D", "个体户登记即开业的比例",
    "share of individual businesses that open on registration")  # fmt: skip
OPEN_EVER_G: Final = Parameter(
    "registration.open_ever_individual", 0.93, 0.88, 0.97, "share", "guess", "D", "个体户最终开业的比例",
    "share of individual businesses that ever open")  # fmt: skip

ONLINE_SAVES: Final[Annotated[float, Assumption("share", "guess", "share of a clerk's processing time saved by an online application")]] = 0.3
INDIVIDUAL_SHARE_OF_DAYS: Final[Annotated[float, Assumption("ratio", "guess", "opening days of an individual business relative to an enterprise")]] = 0.4
STEPS_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of a firm's log opening days")]] = 0.3
PATIENCE_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of founders' log maximum waiting time at the registry")]] = 0.5
OPENING_MONTHS: Final[Annotated[float, Assumption("months", "JOB01-02", "mean time from registration to opening of firms that open later")]] = 4.0
LICENSED: Final[Annotated[Mapping[str, float], Assumption("share", "guess", "share of a sector's firms that need a licence before opening: food, medicine, seeds, schools")]] = {"trade": 0.12, "health": 0.6, "agriculture": 0.3, "culture": 0.05}
PRODUCTION_LICENSED: Final[Annotated[float, Assumption("share", "guess", "share of firms in tradable sectors that need a production licence")]] = 0.05

# --- Re-entry of failed founders ---
RE_ENTRY_SHARE: Final = PolicyLever(
    "exit.second_chance_share", "share", 0.0, 0, 1, "value", "创业失败者中受扶持的比例",
    "share of failed founders who receive support")  # fmt: skip
RE_ENTRY_SUPPORT: Final = PolicyLever(
    "exit.second_chance_support", "yuan per person", 0, 0, 100000, "value", "创业失败者每人扶持标准（再次开业后发放）",
    "support per failed founder, paid after opening another firm")  # fmt: skip
RE_ENTRY_GATES: Final = {"second_chance": (RE_ENTRY_SHARE, RE_ENTRY_SUPPORT)}
RE_ENTRY_EFFECT: Final = Parameter(
    "exit.founding_again", 0.02, 0.0, 0.05, "probability", "guess; potency SUB26", "D",
    "扶持额相当于一个月本人收入时再次创业概率的增量", "increase in a failed founder's re-entry probability for support of one month of own income",
    potency=0.5)  # fmt: skip
SERIAL_FOUNDERS: Final = Parameter(
    "exit.serial_founders", 0.14, 0.12, 0.17, "share", "JOB06", "B",
    "创业者中非首次创业者的比例", "share of entrants whose founders have founded before")  # fmt: skip
MOST_RE_ENTRY: Final[Annotated[float, Assumption("probability", "guess", "upper bound of the increase in a failed founder's re-entry probability from support")]] = 0.25
LEAST_RE_ENTRY_LAG: Final[Annotated[int, Assumption("months", "guess", "minimum time from failure to re-entry")]] = 3
RE_ENTRY_LAG: Final[Annotated[float, Assumption("months", "guess", "mean time from failure to re-entry, in excess of the minimum")]] = 9.0
FORESEEN: Final[Annotated[float, Assumption("persons a year", "guess", "number of failed founders covered by the budget if all are supported")]] = 1400.0
RE_ENTRY_ID: Final[Annotated[int, Constant("number", "convention", "difference between the ids of a founder's second and first firm")]] = 10**9

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
