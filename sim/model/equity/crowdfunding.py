"""Crowdfunding: firms presell goods to backers on platforms; most of the goods are delivered.

A campaign presells a new product of an enterprise in a consumer-oriented sector. Checks reject some of the campaigns
of firms that are unable to deliver; backers pledge more on publicly rated platforms. Production costs, which are most
of the proceeds, are paid on delivery some months later. A few campaigns of technology firms offer equity instead of
goods.
Measures: M33 (reward crowdfunding, protection of investors), M34 (rating of platforms).
Evidence: none found, except VC08 for crowdfunded equity, whose effect is assumed to equal that of angel investment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.environment import geography
from sim.model.equity import parameters, rules
from sim.model.equity.parameters import CAMPAIGN_DAYS, CAMPAIGN_SECTORS
from sim.model.government import flows
from sim.model.population.firm_table import OPEN
from sim.model.population.parameters import YOUNG_MONTHS

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.equity.rounds import Investors


@dataclass(frozen=True, slots=True)
class Campaign:
    """Crowdfunding campaign of a firm.

    Attributes:
        row: row of the firm.
        month: month in which the campaign starts, which keys its random numbers.
        day: day on which the campaign starts.
        able: whether the firm is able to deliver.
    """

    row: int
    month: int
    day: int
    able: bool


class Crowdfunding:
    """All crowdfunding campaigns.

    Args:
        context: see :class:`Context`.
        investors: equity market, which handles crowdfunded equity.

    Attributes:
        busy: rows of firms with a current campaign or goods to deliver.
    """

    def __init__(self, context: Context, investors: Investors) -> None:
        self.context, self.investors = context, investors
        self._in_sectors = np.array([s.slug in CAMPAIGN_SECTORS for s in geography.sectors()])
        self.busy: set[int] = set()

    def begin(self, enterprises: Rows) -> None:
        """Start the month's campaigns, except those rejected by a check."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        levers, day = context.levers, context.clock.first_day
        if levers.not_yet(parameters.CAMPAIGNS):
            return
        rows = enterprises.compress(self._in_sectors.take(firms.sector.take(enterprises)))
        young = month - firms.registered_month.take(rows) < YOUNG_MONTHS
        rows = rows.compress(young & rules.may_campaign(month - firms.opened_month.take(rows)))
        probability = rules.campaign_probability(
            firms.skill[rows], firms.weight[rows], levers.at(parameters.CAMPAIGNS, day) / 12
        )
        rows = rows[context.streams.uniform(firms.id[rows], "campaign", month) < probability]
        rows = rows[[row not in self.busy for row in rows.tolist()]]
        ids, p = firms.id[rows], context.parameters
        unable = context.streams.uniform(ids, "able to deliver", month) < p[parameters.UNABLE.id]
        u = context.streams.uniform(ids, "checked", month)
        rejected = rules.is_rejected(
            unable, u, levers.at(parameters.VERIFIED, day), p[parameters.DETECTED_SHARE.id]
        )
        context.recorder.add(parameters.LAUNCHED, month, int(firms.weight[rows[~rejected]].sum()))
        context.recorder.add(parameters.BACKERS_TURNED_AWAY, month, int(firms.weight[rows[rejected]].sum()))
        u = context.streams.uniform(ids, "campaign day", month)
        starts = day + np.floor(clock.month_length(month) * u)
        for row, start, able in zip(
            rows[~rejected].tolist(), starts[~rejected], ~unable[~rejected], strict=True
        ):
            self.busy.add(row)
            context.env.process(self.campaign(Campaign(row, month, int(start), bool(able))))

    def uniform(self, campaign: Campaign, purpose: str) -> float:
        """Draw a uniform random number for a campaign, keyed by firm, month and purpose."""
        ids = self.context.firms.id[[campaign.row]]
        return float(self.context.streams.uniform(ids, purpose, campaign.month)[0])

    def campaign(self, campaign: Campaign) -> ProcessGenerator:
        """SimPy process of a campaign. If the campaign reaches its goal, the firm receives equity or presells goods."""
        context, row = self.context, campaign.row
        yield context.env.timeout(campaign.day - context.env.now + CAMPAIGN_DAYS)
        success = context.levers.at(parameters.CAMPAIGN_SUCCESS, context.env.now)
        if self.uniform(campaign, "goal reached") < success and context.firms.state[row] == OPEN:
            fen = self.proceeds(campaign)
            equity = rules.offers_equity(
                int(context.firms.segment[row]), self.uniform(campaign, "offers equity")
            )
            self.record_event(campaign, "crowdfunding.raised", fen, "equity.rules.campaign_proceeds")
            context.recorder.add(
                parameters.CAMPAIGN_MONEY, context.clock.month, fen * int(context.firms.weight[row]) / 100
            )
            if equity:
                self.investors.raise_from_the_crowd(row, fen)
            else:
                yield from self.presale(campaign, fen)
        self.busy.discard(row)

    def proceeds(self, campaign: Campaign) -> int:
        """Draw the proceeds of a campaign that reaches its goal, in fen."""
        context, row = self.context, campaign.row
        g = float(context.streams.normal(context.firms.id[[row]], "pledged", campaign.month)[0])
        rated = self.uniform(campaign, "platform") < context.levers.at(parameters.RATED, context.env.now)
        response = context.parameters[parameters.RATING.id]
        return round(100 * rules.campaign_proceeds(g, rated, response, float(context.firms.value_added[row])))

    def presale(self, campaign: Campaign, fen: int) -> ProcessGenerator:
        """SimPy process of a presale. The firm receives the proceeds (in fen) now and pays production costs on delivery.

        A firm that is unable to deliver spends all proceeds by the day of delivery.
        """
        context, firms, row = self.context, self.context.firms, campaign.row
        cost = rules.goods_cost(fen) if campaign.able else fen
        context.accounts.pay(flows.PRESALES, np.array([row]), [fen])
        firms.prepaid[row] = cost
        g = float(context.streams.normal(firms.id[[row]], "delivery", campaign.month)[0])
        yield context.env.timeout(round(rules.delivery_days(g)))
        firms.prepaid[row] = 0
        is_open = firms.state[row] == OPEN
        if is_open:
            context.accounts.pay(flows.DELIVERY, np.array([row]), [-cost])
        if is_open and campaign.able:
            self.record_event(campaign, "crowdfunding.delivered", cost, "equity.rules.goods_cost")
        else:
            context.recorder.add(
                parameters.CAMPAIGNS_FAILED, context.clock.month, fen * int(firms.weight[row]) / 100
            )
            self.record_event(campaign, "crowdfunding.undelivered", fen, "equity.rules.is_rejected")

    def record_event(self, campaign: Campaign, event: str, fen: int, rule: str) -> None:
        """Record an event of a campaign, with its amount in fen, in the event log."""
        context = self.context
        if context.events:
            context.events.firms(
                context.firms.id[[campaign.row]], event, day=int(context.env.now), yuan=fen / 100, rule=rule)  # fmt: skip
