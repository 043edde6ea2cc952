"""Crowdfunding: firms sell goods ahead to backers on platforms, some deliver and some do not.

A campaign is a new product of an enterprise in a line that sells to the public. Checks turn away some that could
not deliver; backers give more on a platform that is rated in public. The money is for goods owed: making
them costs most of it some months later. A few campaigns of technology firms are equity and not goods.
Measures: M33 (reward crowdfunding, protection of investors), M34 (rating of platforms).
Evidence: none found; VC08 for what equity of the crowd does, as of angels. Guesses, of small order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine import clock
from sim.model.environment import geography
from sim.model.equity.parameters import (
    BACKERS_TURNED_AWAY,
    CAMPAIGN_DAYS,
    CAMPAIGN_FIRST_MONTHS,
    CAMPAIGN_MONEY,
    CAMPAIGN_SECTORS,
    CAMPAIGN_SUCCESS,
    CAMPAIGNS,
    CAMPAIGNS_FAILED,
    DELIVERY_DAYS,
    DELIVERY_SPREAD,
    EQUITY_SHARE,
    FOUND_OUT,
    LAUNCHED,
    RATED,
    RATING,
    UNABLE,
    VERIFIED,
)
from sim.model.equity.rules import campaign_chance, campaign_proceeds, goods_cost, turned_away
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, T
from sim.model.population.parameters import YOUNG_MONTHS

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.equity.rounds import Investors


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of a firm; ``month`` is the one in which it began, which keys its luck."""

    row: int
    month: int
    day: int
    able: bool


class Crowdfunding:
    """The campaigns of the city."""

    def __init__(self, context: Context, investors: Investors) -> None:
        self.context, self.investors = context, investors
        self._line = np.array([s.slug in CAMPAIGN_SECTORS for s in geography.sectors()])
        self.busy: set[int] = set()  # rows with a campaign or goods to deliver

    def begin(self, enterprises: Rows) -> None:
        """The month's campaigns: who has a product to offer, and which of them a check turns away."""
        context, firms, month, day = (
            self.context,
            self.context.firms,
            self.context.clock.month,
            self.context.clock.first_day,
        )
        if context.levers.not_yet(CAMPAIGNS):
            return
        rows = enterprises.compress(self._line.take(firms.sector.take(enterprises)))
        young = month - firms.registered_month.take(rows) < YOUNG_MONTHS
        rows = rows.compress(young & (firms.opened_month.take(rows) <= month - CAMPAIGN_FIRST_MONTHS))
        chance = campaign_chance(
            firms.skill[rows], firms.weight[rows], context.levers.at(CAMPAIGNS, day) / 12
        )
        rows = rows[context.streams.uniform(firms.id[rows], "campaign", month) < chance]
        rows = rows[[row not in self.busy for row in rows.tolist()]]
        ids = firms.id[rows]
        unable = context.streams.uniform(ids, "able to deliver", month) < context.parameters[UNABLE.id]
        u = context.streams.uniform(ids, "checked", month)
        away = turned_away(unable, u, context.levers.at(VERIFIED, day), context.parameters[FOUND_OUT.id])
        context.recorder.add(LAUNCHED, month, int(firms.weight[rows[~away]].sum()))
        context.recorder.add(BACKERS_TURNED_AWAY, month, int(firms.weight[rows[away]].sum()))
        starts = day + np.floor(
            clock.month_length(month) * context.streams.uniform(ids, "campaign day", month)
        )
        for row, start, able in zip(rows[~away].tolist(), starts[~away], ~unable[~away], strict=True):
            self.busy.add(row)
            context.env.process(self.campaign(Campaign(row, month, int(start), bool(able))))

    def luck(self, campaign: Campaign, what: str) -> float:
        """A uniform number of a campaign for a purpose."""
        ids = self.context.firms.id[[campaign.row]]
        return float(self.context.streams.uniform(ids, what, campaign.month)[0])

    def campaign(self, campaign: Campaign) -> Any:
        """The life of a campaign: backers pledge; if the goal is reached the money comes, and later the goods."""
        context, row = self.context, campaign.row
        yield context.env.timeout(campaign.day - context.env.now + CAMPAIGN_DAYS)
        reached = self.luck(campaign, "goal reached") < context.levers.at(CAMPAIGN_SUCCESS, context.env.now)
        if reached and context.firms.state[row] == OPEN:
            fen = self.pledged(campaign)
            equity = context.firms.segment[row] == T and self.luck(campaign, "offers equity") < EQUITY_SHARE
            self.note(campaign, "crowdfunding.raised", fen, "crowdfunding.raised")
            context.recorder.add(
                CAMPAIGN_MONEY, context.clock.month, fen * int(context.firms.weight[row]) / 100
            )
            if equity:
                self.investors.from_the_crowd(row, fen)
            else:
                yield from self.presale(campaign, fen)
        self.busy.discard(row)

    def pledged(self, campaign: Campaign) -> int:
        """What a campaign that reaches its goal raises, fen."""
        context, row = self.context, campaign.row
        g = float(context.streams.normal(context.firms.id[[row]], "pledged", campaign.month)[0])
        rated = self.luck(campaign, "platform") < context.levers.at(RATED, context.env.now)
        return round(
            100
            * campaign_proceeds(
                g, rated, context.parameters[RATING.id], float(context.firms.value_added[row])
            )
        )

    def presale(self, campaign: Campaign, fen: int) -> Any:
        """Goods sold ahead: the money now, their cost on delivery. Who cannot deliver spends the whole in vain."""
        context, firms, row = self.context, self.context.firms, campaign.row
        cost = goods_cost(fen) if campaign.able else fen
        context.accounts.pay(flows.PRESALES, np.array([row]), [fen])
        firms.prepaid[row] = cost
        g = float(context.streams.normal(firms.id[[row]], "delivery", campaign.month)[0])
        yield context.env.timeout(round(DELIVERY_DAYS * float(np.exp(DELIVERY_SPREAD * g))))
        firms.prepaid[row] = 0
        there = firms.state[row] == OPEN
        if there:
            context.accounts.pay(flows.DELIVERY, np.array([row]), [-cost])
        if there and campaign.able:
            self.note(campaign, "crowdfunding.delivered", cost, "crowdfunding.goods_cost")
        else:
            context.recorder.add(CAMPAIGNS_FAILED, context.clock.month, fen * int(firms.weight[row]) / 100)
            self.note(campaign, "crowdfunding.undelivered", fen, "equity.rules.turned_away")

    def note(self, campaign: Campaign, event: str, fen: int, rule: str) -> None:
        """What has become of a campaign, for the diary."""
        context = self.context
        if context.events:
            context.events.firms(
                context.firms.id[[campaign.row]], event, day=int(context.env.now), yuan=fen / 100, rule=rule)  # fmt: skip
