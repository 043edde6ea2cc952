"""Crowdfunding: firms sell goods ahead to backers on platforms, some deliver and some do not.

A campaign is a new product of an enterprise in a line that sells to the public. Checks turn away some that could
not deliver; backers give more on a platform that is rated in public. The money is for goods owed: making
them costs most of it some months later. A few campaigns of technology firms are equity and not goods.
Measures: M33 (reward crowdfunding, protection of investors), M34 (rating of platforms).
Evidence: none found; VC08 for what equity of the crowd does, as of angels. Guesses, of small order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, YOUNG_MONTHS, Mask, Rows, T

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
CAMPAIGNS: Final = PolicyLever(
    "crowdfunding.campaigns", "campaigns a year", 0, 0, 2000, "value", "众筹项目数", "crowdfunding campaigns")
SUCCESS: Final = PolicyLever(
    "crowdfunding.success", "share", 0.3, 0, 1, "value", "众筹成功率", "campaigns that reach their goal")
VERIFIED: Final = PolicyLever(
    "crowdfunding.verified", "share", 0, 0, 1, "value", "项目核验比例", "campaigns checked before they start")
RATED: Final = PolicyLever(
    "crowdfunding.rated", "share", 0, 0, 1, "value", "平台公开评价比例", "platforms rated in public")
LEVERS: Final = (CAMPAIGNS, SUCCESS, VERIFIED, RATED)

# --- parameters ------------------------------------------------------------------------------------
UNABLE: Final = Parameter(
    "crowdfunding.unable", 0.1, 0.05, 0.2, "share", "guess", "D",
    "无力交付项目比例", "campaigns that will never deliver, for want of skill or honesty")
FOUND_OUT: Final = Parameter(
    "crowdfunding.found_out", 0.6, 0.3, 0.9, "share", "guess", "D",
    "核验识别率", "of campaigns that cannot deliver, which a check finds out")
RATING: Final = Parameter(
    "crowdfunding.rating_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "平台评价对筹资额的影响", "more that backers give on a rated platform", potency=0.5)
PARAMETERS: Final = (UNABLE, FOUND_OUT, RATING)
# fmt: on

LINES: Final = ("appliances", "health", "software", "culture", "agriculture")  # that the plan's text names
FIRST_MONTHS: Final = 3  # since opening
CAMPAIGN_DAYS: Final = 45  # for which backers may pledge
RAISED: Final = 100_000.0  # yuan, median of a campaign that succeeds (guess)
RAISED_SPREAD: Final = 1.0  # log points
RAISED_CAP: Final = 12.0  # months of value added
COST_SHARE: Final = (
    0.8  # of presales, that the goods cost: three quarters bought in, as of turnover, and the rest
)
DELIVERY_DAYS: Final = 150.0  # from the money to the goods (guess)
DELIVERY_SPREAD: Final = 0.4  # log points
EQUITY_SHARE: Final = 0.2  # of technology firms' campaigns that offer equity (guess)

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
LAUNCHED: Final = Outcome("crowdfunding_campaigns", ("month",), "count", "众筹上线项目", "campaigns launched", "flow")
TURNED_AWAY: Final = Outcome("crowdfunding_turned_away", ("month",), "count", "核验拦下项目", "campaigns that a check turned away", "flow")
MONEY: Final = Outcome("crowdfunding_raised", ("month",), "yuan", "众筹筹资额", "raised by crowdfunding, goods and equity", "flow", whole=False)
FAILED: Final = Outcome("crowdfunding_undelivered", ("month",), "yuan", "众筹未交付金额", "backers' money for goods that never came", "flow", whole=False)
# fmt: on
OUTCOMES: Final = (LAUNCHED, TURNED_AWAY, MONEY, FAILED)


# --- rules -----------------------------------------------------------------------------------------
def campaign_chance(skill: Floats, weight: npt.NDArray[np.integer[Any]], campaigns: float) -> Floats:
    """Chance of each firm to start a campaign in a month, the able more often, so that ``campaigns`` are expected."""
    appeal = np.clip(1 + 0.5 * skill, 0, 2).astype(np.float64)
    return np.asarray(campaigns * appeal / max(1.0, float((appeal * weight).sum())))


def raised(g: float, rated: bool, response: float, value_added: float) -> float:
    """What a campaign raises, yuan: LN(median 100,000, 1) x (1 + response) on a rated platform, at most a year's value added."""
    wish = RAISED * np.exp(RAISED_SPREAD * g) * (1 + response * rated)
    return float(min(wish, RAISED_CAP * value_added))


def turned_away(unable: Mask, u: Floats, checked: float, found_out: float) -> Mask:
    """Which campaigns a check turns away: of those that cannot deliver, u < checked x found out."""
    return np.asarray(unable & (u < checked * found_out))


def goods_cost(fen: int) -> int:
    """What goods sold ahead for this much will cost, fen: four fifths."""
    return round(COST_SHARE * fen)


# --- process ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of a firm; ``month`` is the one in which it began, which keys its luck."""

    row: int
    month: int
    day: int
    able: bool


class Crowdfunding:
    """The campaigns of the city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self._line = np.array([s.slug in LINES for s in geography.sectors()])
        self.busy: set[int] = set()  # rows with a campaign or goods to deliver

    def begin(self, enterprises: Rows) -> None:
        """The month's campaigns: who has a product to offer, and which of them a check turns away."""
        city, firms, month, day = self.city, self.city.firms, self.city.month, self.city.first_day
        if city.not_yet(CAMPAIGNS):
            return
        rows = enterprises.compress(self._line.take(firms.sector.take(enterprises)))
        young = month - firms.registered_month.take(rows) < YOUNG_MONTHS
        rows = rows.compress(young & (firms.opened_month.take(rows) <= month - FIRST_MONTHS))
        chance = campaign_chance(firms.skill[rows], firms.weight[rows], city.at(CAMPAIGNS, day) / 12)
        rows = rows[city.chance.uniform(firms.id[rows], "campaign", month) < chance]
        rows = rows[[row not in self.busy for row in rows.tolist()]]
        ids = firms.id[rows]
        unable = city.chance.uniform(ids, "able to deliver", month) < city.drawn[UNABLE.id]
        u = city.chance.uniform(ids, "checked", month)
        away = turned_away(unable, u, city.at(VERIFIED, day), city.drawn[FOUND_OUT.id])
        city.record.add(LAUNCHED, month, int(firms.weight[rows[~away]].sum()))
        city.record.add(TURNED_AWAY, month, int(firms.weight[rows[away]].sum()))
        starts = day + np.floor(clock.month_length(month) * city.chance.uniform(ids, "campaign day", month))
        for row, start, able in zip(rows[~away].tolist(), starts[~away], ~unable[~away], strict=True):
            self.busy.add(row)
            city.env.process(self.campaign(Campaign(row, month, int(start), bool(able))))

    def luck(self, campaign: Campaign, what: str) -> float:
        """A uniform number of a campaign for a purpose."""
        ids = self.city.firms.id[[campaign.row]]
        return float(self.city.chance.uniform(ids, what, campaign.month)[0])

    def campaign(self, campaign: Campaign) -> Any:
        """The life of a campaign: backers pledge; if the goal is reached the money comes, and later the goods."""
        city, row = self.city, campaign.row
        yield city.env.timeout(campaign.day - city.env.now + CAMPAIGN_DAYS)
        reached = self.luck(campaign, "goal reached") < city.at(SUCCESS, city.env.now)
        if reached and city.firms.state[row] == OPEN:
            fen = self.pledged(campaign)
            equity = city.firms.segment[row] == T and self.luck(campaign, "offers equity") < EQUITY_SHARE
            self.note(campaign, "crowdfunding.raised", fen, "crowdfunding.raised")
            city.record.add(MONEY, city.month, fen * int(city.firms.weight[row]) / 100)
            if equity:
                city.investors.from_the_crowd(row, fen)
            else:
                yield from self.presale(campaign, fen)
        self.busy.discard(row)

    def pledged(self, campaign: Campaign) -> int:
        """What a campaign that reaches its goal raises, fen."""
        city, row = self.city, campaign.row
        g = float(city.chance.normal(city.firms.id[[row]], "pledged", campaign.month)[0])
        rated = self.luck(campaign, "platform") < city.at(RATED, city.env.now)
        return round(100 * raised(g, rated, city.drawn[RATING.id], float(city.firms.value_added[row])))

    def presale(self, campaign: Campaign, fen: int) -> Any:
        """Goods sold ahead: the money now, their cost on delivery. Who cannot deliver spends the whole in vain."""
        city, firms, row = self.city, self.city.firms, campaign.row
        cost = goods_cost(fen) if campaign.able else fen
        city.pay(flows.PRESALES, np.array([row]), [fen])
        firms.prepaid[row] = cost
        g = float(city.chance.normal(firms.id[[row]], "delivery", campaign.month)[0])
        yield city.env.timeout(round(DELIVERY_DAYS * float(np.exp(DELIVERY_SPREAD * g))))
        firms.prepaid[row] = 0
        there = firms.state[row] == OPEN
        if there:
            city.pay(flows.DELIVERY, np.array([row]), [-cost])
        if there and campaign.able:
            self.note(campaign, "crowdfunding.delivered", cost, "crowdfunding.goods_cost")
        else:
            city.record.add(FAILED, city.month, fen * int(firms.weight[row]) / 100)
            self.note(campaign, "crowdfunding.undelivered", fen, "crowdfunding.turned_away")

    def note(self, campaign: Campaign, event: str, fen: int, rule: str) -> None:
        """What has become of a campaign, for the diary."""
        city = self.city
        if city.diary:
            city.diary.firms(
                city.firms.id[[campaign.row]], event, day=int(city.env.now), yuan=fen / 100, rule=rule)  # fmt: skip
