"""Business support: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Advice, vouchers, shared equipment and orders ---
SUPPORT_HOURS: Final = PolicyLever(
    "growth.support_hours", "hours a year", 0, 0, 1e6, "sum", "面向科技企业的公共支持服务年时数", "hours of public support to technology firms")
SERVICE_PURCHASE: Final = PolicyLever(
    "growth.service_purchase", "yuan a year", 0, 0, 1e8, "value", "政府购买中介服务年金额", "public purchase of support hours from service bodies")
CLUSTER_HOURS: Final = PolicyLever(
    "growth.cluster_hours", "hours a year", 0, 0, 1e5, "sum", "专业镇特色产业企业服务年时数", "hours of support to enterprises of cluster sectors")
DISTRICT_HOURS: Final = PolicyLever(
    "growth.district_hours", "hours a year", 0, 0, 1e5, "sum", "火炬开发区、翠亨新区平台服务年时数", "hours of support in Torch and Cuiheng")
EQUIPMENT: Final = PolicyLever(
    "growth.equipment_share", "share", 0, 0, 1, "value", "使用共享仪器的科技企业比例", "share of technology firms that use shared instruments")
VOUCHER_VOLUME: Final = PolicyLever(
    "growth.voucher_volume", "yuan a year", 0, 0, 1e8, "value", "科技创新券年度预算", "yearly budget of innovation vouchers")
VOUCHER_CAP: Final = PolicyLever(
    "growth.voucher_cap", "yuan per firm", 0, 0, 5e5, "value", "科技创新券每户每年上限", "maximum amount of vouchers of a firm in a year")
PUBLIC_ORDERS: Final = PolicyLever(
    "growth.public_orders", "yuan a year", 0, 0, 1e9, "value", "创新产品和服务年政府采购额", "yearly public orders for innovative goods and services")
TO_STARTUPS: Final = PolicyLever(
    "growth.public_orders_startups", "share", 0, 0, 1, "value", "采购额中预留给初创企业的比例", "share of public orders reserved for young firms")
FIRST_SET_AWARD: Final = PolicyLever(
    "growth.first_set_award", "yuan per set", 0, 0, 3e6, "value", "首台（套）每套奖励标准", "award for a first set (equipment that is the first of its kind)")
FIRST_SET_PREMIUM: Final = PolicyLever(
    "growth.first_set_premium", "share", 0, 0, 0.8, "value", "首台（套）保费补贴比例", "subsidised share of the insurance premium of a first set")
CROWD_ORDERS: Final = PolicyLever(
    "growth.crowd_orders", "yuan a year", 0, 0, 5e9, "value", "年众包订单额", "crowdsourced orders")
SUPPLY_CHAIN: Final = PolicyLever(
    "growth.supply_chain_firms", "firms", 0, 0, 200, "value", "开放资源和订单的大型企业数", "large firms that open resources and orders")
ADDITIONAL: Final = Parameter(
    "growth.orders_additional", 0.3, 0.1, 0.6, "share", "guess; no figure found", "D",
    "订单额中属于净增销售的比例", "share of an order that the firm would not have sold otherwise", potency=0.75)  # fmt: skip
VOUCHERS_KNOWN: Final = Parameter(
    "growth.salience_vouchers", 0.20, 0.10, 0.30, "share", "guess; SUB12", "D",
    "知晓扶持政策的创业者中知晓科技创新券的比例", "share of founders aware of programmes who know of innovation vouchers")  # fmt: skip
VOUCHER_NEED: Final = Parameter(
    "growth.voucher_need", 40000, 25000, 60000, "yuan a year", "guess", "D",
    "有需求企业年外购科技服务金额（中位数）", "median yearly purchases of technology services by firms that need them")  # fmt: skip
BY_CROWD: Final = Parameter(
    "growth.crowd_share", 0.2, 0.05, 0.4, "share", "guess", "D",
    "众包订单中由本市初创企业承接的比例", "share of crowdsourced orders that young enterprises of the city win")  # fmt: skip
BY_LARGE_FIRM: Final = Parameter(
    "growth.supply_orders", 2e6, 1e6, 4e6, "yuan a year", "guess", "D",
    "每家大型企业面向初创企业的年订单额", "orders that a large firm opens to young suppliers in a year")  # fmt: skip
FIRST_SETS: Final = Parameter(
    "growth.first_sets", 1.5, 0.5, 3.0, "sets a year", "guess", "D",
    "本市初创装备企业每年研制的首台（套）数", "first sets that young equipment firms of the city build in a year")  # fmt: skip
INSURED_SALE: Final = Parameter(
    "growth.insured_sale", 0.4, 0.1, 0.7, "probability", "guess", "D",
    "保费全额补贴时首台（套）成交概率的增量", "increase in the probability of a first buyer when the whole premium is subsidised", potency=0.5)  # fmt: skip
ADVISED: Final = Outcome(
    "support_hours", ("month",), "hours", "公共支持服务时数（不含创业导师和孵化载体辅导）", "hours of public support to firms, except from mentors and incubation facilities", "flow",
    whole=False)  # fmt: skip
ORDERS_WON: Final = Outcome(
    "orders_won", ("month",), "yuan", "初创企业所获政府采购、平台和大型企业订单额", "orders won by young firms from public buyers, platforms and large firms",
    "flow", whole=False)  # fmt: skip

# Programmes paid to service bodies, and the budget of each.
SUPPORT_BUDGETS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "service_purchase": (SERVICE_PURCHASE,),
    "innovation_vouchers": (VOUCHER_VOLUME,),
}
SUPPORT_GATES: Final[dict[str, tuple[PolicyLever, ...]]] = {"innovation_vouchers": (VOUCHER_CAP,)}

# --- Shared platforms and low-cost space ---
TESTING_DISCOUNT: Final = PolicyLever(
    "cost.testing_discount", "share", 0, 0, 0.6, "value", "检测费用优惠幅度", "discount on testing")
IT_DISCOUNT: Final = PolicyLever(
    "cost.it_discount", "share", 0, 0, 0.5, "value", "信息化成本降幅", "discount on IT")
SPACE_DISCOUNT: Final = PolicyLever(
    "cost.space_discount", "share", 0, 0, 0.6, "value", "低成本场所租金优惠幅度", "discount on rent of low-cost space")
SPACE_AREA: Final = PolicyLever(
    "cost.space_area", "m2", 0, 0, 5e5, "value", "低成本场所面积", "area of low-cost space")
TESTING_SHARE: Final = Parameter(
    "cost.testing_share", 0.015, 0.005, 0.03, "share", "guess", "D",
    "制造企业检测认证费用占增加值的比例", "expenditure of a manufacturer on testing and certification, as a share of value added")  # fmt: skip
IT_SHARE: Final = Parameter(
    "cost.it_share", 0.02, 0.01, 0.04, "share", "guess", "D",
    "软件和设计企业算力与数据费用占增加值的比例", "expenditure of a software or design firm on computing and data, as a share of value added")  # fmt: skip
PLATFORM_USERS: Final = Parameter(
    "cost.platform_users", 0.3, 0.15, 0.5, "share", "guess", "D",
    "检测和算力需求行业中使用公共平台的企业比例", "share of enterprises in sectors that buy testing or computing that use public platforms")  # fmt: skip
SPACE_SEEKERS: Final = Parameter(
    "cost.space_seekers", 0.06, 0.03, 0.12, "share", "guess", "D",
    "有意入驻低成本场所的初创企业比例", "share of young enterprises that would move to low-cost space")  # fmt: skip
SPACE_OF_A_FIRM: Final[Annotated[float, Assumption("m2", "guess", "area of low-cost space for a firm: 4,000 yuan a month at 40 yuan/m2")]] = 100.0
SPACE_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months since opening within which a firm may move to low-cost space, and maximum stay")]] = 36
TESTED: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors whose firms buy testing and certification")]] = ("lighting", "appliances", "mahogany", "equipment", "health")
COMPUTING: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors whose firms buy computing and data")]] = ("software", "culture")
LOW_COST: Final = Outcome(
    "low_cost_tenants", ("month",), "count", "低成本场所入驻企业数", "firms in low-cost space")  # fmt: skip

# --- Insurance ---
PREMIUM_SUBSIDY: Final = PolicyLever(
    "exit.premium_subsidy", "share", 0, 0, 0.8, "value", "科技企业科技保险保费补贴比例（市财政承担）",
    "share of a technology firm's insurance premium that the city pays")  # fmt: skip
CONSIDERS: Final = Parameter(
    "exit.considers_insurance", 0.04, 0.02, 0.08, "share", "guess", "D",
    "考虑投保科技保险的科技企业比例", "share of technology firms that consider insurance")  # fmt: skip
LOADING: Final[Annotated[float, Assumption("ratio", "guess", "insurance premium relative to the expected payout")]] = 1.5
WORTH_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log value to an owner of a yuan paid out in a bad month")]] = 0.5
PREMIUM: Final[Annotated[float, Assumption("share a year", "measured in this model", "premium as a share of the sum insured: the loading times the expected payout")]] = 0.01
COVER_MONTHS: Final[Annotated[float, Assumption("months of value added", "guess", "sum insured")]] = 3.0
INSURED_FALL: Final[Annotated[float, Assumption("log points", "guess", "fall in log productivity since the start of the policy from which it pays out")]] = 0.35

# --- Constants of advice, vouchers and shared equipment ---
YUAN_AN_HOUR: Final[Annotated[float, Assumption("yuan", "guess", "price of an hour of work of a service body")]] = 300.0
HOURS_AN_ASSIGNMENT: Final[Annotated[float, Assumption("hours", "guess", "duration of an assignment of a service body")]] = 10.0
INSTRUMENT_HOURS: Final[Annotated[float, Assumption("hours a year", "guess", "time that a user spends at shared instruments")]] = 100.0
INSTRUMENT_COUNTS: Final[Annotated[float, Assumption("ratio", "INC22", "effect of an hour at a shared instrument relative to an hour of advice: space and equipment alone have little effect")]] = 0.1
BODIES: Final[Annotated[int, Assumption("bodies", "guess", "number of service bodies under contract with the city")]] = 10
HAS_WORK: Final[Annotated[float, Assumption("probability a year", "guess", "probability that a firm of usual skill needs technology services")]] = 0.5
NEED_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log technology services that firms buy in a year")]] = 0.8
CLUSTERS: Final[Annotated[tuple[str, ...], Assumption("sectors", "plan, article 21", "sectors of the specialised towns")]] = ("lighting", "appliances", "mahogany")
ZONES: Final[Annotated[tuple[str, ...], Constant("districts", "plan, article 22", "districts with platforms of their own")]] = ("torch", "cuiheng")

# --- Constants of orders ---
TENDER: Final[Annotated[float, Assumption("yuan of turnover", "guess", "mean value of a tender that a young firm can win")]] = 400_000.0
TENDER_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log value of tenders")]] = 0.8
TENDER_RESERVE: Final[Annotated[float, Constant("ratio", "convention", "candidate tenders of a month relative to those that the volume covers on average")]] = 3.0
LEAST_CANDIDATES: Final[Annotated[int, Constant("tenders", "convention", "number of further candidate tenders of a month")]] = 20
MOST_TENDERS: Final[Annotated[int, Constant("tenders", "convention", "maximum number of candidate tenders of a month")]] = 10_000
LARGEST_CONTRACT: Final[Annotated[float, Assumption("months of turnover", "guess", "maximum contract that a firm can win; other firms receive the remainder of the tender")]] = 4.0
BIDDERS: Final[Annotated[float, Assumption("share", "guess", "share of technology firms that bid in a month")]] = 0.1
OPEN_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months since opening before a buyer considers a firm")]] = 6
FULL_BOOK: Final[Annotated[float, Assumption("months of value added", "guess", "size of the order book from which a firm accepts no further orders")]] = 1.0
TAKERS: Final[Annotated[float, Assumption("share", "guess", "share of enterprises of the sector that accept orders from platforms or large firms")]] = 0.1
CROWD_SECTORS: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors in which crowdsourced orders are placed")]] = ("software", "culture")
SUPPLIERS: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors of suppliers to large firms")]] = ("lighting", "appliances", "mahogany", "equipment")
FIRST_SET_PRICE: Final[Annotated[float, Assumption("yuan", "guess", "price of a first set")]] = 3e6
PREMIUM_RATE: Final[Annotated[float, Assumption("share", "recalled: check", "insurance premium of a first set as a share of its price")]] = 0.03
FIRST_BUYER: Final[Annotated[float, Assumption("probability", "guess", "probability of finding a first buyer when the premium is not subsidised")]] = 0.4
PAID_SETS: Final[Annotated[int, Assumption("sets a year", "guess", "number of first sets for which money is budgeted")]] = 3
FIRST_SET_AGE: Final[Annotated[int, Assumption("months", "guess", "months since opening before a firm builds a first set")]] = 12

# --- Intellectual property ---
ENFORCEMENT: Final = PolicyLever(
    "ip.enforcement", "share", 0, 0, 1, "value", "侵权行为在造成销售损失前被制止的比例", "share of infringements stopped before they cost the right holder sales")
CENTRES: Final = PolicyLever(
    "ip.rapid_centres", "centres", 0, 0, 5, "value", "快速维权中心数", "rapid IP protection centres")
CASE_DAYS: Final = PolicyLever(
    "ip.case_days", "days", 180, 1, 365, "value", "快速维权中心案件办理天数（不含排队）", "days that an IP case takes at a centre after the queue")
TRADED: Final = PolicyLever(
    "ip.traded_share", "share", 0, 0, 1, "value", "每年许可或转让的专利比例", "share of rights licensed or sold in a year")
INFORMATION_USERS: Final = PolicyLever(
    "ip.information_users", "share", 0, 0, 1, "value", "使用专利信息服务的科技企业比例", "share of technology firms that use patent information")

DESIGNS: Final = Parameter(
    "ip.design_share", 0.25, 0.1, 0.4, "share", "guess", "D",
    "科技企业及设计类行业高能力企业中持有外观设计或实用新型专利的比例", "share of technology firms, and of able enterprises in design sectors, that hold a design or utility model")
INFRINGED: Final = Parameter(
    "ip.copied", 0.10, 0.04, 0.2, "share a year", "guess", "D",
    "无执法干预时权利人每年被侵权的比例", "share of right holders that would be infringed in a year without enforcement")
SALES_LOSS: Final = Parameter(
    "ip.sales_lost", 0.08, 0.03, 0.15, "share", "guess", "D",
    "案件未结期间被侵权企业的销售损失比例", "share of sales lost to an infringement while its case is open")
CASE_WORK: Final = Parameter(
    "ip.case_work", 10.0, 6.0, 15.0, "working days", "guess", "D",
    "快速维权中心单件案件所需工作日", "working time of a case officer for a case at a centre")

CENTRE_SECTORS: Final[Annotated[tuple[str, ...], Assumption("sectors", "plan, article 5", "sectors of the protection centres, in the order in which the centres open")]] = ("lighting", "appliances", "mahogany")
DESIGN_SECTORS: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors in which able enterprises hold designs")]] = (*CENTRE_SECTORS, "culture")
ABLE: Final[Annotated[float, Assumption("standard deviations", "guess", "minimum skill of the founder of an enterprise that holds a design")]] = 0.5
CENTRE_CLERKS: Final[Annotated[int, Assumption("clerks", "guess", "case officers at each protection centre")]] = 2
ORDINARY_CASE_DAYS: Final[Annotated[float, Assumption("days", "guess", "duration of a case in the ordinary procedure")]] = 180.0
CASE_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log duration of a case")]] = 0.4
RIGHT_PRICE: Final[Annotated[float, Assumption("yuan", "guess", "median price of a licence or sale of a right")]] = 60_000.0
RIGHT_PRICE_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log of these prices")]] = 0.8
RIGHT_PRICE_CAP: Final[Annotated[float, Assumption("months of value added", "guess", "maximum price of a right")]] = 3.0
HOURS_OF_USE: Final[Annotated[float, Assumption("hours a month", "guess", "time for which users consult patent information")]] = 4.0
INFORMATION_WEIGHT: Final[Annotated[float, Assumption("ratio", "guess", "effect of an hour of use of patent information relative to an hour of advice")]] = 0.1

INFRINGEMENTS: Final = Outcome("ip_infringements", ("month",), "count", "新发生侵权行为数", "new infringements of holders' rights", "flow")
SALES_LOST: Final = Outcome("ip_sales_lost", ("month",), "yuan", "因侵权损失的增加值", "value added lost to infringements", "flow", whole=False)
CASES: Final = Outcome("ip_cases_open", ("month",), "count", "月末未结维权案件数", "open IP cases at the end of the month")
CASE_LENGTH: Final = Outcome("ip_case_days", ("month",), "days", "办结维权案件平均天数（当月无办结时为0）", "mean length of the IP cases that ended; 0 if none did", whole=False)
RIGHTS_TRADED: Final = Outcome("ip_traded", ("month",), "yuan", "知识产权许可和转让交易额", "payments for rights licensed or sold", "flow", whole=False)

# --- Insurance ---
INSURED: Final = Outcome(
    "insured_firms", ("month",), "count", "投保科技保险的科技企业数", "insured technology firms"
)
INSURANCE_PAID: Final = Outcome("insurance_paid", ("month",), "yuan", "科技保险赔付", "payouts of technology insurance", "flow", whole=False)  # fmt: skip

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
