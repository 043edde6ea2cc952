"""Dimensions of the results: coordinate values and bilingual labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.model.banking import parameters as banking_parameters
from sim.model.environment import geography
from sim.model.government import parameters as government_parameters
from sim.model.government.flows import FLOWS
from sim.model.government.parameters import DESKS
from sim.model.guarantees import parameters as guarantees_parameters
from sim.model.population import parameters as population_parameters


@dataclass(frozen=True)
class Coordinate:
    """Values of a dimension, with Chinese and English labels if the values are slugs."""

    values: tuple[str | int, ...]
    zh: tuple[str, ...] | None = None
    en: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)


def _labelled(entries: Iterable[geography.Labelled]) -> Coordinate:
    entries = tuple(entries)
    return Coordinate(
        tuple(e.slug for e in entries), tuple(e.zh for e in entries), tuple(e.en for e in entries)
    )


def _pairs(names: Iterable[str], labels: Iterable[tuple[str, str]]) -> Coordinate:
    zh, en = zip(*labels, strict=True)
    return Coordinate(tuple(names), tuple(zh), tuple(en))


INSTRUMENTS: Final = {
    "one_off_grant": ("一次性创业资助", "one-off start-up grant"),
    "rent_subsidy": ("租金补贴", "rent subsidy"),
    "job_creation_subsidy": ("创业带动就业补贴", "job-creation subsidy"),
    "hardship_support": ("困难家庭创业扶持", "support for hardship households"),
    "lecture_subsidy": ("创业大讲堂补贴", "lecture subsidy"),
    "training_subsidy": ("创业培训补贴", "training subsidy"),
    "founder_upskilling": ("初创企业经营者素质提升培训", "founder upskilling"),
    "mentor_subsidy": ("创业导师服务补贴", "mentor subsidy"),
    "overseas_talent": ("境外人才和留学人员创业资助", "package for founders from abroad"),
    "allowance_retention": ("创业者低保待遇保留", "retained minimum subsistence allowance of founders"),
    "second_chance": ("创业失败者扶持", "support after failure"),
    "incubator_support": ("孵化载体认定奖补", "awards to incubators and other incubation facilities"),
    "incubation_subsidy": ("创业孵化补贴", "incubation subsidy"),
    "incubator_risk_compensation": ("科技企业孵化器风险补偿", "risk compensation for incubators"),
    "demonstration_bases": ("“双创”示范基地资助", "funding of demonstration bases"),
    "microloan_interest_subsidy": ("小额贷款贴息", "interest subsidy on small loans"),
    "startup_loan_fund": ("创业担保贷款代偿", "claims paid by the start-up loan fund"),
    "loan_pool": ("助保贷风险补偿", "compensation paid by the loan risk pool"),
    "ip_pledge_compensation": ("知识产权质押融资风险补偿", "compensation for IP-pledged loans"),
    "guarantee_fund": ("政府性融资担保代偿", "claims paid by government-backed guarantors"),
    "guarantee_risk_compensation": ("担保机构风险补偿", "compensation of guarantors"),
    "guide_fund": ("创业引导基金投资和损失补偿", "investments and loss compensation of the guide fund"),
    "listing_support": ("上市挂牌奖励", "awards for listings"),
    "state_venture_capital": ("国有创业投资资金投资", "investments of state venture capital"),
    "service_purchase": ("政府购买服务", "public purchase of services"),
    "innovation_vouchers": ("科技创新券", "innovation vouchers"),
    "first_set_award": (
        "首台（套）奖励和保费补贴",
        "awards and insurance subsidy for first sets of equipment",
    ),
    "low_cost_space": ("低成本场所租金差额补偿", "compensation for rent forgone on low-cost space"),
    "contests": ("创业创新大赛奖金", "contest awards"),
    "tech_insurance": ("科技保险保费补贴", "subsidy of technology insurance premiums"),
}
"""Policy instruments that pay public money, with Chinese and English labels."""
SOURCES: Final = {
    "angel": ("天使投资", "angels"),
    "venture": ("创业投资基金", "venture funds"),
    "guide_fund": ("引导基金", "guide fund"),
    "state": ("国有资本", "state capital"),
    "foreign": ("外资基金", "foreign funds"),
    "crowd": ("股权众筹", "equity crowdfunding"),
}

COORDS: Final[dict[str, Coordinate]] = {
    "form": _pairs(population_parameters.FORMS, [("企业", "enterprise"), ("个体户", "individual business")]),
    "founder_kind": _labelled(geography.founder_kinds()),
    "sector": _labelled(geography.sectors()),
    "district": _labelled(geography.districts()),
    "cohort": Coordinate(population_parameters.COHORTS),
    "age": Coordinate(tuple(range(population_parameters.AGES))),
    "clock": _pairs(
        population_parameters.CLOCKS,
        [
            ("登记至注销", "registered"),
            ("登记至歇业", "operating"),
            ("开业至歇业", "since opening"),
        ],
    ),
    "instrument": _pairs(INSTRUMENTS, INSTRUMENTS.values()),
    "window": _pairs(
        DESKS,
        [
            ("商事登记", "registry"),
            ("许可审批", "licences"),
            ("注销登记", "deregistration"),
            ("补贴申领", "claims"),
            ("贷款审批", "loans"),
            ("担保审批", "guarantees"),
            ("股权投资尽职调查", "equity"),
            ("孵化载体认定", "accreditation"),
            ("房产改建审批", "conversion"),
            ("知识产权快速维权", "IP protection centres"),
        ],
    ),
    "source": _pairs(SOURCES, SOURCES.values()),
    "scheme": _pairs(guarantees_parameters.SCHEMES, guarantees_parameters.SCHEMES.values()),
    "refusal": _pairs(banking_parameters.REASONS, banking_parameters.REASONS.values()),
    "fund": _pairs(government_parameters.FUNDS, government_parameters.FUNDS.values()),
    "flow": _pairs((f.name for f in FLOWS), ((f.zh, f.en) for f in FLOWS)),
    "target": _pairs(
        government_parameters.AT_LEAST,
        [
            ("科技企业孵化器数量", "tech incubators"),
            ("孵化面积", "incubation area"),
            ("国际合作孵化平台", "international platforms"),
            ("国家级科技企业孵化器及众创空间", "national-level incubators and makerspaces"),
            ("省级科技企业孵化器及众创空间", "provincial-level incubators and makerspaces"),
            ("创业孵化基地", "entrepreneurship bases"),
            ("创业带动就业", "jobs driven by startups"),
        ],
    ),
    "definition": _pairs(government_parameters.DEFINITIONS, government_parameters.DEFINITIONS.values()),
}
