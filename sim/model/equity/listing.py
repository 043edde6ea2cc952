"""Listings of technology firms on the New Third Board, and the city's award for listings (M09).

The New Third Board is China's national over-the-counter share market. Firms that are able to list do so at a base rate,
which an award increases slightly. Awards are paid from a yearly budget after processing, like subsidies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine import clock
from sim.model.equity import parameters, rules
from sim.model.government import flows
from sim.model.government.budgets import Budget
from sim.model.population.firm_table import OPEN
from sim.model.subsidies.parameters import PROCESSING_DAYS

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Rows
    from sim.model.context import Context


INSTRUMENT: Final = "listing_support"


class Listings:
    """Listed firms, and the yearly budget for awards.

    Attributes:
        awards: this year's budget for awards.
        listed: rows of listed firms.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.awards = Budget(context.env)
        self.listed: set[int] = set()

    def able(self, technology: Rows) -> Rows:
        """Return the technology firms that are able to list and are not yet listed."""
        firms = self.context.firms
        rows = technology[firms.raised.take(technology) > 0]
        months_open = self.context.clock.month - firms.opened_month[rows]
        able = rules.may_list(firms.raised[rows], firms.value_added[rows], months_open, firms.cash[rows])
        return np.array([row for row in rows[able].tolist() if row not in self.listed], dtype=np.intp)

    def begin(self, technology: Rows) -> None:
        """Set the yearly budget to the policy value, and draw the firms that list this month."""
        context, month, p = self.context, self.context.clock.month, self.context.parameters
        award = context.levers.at(parameters.AWARD, context.clock.first_day)
        context.accounts.appropriate(self.awards, round(100 * parameters.LISTINGS * award))
        rows = self.able(technology)
        usual = p[parameters.LISTING.id] / 12 * context.environment.deal_activity(month)
        u = context.streams.uniform(context.firms.id[rows], "listing", month)
        probability = rules.listing_probability(usual, p[parameters.LISTING_RESPONSE.id], award)
        for row in rows[u < probability].tolist():
            self.list_firm(row, award)

    def list_firm(self, row: int, award: float) -> None:
        """List a firm, which pays the listing costs and applies for the award (in yuan)."""
        context, fen = self.context, round(100 * parameters.LISTING_COST)
        self.listed.add(row)
        context.accounts.pay(flows.LISTING_FEES, np.array([row]), [-fen])
        context.recorder.add(parameters.LISTED, context.clock.month, 1)
        if context.events:
            context.events.firms(
                [context.firms.id[row]], "equity.listed", day=context.clock.first_day, yuan=fen / 100, rule="equity.rules.listing_probability")  # fmt: skip
        if award > 0:
            context.env.process(self.pay(row, round(100 * award)))

    def pay(self, row: int, fen: int) -> ProcessGenerator:
        """SimPy process that pays an award (in fen) from the yearly budget, if the firm is still open after processing."""
        context, firms = self.context, self.context.firms
        if not self.awards.try_reserve(fen):
            yield self.awards.wait(fen)
        yield context.env.timeout(clock.working_days(context.levers.at(PROCESSING_DAYS, context.env.now)))
        if firms.state[row] != OPEN:
            self.awards.returned(fen)
            return
        self.awards.paid(fen)
        instrument, day = context.accounts.instruments.index(INSTRUMENT), int(context.env.now)
        context.accounts.pay(flows.GRANTS, np.array([row]), [fen])
        firms.granted[row] += fen
        context.accounts.spend(instrument, fen / 100)
        context.accounts.payments.append((row, instrument, day, fen))
        if context.events:
            context.events.firms([firms.id[row]], "equity.listing_award", day=day, yuan=fen / 100, rule="equity.listing.Listings")  # fmt: skip
