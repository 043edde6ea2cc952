"""Equity: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

# fmt: off

# --- Policy levers: investment ---
PUBLIC: Final = PolicyLever(
    "equity.public_capital", "yuan", 0, 0, 1e9, "value", "引导基金规模", "guide-fund capital")
MATCH: Final = PolicyLever(
    "equity.co_investment", "share", 0, 0, 1, "value", "引导基金跟进投资与社会资本之比", "guide-fund money per private yuan in a round")
LOSS_SHARE: Final = PolicyLever(
    "equity.loss_share", "share", 0, 0, 0.5, "value", "早期投资损失补偿比例（引导基金承担）", "share of early-stage losses borne by the guide fund")
GRADUATES: Final = PolicyLever(
    "equity.graduate_share", "share", 0, 0, 0.5, "value", "引导基金专用于大学生创业的比例", "share of the guide fund reserved for graduates")
EARLY: Final = PolicyLever(
    "equity.early_share", "share", 0.2, 0, 1, "value", "引导基金专用于开业三年内企业的比例", "share of the guide fund reserved for firms under three years old")
DEDUCTION: Final = PolicyLever(
    "equity.tax_deduction", "share", 0, 0, 1, "value", "投资额抵扣应纳税所得额的比例", "share of an investment deductible from taxable income")
EXIT_CHANGE: Final = PolicyLever(
    "equity.exit_rate", "ratio", 0, 0, 0.2, "sum", "股权投资年退出概率增量", "increase in the yearly probability of an exit")
SEARCH_CHANGE: Final = PolicyLever(
    "equity.search_days", "days", 0, -60, 60, "sum", "股权融资对接天数变化", "change in days of search for equity")
HIGHER: Final = PolicyLever(
    "equity.higher_level_inflow", "yuan a year", 0, 0, 5e8, "value", "上级基金年流入资金", "inflow from national and provincial funds")
STATE: Final = PolicyLever(
    "equity.state_capital", "yuan", 0, 0, 2e9, "value", "国有创业投资资本金", "state venture capital")
FOREIGN: Final = PolicyLever(
    "equity.foreign_inflow", "yuan a year", 0, 0, 1e9, "value", "外资创业投资年流入资金", "inflow of foreign venture capital")
FOREIGN_DAYS: Final = PolicyLever(
    "equity.foreign_days", "days", 90, 5, 180, "value", "外资创业投资办理天数", "days of approval of a foreign investment")
STAGE: Final = PolicyLever(
    "equity.stage_participation", "share", 0, 0, 0.5, "value", "引导基金阶段参股子基金的最高比例", "maximum share of the guide fund in a sub-fund")
NOMINAL: Final = PolicyLever(
    "equity.nominal_leverage", "times", 0, 0, 10, "value", "投资协议约定的名义放大倍数", "private yuan per public yuan required by the term sheet")
BANK_SHARE: Final = PolicyLever(
    "equity.bank_finance_share", "share", 0, 0, 0.3, "value", "银行融资占基金规模的比例", "bank finance as a share of fund size")
JOINT: Final = PolicyLever(
    "equity.syndicated_share", "share", 0, 0, 1, "value", "由两家机构联合投资的轮次占比", "share of rounds with two investors")
OVERSEAS: Final = PolicyLever(
    "equity.overseas_capital", "yuan", 0, 0, 1e9, "value", "海外创新投资基金规模", "size of the overseas fund")
AWARD: Final = PolicyLever(
    "equity.listing_award", "yuan per listing", 0, 0, 5e6, "value", "上市挂牌每家奖励标准", "award for a listing")

# --- Uncertain parameters: investment ---
SEARCH: Final = Parameter(
    "equity.search_rate", 0.45, 0.25, 0.65, "share a year", "guess", "D",
    "科技企业每年寻求股权融资的比例", "share of technology firms that begin to search for equity in a year")
PATIENCE: Final = Parameter(
    "equity.patience", 120, 60, 240, "days", "guess", "D",
    "企业放弃寻求投资前的平均天数", "mean number of days after which a firm gives up its search for equity")
FUND_MONEY: Final = Parameter(
    "equity.fund_money", 10e6, 5e6, 20e6, "yuan a year", "guess", "D",
    "四家创业投资基金每家每年可投本市初创企业的资金", "money that each of the four venture funds may invest in the city's young firms in a year")
HURDLE: Final = Parameter(
    "equity.hurdle", 1.65, 1.4, 1.9, "standard deviations of skill", "set so that one screening in ten ends in a round: VC05", "C",
    "投资评分门槛", "minimum score for an investment")
DOWNSIDE: Final = Parameter(
    "equity.downside_response", 0.3, 0.0, 0.6, "standard deviations of skill", "guess", "D",
    "损失全部由引导基金承担或投资全额抵扣时评分门槛的降幅", "reduction of the minimum score if the whole loss is borne by the guide fund or the whole investment is deductible", potency=0.5)
CROWDED_OUT: Final = Parameter(
    "equity.crowded_out", 0.15, -0.5, 0.6, "share", "guess; VC12: the sign depends on how developed the place is", "D",
    "财政跟进投资的挤出比例（负值为带动）", "private money crowded out by each yuan of the guide fund in a round; negative: crowded in")
NEW_PARTNERS: Final = Parameter(
    "equity.new_partners", 0.9, 0.4, 2.0, "ratio", "VC09; VC12", "B",
    "子基金中每元财政资金带动的本市新增社会资本", "private yuan new to the city's funds per public yuan in a sub-fund")
RAISING: Final = Parameter(
    "equity.raising_pace", 0.4, 0.2, 0.7, "ratio a month", "guess; VC13", "D",
    "子基金每月募集的社会资本与财政资金之比", "private yuan that a sub-fund raises in a month per public yuan")
LANDING: Final = Parameter(
    "equity.landing_share", 0.2, 0.05, 0.4, "share", "guess", "D",
    "海外基金投向落户本市项目的资金比例", "share of an overseas fund's money invested in projects that move to the city")
LISTING: Final = Parameter(
    "equity.listing_rate", 0.2, 0.1, 0.35, "share a year", "guess", "D",
    "无奖补时符合条件企业年挂牌比例", "share of eligible firms that list in a year without an award")
LISTING_RESPONSE: Final = Parameter(
    "equity.listing_response", 0.3, 0.0, 0.8, "ratio", "guess", "D",
    "奖励覆盖全部挂牌成本时挂牌企业的增幅", "relative increase in listings if an award covers the whole cost", potency=0.5)
GROWTH_EFFECT: Final = Parameter(
    "equity.growth_effect", 0.3, 0.1, 0.5, "log points", "guess; VC07-08", "C",
    "单轮股权融资对企业产能的最大增幅", "maximum increase in a firm's scale from a round")
EXITS: Final = Parameter(
    "equity.exits", 0.05, 0.02, 0.08, "share a year", "guess; VC03", "D", "股权投资年退出比例", "share of stakes sold in a year")
WRITE_OFFS: Final = Parameter(
    "equity.write_offs", 0.09, 0.05, 0.14, "share a year", "guess", "D",
    "在营企业股权投资年核销比例", "share of stakes in open firms that are written off in a year")

# --- Investors ---
class InvestorKind(NamedTuple):
    """Kind of investor: number, joint share of screenings, partners per investor, and relative size of rounds."""

    investors: int
    share: float
    partners: int
    size: float


KINDS: Final[Annotated[Mapping[str, InvestorKind], Assumption("number, share, number, ratio", "guess", "number of investors of each kind, joint share of screenings, partners per investor, size relative to the usual round")]] = {
    "angel": InvestorKind(6, 0.45, 1, 0.3), "venture": InvestorKind(4, 0.40, 3, 1.0), "state": InvestorKind(1, 0.0, 2, 1.0),
    "foreign": InvestorKind(1, 0.0, 2, 1.5), "overseas": InvestorKind(1, 0.0, 1, 1.0), "sub_fund": InvestorKind(8, 0.0, 3, 1.0)}
POLICY_SCREENED: Final[Annotated[Mapping[str, float], Assumption("share for each 100 million yuan", "guess", "additional screenings by policy-induced funds per 100 million yuan to invest")]] = {"state": 0.10, "foreign": 0.10, "overseas": 0.25, "sub_fund": 0.25}
POLICY_SCREENED_PER: Final[Annotated[float, Constant("yuan", "convention", "amount of money to which POLICY_SCREENED refers")]] = 1e8
FOLLOWED: Final[Annotated[tuple[str, ...], Constant("kinds of investor", "convention", "kinds of investor whose rounds the guide fund joins")]] = ("angel", "venture", "foreign", "overseas")
JOINING: Final[Annotated[tuple[str, ...], Constant("kinds of investor", "convention", "kinds of investor that may be the second investor of a round")]] = ("angel", "venture", "sub_fund")
SOURCES: Final[Annotated[tuple[str, ...], Constant("sources", "convention", "sources of equity in the results")]] = ("angel", "venture", "guide_fund", "state", "foreign", "crowd")

# --- Search and screening ---
SEARCH_FIRST_MONTHS: Final[Annotated[int, Assumption("months", "guess", "minimum time since opening before a firm searches for equity")]] = 3
SEARCH_DAYS: Final[Annotated[float, Assumption("days", "guess", "time of search before a firm reaches investors")]] = 30.0
REST_MONTHS: Final[Annotated[int, Assumption("months", "guess", "minimum time after a round before a firm searches again")]] = 12
SCREENED: Final[Annotated[float, Assumption("share", "VC05", "share of searches that an investor screens in depth")]] = 0.10
PARTNER_DAYS: Final[Annotated[float, Assumption("working days", "VC06: 118 hours a deal", "partner's time for one screening")]] = 8.0
NOISE: Final[Annotated[float, Assumption("standard deviations of skill", "guess", "standard deviation of an investor's assessment error")]] = 0.5
INCOME_WEIGHT: Final[Annotated[float, Assumption("standard deviations of skill for each usual wage", "guess", "weight of the owner's income in the score")]] = 0.5
USUAL_INCOME: Final[Annotated[float, Assumption("usual wages", "guess", "income at which its contribution to the score is zero")]] = 2.0

# --- Rounds ---
TICKET_MEDIAN: Final[Annotated[float, Assumption("yuan", "VC01: mean 10 million", "median size of a round")]] = 3e6
TICKET_SD: Final[Annotated[float, Assumption("log points", "VC01: mean 10 million", "standard deviation of the log size of a round")]] = 1.55
LEAST_TICKET: Final[Annotated[float, Assumption("yuan", "guess", "minimum size of a round")]] = 3e5
MOST_YEARS: Final[Annotated[float, Assumption("years of value added", "guess", "maximum size of a round")]] = 6.0
DAYS: Final[Annotated[float, Assumption("days", "VC06", "median time from first contact to closing")]] = 83.0
DAYS_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log days to closing")]] = 0.3
FOLLOW_ON: Final[Annotated[float, Assumption("share a month", "guess", "share of stakes whose holder makes a follow-on investment, from a year after a round")]] = 0.02
MEAN_SPENDING: Final[Annotated[float, Assumption("months", "guess", "mean period over which a round is spent")]] = 9.0
LEAST_SPENDING: Final[Annotated[int, Assumption("fen a month", "guess", "minimum spending from a round")]] = 100_000

# --- The guide fund and its sub-funds ---
EARLY_MONTHS: Final[Annotated[int, Assumption("months", "guess", "time since opening during which a firm is an early-stage firm")]] = 36
STAGE_PART: Final[Annotated[float, Assumption("share", "guess", "share of the guide fund reserved for sub-funds")]] = 0.5
CALL_MONTHS: Final[Annotated[int, Assumption("months", "guess", "time between calls for sub-funds, starting in January")]] = 6
CALL_LEAST: Final[Annotated[float, Assumption("yuan", "guess", "minimum public money in a sub-fund")]] = 5e6
CALL_MOST: Final[Annotated[float, Assumption("yuan", "guess", "maximum public money in a sub-fund")]] = 5e7
SET_UP_MONTHS: Final[Annotated[float, Assumption("months", "guess", "time from the call to the search for partners")]] = 3.0
MOST_MONTHS: Final[Annotated[float, Assumption("months", "guess", "maximum duration of the search for partners")]] = 15.0
RAISING_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log pace of raising money")]] = 0.3
LEAST_RAISED: Final[Annotated[float, Assumption("share", "guess", "share of the required private money below which a sub-fund is not set up")]] = 0.5
INVEST_YEARS: Final[Annotated[float, Assumption("years", "guess", "period over which a fund invests its money")]] = 4.0
DAYS_A_YEAR: Final[Annotated[float, Constant("days", "convention", "mean length of a year")]] = 365.25

# --- Stakes ---
MULTIPLE: Final[Annotated[float, Assumption("ratio", "guess", "mean ratio of exit proceeds to the amount invested")]] = 1.8
MULTIPLE_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log multiple")]] = 0.8
MULTIPLE_SHIFT: Final[Annotated[float, Constant("log points", "convention", "half the variance of the log multiple, subtracted so that the mean equals MULTIPLE")]] = 0.32
PAST_MONTHS: Final[Annotated[int, Constant("months", "convention", "number of months before 2017 from which investors may still hold a stake")]] = 36

# --- Listings ---
LISTING_COST: Final[Annotated[float, Assumption("yuan", "guess", "cost of broker, auditor and lawyer for a New Third Board listing")]] = 1.5e6
LISTING_TURNOVER: Final[Annotated[float, Assumption("yuan a year", "guess", "minimum turnover at which a broker accepts a firm")]] = 1e7
LISTING_MONTHS: Final[Annotated[int, Constant("months", "rules of the New Third Board: two full business years", "minimum time since opening before a firm may list")]] = 24
LISTINGS: Final[Annotated[int, Assumption("awards", "guess", "number of awards in the yearly budget")]] = 5

# --- Results: investment ---
INVESTED: Final = Outcome("equity_invested", ("month", "source"), "yuan", "股权投资额（按来源）", "equity invested, by source", "flow", whole=False)
ROUNDS: Final = Outcome("equity_rounds", ("month",), "count", "股权融资轮次（含追加投资）", "rounds closed, including follow-on rounds", "flow")
SOLD: Final = Outcome("equity_exits", ("month",), "yuan", "投资退出所得金额", "proceeds of exits", "flow", whole=False)
WRITTEN: Final = Outcome("equity_written_off", ("month",), "yuan", "投资核销金额", "stakes written off", "flow", whole=False)
LEVERAGE: Final = Outcome("realised_leverage", ("month",), "ratio", "引导基金账面放大倍数（不等于实际带动倍数）", "accounting measure: private yuan invested alongside each yuan of the guide fund so far, in rounds and sub-funds (0 before the first); the effect of the fund is the difference in private_equity_invested with and without it", whole=False)
PRIVATE: Final = Outcome("private_equity_invested", ("month",), "yuan", "社会资本股权投资额", "private equity invested in all rounds; the difference with and without the guide fund, per yuan of the fund, measures crowding in", "flow", whole=False)
SHORT: Final = Outcome("equity_short_of_money", ("month",), "yuan", "因投资方资金不足未实施的投资金额", "planned investment not made because investors lacked money", "flow", whole=False)
SUB_FUNDS: Final = Outcome("sub_funds", ("month",), "count", "正在投资的引导基金子基金数", "number of sub-funds of the guide fund that invest")
LISTED: Final = Outcome("equity_listings", ("month",), "count", "新三板新增挂牌企业数", "listings on the New Third Board", "flow")

# --- Policy levers: crowdfunding ---
CAMPAIGNS: Final = PolicyLever(
    "crowdfunding.campaigns", "campaigns a year", 0, 0, 2000, "value", "年众筹项目数", "crowdfunding campaigns")
CAMPAIGN_SUCCESS: Final = PolicyLever(
    "crowdfunding.success", "share", 0.3, 0, 1, "value", "众筹成功率", "share of campaigns that reach their goal")
VERIFIED: Final = PolicyLever(
    "crowdfunding.verified", "share", 0, 0, 1, "value", "上线前经核验的众筹项目比例", "share of campaigns checked before they start")
RATED: Final = PolicyLever(
    "crowdfunding.rated", "share", 0, 0, 1, "value", "公开评价结果的众筹平台比例", "share of platforms rated publicly")

# --- Uncertain parameters: crowdfunding ---
UNABLE: Final = Parameter(
    "crowdfunding.unable", 0.1, 0.05, 0.2, "share", "guess", "D",
    "无力交付的众筹项目比例", "share of campaigns that are unable to deliver")
DETECTED_SHARE: Final = Parameter(
    "crowdfunding.found_out", 0.6, 0.3, 0.9, "share", "guess", "D",
    "无力交付的众筹项目被核验识别的比例", "share of campaigns unable to deliver that a check detects")
RATING: Final = Parameter(
    "crowdfunding.rating_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "平台经公开评价后筹资额的增幅", "relative increase in proceeds on a rated platform", potency=0.5)

# --- Crowdfunding ---
CAMPAIGN_SECTORS: Final[Annotated[tuple[str, ...], Constant("sectors", "text of the plan", "sectors in which firms run campaigns")]] = ("appliances", "health", "software", "culture", "agriculture")
CAMPAIGN_FIRST_MONTHS: Final[Annotated[int, Assumption("months", "guess", "minimum time since opening before a firm runs a campaign")]] = 3
CAMPAIGN_DAYS: Final[Annotated[int, Assumption("days", "guess", "period during which backers may pledge")]] = 45
CAMPAIGN_SKILL: Final[Annotated[float, Assumption("ratio for each standard deviation of skill", "guess", "effect of skill on the probability of a campaign")]] = 0.5
CAMPAIGN_SKILL_MOST: Final[Annotated[float, Assumption("ratio", "guess", "maximum probability of a campaign relative to a founder of mean skill")]] = 2.0
CAMPAIGN_PROCEEDS: Final[Annotated[float, Assumption("yuan", "guess", "median proceeds of a successful campaign")]] = 100_000.0
CAMPAIGN_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log proceeds")]] = 1.0
CAMPAIGN_CAP: Final[Annotated[float, Assumption("months of value added", "guess", "maximum proceeds of a campaign")]] = 12.0
GOODS_COST_SHARE: Final[Annotated[float, Assumption("share", "guess", "production cost of goods as a share of presales: three quarters for purchased inputs, as in turnover, plus other costs")]] = 0.8
DELIVERY_DAYS: Final[Annotated[float, Assumption("days", "guess", "median time from the payment of proceeds to delivery")]] = 150.0
DELIVERY_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log days to delivery")]] = 0.4
EQUITY_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of technology firms' campaigns that offer equity")]] = 0.2

# --- Results: crowdfunding ---
LAUNCHED: Final = Outcome("crowdfunding_campaigns", ("month",), "count", "众筹上线项目数", "campaigns launched", "flow")
BACKERS_TURNED_AWAY: Final = Outcome("crowdfunding_turned_away", ("month",), "count", "核验未通过的众筹项目数", "campaigns rejected by a check", "flow")
CAMPAIGN_MONEY: Final = Outcome("crowdfunding_raised", ("month",), "yuan", "众筹筹资额（实物众筹和股权众筹）", "money raised by crowdfunding of goods and equity", "flow", whole=False)
CAMPAIGNS_FAILED: Final = Outcome("crowdfunding_undelivered", ("month",), "yuan", "未交付产品的众筹金额", "backers' money for goods that were not delivered", "flow", whole=False)

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
