"""Chart of accounts: all types of payment in the city.

Accounts: startups (cash of young firms), households, market (customers and suppliers), landlords, services
(intermediaries, training bodies, mentors), facilities (incubation facilities), banks, guarantors (private guarantors),
investors (private investors), insurers, treasury (receives taxes and pays appropriations), budget (yearly budgets of
programmes), funds (public capital: guarantee fund, start-up loan fund, risk pools, bridge fund, guide fund).
"""

from __future__ import annotations

from typing import Final

from sim.engine.ledger import Flow

# fmt: off

SALES: Final = Flow("value_added", "market", "startups", "销售实现的增加值", "value added sold")
WAGES: Final = Flow("wages", "startups", "households", "工资", "wages")
RENT: Final = Flow("rent", "startups", "landlords", "租金", "rent")
TAXES: Final = Flow("taxes", "startups", "treasury", "税收", "taxes")
DRAW: Final = Flow("owners_draw", "startups", "households", "业主提取", "owners' draw")
CAPITAL: Final = Flow("founders_capital", "households", "startups", "创业自有资金", "founders' own capital")
FAMILY: Final = Flow("family_help", "households", "startups", "亲友资助", "support from family and friends")
FEES: Final = Flow("opening_fees", "startups", "services", "开办费用", "costs of opening a firm")
CLOSING: Final = Flow("closing_out", "startups", "households", "歇业时业主取回资金", "cash withdrawn by owners on closing")
UNPAID: Final = Flow("written_off", "services", "startups", "歇业企业所欠款项核销", "debts written off by suppliers on closing")
APPROPRIATION: Final = Flow("appropriation", "treasury", "budget", "年度预算安排", "yearly appropriations")
LAPSE: Final = Flow("lapse", "budget", "treasury", "年末未用预算收回", "appropriations that lapse")
GRANTS: Final = Flow("grants", "budget", "startups", "补贴（付企业）", "subsidies paid to firms")
SERVICES: Final = Flow("services", "budget", "services", "补贴（付服务机构）", "subsidies paid to service bodies")
AWARDS: Final = Flow("awards", "budget", "facilities", "孵化载体奖补", "awards to incubation facilities")
TENANTS_RENT: Final = Flow("tenants_rent", "landlords", "facilities", "在孵和入驻企业租金转付孵化载体", "tenants' rent passed on to their incubation facility")
LOANS: Final = Flow("loans", "banks", "startups", "发放贷款", "loans disbursed")
EQUIPMENT: Final = Flow("equipment", "startups", "market", "以贷款购置设备", "equipment bought with loans")
INTEREST: Final = Flow("interest", "startups", "banks", "贷款利息", "interest")
PRINCIPAL: Final = Flow("principal", "startups", "banks", "偿还贷款本金", "principal repaid")
SETTLED: Final = Flow("debt_settled", "households", "banks", "歇业时业主清偿债务", "debts repaid by owners on closing")
SETTLED_BY_FIRM: Final = Flow("debt_offset", "startups", "banks", "歇业企业以现金清偿债务", "debts repaid from the cash of closing firms")
BANK_RECOVERY: Final = Flow("bank_recovery", "households", "banks", "银行收回不良贷款", "recoveries of banks from bad loans")
FUND_CAPITAL: Final = Flow("fund_capital", "treasury", "funds", "公共基金注资", "public capital paid into funds")
FUND_WITHDRAWN: Final = Flow("fund_withdrawn", "funds", "treasury", "公共基金撤资", "public capital taken out of funds")
GUARANTEE_FEE: Final = Flow("guarantee_fee", "startups", "funds", "担保费（政府性融资担保机构）", "guarantee fees to public guarantors")
PRIVATE_FEE: Final = Flow("private_guarantee_fee", "startups", "guarantors", "担保费（民营担保机构）", "guarantee fees to private guarantors")
CLAIMS: Final = Flow("claims", "funds", "banks", "代偿和风险补偿（公共基金）", "claims and compensation paid by public funds")
PRIVATE_CLAIMS: Final = Flow("private_claims", "guarantors", "banks", "代偿（民营担保机构）", "claims paid by private guarantors")
FUND_RECOVERY: Final = Flow("fund_recovery", "households", "funds", "代偿追偿（公共基金）", "recoveries of public funds")
PRIVATE_RECOVERY: Final = Flow("private_recovery", "households", "guarantors", "代偿追偿（民营担保机构）", "recoveries of private guarantors")
BRIDGE: Final = Flow("bridge", "funds", "banks", "过桥资金垫付", "old loans paid off by the bridge fund")
BRIDGE_BACK: Final = Flow("bridge_back", "banks", "funds", "过桥资金归还", "bridge finance repaid from the new loan")
BRIDGE_FEE: Final = Flow("bridge_fee", "startups", "funds", "过桥资金费用", "fees for bridge finance")
PRIVATE_BRIDGE: Final = Flow("private_bridge_fee", "startups", "market", "民间过桥资金费用", "fees for private bridge finance")
EQUITY: Final = Flow("equity", "investors", "startups", "股权投资（社会资本）", "equity invested by private investors")
LISTING_FEES: Final = Flow("listing_fees", "startups", "services", "挂牌中介费", "intermediaries' fees for listings")
PUBLIC_EQUITY: Final = Flow("public_equity", "funds", "startups", "股权投资（财政资金）", "equity invested by public funds")
EQUITY_SPENT: Final = Flow("equity_spent", "startups", "market", "股权资金使用", "equity spent")
EXITS: Final = Flow("exits", "market", "investors", "投资退出（社会资本）", "exit proceeds of private investors")
PUBLIC_EXITS: Final = Flow("public_exits", "market", "funds", "投资退出（财政资金）", "exit proceeds of public funds")
LOSS_SHARE: Final = Flow("loss_share", "funds", "investors", "早期投资损失补偿（引导基金承担）", "early-stage losses of investors borne by the guide fund")
INPUTS_SAVED: Final = Flow("inputs_saved", "market", "startups", "检测与信息化费用节省", "savings on testing and IT")
SPACE_SUPPORT: Final = Flow("space_support", "treasury", "landlords", "低成本场所租金差额补偿", "compensation for rent forgone on low-cost space")
SEED: Final = Flow("seed", "facilities", "startups", "孵化器种子投资", "seed money from incubators")
SEED_EXITS: Final = Flow("seed_exits", "market", "facilities", "种子投资退出", "exit proceeds of seed stakes")
SEED_LOSSES: Final = Flow("seed_losses", "treasury", "facilities", "种子投资损失财政补偿（省、市合计）", "losses on seed money borne by province and city")
TENANT_LOSSES: Final = Flow("tenant_losses", "treasury", "banks", "在孵企业首贷损失财政补偿（省、市合计）", "losses on tenants' first loans borne by province and city")
TENANT_RECOVERY: Final = Flow("tenant_recovery", "households", "treasury", "在孵企业首贷损失追偿（省、市合计）", "recoveries of province and city from tenants' first loans")
BONDS: Final = Flow("bonds", "investors", "startups", "发行债务融资工具", "bonds issued")
COUPONS: Final = Flow("coupons", "startups", "investors", "债务融资工具利息", "interest on bonds")
BONDS_REPAID: Final = Flow("bonds_repaid", "startups", "investors", "债务融资工具兑付", "bonds repaid")
LICENCES: Final = Flow("ip_licences", "market", "startups", "知识产权转让和许可收入", "intellectual property sold or licensed")
PRESALES: Final = Flow("presales", "households", "startups", "众筹预售款", "presales to crowdfunding backers")
DELIVERY: Final = Flow("delivery", "startups", "market", "众筹预售产品生产成本", "production cost of presold goods")
CROWD_EQUITY: Final = Flow("crowd_equity", "households", "startups", "股权众筹资金", "equity raised by crowdfunding")
PREMIUMS: Final = Flow("premiums", "startups", "insurers", "科技保险保费（企业承担）", "insurance premiums paid by firms")
PREMIUM_SUBSIDY: Final = Flow("premium_subsidy", "treasury", "insurers", "科技保险保费补贴", "insurance premiums paid by the city")
INSURANCE: Final = Flow("insurance", "insurers", "startups", "科技保险赔付", "insurance claims paid")
# fmt: on

FLOWS: Final = (
    SALES, WAGES, RENT, TAXES, DRAW, CAPITAL, FAMILY, FEES, CLOSING, UNPAID,
    APPROPRIATION, LAPSE, GRANTS, SERVICES, AWARDS, TENANTS_RENT,
    LOANS, EQUIPMENT, INTEREST, PRINCIPAL, SETTLED, SETTLED_BY_FIRM, BANK_RECOVERY,
    FUND_CAPITAL, FUND_WITHDRAWN, GUARANTEE_FEE, PRIVATE_FEE, CLAIMS, PRIVATE_CLAIMS, FUND_RECOVERY,
    PRIVATE_RECOVERY, BRIDGE, BRIDGE_BACK, BRIDGE_FEE, PRIVATE_BRIDGE,
    EQUITY, PUBLIC_EQUITY, EQUITY_SPENT, EXITS, PUBLIC_EXITS, LOSS_SHARE, LISTING_FEES, INPUTS_SAVED, SPACE_SUPPORT,
    SEED, SEED_EXITS, SEED_LOSSES, TENANT_LOSSES, TENANT_RECOVERY,
    BONDS, COUPONS, BONDS_REPAID, LICENCES, PRESALES, DELIVERY, CROWD_EQUITY, PREMIUMS, PREMIUM_SUBSIDY, INSURANCE,
)  # fmt: skip
