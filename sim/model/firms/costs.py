"""Costs: wages, rent, taxes, debt service, the owner's draw, and what is left in cash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.business_support.low_cost_space import cheaper_space
from sim.model.business_support.shared_platforms import inputs_saved
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
    from sim.model.city import City
    from sim.model.population.firm_table import Trading


def dispositions(city: City, ids: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """What founders bring to the till: how many months of cost they keep in cash."""
    g = city.chance.normal(ids, "buffer")
    return {"buffer": np.float32(city.drawn[BUFFER.id]) * np.exp(np.float32(BUFFER_SPREAD) * g)}


def settle(city: City, trading: Trading, value_added: Floats) -> Floats:
    """Book the month of the open firms. Returns profit before the owner's draw, yuan."""
    firms, rows, share = city.firms, trading.rows, trading.open_share
    law = city.environment.law(city.month)
    wages = wage_bill(trading.segment, trading.jobs, city.environment.shut(city.month), share)
    rent = rent_due(trading.segment, share) * (1 - firms.rent_waived.take(rows))
    rent = cheaper_space(city, trading, rent)
    less = inputs_saved(city, trading, value_added)
    interest, instalment = firms.interest.take(rows), firms.instalment.take(rows)
    tax = vat(value_added / np.maximum(share, 0.03), law.vat_threshold, law.vat_rate) * share
    earned = value_added + less[flows.INPUTS_SAVED] if less else value_added
    before_tax = profit_before_tax(earned, wages, rent, tax + interest)
    relieved = city.chance.uniform(trading.ids, "tax relief") < city.at(TAX_UPTAKE, city.first_day)
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

    posted = city.book(
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
        g = city.chance.normal(trading.ids[broke], "family")
        city.pay(flows.FAMILY, rows[broke], 100 * city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))
        firms.helped[rows[broke]] = True
        if city.diary and city.month >= 0:
            city.diary.firms(
                trading.ids[broke], "cost.family_help", day=city.last_day, rule="cost.owners_draw",
                yuan=city.drawn[FAMILY_HELP.id] * np.exp(0.8 * g))  # fmt: skip
        purse = firms.cash.take(rows)
    beyond = purse < -100 * arrears_limit(usual_cost)
    before = firms.arrears.take(rows)
    some = np.flatnonzero(beyond | (before > 0))
    firms.arrears[rows[some]] = np.where(beyond[some], np.minimum(before[some] + 1, 100), 0)
    if city.month >= 0:
        city.record.put(TAXES, city.month, posted[flows.TAXES] / 100)
    return np.asarray(profit)
