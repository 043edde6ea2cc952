"""All kinds of payment of the city: the chart of accounts.

Accounts: startups (all purses of young firms), households, market (customers), landlords, services
(intermediaries, training bodies, mentors), carriers, treasury (taxes in, appropriations out), budget
(the programmes' money of the year).
"""

from __future__ import annotations

from typing import Final

from sim.engine.ledger import Flow

SALES: Final = Flow("value_added", "market", "startups", "增加值", "value added sold")
WAGES: Final = Flow("wages", "startups", "households", "工资", "wages")
RENT: Final = Flow("rent", "startups", "landlords", "租金", "rent")
TAXES: Final = Flow("taxes", "startups", "treasury", "税收", "taxes")
DRAW: Final = Flow("owners_draw", "startups", "households", "业主提取", "owners' draw")
CAPITAL: Final = Flow("founders_capital", "households", "startups", "创业自有资金", "founders' own capital")
FAMILY: Final = Flow("family_help", "households", "startups", "亲友资助", "help of the family")
FEES: Final = Flow("opening_fees", "startups", "services", "开办费用", "fees of opening")
CLOSING: Final = Flow(
    "closing_out", "startups", "households", "歇业取回", "what an owner takes home on closing"
)
UNPAID: Final = Flow(
    "written_off",
    "services",
    "startups",
    "歇业欠款核销",
    "debts that suppliers write off on closing",
)
APPROPRIATION: Final = Flow("appropriation", "treasury", "budget", "年度预算安排", "yearly appropriations")
LAPSE: Final = Flow("lapse", "budget", "treasury", "年末结余收回", "appropriations that lapse")
GRANTS: Final = Flow("grants", "budget", "startups", "补贴（付企业）", "subsidies paid to firms")
SERVICES: Final = Flow(
    "services", "budget", "services", "补贴（付服务机构）", "subsidies paid to service bodies"
)
AWARDS: Final = Flow("awards", "budget", "carriers", "载体奖补", "awards to carriers")

FLOWS: Final = (
    SALES, WAGES, RENT, TAXES, DRAW, CAPITAL, FAMILY, FEES, CLOSING, UNPAID,
    APPROPRIATION, LAPSE, GRANTS, SERVICES, AWARDS,
)  # fmt: skip
