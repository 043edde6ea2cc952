"""Equity: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Equity ---
PUBLIC: Final = PolicyLever(
    "equity.public_capital", "yuan", 0, 0, 1e9, "value", "引导基金规模", "guide-fund capital")
MATCH: Final = PolicyLever(
    "equity.co_investment", "share", 0, 0, 1, "value", "跟进投资比例", "share of a round matched")
LOSS_SHARE: Final = PolicyLever(
    "equity.loss_share", "share", 0, 0, 0.5, "value", "投资损失补偿比例", "share of early-stage losses borne by the city")
GRADUATES: Final = PolicyLever(
    "equity.graduate_share", "share", 0, 0, 0.5, "value", "大学生创业份额", "part of the fund kept for graduates")
EARLY: Final = PolicyLever(
    "equity.early_share", "share", 0.2, 0, 1, "value", "投早比例", "guide-fund money for firms under three years")
DEDUCTION: Final = PolicyLever(
    "equity.tax_deduction", "share", 0, 0, 1, "value", "投资抵扣比例", "investment that may be deducted from tax")
EXIT_CHANGE: Final = PolicyLever(
    "equity.exit_rate", "ratio", 0, 0, 0.2, "sum", "退出概率增量", "yearly chance more of an exit")
SEARCH_CHANGE: Final = PolicyLever(
    "equity.search_days", "days", 0, -60, 60, "sum", "融资寻找天数变化", "change in the days of search")
HIGHER: Final = PolicyLever(
    "equity.higher_level_inflow", "yuan a year", 0, 0, 5e8, "value", "上级基金流入", "money of national and provincial funds")
STATE: Final = PolicyLever(
    "equity.state_capital", "yuan", 0, 0, 2e9, "value", "国有创投资本", "state venture capital")
FOREIGN: Final = PolicyLever(
    "equity.foreign_inflow", "yuan a year", 0, 0, 1e9, "value", "外资创投流入", "foreign venture capital")
FOREIGN_DAYS: Final = PolicyLever(
    "equity.foreign_days", "days", 90, 5, 180, "value", "外资审批天数", "days of approval of a foreign fund")
STAGE: Final = PolicyLever(
    "equity.stage_participation", "share", 0, 0, 0.5, "value", "阶段参股比例", "guide fund's share of a sub-fund, at most")
NOMINAL: Final = PolicyLever(
    "equity.nominal_leverage", "times", 0, 0, 10, "value", "名义杠杆", "private yuan per public yuan on the term sheet")
BANK_SHARE: Final = PolicyLever(
    "equity.bank_finance_share", "share", 0, 0, 0.3, "value", "银行融资比例", "bank finance as a share of fund size")
JOINT: Final = PolicyLever(
    "equity.syndicated_share", "share", 0, 0, 1, "value", "联合投资比例", "rounds done together")
OVERSEAS: Final = PolicyLever(
    "equity.overseas_capital", "yuan", 0, 0, 1e9, "value", "海外基金规模", "overseas fund")
AWARD: Final = PolicyLever(
    "equity.listing_award", "yuan per listing", 0, 0, 5e6, "value", "上市挂牌奖励", "award for a listing")

SEARCH: Final = Parameter(
    "equity.search_rate", 0.45, 0.25, 0.65, "share a year", "guess", "D",
    "科技企业年融资意愿", "technology firms that look for equity in a year")
PATIENCE: Final = Parameter(
    "equity.patience", 120, 60, 240, "days", "guess", "D",
    "企业寻找投资的平均耐心", "mean days after which a firm gives up looking for an investor")
FUND_MONEY: Final = Parameter(
    "equity.fund_money", 10e6, 5e6, 20e6, "yuan a year", "guess", "D",
    "创投基金年可投资金", "money of a year that each of the four venture funds may invest in the city's young firms")
HURDLE: Final = Parameter(
    "equity.hurdle", 1.65, 1.4, 1.9, "spreads of skill", "set so that one look in ten ends in a round: VC05", "C",
    "投资门槛", "score from which an investor invests")
DOWNSIDE: Final = Parameter(
    "equity.downside_response", 0.3, 0.0, 0.6, "spreads of skill", "guess", "D",
    "风险分担对投资门槛的影响", "by how much a whole loss borne by others, or deducted, lowers the hurdle", potency=0.5)
CROWDED_OUT: Final = Parameter(
    "equity.crowded_out", 0.15, -0.5, 0.6, "share", "guess; VC12: the sign hangs on how developed the place is", "D",
    "财政跟投挤出比例（负为带动）", "private money that stays away for each yuan of the guide fund in a round; negative: comes along")
NEW_PARTNERS: Final = Parameter(
    "equity.new_partners", 0.9, 0.4, 2.0, "ratio", "VC09; VC12", "B",
    "财政资金实际带动倍数", "private yuan new to the city's funds that a public yuan in a sub-fund draws in")
RAISING: Final = Parameter(
    "equity.raising_pace", 0.4, 0.2, 0.7, "ratio a month", "guess; VC13", "D",
    "子基金募资进度", "private yuan that a sub-fund finds in a month for each public yuan")
LANDING: Final = Parameter(
    "equity.landing_share", 0.2, 0.05, 0.4, "share", "guess", "D",
    "海外基金回投本地比例", "of an overseas fund's money, what comes back with projects that land in the city")
LISTING: Final = Parameter(
    "equity.listing_rate", 0.2, 0.1, 0.35, "share a year", "guess", "D",
    "符合条件企业年挂牌比例", "firms that could pay for a listing and list in a year, award or not")
LISTING_RESPONSE: Final = Parameter(
    "equity.listing_response", 0.3, 0.0, 0.8, "ratio", "guess", "D",
    "奖励对挂牌的带动", "by how much listings rise when an award pays all their cost", potency=0.5)
GROWTH_EFFECT: Final = Parameter(
    "equity.growth_effect", 0.3, 0.1, 0.5, "log points", "guess; VC07-08", "C",
    "股权资金对产能的影响", "most that a round adds to a firm's scale")
EXITS: Final = Parameter(
    "equity.exits", 0.05, 0.02, 0.08, "share a year", "guess; VC03", "D", "年退出比例", "stakes that are sold")
WRITE_OFFS: Final = Parameter(
    "equity.write_offs", 0.09, 0.05, 0.14, "share a year", "guess", "D",
    "年核销比例", "stakes written off while the firm goes on")

LOOK: Final = 0.10  # of searches that get a serious look (VC05)
NOISE: Final = 0.5  # spreads of skill, of an investor's error (guess)
TICKET_MEDIAN: Final = 3e6  # yuan (VC01: mean 10 m)
TICKET_SPREAD: Final = 1.55  # log points, so that the mean is 10 m
LEAST_TICKET: Final = 3e5  # yuan
MOST_YEARS: Final = 6.0  # of value added that a firm can take in (guess)
PARTNER_DAYS: Final = 8.0  # working days of a partner for a serious look (VC06: 118 hours a deal)
DAYS: Final = 83.0  # from first contact to closing (VC06)
SEARCH_DAYS: Final = 30.0  # before it (guess)
MEAN_SPENDING: Final = 9.0  # months over which a round is spent, on average (guess)
EARLY_MONTHS: Final = 36  # since opening
FOLLOW_ON: Final = 0.02  # a month, from a year after a round (guess)
MULTIPLE: Final = 1.8  # of the stake on exit, mean (guess)
REST_MONTHS: Final = 12  # after a round before a firm searches again
PAST_MONTHS: Final = 36  # before 2017 whose rounds are looked at
# kind: (investors, share of looks, partners each, size of a ticket relative to the usual). Guesses.
KINDS: Final = {
    "angel": (6, 0.45, 1, 0.3),
    "venture": (4, 0.40, 3, 1.0),
    "state": (1, 0.0, 2, 1.0),
    "foreign": (1, 0.0, 2, 1.5),
    "overseas": (1, 0.0, 1, 1.0),
    "sub_fund": (8, 0.0, 3, 1.0),
}
# of the usual looks, what each 100 m yuan that a fund of these kinds has to place adds: capital, for foreign funds a year's inflow. Guesses.
LOOKS: Final = {"state": 0.10, "foreign": 0.10, "overseas": 0.25, "sub_fund": 0.25}
BESIDE: Final = ("angel", "venture", "foreign", "overseas")  # whom the guide fund follows
JOINING: Final = ("angel", "venture", "sub_fund")  # who comes into a round as the second
STAGE_PART: Final = 0.5  # of the guide fund, kept for sub-funds while it takes part in them (guess)
CALL_LEAST: Final = 5e6  # public yuan of a sub-fund (guess)
CALL_MOST: Final = 5e7  # public yuan of a sub-fund (guess)
SET_UP_MONTHS: Final = 3.0  # from the call to the search for partners (guess)
MOST_MONTHS: Final = 15.0  # of search for partners (guess)
LEAST_RAISED: Final = 0.5  # of what the term sheet asks, below which a sub-fund is not set up (guess)
INVEST_YEARS: Final = 4.0  # over which a fund places its money (guess)
LISTING_COST: Final = 1.5e6  # yuan: broker, auditor, lawyer of a New Third Board listing (guess)
LISTING_TURNOVER: Final = 1e7  # yuan a year, from which a broker takes a firm on (guess)
LISTING_MONTHS: Final = 24  # since opening: two full business years
LISTINGS: Final = 5  # awards that a year's budget holds (guess)
TURNOVER: Final = 4.0  # of value added
SOURCES: Final = ("angel", "venture", "guide_fund", "state", "foreign", "crowd")

INVESTED: Final = Outcome("equity_invested", ("month", "source"), "yuan", "股权投资额", "equity invested, by source", "flow", whole=False)
ROUNDS: Final = Outcome("equity_rounds", ("month",), "count", "股权融资轮次", "rounds closed, follow-ons included", "flow")
SOLD: Final = Outcome("equity_exits", ("month",), "yuan", "投资退出金额", "proceeds of exits", "flow", whole=False)
WRITTEN: Final = Outcome("equity_written_off", ("month",), "yuan", "投资核销金额", "stakes written off", "flow", whole=False)
LEVERAGE: Final = Outcome("realised_leverage", ("month",), "ratio", "引导基金账面放大倍数（不等于带动）", "bookkeeping: private yuan beside each yuan of the guide fund so far, in its rounds and sub-funds (0 before the first); what it draws in is the difference in private_equity_invested with and without it", whole=False)
PRIVATE: Final = Outcome("private_equity_invested", ("month",), "yuan", "社会资本股权投资额", "equity that is not the city's, in all rounds: its difference with and without the guide fund, per yuan of the fund, is crowding in", "flow", whole=False)
SHORT: Final = Outcome("equity_short_of_money", ("month",), "yuan", "资金不足未投金额", "what investors would have put in if their money of the year had reached", "flow", whole=False)
SUB_FUNDS: Final = Outcome("sub_funds", ("month",), "count", "在投子基金数", "sub-funds of the guide fund that invest")
LISTED: Final = Outcome("equity_listings", ("month",), "count", "挂牌企业数", "listings on the New Third Board", "flow")

# --- Crowdfunding ---
CAMPAIGNS: Final = PolicyLever(
    "crowdfunding.campaigns", "campaigns a year", 0, 0, 2000, "value", "众筹项目数", "crowdfunding campaigns")
CAMPAIGN_SUCCESS: Final = PolicyLever(
    "crowdfunding.success", "share", 0.3, 0, 1, "value", "众筹成功率", "campaigns that reach their goal")
VERIFIED: Final = PolicyLever(
    "crowdfunding.verified", "share", 0, 0, 1, "value", "项目核验比例", "campaigns checked before they start")
RATED: Final = PolicyLever(
    "crowdfunding.rated", "share", 0, 0, 1, "value", "平台公开评价比例", "platforms rated in public")

UNABLE: Final = Parameter(
    "crowdfunding.unable", 0.1, 0.05, 0.2, "share", "guess", "D",
    "无力交付项目比例", "campaigns that will never deliver, for want of skill or honesty")
FOUND_OUT: Final = Parameter(
    "crowdfunding.found_out", 0.6, 0.3, 0.9, "share", "guess", "D",
    "核验识别率", "of campaigns that cannot deliver, which a check finds out")
RATING: Final = Parameter(
    "crowdfunding.rating_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "平台评价对筹资额的影响", "more that backers give on a rated platform", potency=0.5)

CAMPAIGN_SECTORS: Final = ("appliances", "health", "software", "culture", "agriculture")  # that the plan's text names
CAMPAIGN_FIRST_MONTHS: Final = 3  # since opening
CAMPAIGN_DAYS: Final = 45  # for which backers may pledge
CAMPAIGN_PROCEEDS: Final = 100_000.0  # yuan, median of a campaign that succeeds (guess)
CAMPAIGN_SPREAD: Final = 1.0  # log points
CAMPAIGN_CAP: Final = 12.0  # months of value added
GOODS_COST_SHARE: Final = (
    0.8  # of presales, that the goods cost: three quarters bought in, as of turnover, and the rest
)
DELIVERY_DAYS: Final = 150.0  # from the money to the goods (guess)
DELIVERY_SPREAD: Final = 0.4  # log points
EQUITY_SHARE: Final = 0.2  # of technology firms' campaigns that offer equity (guess)

LAUNCHED: Final = Outcome("crowdfunding_campaigns", ("month",), "count", "众筹上线项目", "campaigns launched", "flow")
BACKERS_TURNED_AWAY: Final = Outcome("crowdfunding_turned_away", ("month",), "count", "核验拦下项目", "campaigns that a check turned away", "flow")
CAMPAIGN_MONEY: Final = Outcome("crowdfunding_raised", ("month",), "yuan", "众筹筹资额", "raised by crowdfunding, goods and equity", "flow", whole=False)
CAMPAIGNS_FAILED: Final = Outcome("crowdfunding_undelivered", ("month",), "yuan", "众筹未交付金额", "backers' money for goods that never came", "flow", whole=False)

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
