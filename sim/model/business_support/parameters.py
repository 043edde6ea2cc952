"""Business support: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Sales, hiring and displacement ---
SUPPORT_HOURS: Final = PolicyLever(
    "growth.support_hours", "hours a year", 0, 0, 1e6, "sum", "公共支持服务小时", "hours of public support to technology firms")
SERVICE_PURCHASE: Final = PolicyLever(
    "growth.service_purchase", "yuan a year", 0, 0, 1e8, "value", "政府购买服务金额", "what the city pays service bodies for such hours")
CLUSTER_HOURS: Final = PolicyLever(
    "growth.cluster_hours", "hours a year", 0, 0, 1e5, "sum", "专业镇服务小时", "hours of support to enterprises of cluster sectors")
DISTRICT_HOURS: Final = PolicyLever(
    "growth.district_hours", "hours a year", 0, 0, 1e5, "sum", "火炬、翠亨平台服务小时", "hours of support in Torch and Cuiheng")
EQUIPMENT: Final = PolicyLever(
    "growth.equipment_share", "share", 0, 0, 1, "value", "大型仪器共享覆盖率", "technology firms that use shared instruments")
VOUCHER_VOLUME: Final = PolicyLever(
    "growth.voucher_volume", "yuan a year", 0, 0, 1e8, "value", "创新券规模", "innovation vouchers")
VOUCHER_CAP: Final = PolicyLever(
    "growth.voucher_cap", "yuan per firm", 0, 0, 5e5, "value", "创新券单户上限", "most that a firm may get in vouchers in a year")
PUBLIC_ORDERS: Final = PolicyLever(
    "growth.public_orders", "yuan a year", 0, 0, 1e9, "value", "创新产品政府采购额", "public orders for innovative goods")
TO_STARTUPS: Final = PolicyLever(
    "growth.public_orders_startups", "share", 0, 0, 1, "value", "采购额中初创企业比例", "young firms' part of these orders")
FIRST_SET_AWARD: Final = PolicyLever(
    "growth.first_set_award", "yuan per set", 0, 0, 3e6, "value", "首台（套）奖励", "award for a first set")
FIRST_SET_PREMIUM: Final = PolicyLever(
    "growth.first_set_premium", "share", 0, 0, 0.8, "value", "首台（套）保费补贴比例", "insurance subsidy for a first set")
CROWD_ORDERS: Final = PolicyLever(
    "growth.crowd_orders", "yuan a year", 0, 0, 5e9, "value", "众包订单", "crowdsourced orders")
SUPPLY_CHAIN: Final = PolicyLever(
    "growth.supply_chain_firms", "firms", 0, 0, 200, "value", "开放资源的大企业", "large firms that open resources and orders")
ADDITIONAL: Final = Parameter(
    "growth.orders_additional", 0.3, 0.1, 0.6, "share", "guess; no figure found", "D",
    "订单中新增销售比例", "of an order won, what the firm would not have sold to somebody else", potency=0.75)  # fmt: skip
VOUCHERS_KNOWN: Final = Parameter(
    "growth.salience_vouchers", 0.20, 0.10, 0.30, "share", "guess; SUB12", "D",
    "知晓政策者中了解创新券的比例", "of those told of programmes, who know of innovation vouchers")  # fmt: skip
VOUCHER_NEED: Final = Parameter(
    "growth.voucher_need", 40000, 25000, 60000, "yuan a year", "guess", "D",
    "企业年外购科技服务需求", "median of what a technology firm with such work has tested, designed or calculated outside in a year")  # fmt: skip
BY_CROWD: Final = Parameter(
    "growth.crowd_share", 0.2, 0.05, 0.4, "share", "guess", "D",
    "众包订单中本市初创企业比例", "of crowdsourced orders, what young enterprises of the city win")  # fmt: skip
BY_LARGE_FIRM: Final = Parameter(
    "growth.supply_orders", 2e6, 1e6, 4e6, "yuan a year", "guess", "D",
    "单家大企业开放订单额", "orders that a large firm opens to young suppliers in a year")  # fmt: skip
FIRST_SETS: Final = Parameter(
    "growth.first_sets", 1.5, 0.5, 3.0, "sets a year", "guess", "D",
    "首台（套）装备数", "first sets that young equipment firms of the city build in a year")  # fmt: skip
INSURED_SALE: Final = Parameter(
    "growth.insured_sale", 0.4, 0.1, 0.7, "probability", "guess", "D",
    "保费补贴对首台（套）成交的影响", "more chance to find a first buyer when the whole premium is paid", potency=0.5)  # fmt: skip
ADVISED: Final = Outcome(
    "support_hours", ("month",), "hours", "公共支持服务小时", "hours of public support that firms had, mentors and spaces apart", "flow",
    whole=False)  # fmt: skip
ORDERS_WON: Final = Outcome(
    "orders_won", ("month",), "yuan", "初创企业所获订单", "orders that young firms won through public, crowd and supply-chain channels",
    "flow", whole=False)  # fmt: skip

# Programmes paid to service bodies, and the pot of each.
SUPPORT_POTS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "service_purchase": (SERVICE_PURCHASE,),
    "innovation_vouchers": (VOUCHER_VOLUME,),
}
SUPPORT_GATES: Final[dict[str, tuple[PolicyLever, ...]]] = {"innovation_vouchers": (VOUCHER_CAP,)}

# --- Costs, taxes and cash ---
TESTING_DISCOUNT: Final = PolicyLever(
    "cost.testing_discount", "share", 0, 0, 0.6, "value", "检测费用优惠", "discount on testing")
IT_DISCOUNT: Final = PolicyLever(
    "cost.it_discount", "share", 0, 0, 0.5, "value", "信息化成本优惠", "discount on IT")
SPACE_DISCOUNT: Final = PolicyLever(
    "cost.space_discount", "share", 0, 0, 0.6, "value", "低成本场所租金优惠", "discount on rent of low-cost space")
SPACE_AREA: Final = PolicyLever(
    "cost.space_area", "m2", 0, 0, 5e5, "value", "低成本场所面积", "area of low-cost space")
TESTING_SHARE: Final = Parameter(
    "cost.testing_share", 0.015, 0.005, 0.03, "share", "guess", "D",
    "检测认证费用占增加值比例", "testing and certification of a manufacturer, of its value added")  # fmt: skip
IT_SHARE: Final = Parameter(
    "cost.it_share", 0.02, 0.01, 0.04, "share", "guess", "D",
    "算力与数据费用占增加值比例", "computing and data of a software or design firm, of its value added")  # fmt: skip
PLATFORM_USERS: Final = Parameter(
    "cost.platform_users", 0.3, 0.15, 0.5, "share", "guess", "D",
    "使用公共检测或云平台的企业比例", "of enterprises of these sectors, who use the public platforms")  # fmt: skip
SPACE_SEEKERS: Final = Parameter(
    "cost.space_seekers", 0.06, 0.03, 0.12, "share", "guess", "D",
    "有意入驻低成本场所的企业比例", "of young enterprises, who would move to low-cost space")  # fmt: skip
SPACE_OF_A_FIRM: Final = 100.0  # m2 of low-cost space for a firm: 4,000 yuan a month at 40 yuan/m2 (guess)
SPACE_MONTHS: Final = (
    36  # since opening, in which a firm may move to low-cost space; and of its stay at most (guess)
)
TESTED: Final = ("lighting", "appliances", "mahogany", "equipment", "health")
COMPUTING: Final = ("software", "culture")
LOW_COST: Final = Outcome(
    "low_cost_tenants", ("month",), "count", "低成本场所入驻企业", "firms in low-cost space")  # fmt: skip

# --- Closure and deregistration ---
PREMIUM_SUBSIDY: Final = PolicyLever(
    "exit.premium_subsidy", "share", 0, 0, 0.8, "value", "科技保险保费补贴",
    "share of a technology firm's insurance premium that the city pays")  # fmt: skip
CONSIDERS: Final = Parameter(
    "exit.considers_insurance", 0.04, 0.02, 0.08, "share", "guess", "D",
    "考虑投保科技保险的企业比例", "technology firms that consider insurance at all")  # fmt: skip
LOADING: Final = 1.5  # what a premium costs for a yuan paid out on average (guess)
WORTH_SPREAD: Final = 0.5  # log points, of what a yuan paid out in a bad month is worth to an owner (guess)
PREMIUM: Final = 0.01  # of the sum insured, a year: loading x what is paid out on average in this model
COVER_MONTHS: Final = 3.0  # of value added: the sum insured (guess)
MISHAP: Final = 0.35  # log points by which luck has fallen since the policy began: a bad month (guess)

# --- Advice, vouchers and shared equipment ---
YUAN_AN_HOUR: Final = 300.0  # of a service body's work
HOURS_A_JOB: Final = 10.0  # that a service body works for a firm when it does (guess)
INSTRUMENT_HOURS: Final = 100.0  # a year that a user is at shared instruments (guess)
INSTRUMENT_COUNTS: Final = 0.1  # of an hour of advice (INC22: space and equipment alone do little)
BODIES: Final = 10  # service bodies under contract with the city
HAS_WORK: Final = 0.5  # chance that a firm of usual skill has something to be done outside in a year (guess)
NEED_SPREAD: Final = 0.8  # log points, of what firms have done outside in a year
CLUSTERS: Final = ("lighting", "appliances", "mahogany")
ZONES: Final = ("torch", "cuiheng")

# --- Orders ---
TENDER: Final = 400_000.0  # yuan of turnover, mean of a tender that a young firm can win (guess)
TENDER_SPREAD: Final = 0.8  # log points
MOST_TENDERS: Final = 10_000  # candidate tenders of a month
LARGEST: Final = (
    4.0  # months of its turnover that a firm can win at once; the rest of a tender goes elsewhere (guess)
)
BIDDERS: Final = 0.1  # of technology firms, who bid in a month (guess)
OPEN_MONTHS: Final = 6  # before a buyer looks at a firm (guess)
FULL_BOOK: Final = (
    1.0  # months of usual value added in its order book from which a firm asks for no more (guess)
)
TAKERS: Final = 0.1  # of enterprises of the sector, who take orders from platforms or large firms (guess)
CROWD_SECTORS: Final = ("software", "culture")
SUPPLIERS: Final = ("lighting", "appliances", "mahogany", "equipment")
FIRST_SET_PRICE: Final = 3e6  # yuan (guess)
PREMIUM_RATE: Final = 0.03  # of the price, insurance of a first set (check)
FIRST_BUYER: Final = 0.4  # chance to find a first buyer when the premium is not subsidised (guess)
PAID_SETS: Final = 3  # first sets a year for which there is money
FIRST_SET_AGE: Final = 12  # months open before a firm builds one

# --- Intellectual property ---
ENFORCEMENT: Final = PolicyLever(
    "ip.enforcement", "share", 0, 0, 1, "value", "侵权制止率", "infringements stopped before they cost the holder sales")
CENTRES: Final = PolicyLever(
    "ip.rapid_centres", "centres", 0, 0, 5, "value", "快速维权中心", "rapid IP protection centres")
CASE_DAYS: Final = PolicyLever(
    "ip.case_days", "days", 180, 1, 365, "value", "维权天数", "days of an IP case at a centre, the line apart")
TRADED: Final = PolicyLever(
    "ip.traded_share", "share", 0, 0, 1, "value", "专利可交易比例", "rights that are licensed or sold in a year")
USERS: Final = PolicyLever(
    "ip.information_users", "share", 0, 0, 1, "value", "专利信息用户比例", "technology firms that use patent information")

DESIGNS: Final = Parameter(
    "ip.design_share", 0.25, 0.1, 0.4, "share", "guess", "D",
    "持有外观设计等权利的企业比例", "of technology firms and of able enterprises in lines of design, who hold a design or utility model")
COPIED: Final = Parameter(
    "ip.copied", 0.10, 0.04, 0.2, "share a year", "guess", "D",
    "权利人年被侵权比例", "holders who would be copied in a year if nobody were stopped")
SALES_LOSS: Final = Parameter(
    "ip.sales_lost", 0.08, 0.03, 0.15, "share", "guess", "D",
    "被侵权期间销售损失比例", "of sales, lost to copies while a case is open")
CASE_WORK: Final = Parameter(
    "ip.case_work", 10.0, 6.0, 15.0, "working days", "guess", "D",
    "维权案件人均办理工作日", "of an officer's time that a case takes at a centre")

CENTRE_SECTORS: Final = ("lighting", "appliances", "mahogany")  # of the centres, in the order in which they open
DESIGN_SECTORS: Final = (*CENTRE_SECTORS, "culture")  # where able enterprises hold designs
ABLE: Final = 0.5  # spreads of skill, from which an enterprise has a design of its own (guess)
CENTRE_OFFICERS: Final = 2  # at each centre (guess)
ORDINARY_CASE_DAYS: Final = 180.0  # of a case where no centre is (guess)
CASE_SPREAD: Final = 0.4  # log points, of the days of a case (guess)
RIGHT_PRICE: Final = 60_000.0  # yuan, median of a licence or sale (guess)
RIGHT_PRICE_SPREAD: Final = 0.8  # log points
RIGHT_PRICE_CAP: Final = 3.0  # months of value added
HOURS_OF_USE: Final = 4.0  # a month, of those who use patent information (guess)
INFORMATION_WEIGHT: Final = 0.1  # hours of advice that an hour of use is worth, as of space and equipment

COPIES: Final = Outcome("ip_infringements", ("month",), "count", "侵权案件数", "holders whose sales suffer from a new copy", "flow")
SALES_LOST: Final = Outcome("ip_sales_lost", ("month",), "yuan", "侵权销售损失", "value added lost to copies", "flow", whole=False)
CASES: Final = Outcome("ip_cases_open", ("month",), "count", "月末未结维权案件", "cases not over at the month's end")
CASE_LENGTH: Final = Outcome("ip_case_days", ("month",), "days", "维权案件平均天数", "mean days from copy to end, of the cases that ended (0 where none did)", whole=False)
RIGHTS_TRADED: Final = Outcome("ip_traded", ("month",), "yuan", "知识产权交易额", "paid for rights licensed or sold", "flow", whole=False)

# --- Insurance ---
INSURED: Final = Outcome(
    "insured_firms", ("month",), "count", "投保科技保险企业", "technology firms that are insured"
)
INSURANCE_PAID: Final = Outcome("insurance_paid", ("month",), "yuan", "科技保险赔付", "paid out by insurers", "flow", whole=False)  # fmt: skip

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
