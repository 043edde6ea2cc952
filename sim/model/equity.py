"""Equity: technology firms search, investors look, a few invest; rounds, follow-ons, exits, write-offs.

A search is keyed by firm and month; one in ten gets a serious look, which takes a partner's time and
weeks of diligence; one look in ten ends in a round. The guide fund invests beside private money and bears
part of early losses; part of the private money stays away because of it. Deals fell by two fifths in 2019.
How searches, rounds and the ends of stakes follow on each other is in ``rounds``.
Measures: M06 (guide fund), M07 (tax deduction), M09 (exits), M11 and M12 (search), M12 (early mandate,
funds of higher levels), M14 (state capital), M15 (foreign funds).
Evidence: VC01-02, VC04-06, VC08-10, VC12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model.government import Window
from sim.model.startups import OPEN

if TYPE_CHECKING:
    from sim.model.rounds import Investors

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
PUBLIC: Final = Socket(
    "equity.public_capital", "yuan", 0, 0, 1e9, "value", "引导基金规模", "guide-fund capital")
MATCH: Final = Socket(
    "equity.co_investment", "share", 0, 0, 1, "value", "跟进投资比例", "share of a round matched")
LOSS_SHARE: Final = Socket(
    "equity.loss_share", "share", 0, 0, 0.5, "value", "投资损失补偿比例", "share of early-stage losses borne by the city")
GRADUATES: Final = Socket(
    "equity.graduate_share", "share", 0, 0, 0.5, "value", "大学生创业份额", "part of the fund kept for graduates")
EARLY: Final = Socket(
    "equity.early_share", "share", 0.2, 0, 1, "value", "投早比例", "guide-fund money for firms under three years")
DEDUCTION: Final = Socket(
    "equity.tax_deduction", "share", 0, 0, 1, "value", "投资抵扣比例", "investment that may be deducted from tax")
EXIT_CHANGE: Final = Socket(
    "equity.exit_rate", "ratio", 0, 0, 0.2, "sum", "退出概率增量", "yearly chance more of an exit")
SEARCH_CHANGE: Final = Socket(
    "equity.search_days", "days", 0, -60, 60, "sum", "融资寻找天数变化", "change in the days of search")
HIGHER: Final = Socket(
    "equity.higher_level_inflow", "yuan a year", 0, 0, 5e8, "value", "上级基金流入", "money of national and provincial funds")
STATE: Final = Socket(
    "equity.state_capital", "yuan", 0, 0, 2e9, "value", "国有创投资本", "state venture capital")
FOREIGN: Final = Socket(
    "equity.foreign_inflow", "yuan a year", 0, 0, 1e9, "value", "外资创投流入", "foreign venture capital")
FOREIGN_DAYS: Final = Socket(
    "equity.foreign_days", "days", 90, 5, 180, "value", "外资审批天数", "days of approval of a foreign fund")
SOCKETS: Final = (
    PUBLIC, MATCH, LOSS_SHARE, GRADUATES, EARLY, DEDUCTION, EXIT_CHANGE, SEARCH_CHANGE, HIGHER, STATE, FOREIGN,
    FOREIGN_DAYS)

# --- parameters ------------------------------------------------------------------------------------
SEARCH: Final = Parameter(
    "equity.search_rate", 0.35, 0.2, 0.5, "share a year", "guess", "D",
    "科技企业年融资意愿", "technology firms that look for equity in a year")
HURDLE: Final = Parameter(
    "equity.hurdle", 1.65, 1.4, 1.9, "spreads of skill", "set so that one look in ten ends in a round: VC05", "C",
    "投资门槛", "score from which an investor invests")
DOWNSIDE: Final = Parameter(
    "equity.downside_response", 0.3, 0.0, 0.6, "spreads of skill", "guess", "D",
    "风险分担对投资门槛的影响", "by how much a whole loss borne by others, or deducted, lowers the hurdle", potency=0.5)
CROWDED_OUT: Final = Parameter(
    "equity.crowded_out", 0.3, 0.0, 0.6, "share", "guess; VC09, VC12", "D",
    "财政跟投挤出比例", "private money that stays away where public money comes")
GROWTH_EFFECT: Final = Parameter(
    "equity.growth_effect", 0.3, 0.1, 0.5, "log points", "guess; VC07-08", "C",
    "股权资金对产能的影响", "most that a round adds to a firm's scale")
EXITS: Final = Parameter(
    "equity.exits", 0.05, 0.02, 0.08, "share a year", "guess; VC03", "D", "年退出比例", "stakes that are sold")
WRITE_OFFS: Final = Parameter(
    "equity.write_offs", 0.09, 0.05, 0.14, "share a year", "guess", "D",
    "年核销比例", "stakes written off while the firm goes on")
PARAMETERS: Final = (SEARCH, HURDLE, DOWNSIDE, CROWDED_OUT, GROWTH_EFFECT, EXITS, WRITE_OFFS)
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
    "state": (1, 0.10, 2, 1.0),
    "foreign": (1, 0.05, 2, 1.5),
}
VENTURE_CAPITAL: Final = 60e6  # yuan a year that each venture fund may invest in the city (guess)
SOURCES: Final = ("angel", "venture", "guide_fund", "state", "foreign", "crowd")

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
INVESTED: Final = Outcome("equity_invested", ("month", "source"), "yuan", "股权投资额", "equity invested, by source", "flow", whole=False)
ROUNDS: Final = Outcome("equity_rounds", ("month",), "count", "股权融资轮次", "rounds closed, follow-ons included", "flow")
SOLD: Final = Outcome("equity_exits", ("month",), "yuan", "投资退出金额", "proceeds of exits", "flow", whole=False)
WRITTEN: Final = Outcome("equity_written_off", ("month",), "yuan", "投资核销金额", "stakes written off", "flow", whole=False)
LEVERAGE: Final = Outcome("realised_leverage", ("month",), "ratio", "引导基金实际放大倍数", "private yuan beside each yuan of the guide fund so far, in the rounds it joined (0 before the first)", whole=False)
# fmt: on
OUTCOMES: Final = (INVESTED, ROUNDS, SOLD, WRITTEN, LEVERAGE)


# --- rules -----------------------------------------------------------------------------------------
def score(skill: Floats, income: Floats, g: Floats) -> Floats:
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


def public_part(ticket: float, match: float, room: float) -> float:
    """What the guide fund adds to a round, yuan: match x ticket while it has room."""
    return max(0.0, min(match * ticket, room))


# --- agents ----------------------------------------------------------------------------------------
class Investor(Window):
    """An investor: partners with a line of firms to look at, money of the year, a nose of its own."""

    def __init__(self, market: Investors, kind: str, number: int, partners: int, size: float) -> None:
        super().__init__(market.city, "equity", 1 / PARTNER_DAYS, self.look, weekly=True)
        self.market, self.kind, self.number, self.size = market, kind, number, size
        self.spent = 0.0  # this year, yuan
        self.gone = False
        self.staff(partners)

    def remove(self) -> None:
        """Leave the city: no more firms are looked at; stakes held run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def money(self) -> float:
        """Yuan that it may still invest this year."""
        city, day = self.market.city, self.market.city.env.now
        if self.kind == "venture":
            return VENTURE_CAPITAL + city.at(HIGHER, day) / KINDS["venture"][0] - self.spent
        if self.kind == "state":
            return city.pools["state_capital"].balance / 100
        return city.at(FOREIGN, day) - self.spent if self.kind == "foreign" else np.inf

    def likes(self, row: int, month: int) -> bool:
        """Whether it would invest in a firm, keyed by firm and month of its search."""
        city, firms, p = self.market.city, self.market.city.firms, self.market.city.drawn
        day = city.env.now
        g = city.chance.normal([int(firms.id[row])], "nose", self.kind, month)
        borne = city.at(LOSS_SHARE, day) if not city.settings.never(PUBLIC) else 0.0
        needed = hurdle(p[HURDLE.id], p[DOWNSIDE.id], city.at(DEDUCTION, day), borne)
        return bool(score(firms.skill[[row]], firms.income[[row]], g)[0] >= needed)

    def look(self, day: int, files: Ints, came: Ints) -> None:
        """Friday: a partner has looked at these firms."""
        city = self.market.city
        for file in files.tolist():
            row, month = self.market.looks[file]
            if city.firms.state[row] != OPEN:
                continue
            if self.likes(row, month):
                self.approve(np.array([file]))
                city.env.process(self.market.close_round(self, row, month))
            elif city.diary:
                city.diary.firms([city.firms.id[row]], "equity.refused", day=day, rule="equity.hurdle", investor=self.kind)  # fmt: skip
