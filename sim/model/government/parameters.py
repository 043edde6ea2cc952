"""Government: constants and outcomes of service desks, public funds, targets and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from sim.engine import clock
from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.recorder import Outcome

# fmt: off

# --- Budgets and service desks ---
DESKS: Final[Annotated[tuple[str, ...], Constant("service desks", "convention", "service desks in the order of the results")]] = (
    "registry", "licence", "deregistration", "claims", "loan", "guarantee", "equity", "accreditation", "conversion", "ip")

APPLICATIONS: Final = Outcome(
    "applications", ("month", "window"), "count", "申请件数", "applications submitted", "flow"
)
APPROVALS: Final = Outcome(
    "approvals", ("month", "window"), "count", "审核通过件数", "applications approved", "flow"
)
QUEUE: Final = Outcome(
    "queue_length", ("month", "window"), "count", "月末排队件数", "applications waiting at the month's end"
)
WAITING: Final = Outcome(
    "waiting_days", ("month", "window"), "days", "当月办结件平均排队天数",
    "mean waiting days of applications decided in the month", "mean", whole=False)

SPENDING: Final = Outcome(
    "public_spending", ("month", "instrument"), "yuan", "财政支出（补贴、奖补、代偿和公共基金股权投资）",
    "public money paid out: subsidies, awards, claims paid and equity invested by public funds", "flow", whole=False)
RETURNS: Final = Outcome(
    "public_returns", ("month", "instrument"), "yuan", "公共资金收回与收费（追偿、基金收费和投资退出）",
    "public money returned: recoveries, fees of public funds, exit proceeds", "flow", whole=False)

# --- Public funds ---
FUNDS: Final = {
    "guarantee_fund": ("政府性融资担保机构资本金", "government-backed guarantee capital"),
    "startup_loan_fund": ("创业担保贷款基金", "start-up loan fund"),
    "loan_pool": ("助保贷资金池", "loan risk pool"),
    "ip_pledge_pool": ("知识产权质押融资风险补偿资金池", "IP-pledge risk pool"),
    "bridge_fund": ("过桥资金池", "bridge fund"),
    "guide_fund": ("创业引导基金", "guide fund"),
    "state_capital": ("国有创业投资资本金", "state venture capital"),
    "risk_compensation": ("担保风险补偿资金池", "risk compensation of guarantors"),
}
SUSPENDED_ABOVE: Final[Annotated[float, Assumption("share", "CRED11", "ratio of twelve-month claims to exposure above which a fund is suspended from new business")]] = 0.05
NOT_BEFORE: Final[Annotated[int, Assumption("fen", "guess", "exposure up to which a fund is never suspended")]] = 5_000_000_00
CLAIM_MONTHS: Final[Annotated[int, Constant("months", "CRED11", "period over which claims are summed")]] = 12

BALANCE: Final = Outcome("pool_balance", ("month", "fund"), "yuan", "公共基金和资金池余额", "balance of public funds and pools", whole=False)
FUND_OUTSTANDING: Final = Outcome("guarantees_outstanding", ("month", "fund"), "yuan", "公共基金在保余额（贷款余额中由基金承担的部分）", "exposure of public funds: covered share of outstanding loans", whole=False)
FUND_CLAIMS_PAID: Final = Outcome("claims_paid", ("month", "fund"), "yuan", "公共基金代偿支出", "claims paid by public funds", "flow", whole=False)
RECOVERED: Final = Outcome("fund_recoveries", ("month", "fund"), "yuan", "公共基金代偿后追偿收回金额", "recoveries on claims by public funds", "flow", whole=False)
IN_USE: Final = Outcome("leverage_in_use", ("month", "fund"), "times", "实际放大倍数（含为原有企业提供的担保）", "guarantees outstanding per yuan of balance, including those for older firms", whole=False)
SUSPENDED: Final = Outcome("pool_suspended", ("month", "fund"), "bool", "月末是否暂停新业务", "whether the fund is suspended from new business at the month's end")
LOSS: Final = Outcome("fund_loss", ("fund",), "yuan", "基金累计损失（2017—2020年，代偿扣除追偿所得和收费）", "claims less recoveries and fees, 2017 to 2020", "final", whole=False)
DRY: Final = Outcome("fund_dry_month", ("fund",), "month", "基金首次用尽的月份（0为2017年1月，-1为未用尽）", "first month with insufficient capacity for new business or insufficient money for a claim (0 is January 2017, -1 never)", "final")

# --- Targets of the plan ---
SERVED: Final = Outcome("founders_served", ("month", "definition"), "persons", "首次获得服务的创业者人数（累计）", "founders first served, cumulative", "total")
DRIVEN: Final = Outcome("jobs_driven_by_startups", ("month", "definition"), "persons", "创业带动就业（累计）", "jobs driven by startups, cumulative", "total")
VALUE: Final = Outcome("target_value", ("target",), "as the target", "目标完成值（2020年末）", "value of each target at the end of 2020", "final", whole=False)
MET: Final = Outcome("target_met", ("target",), "bool", "目标是否完成", "whether each target is met", "final")

DEFINITIONS: Final = {
    "primary": (
        "2017年1月起首次获得服务的创业者，就业含创业者本人和员工",
        "founders first served from 2017-01; jobs of founder and staff",
    ),
    "window_2016": ("统计期自2016年1月起", "window from 2016-01"),
    "window_2017_06": ("统计期自2017年6月9日起", "window from 2017-06-09"),
    "staff_only": ("仅计员工，不含创业者本人", "jobs of staff without the founder"),
    "peak_staff": ("按最高用工人数，而非开业满12个月时用工人数", "peak staff instead of staff at 12 months"),
    "all_young_firms": ("全部初创企业（不论是否获得服务）", "all young firms, served or not"),
}
FROM_DAY: Final[Annotated[Mapping[str, int], Constant("days from 2017-01-01", "convention", "first day of each window in which founders are counted as served")]] = {"window_2016": -366, "primary": 0, "window_2017_06": clock.day(clock.ISSUED)}
AT_LEAST: Final[Annotated[Mapping[str, tuple[str, float]], Constant("as the outcome", "ZS001-007", "outcome and threshold of each target; a scenario may set another threshold")]] = {
    "T1": ("tech_incubators", 60), "T2": ("incubation_area", 2_000_000), "T3": ("international_platforms", 1),
    "T4": ("national_level_spaces", 5), "T5": ("provincial_level_spaces", 20), "T6": ("entrepreneurship_bases", 50),
    "T7": ("jobs_driven_by_startups", 150_000)}

# --- Accounts ---
FLOW_TOTALS: Final = Outcome(
    "flows", ("month", "flow"), "yuan", "资金流量（按类别）", "payments, by flow", "flow", whole=False
)
LEDGER_RESIDUAL: Final = Outcome(
    "ledger_residual", ("month",), "yuan", "账目差额（应为零）", "residual of all accounts, which is always zero", whole=False
)

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
