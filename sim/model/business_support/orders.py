"""Orders for young firms: public tenders, crowdsourcing, supply to large firms, and first sets of equipment.

A first set is a piece of equipment that is the first of its kind. Part of an order replaces sales that the
firm would have made in any case. The additional part enters its order book, from which the firm delivers each
month as far as its staff allows; the sales of incumbents fall by the same amount.
Measures: M08 (procurement, first sets), M31 (crowdsourcing), M32 (large firms).
Evidence: none found; volumes and shares are guesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support.parameters import (
    ADDITIONAL,
    BIDDERS,
    BY_CROWD,
    BY_LARGE_FIRM,
    CROWD_ORDERS,
    CROWD_SECTORS,
    FIRST_SET_AGE,
    FIRST_SET_AWARD,
    FIRST_SET_PREMIUM,
    FIRST_SET_PRICE,
    FIRST_SETS,
    INSURED_SALE,
    MOST_TENDERS,
    OPEN_MONTHS,
    ORDERS_WON,
    PAID_SETS,
    PUBLIC_ORDERS,
    SUPPLIERS,
    SUPPLY_CHAIN,
    TO_STARTUPS,
)
from sim.model.business_support.rules import (
    additional,
    candidate_tenders,
    contract_value,
    finds_first_buyer,
    first_set_claim,
    may_take_orders,
    shares_by_size,
    takes_orders,
    tender,
    tenders_covered,
    winners,
)
from sim.model.environment import geography
from sim.model.population.rules import is_young, quality

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


def first_set_money(context: Context) -> float:
    """Return the yearly budget, in yuan, for first-of-their-kind equipment (first sets).

    It covers the claims for awards and insurance subsidies for three sets.
    """
    levers, day = context.levers, context.clock.first_day
    return PAID_SETS * first_set_claim(levers.at(FIRST_SET_AWARD, day), levers.at(FIRST_SET_PREMIUM, day))


class Orders:
    """Orders for young firms.

    Attributes:
        unawarded: value, in yuan, of public orders reserved for young firms but not awarded yet, because it
            does not cover the next tender.
    """

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context, self.claims = context, claims
        self.unawarded = 0.0

    def begin(self, enterprises: Rows, technology: Rows) -> None:
        """Award tenders, distribute orders from platforms and large firms, and sell first sets."""
        context, day, p = self.context, self.context.clock.first_day, self.context.parameters
        self._award_tenders(technology)
        crowd = context.levers.at(CROWD_ORDERS, day) * p[BY_CROWD.id] / 12
        self._distribute(enterprises, CROWD_SECTORS, crowd, "crowd orders")
        supply = context.levers.at(SUPPLY_CHAIN, day) * p[BY_LARGE_FIRM.id] / 12
        self._distribute(enterprises, SUPPLIERS, supply, "supply orders")
        self._sell_first_sets(technology)

    def _eligible(self, rows: Rows, months: int) -> Rows:
        """Return the firms that can win orders and have been open for at least ``months`` months."""
        firms, month = self.context.firms, self.context.clock.month
        young = is_young(month - firms.registered_month.take(rows))
        old_enough = month - firms.opened_month.take(rows) >= months
        order_book, value_added = firms.order_book.take(rows), firms.value_added.take(rows)
        return rows.compress(may_take_orders(order_book, value_added, young, old_enough))

    def _win(self, rows: Rows, yuan: Floats) -> None:
        """Record the orders that firms have won, and add the additional part to their order books."""
        context, firms = self.context, self.context.firms
        new = additional(yuan, context.parameters[ADDITIONAL.id])
        firms.order_book[rows] += new.astype(np.float32)
        context.recorder.add(ORDERS_WON, context.clock.month, float(yuan @ firms.weight[rows]))

    def _award_tenders(self, technology: Rows) -> None:
        """Award the month's tenders: a random sample of firms bids, and those with the highest scores win.

        The score of a bidder is its founder's skill plus a random term.
        """
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        day, levers, streams = context.clock.first_day, context.levers, context.streams
        volume = levers.at(PUBLIC_ORDERS, day) * levers.at(TO_STARTUPS, day) / 12
        if volume <= 0:
            return
        self.unawarded += volume
        keys = MOST_TENDERS * month + np.arange(candidate_tenders(self.unawarded))
        sizes = tender(streams.normal(keys, "tender").astype(np.float64))
        n = tenders_covered(sizes, self.unawarded)
        self.unawarded -= float(sizes[:n].sum())
        eligible = self._eligible(technology, OPEN_MONTHS)
        bidders = eligible[streams.uniform(firms.id[eligible], "bids", month) < BIDDERS]
        score = firms.skill[bidders] + streams.normal(firms.id[bidders], "tender", month)
        won = bidders[winners(score, n)]
        yuan = contract_value(sizes[: len(won)], firms.value_added[won])
        self._win(won, yuan)
        if context.events:
            context.events.firms(
                firms.id[won], "growth.order_won", day=day, yuan=yuan, rule="business_support.rules.winners")  # fmt: skip

    def _distribute(self, enterprises: Rows, sectors: tuple[str, ...], yuan: float, purpose: str) -> None:
        """Distribute a month's orders in proportion to size among the young enterprises that accept them.

        Args:
            enterprises: rows of the open enterprises.
            sectors: sectors that can receive the orders.
            yuan: value of the month's orders, in yuan.
            purpose: key of the random numbers.
        """
        if yuan <= 0:
            return
        context, firms = self.context, self.context.firms
        of_sector = np.array([s.slug in sectors for s in geography.sectors()])
        rows = enterprises.compress(of_sector.take(firms.sector.take(enterprises)))
        u = context.streams.uniform(firms.id.take(rows), purpose)
        rows = self._eligible(rows.compress(takes_orders(u, quality(firms.skill.take(rows)))), OPEN_MONTHS)
        self._win(rows, yuan * shares_by_size(firms.value_added[rows].astype(np.float64), firms.weight[rows]))

    def _sell_first_sets(self, technology: Rows) -> None:
        """Sell first sets built this month, and submit the claims for awards and insurance subsidies.

        The number of first sets built does not depend on policy.
        """
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        built = self._first_sets(technology)
        if not len(built):
            return
        premium_share = context.levers.at(FIRST_SET_PREMIUM, context.clock.first_day)
        u = context.streams.uniform(firms.id[built], "first buyer", month)
        sold = finds_first_buyer(u, premium_share, context.parameters[INSURED_SALE.id])
        sold_without_subsidy = finds_first_buyer(u, 0.0, 0.0)
        if not sold.any():
            return
        # Sets that sell without the subsidy are already part of usual sales.
        insured = built[sold & ~sold_without_subsidy]
        self._win(insured, np.full(len(insured), FIRST_SET_PRICE))
        self._claim_first_sets(built[sold], premium_share)

    def _first_sets(self, technology: Rows) -> Rows:
        """Return the firms that build a first set (equipment that is the first of its kind) this month."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        n = context.streams.poisson(context.parameters[FIRST_SETS.id] / 12, "first sets", month)
        if not n:
            return technology[:0]
        equipment = [s.slug for s in geography.sectors()].index("equipment")
        eligible = self._eligible(technology[firms.sector[technology] == equipment], FIRST_SET_AGE)
        score = firms.skill[eligible] + context.streams.normal(firms.id[eligible], "first set", month)
        return eligible[winners(score, n)]

    def _claim_first_sets(self, rows: Rows, premium_share: float) -> None:
        """Submit the claims of firms that have sold a first set."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        if context.events:
            context.events.firms(
                firms.id[rows], "growth.first_set", day=day, yuan=FIRST_SET_PRICE, rule="business_support.rules.finds_first_buyer")  # fmt: skip
        claim = first_set_claim(context.levers.at(FIRST_SET_AWARD, day), premium_share)
        if claim > 0:
            programme = "first_set_award"
            self.claims.entitle(programme, rows)
            self.claims.hand_in(programme, firms.id[rows], 100 * claim, rows=rows, payee="startups")
