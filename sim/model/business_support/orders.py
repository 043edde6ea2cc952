"""Orders: public tenders, crowdsourcing, large firms that open their orders, first sets; who wins them.

An order is demand. A part of it replaces what the firm would have sold anyway; the rest goes into its
order book, from which Growth delivers month by month, as far as its staff can; what it sells so, older
firms do not sell. Sockets and parameters: ``growth``.
Measures: M08 (procurement, first sets), M31 (crowdsourcing), M32 (large firms).
Evidence: none found; volumes and shares are guesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support import parameters
from sim.model.business_support.parameters import (
    BIDDERS,
    CROWD_SECTORS,
    FIRST_SET_AGE,
    FIRST_SET_PRICE,
    FULL_BOOK,
    MOST_TENDERS,
    OPEN_MONTHS,
    PAID_SETS,
    SUPPLIERS,
    TAKERS,
    TENDER,
)
from sim.model.business_support.rules import (
    additional,
    first_set_claim,
    let,
    lots,
    parts,
    sells,
    tender,
    winners,
)
from sim.model.environment import geography
from sim.model.population.parameters import YOUNG_MONTHS
from sim.model.population.rules import quality

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


def first_set_money(context: Context) -> float:
    """The year's money for first sets, yuan: three of them."""
    day = context.clock.first_day
    return PAID_SETS * first_set_claim(
        context.levers.at(parameters.FIRST_SET_AWARD, day),
        context.levers.at(parameters.FIRST_SET_PREMIUM, day),
    )


class Orders:
    """The month's orders, and what of the public volume is not let yet."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context, self.claims = context, claims
        self.left = 0.0  # yuan of public orders for young firms that did not cover the next tender

    def begin(self, enterprises: Rows, technology: Rows) -> None:
        """Tenders are let, orders opened, first sets offered."""
        context, day, p = self.context, self.context.clock.first_day, self.context.parameters
        self.public(technology)
        crowd = context.levers.at(parameters.CROWD_ORDERS, day) * p[parameters.BY_CROWD.id] / 12
        self.spread(enterprises, CROWD_SECTORS, crowd, "crowd orders")
        opened = context.levers.at(parameters.SUPPLY_CHAIN, day) * p[parameters.BY_LARGE_FIRM.id] / 12
        self.spread(enterprises, SUPPLIERS, opened, "supply orders")
        self.first_sets(technology)

    def able(self, rows: Rows, months: int) -> Rows:
        """Young firms that have been open for so many months and have room in their order book."""
        firms, month = self.context.firms, self.context.clock.month
        room = firms.order_book.take(rows) < FULL_BOOK * firms.value_added.take(rows)
        young = month - firms.registered_month.take(rows) < YOUNG_MONTHS
        return rows.compress(room & young & (month - firms.opened_month.take(rows) >= months))

    def win(self, rows: Rows, yuan: Floats) -> None:
        """These firms have won orders; what is additional goes into their books."""
        context, firms = self.context, self.context.firms
        new = additional(yuan, context.parameters[parameters.ADDITIONAL.id])
        firms.order_book[rows] += new.astype(np.float32)
        context.recorder.add(parameters.ORDERS_WON, context.clock.month, float(yuan @ firms.weight[rows]))

    def public(self, technology: Rows) -> None:
        """The month's tenders for young firms: bidders by chance, winners by skill and luck."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        day = context.clock.first_day
        volume = (
            context.levers.at(parameters.PUBLIC_ORDERS, day)
            * context.levers.at(parameters.TO_STARTUPS, day)
            / 12
        )
        if volume <= 0:
            return
        self.left += volume
        candidates = min(MOST_TENDERS, 20 + int(3 * self.left / TENDER))
        keys = MOST_TENDERS * month + np.arange(candidates)
        sizes = tender(context.streams.normal(keys, "tender").astype(np.float64))
        n = let(sizes, self.left)
        self.left -= float(sizes[:n].sum())
        ready = self.able(technology, OPEN_MONTHS)
        bidders = ready[context.streams.uniform(firms.id[ready], "bids", month) < BIDDERS]
        score = firms.skill[bidders] + context.streams.normal(firms.id[bidders], "tender", month)
        won = bidders[winners(score, n)]
        yuan = lots(sizes[: len(won)], firms.value_added[won])
        self.win(won, yuan)
        if context.events:
            context.events.firms(
                firms.id[won], "growth.order_won", day=day, yuan=yuan, rule="business_support.rules.winners")  # fmt: skip

    def spread(self, enterprises: Rows, sectors: tuple[str, ...], yuan: float, what: str) -> None:
        """Orders of a month for young enterprises of these sectors, over those that take such orders, by size."""
        if yuan <= 0:
            return
        context, firms = self.context, self.context.firms
        theirs = np.array([s.slug in sectors for s in geography.sectors()])
        rows = enterprises.compress(theirs.take(firms.sector.take(enterprises)))
        takes = context.streams.uniform(firms.id.take(rows), what) < TAKERS * quality(firms.skill.take(rows))
        rows = self.able(rows.compress(takes), OPEN_MONTHS)
        self.win(rows, yuan * parts(firms.value_added[rows].astype(np.float64), firms.weight[rows]))

    def first_sets(self, technology: Rows) -> None:
        """Equipment firms build first sets, policy or not; those that find a buyer claim what there is to claim."""
        context, firms, month, day = (
            self.context,
            self.context.firms,
            self.context.clock.month,
            self.context.clock.first_day,
        )
        n = context.streams.poisson(context.parameters[parameters.FIRST_SETS.id] / 12, "first sets", month)
        if not n:
            return
        equipment = [s.slug for s in geography.sectors()].index("equipment")
        ready = self.able(technology[firms.sector[technology] == equipment], FIRST_SET_AGE)
        score = firms.skill[ready] + context.streams.normal(firms.id[ready], "first set", month)
        built = ready[winners(score, n)]
        share = context.levers.at(parameters.FIRST_SET_PREMIUM, day)
        u = context.streams.uniform(firms.id[built], "first buyer", month)
        finds, anyway = sells(u, share, context.parameters[parameters.INSURED_SALE.id]), sells(u, 0.0, 0.0)
        sold = built[finds]
        if not len(sold):
            return
        # What sells without the subsidy is a part of usual sales already.
        insured = built[finds & ~anyway]
        self.win(insured, np.full(len(insured), FIRST_SET_PRICE))
        if context.events:
            context.events.firms(
                firms.id[sold], "growth.first_set", day=day, yuan=FIRST_SET_PRICE, rule="business_support.rules.sells")  # fmt: skip
        claim = first_set_claim(context.levers.at(parameters.FIRST_SET_AWARD, day), share)
        if claim > 0:
            programme = "first_set_award"
            self.claims.entitle(programme, sold)
            self.claims.hand_in(programme, firms.id[sold], 100 * claim, rows=sold, payee="startups")
