"""Equity: technology firms search, investors look, a few invest; rounds, follow-ons, exits, write-offs.

A search is keyed by firm and month; one in ten gets a serious look, which takes a partner's time and
weeks of diligence; one look in ten ends in a round, alone or with a second investor, as far as the
investor's money of the year reaches. The guide fund invests beside private money, takes part in sub-funds
and bears part of early losses; part of the private money stays away because of it. Deals fell by two
fifths in 2019. How searches and rounds follow on each other is in ``rounds``, the guide fund and its
sub-funds in ``funds``, the ends of stakes in ``stakes``, listings in ``listing``.
Measures: M06 (guide fund), M07 (tax deduction), M09 (exits, listings), M11 and M12 (search), M12 (early
mandate, joint investment, funds of higher levels), M13 (leverage, bank finance), M14 (state capital), M15
(foreign funds, overseas fund).
Evidence: VC01-02, VC04-06, VC08-10, VC12-13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.government.budgets import ServiceDesk
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.model.equity.rounds import Investors

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
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
LEVERS: Final = (
    PUBLIC, MATCH, LOSS_SHARE, GRADUATES, EARLY, DEDUCTION, EXIT_CHANGE, SEARCH_CHANGE, HIGHER, STATE, FOREIGN,
    FOREIGN_DAYS, STAGE, NOMINAL, BANK_SHARE, JOINT, OVERSEAS, AWARD)

# --- parameters ------------------------------------------------------------------------------------
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
PARAMETERS: Final = (
    SEARCH, PATIENCE, FUND_MONEY, HURDLE, DOWNSIDE, CROWDED_OUT, NEW_PARTNERS, RAISING, LANDING, LISTING, LISTING_RESPONSE,
    GROWTH_EFFECT, EXITS, WRITE_OFFS)
# fmt: on

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

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
INVESTED: Final = Outcome("equity_invested", ("month", "source"), "yuan", "股权投资额", "equity invested, by source", "flow", whole=False)
ROUNDS: Final = Outcome("equity_rounds", ("month",), "count", "股权融资轮次", "rounds closed, follow-ons included", "flow")
SOLD: Final = Outcome("equity_exits", ("month",), "yuan", "投资退出金额", "proceeds of exits", "flow", whole=False)
WRITTEN: Final = Outcome("equity_written_off", ("month",), "yuan", "投资核销金额", "stakes written off", "flow", whole=False)
LEVERAGE: Final = Outcome("realised_leverage", ("month",), "ratio", "引导基金账面放大倍数（不等于带动）", "bookkeeping: private yuan beside each yuan of the guide fund so far, in its rounds and sub-funds (0 before the first); what it draws in is the difference in private_equity_invested with and without it", whole=False)
PRIVATE: Final = Outcome("private_equity_invested", ("month",), "yuan", "社会资本股权投资额", "equity that is not the city's, in all rounds: its difference with and without the guide fund, per yuan of the fund, is crowding in", "flow", whole=False)
SHORT: Final = Outcome("equity_short_of_money", ("month",), "yuan", "资金不足未投金额", "what investors would have put in if their money of the year had reached", "flow", whole=False)
SUB_FUNDS: Final = Outcome("sub_funds", ("month",), "count", "在投子基金数", "sub-funds of the guide fund that invest")
LISTED: Final = Outcome("equity_listings", ("month",), "count", "挂牌企业数", "listings on the New Third Board", "flow")
# fmt: on
OUTCOMES: Final = (INVESTED, ROUNDS, SOLD, WRITTEN, LEVERAGE, PRIVATE, SHORT, SUB_FUNDS, LISTED)


# --- rules -----------------------------------------------------------------------------------------
def score(skill: Floats, income: Floats, g: float | Floats) -> Floats:
    """What an investor sees, in spreads of skill: skill + 0.5 (x - 2) + 0.5 g."""
    return np.asarray(skill + 0.5 * (income - 2) + NOISE * g)


def hurdle(usual: float, response: float, deducted: float, borne: float) -> float:
    """The score from which an investor invests: usual - response x (deducted + borne), at most a whole share of each."""
    return usual - response * (deducted + borne)


def ticket(g: Floats, size: float | Floats, value_added: Floats) -> Floats:
    """A round, yuan: LN(median 3 m, sd 1.55) x size of the investor, at least 0.3 m, at most six years of value added (VC01)."""
    wish = TICKET_MEDIAN * size * np.exp(TICKET_SPREAD * g)
    return np.asarray(np.maximum(LEAST_TICKET, np.minimum(wish, MOST_YEARS * 12 * value_added)))


def growth(effect: float, raised: Floats, value_added: Floats) -> Floats:
    """Log points that a round adds to a firm's scale: ln(1 + effect x tanh(raised / yearly value added))."""
    return np.asarray(np.log1p(effect * np.tanh(raised / np.maximum(12 * value_added, 1.0))))


def public_part(private: float, match: float, room: float) -> float:
    """What the guide fund adds to a round, yuan: match x private money while it has room."""
    return max(0.0, min(match * private, room))


def private_part(wish: float, crowded_out: float, public: float) -> float:
    """Private money of a round that public money joins, yuan: less what stays away, but no round dies of it.

    wish - crowded_out x public, at least the least ticket, which is where it would have stood alone.
    """
    return max(min(wish, LEAST_TICKET), wish - crowded_out * public)


def joint_parts(wish: float, lead: float, partner: float) -> tuple[float, float]:
    """What two investors put into one round, yuan: half each as far as their money reaches; the other makes up."""
    first = min(lead, max(wish / 2, wish - partner))
    return first, min(partner, wish - first)


def asked(stage: float, nominal: float) -> float:
    """Private yuan for each public yuan of a sub-fund: the stricter of the term sheet's leverage and the cap on the public share.

    max(nominal, (1 - stage)/stage); at 30% and 3 times the leverage binds.
    """
    return max(nominal, (1 - stage) / stage)


def raised(ask: float, pace: float) -> tuple[float, float]:
    """Months that a sub-fund looks for partners, and private yuan per public yuan found: all that is asked, or what patience finds, or nothing.

    min(ask, pace x 15 months); under half of what is asked the fund is not set up.
    """
    found = min(ask, pace * MOST_MONTHS)
    months = found / pace if pace > 0 else MOST_MONTHS
    return months, found if found >= LEAST_RAISED * ask else 0.0


def money_of_year(own: float, higher: float, funds: int, bank: float) -> float:
    """Yuan a year of each venture fund: its own and its part of higher-level money, and bank finance on top: (own + higher/funds)/(1 - bank share)."""
    return (own + higher / funds) / (1 - bank)


def moved_share(found: float, new: float, bank: float) -> float:
    """Part of a sub-fund's private money that was in the city's venture funds before.

    (found - new)/(found + (1 + found) bank/(1 - bank)), both for each public yuan; what banks lend is new.
    """
    private = found + (1 + found) * bank / (1 - bank)
    return (found - min(found, new)) / private if private > 0 else 0.0


def pace_left(size: float, years: float, placed: float) -> float:
    """Yuan that a fund may still place: as much a year as spreads it over four years, what was not placed kept."""
    return max(0.0, size * min(1.0, (1 + int(years)) / INVEST_YEARS) - placed)


def lists(chance: float, response: float, award: float) -> float:
    """Chance of a listing: those who list anyway, and a few more: chance x (1 + response x min(1, award/cost))."""
    return chance * (1 + response * min(1.0, award / LISTING_COST))


# --- agents ----------------------------------------------------------------------------------------
class Investor(ServiceDesk):
    """An investor: partners with a line of firms to look at, money of the year, a nose of its own."""

    def __init__(self, market: Investors, kind: str, number: int) -> None:
        super().__init__(market.city, "equity", 1 / PARTNER_DAYS, self.look, weekly=True)
        self.market, self.kind, self.number = market, kind, number
        _, _, self.partners, self.size = KINDS[kind]
        self.spent = self.placed = 0.0  # this year; in all; yuan
        self.public_share = 1.0 if kind == "state" else 0.0
        self.gone = False
        self.staff(self.partners)

    def remove(self) -> None:
        """Leave the city: no more firms are looked at; stakes held run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def to_place(self) -> float:
        """Yuan by which a fund with looks of its own reckons how many firms to look at."""
        city, day = self.market.city, self.market.city.env.now
        if self.kind == "state":
            return city.at(STATE, day)
        if self.kind == "foreign":
            return city.at(FOREIGN, day)
        return city.drawn[LANDING.id] * city.at(OVERSEAS, day)

    def money(self, row: int) -> float:
        """Yuan that it may put into a firm now."""
        city, day = self.market.city, self.market.city.env.now
        if self.kind == "venture":
            return self.market.of_a_fund(day) - self.spent
        if self.kind == "state":
            return city.pools["state_capital"].balance / 100
        if self.kind == "foreign":
            return city.at(FOREIGN, day) - self.spent
        return self.to_place() - self.placed if self.kind == "overseas" else np.inf

    def likes(self, row: int, nose: float) -> bool:
        """Whether it would invest in a firm, of which its nose says so much; losses are shared in early firms alone."""
        city, firms, p = self.market.city, self.market.city.firms, self.market.city.drawn
        day = city.env.now
        shared = self.kind != "state" and self.market.guide.shares_losses(row)
        borne = city.at(LOSS_SHARE, day) if shared else 0.0
        needed = hurdle(p[HURDLE.id], p[DOWNSIDE.id], city.at(DEDUCTION, day), borne)
        one = slice(row, row + 1)
        return bool(score(firms.skill[one], firms.income[one], nose)[0] >= needed)

    def second(self, row: int, month: int) -> Investor | None:
        """Whom it asks into a round, where rounds are done together: the first with money, from a keyed place on."""
        city, who = self.market.city, [int(self.market.city.firms.id[row])]
        if city.chance.uniform(who, "joint round", month)[0] >= city.at(JOINT, city.env.now):
            return None
        others = [i for i in self.market.desks if i.kind in JOINING and i is not self and not i.gone]
        start = int(city.chance.uniform(who, "second investor", month)[0] * len(others))
        for other in (*others[start:], *others[:start]):
            if other.money(row) >= LEAST_TICKET:
                return other
        return None

    def look(self, day: int, files: Ints, came: Ints) -> None:
        """Friday: a partner has looked at these firms; some have given up waiting."""
        city = self.market.city
        for file in files.tolist():
            row, month, gives_up, nose = self.market.looks[file]
            if city.firms.state[row] != OPEN or day > gives_up:
                continue
            if self.likes(row, nose):
                self.approve(np.array([file]))
                city.env.process(self.market.close_round(self, row, month))
            elif city.diary:
                city.diary.firms([city.firms.id[row]], "equity.refused", day=day, rule="equity.hurdle", investor=self.kind)  # fmt: skip
