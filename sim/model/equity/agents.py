"""Investors as agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.service_desk import ServiceDesk
from sim.model.equity import parameters, rules
from sim.model.equity.parameters import JOINING, KINDS, LEAST_TICKET, PARTNER_DAYS
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Ints
    from sim.model.equity.rounds import Investors


class Investor(ServiceDesk):
    """Investor, with partners, a queue of firms to screen, and money to invest.

    Args:
        market: all investors.
        kind: a key of :data:`KINDS`.
        number: number of the investor, which identifies it in screenings and keys its random numbers.

    Attributes:
        size: size of the investor's rounds relative to the usual round.
        spent: amount invested this year, in yuan.
        placed: total amount invested, in yuan.
        public_share: share of public money in the investor's investments.
        has_left: whether the investor has stopped investing.
    """

    def __init__(self, market: Investors, kind: str, number: int) -> None:
        super().__init__(market.context.model, "equity", 1 / PARTNER_DAYS, self.decide, weekly=True)
        self.market, self.kind, self.number = market, kind, number
        self.partners, self.size = KINDS[kind].partners, KINDS[kind].size
        self.spent = self.placed = 0.0
        self.public_share = 1.0 if kind == "state" else 0.0
        self.has_left = False
        self.staff(self.partners)

    def remove(self) -> None:
        """Close the investor to new firms; it retains its existing stakes."""
        self.has_left = True
        self.staff(0)
        super().remove()

    def money_to_place(self) -> float:
        """Return the money of a policy-induced fund, in yuan, on which the number of firms that it screens depends."""
        context, day = self.market.context, self.market.context.env.now
        if self.kind == "state":
            return context.levers.at(parameters.STATE, day)
        if self.kind == "foreign":
            return context.levers.at(parameters.FOREIGN, day)
        return context.parameters[parameters.LANDING.id] * context.levers.at(parameters.OVERSEAS, day)

    def money(self, row: int) -> float:
        """Return the amount that the investor may invest in a firm now, in yuan."""
        context, day = self.market.context, self.market.context.env.now
        if self.kind == "venture":
            return self.market.money_of_a_venture_fund(day) - self.spent
        if self.kind == "state":
            return context.accounts.funds["state_capital"].balance / 100
        if self.kind == "foreign":
            return context.levers.at(parameters.FOREIGN, day) - self.spent
        return self.money_to_place() - self.placed if self.kind == "overseas" else np.inf

    def approves(self, row: int, error: float) -> bool:
        """Whether the investor is willing to invest in a firm.

        skill + 0.5 (income - 2) + 0.5 error >= hurdle - response x (tax deduction + loss share), where ``error`` is the
        investor's assessment error, a standard normal draw; see ``rules``.
        """
        context, firms, p = self.market.context, self.market.context.firms, self.market.context.parameters
        levers, day = context.levers, context.env.now
        shared = self.kind != "state" and self.market.guide.shares_losses(row)
        borne = levers.at(parameters.LOSS_SHARE, day) if shared else 0.0
        hurdle = rules.hurdle(
            p[parameters.HURDLE.id], p[parameters.DOWNSIDE.id], levers.at(parameters.DEDUCTION, day), borne
        )
        firm = slice(row, row + 1)
        return bool(rules.score(firms.skill[firm], firms.income[firm], error)[0] >= hurdle)

    def co_investor(self, row: int, month: int) -> Investor | None:
        """Return the second investor in a round, or ``None`` if there is none.

        Candidates are considered in a fixed order from a random starting point; the first with enough money joins.
        """
        context, firm = self.market.context, [int(self.market.context.firms.id[row])]
        u = float(context.streams.uniform(firm, "joint round", month)[0])
        if not rules.is_joint(u, context.levers.at(parameters.JOINT, context.env.now)):
            return None
        others = [i for i in self.market.desks if i.kind in JOINING and i is not self and not i.has_left]
        start = rules.first_candidate(
            float(context.streams.uniform(firm, "second investor", month)[0]), len(others)
        )
        for other in (*others[start:], *others[:start]):
            if other.money(row) >= LEAST_TICKET:
                return other
        return None

    def decide(self, day: int, files: Ints, arrivals: Ints) -> None:
        """Decide on the firms screened this week; drop firms that have closed or given up their search."""
        context = self.market.context
        for file in files.tolist():
            row, month, gives_up, error = self.market.screenings[file]
            if context.firms.state[row] != OPEN or day > gives_up:
                continue
            if self.approves(row, error):
                self.approve(np.array([file]))
                context.env.process(self.market.close_round(self, row, month))
            elif context.events:
                context.events.firms([context.firms.id[row]], "equity.refused", day=day, rule="equity.rules.hurdle", investor=self.kind)  # fmt: skip
