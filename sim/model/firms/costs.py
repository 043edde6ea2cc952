"""Monthly costs and cash of firms: wages, rent, taxes, debt service and the owner's draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.firms import rules
from sim.model.firms.parameters import BUFFER, FAMILY_HELP, TAX_UPTAKE, TAXES
from sim.model.government import flows
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask
    from sim.model.business_support.low_cost_space import LowCostSpace
    from sim.model.business_support.shared_platforms import SharedPlatforms
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


def founder_traits(context: Context, ids: Ints) -> dict[str, Floats]:
    """Draw founders' cash buffers in months of cost."""
    return {"buffer": rules.buffer(context.parameters[BUFFER.id], context.streams.normal(ids, "buffer"))}


class Costs:
    """Submodel of firms' monthly costs, taxes and cash.

    Args:
        context: context of the run.
        space: low-cost space, which reduces the rent of its tenants.
        platforms: shared platforms, which reduce the cost of inputs.
    """

    def __init__(self, context: Context, space: LowCostSpace, platforms: SharedPlatforms) -> None:
        self.context = context
        self.space, self.platforms = space, platforms

    def settle(self, trading: Trading, value_added: Floats) -> Floats:
        """Post the income and costs of open firms and return their profit before the owner's draw, in yuan."""
        firms, rows, share = self.context.firms, trading.rows, trading.open_share
        wages = rules.wage_bill(
            trading.segment, trading.jobs, self.context.environment.shut(self.context.clock.month), share
        )
        rent = rules.rent_due(trading.segment, share) * (1 - firms.rent_waived.take(rows))
        rent = self.space.rent_after_discount(trading, rent)
        less = self.platforms.inputs_saved(trading, value_added)
        earned = value_added + less[flows.INPUTS_SAVED] if less else value_added
        tax, profit = self._taxed(trading, value_added, earned, wages, rent)
        usual_cost = rules.month_cost(trading.segment, trading.jobs)
        balance = firms.cash.take(rows)
        cash = (balance * 0.01).astype(np.float32)
        owed = firms.debt.take(rows) + firms.unspent.take(rows) + firms.prepaid.take(rows)
        tied = owed.astype(np.float32) * np.float32(0.01)
        kept = rules.reserve(firms.buffer.take(rows), usual_cost, tied)
        draw = rules.owners_draw(profit - firms.instalment.take(rows), cash, kept, share)
        posted = self.context.accounts.book(
            trading,
            balance,
            {
                flows.SALES: value_added,
                flows.WAGES: -wages,
                flows.RENT: -rent,
                flows.TAXES: -tax,
                flows.DRAW: -draw,
                **less,
            },
        )
        balance = self._helped(trading, balance)
        self._count_arrears(trading, balance < -100 * rules.arrears_limit(usual_cost))
        self.context.recorder.put(TAXES, self.context.clock.month, posted[flows.TAXES] / 100)
        return np.asarray(profit)

    def _taxed(
        self, trading: Trading, value_added: Floats, earned: Floats, wages: Floats, rent: Floats
    ) -> tuple[Floats, Floats]:
        """Return the taxes of the month and the profit after tax, in yuan."""
        context, firms = self.context, self.context.firms
        law = context.environment.law(context.clock.month)
        tax = rules.vat(value_added, trading.open_share, law.vat_threshold, law.vat_rate)
        before_tax = rules.profit_before_tax(earned, wages, rent, tax + firms.interest.take(trading.rows))
        uptake = context.levers.at(TAX_UPTAKE, context.clock.first_day)
        relieved = rules.uses_relief(context.streams.uniform(trading.ids, "tax relief"), uptake)
        on_profit = rules.profit_tax(
            before_tax, trading.segment != G, relieved, law.small_rate, law.full_rate
        )
        tax += on_profit
        return tax, before_tax - on_profit

    def _helped(self, trading: Trading, balance: Ints) -> Ints:
        """Pay family support to firms whose cash is negative for the first time; return cash in fen."""
        context, firms, rows = self.context, self.context.firms, trading.rows
        helped = np.flatnonzero(rules.needs_family_help(balance, firms.helped.take(rows)))
        if not len(helped):
            return balance
        g = context.streams.normal(trading.ids[helped], "family")
        fen = rules.family_help(100 * context.parameters[FAMILY_HELP.id], g)
        context.accounts.pay(flows.FAMILY, rows[helped], fen)
        firms.helped[rows[helped]] = True
        if context.events:
            context.events.firms(
                trading.ids[helped], "cost.family_help", day=context.clock.last_day, rule="firms.rules.needs_family_help",
                yuan=fen / 100)  # fmt: skip
        return firms.cash.take(rows)

    def _count_arrears(self, trading: Trading, beyond: Mask) -> None:
        """Update the number of consecutive months in which firms exceed the arrears limit."""
        firms, rows = self.context.firms, trading.rows
        before = firms.arrears.take(rows)
        some = np.flatnonzero(beyond | (before > 0))
        firms.arrears[rows[some]] = rules.next_arrears(before[some], beyond[some])
