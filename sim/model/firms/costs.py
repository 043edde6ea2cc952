"""Costs: wages, rent, taxes, debt service, the owner's draw, and what is left in cash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.firms.parameters import BUFFER, BUFFER_SPREAD, FAMILY_HELP, TAX_UPTAKE, TAXES
from sim.model.firms.rules import (
    arrears_limit,
    month_cost,
    owners_draw,
    profit_before_tax,
    profit_tax,
    rent_due,
    reserve,
    vat,
    wage_bill,
)
from sim.model.government import flows
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats
    from sim.model.business_support.low_cost_space import LowCostSpace
    from sim.model.business_support.shared_platforms import SharedPlatforms
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


def founder_traits(context: Context, ids: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """What founders bring to the till: how many months of cost they keep in cash."""
    g = context.streams.normal(ids, "buffer")
    return {"buffer": np.float32(context.parameters[BUFFER.id]) * np.exp(np.float32(BUFFER_SPREAD) * g)}


class Costs:
    """Costs, taxes and cash of the month."""

    def __init__(self, context: Context, space: LowCostSpace, platforms: SharedPlatforms) -> None:
        self.context = context
        self.space, self.platforms = space, platforms

    def settle(self, trading: Trading, value_added: Floats) -> Floats:
        """Book the month of the open firms. Returns profit before the owner's draw, yuan."""
        firms, rows, share = self.context.firms, trading.rows, trading.open_share
        law = self.context.environment.law(self.context.clock.month)
        wages = wage_bill(
            trading.segment, trading.jobs, self.context.environment.shut(self.context.clock.month), share
        )
        rent = rent_due(trading.segment, share) * (1 - firms.rent_waived.take(rows))
        rent = self.space.rent_after_discount(trading, rent)
        less = self.platforms.inputs_saved(trading, value_added)
        interest, instalment = firms.interest.take(rows), firms.instalment.take(rows)
        tax = vat(value_added / np.maximum(share, 0.03), law.vat_threshold, law.vat_rate) * share
        earned = value_added + less[flows.INPUTS_SAVED] if less else value_added
        before_tax = profit_before_tax(earned, wages, rent, tax + interest)
        relieved = self.context.streams.uniform(trading.ids, "tax relief") < self.context.levers.at(
            TAX_UPTAKE, self.context.clock.first_day
        )
        on_profit = profit_tax(before_tax, trading.segment != G, relieved, law.small_rate, law.full_rate)
        tax += on_profit
        profit = before_tax - on_profit
        usual_cost = month_cost(trading.segment, trading.jobs)
        purse = firms.cash.take(rows)
        cash = (purse * 0.01).astype(np.float32)
        owed = firms.debt.take(rows) + firms.unspent.take(rows) + firms.prepaid.take(rows)
        tied = owed.astype(np.float32) * np.float32(0.01)
        kept = reserve(firms.buffer.take(rows), usual_cost, tied)
        draw = owners_draw(profit - instalment, cash, kept, share)

        posted = self.context.accounts.book(
            trading,
            purse,
            {
                flows.SALES: value_added,
                flows.WAGES: -wages,
                flows.RENT: -rent,
                flows.TAXES: -tax,
                flows.DRAW: -draw,
                **less,
            },
        )
        broke = np.flatnonzero(purse < 0)
        broke = broke[~firms.helped.take(rows[broke])]
        if len(broke):
            g = self.context.streams.normal(trading.ids[broke], "family")
            self.context.accounts.pay(
                flows.FAMILY, rows[broke], 100 * self.context.parameters[FAMILY_HELP.id] * np.exp(0.8 * g)
            )
            firms.helped[rows[broke]] = True
            if self.context.events:
                self.context.events.firms(
                    trading.ids[broke], "cost.family_help", day=self.context.clock.last_day, rule="firms.rules.owners_draw",
                    yuan=self.context.parameters[FAMILY_HELP.id] * np.exp(0.8 * g))  # fmt: skip
            purse = firms.cash.take(rows)
        beyond = purse < -100 * arrears_limit(usual_cost)
        before = firms.arrears.take(rows)
        some = np.flatnonzero(beyond | (before > 0))
        firms.arrears[rows[some]] = np.where(beyond[some], np.minimum(before[some] + 1, 100), 0)
        self.context.recorder.put(TAXES, self.context.clock.month, posted[flows.TAXES] / 100)
        return np.asarray(profit)
