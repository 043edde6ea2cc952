"""Figures of a run by name: fitted, predicted, requested from the city, or reported as headlines.

``targets.yaml`` and ``holdout.yaml`` contain their published values; figures were assigned to the two files before the
first fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from calibration.figures import summary_statistics as s
from calibration.figures.summary_statistics import Statistic
from sim.engine.recorder import RunOutput


@dataclass(frozen=True)
class Figure:
    """Figure that can be computed from a run.

    Attributes:
        id: name of the figure in files.
        zh, en: labels in Chinese and English.
        unit: unit of the figure.
        compute: function that computes the figure from a run.
    """

    id: str
    zh: str
    en: str
    unit: str
    compute: Statistic


def _by_id(figures: Iterable[Figure]) -> Mapping[str, Figure]:
    return {figure.id: figure for figure in figures}


# fmt: off
PUBLISHED: Final = _by_id((
    Figure("open_at_once", "登记当月即开业的企业比例", "enterprises open in the month of registration", "share", s.share_operating(0.5)),
    Figure("open_12_months", "登记满12个月时在营的企业比例", "enterprises open 12 months after registration", "share", s.share_operating(12.0)),
    Figure("enterprise_jobs_at_opening", "企业开业时户均就业人数", "jobs of an enterprise at opening", "persons", s.mean_jobs(0)),
    Figure("enterprise_jobs_12_months", "开业12个月后在营企业户均就业人数", "jobs of an open enterprise 12 months later", "persons", s.mean_jobs(12)),
    Figure("individual_jobs", "个体户户均就业人数", "jobs of an individual business", "persons", lambda run: s.year_end(run, "jobs", 2018, 1) / s.year_end(run, "firms", 2018, 1)),
    *(Figure(f"registered_{m}_months", f"登记满{m}个月未注销的企业比例", f"enterprises still registered after {m} months", "share", s.survival("registered", m)) for m in (12, 24, 36, 48, 59)),
    *(Figure(f"open_{m}_months_since_opening", f"开业满{m}个月仍在营的比例（各类主体）", f"still open {m} months after opening, all forms", "share", s.survival("since_opening", m, None)) for m in (12, 24, 59)),
    Figure("individual_exits_per_100", "每百户新登记个体户对应的个体户注销户数（2019年）", "individual businesses deregistered per 100 registered, 2019", "firms", lambda run: 100 * s.deregistrations(2019, 1)(run) / s.year_sum(run, "registrations", 2019, 1)),
    Figure("enterprise_exit_rate", "企业注销率（2019年）", "deregistrations of enterprises, of those registered, 2019", "share", lambda run: s.deregistrations(2019, 0)(run) / s.year_end(run, "market_entities", 2019, 0)),
    Figure("individual_exit_rate", "个体户注销率（2019年）", "deregistrations of individual businesses, of those registered, 2019", "share", lambda run: s.deregistrations(2019, 1)(run) / s.year_end(run, "market_entities", 2019, 1)),
    Figure("exits_per_entry", "每户新登记对应的注销户数（2019年）", "deregistrations per registration, 2019", "ratio", s.exits_per_entry),
    Figure("promoted_founders_2018", "2018年促进创业人数", "founders promoted in 2018", "persons", s.promoted_founders),
    Figure("jobs_per_promoted_founder", "每名促进创业对象带动的就业人数", "jobs per promoted founder", "persons", s.jobs_per_promoted_founder),
    Figure("growth_kurtosis", "企业年对数增长率的超额峰度", "excess kurtosis of yearly log growth", "1", s.growth_kurtosis),
    Figure("growth_size_exponent", "企业增长率波动随规模下降的指数", "exponent by which the volatility of growth falls with size", "1", s.growth_size_exponent),
    Figure("technology_jobs", "科技企业户均就业（2018年末）", "jobs of a technology enterprise, end 2018", "persons", s.technology_jobs),
    Figure("loan_approval_rate_2017", "贷款申请获批率（2017年）", "loan applications approved, 2017", "share", s.loan_approval_rate(2017)),
    *(Figure(f"loan_rate_{y}", f"新发放贷款平均利率（{y}年）", f"mean rate of new loans, {y}", "share a year", s.loan_rate(y)) for y in (2018, 2019, 2020)),
    *(Figure(f"bad_loans_{y}", f"不良贷款率（{y}年末）", f"non-performing loans, share of the stock, end {y}", "share", s.bad_loans(y)) for y in (2018, 2019)),
    *(Figure(f"loan_growth_{y}", f"贷款余额增速（{y}年）", f"growth of loans outstanding, {y}", "share", s.loan_growth(y)) for y in (2019, 2020)),
    Figure("loan_per_borrower", "户均贷款余额（2019年末）", "loans outstanding per borrower, end 2019", "thousand yuan", s.loan_per_borrower),
    Figure("leverage_in_use", "政府性融资担保机构实际放大倍数（2017年末）", "leverage in use, government-backed guarantor, end 2017", "times", s.fund_at("leverage_in_use", "guarantee_fund", 11)),
    Figure("due_diligence_2019", "投资机构尽职调查数量同比增减（2019年）", "due diligence by investors, 2019 against 2018", "share", s.due_diligence_growth),
    Figure("mean_round", "股权融资平均单笔金额", "mean equity round", "million yuan", s.mean_round),
    Figure("tenants_2019", "每家孵化器在孵企业数（2019年末）", "tenants of a tech incubator, end 2019", "firms", s.tenants_per_incubator(2019)),
    Figure("tenant_jobs", "孵化器在孵企业户均就业（2019年末）", "jobs of an incubator's tenant, end 2019", "persons", s.incubator_tenant_jobs),
    Figure("small_facility_jobs", "孵化器以外孵化载体入驻企业户均就业（2019年末）", "jobs of a tenant of a facility other than a tech incubator, end 2019", "persons", s.small_facility_jobs),
    Figure("facility_jobs", "各类孵化载体入驻企业户均就业（2019年末）", "jobs of a tenant of any incubation facility, end 2019", "persons", s.facility_tenant_jobs),
    Figure("incubator_growth", "孵化器数量年均增速（2017—2019年）", "growth of tech incubators a year, 2017-2019", "share", s.incubator_growth),
))
"""Figures with published values, in ``targets.yaml`` or in ``holdout.yaml``."""

UNPUBLISHED: Final = _by_id((
    *(Figure(f"registrations_{y}", f"新登记市场主体户数（{y}年）", f"registrations, {y}", "thousand", s.registrations(y)) for y in (2017, 2018, 2019, 2020)),
    Figure("market_entities_2018", "市场主体户数（2018年末）", "market entities, end 2018", "thousand", lambda run: s.year_end(run, "market_entities", 2018) / 1e3),
    Figure("enterprises_deregistered_2018", "注销企业数（2018年）", "enterprises deregistered, 2018", "firms", s.deregistrations(2018, 0)),
    Figure("individuals_deregistered_2018", "注销个体户数（2018年）", "individual businesses deregistered, 2018", "firms", s.deregistrations(2018, 1)),
    Figure("paid_one_off_2018", "一次性创业资助支出（2018年）", "paid as one-off grants, 2018", "million yuan", s.payments("one_off_grant", 2018)),
    Figure("paid_rent_2018", "租金补贴支出（2018年）", "paid as rent subsidies, 2018", "million yuan", s.payments("rent_subsidy", 2018)),
    Figure("paid_jobs_2018", "创业带动就业补贴支出（2018年）", "paid as job subsidies, 2018", "million yuan", s.payments("job_creation_subsidy", 2018)),
    Figure("subsidies_2018", "人社部门创业补贴支出（2018年）", "paid by labour offices, 2018", "million yuan", s.labour_office_payments(2018)),
    Figure("startup_loans_2018", "创业担保贷款笔数（2018年）", "start-up guaranteed loans, 2018", "loans", lambda run: s.loans_by_scheme(run, "startup", 2018)),
    Figure("loans_outstanding_2018", "2012年以来创办企业的贷款余额（2018年末）", "loans outstanding of firms founded since 2012, end 2018", "million yuan", lambda run: s.year_end(run, "loans_outstanding", 2018) / 1e6),
    Figure("borrowers_2018", "2012年以来创办的企业中有贷款的在营企业数（2018年末）", "open firms with a loan, founded since 2012, end 2018", "firms", lambda run: s.year_end(run, "borrowers", 2018)),
    Figure("guarantees_2018", "政府性融资担保机构在保余额（2018年末）", "guarantees of the government-backed guarantor, end 2018", "million yuan", lambda run: s.fund_at("guarantees_outstanding", "guarantee_fund", 23)(run) / 1e6),
    Figure("tech_incubators_2018", "科技企业孵化器数量（2018年末）", "tech incubators, end 2018", "incubators", lambda run: s.year_end(run, "tech_incubators", 2018)),
    Figure("incubation_area_2018", "孵化面积（2018年末）", "incubation area, end 2018", "m2", lambda run: s.year_end(run, "incubation_area", 2018)),
    Figure("bases_2018", "创业孵化基地数量（2018年末）", "entrepreneurship bases, end 2018", "bases", lambda run: s.year_end(run, "entrepreneurship_bases", 2018)),
    Figure("provincial_spaces_2018", "省级及以上孵化载体数量（2018年末）", "facilities of provincial level or higher, end 2018", "facilities", lambda run: s.year_end(run, "provincial_level_spaces", 2018)),
    Figure("national_spaces_2018", "国家级孵化载体数量（2018年末）", "facilities of national level, end 2018", "facilities", lambda run: s.year_end(run, "national_level_spaces", 2018)),
    Figure("contest_entrants_2019", "创业创新大赛参赛企业数（2019年）", "entrants of the contest, 2019", "firms", lambda run: s.year_sum(run, "contest_entrants", 2019)),
    Figure("equity_rounds_2018", "股权融资轮次（2018年）", "equity rounds, 2018", "rounds", lambda run: s.year_sum(run, "equity_rounds", 2018)),
))
"""Unpublished figures that the city may know; ``zsim calibrate --evidence`` accepts them as well."""

HEADLINES: Final = _by_id((
    *(Figure(f"T{n}", zh, en, unit, s.target_value(n)) for n, zh, en, unit in (
        (1, "T1 科技企业孵化器", "T1 tech incubators", "incubators"), (2, "T2 孵化面积", "T2 incubation area", "m2"),
        (3, "T3 国际合作孵化平台", "T3 international platforms", "platforms"), (4, "T4 国家级孵化载体", "T4 national-level facilities", "facilities"),
        (5, "T5 省级及以上孵化载体", "T5 facilities of provincial level or higher", "facilities"), (6, "T6 创业孵化基地", "T6 entrepreneurship bases", "bases"),
        (7, "T7 创业带动就业", "T7 jobs driven by startups", "persons"))),
    Figure("founders_served_2020", "首次获得服务的创业者人数（累计，T7的N）", "founders served, cumulative (N of T7)", "persons", lambda run: float(run.outcomes["founders_served"][-1, 0])),
    Figure("jobs_2020", "在营初创企业就业（2020年末）", "jobs in young firms, end 2020", "persons", lambda run: s.year_end(run, "jobs", 2020)),
    Figure("firms_2020", "在营初创企业数（2020年末）", "open young firms, end 2020", "firms", lambda run: s.year_end(run, "firms", 2020)),
    Figure("subsidies", "人社部门创业补贴支出（2017—2020年）", "paid by labour offices, 2017-2020", "million yuan", lambda run: sum(s.labour_office_payments(y)(run) for y in range(2017, 2021))),
    Figure("guarantee_claims", "担保基金代偿支出（2017—2020年）", "claims paid by the guarantee fund, 2017-2020", "million yuan", lambda run: float(run.outcomes["claims_paid"][:, s.index("fund", "guarantee_fund")].sum()) / 1e6),
))
"""Headline outcomes of ``as_enacted``, as on the first page of a report."""
# fmt: on

FIGURES: Final[Mapping[str, Figure]] = {**PUBLISHED, **UNPUBLISHED, **HEADLINES}


def compute_all(run: RunOutput) -> dict[str, float]:
    """Return all figures of a run, keyed by name."""
    return {name: float(figure.compute(run)) for name, figure in FIGURES.items()}
