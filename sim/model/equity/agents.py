"""Equity: agents of institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.service_desk import ServiceDesk
from sim.model.equity.parameters import (
    DEDUCTION,
    DOWNSIDE,
    FOREIGN,
    HURDLE,
    JOINING,
    JOINT,
    KINDS,
    LANDING,
    LEAST_TICKET,
    LOSS_SHARE,
    OVERSEAS,
    PARTNER_DAYS,
    STATE,
)
from sim.model.equity.rules import hurdle, score
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Ints
    from sim.model.equity.rounds import Investors


class Investor(ServiceDesk):
    """An investor: partners with a line of firms to look at, money of the year, a nose of its own."""

    def __init__(self, market: Investors, kind: str, number: int) -> None:
        super().__init__(market.context.model, "equity", 1 / PARTNER_DAYS, self.look, weekly=True)
        self.market, self.kind, self.number = market, kind, number
        _, _, self.partners, self.size = KINDS[kind]
        self.spent = self.placed = 0.0  # this year; in all; yuan
        self.public_share = 1.0 if kind == "state" else 0.0
        self.gone = False
        self.staff(self.partners)

    def remove(self) -> None:
        """Leave the city: no more firms are looked at; stakes held run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def to_place(self) -> float:
        """Yuan by which a fund with looks of its own reckons how many firms to look at."""
        context, day = self.market.context, self.market.context.env.now
        if self.kind == "state":
            return context.levers.at(STATE, day)
        if self.kind == "foreign":
            return context.levers.at(FOREIGN, day)
        return context.parameters[LANDING.id] * context.levers.at(OVERSEAS, day)

    def money(self, row: int) -> float:
        """Yuan that it may put into a firm now."""
        context, day = self.market.context, self.market.context.env.now
        if self.kind == "venture":
            return self.market.of_a_fund(day) - self.spent
        if self.kind == "state":
            return context.accounts.funds["state_capital"].balance / 100
        if self.kind == "foreign":
            return context.levers.at(FOREIGN, day) - self.spent
        return self.to_place() - self.placed if self.kind == "overseas" else np.inf

    def likes(self, row: int, nose: float) -> bool:
        """Whether it would invest in a firm, of which its nose says so much; losses are shared in early firms alone."""
        context, firms, p = self.market.context, self.market.context.firms, self.market.context.parameters
        day = context.env.now
        shared = self.kind != "state" and self.market.guide.shares_losses(row)
        borne = context.levers.at(LOSS_SHARE, day) if shared else 0.0
        needed = hurdle(p[HURDLE.id], p[DOWNSIDE.id], context.levers.at(DEDUCTION, day), borne)
        one = slice(row, row + 1)
        return bool(score(firms.skill[one], firms.income[one], nose)[0] >= needed)

    def second(self, row: int, month: int) -> Investor | None:
        """Whom it asks into a round, where rounds are done together: the first with money, from a keyed place on."""
        context, who = self.market.context, [int(self.market.context.firms.id[row])]
        if context.streams.uniform(who, "joint round", month)[0] >= context.levers.at(JOINT, context.env.now):
            return None
        others = [i for i in self.market.desks if i.kind in JOINING and i is not self and not i.gone]
        start = int(context.streams.uniform(who, "second investor", month)[0] * len(others))
        for other in (*others[start:], *others[:start]):
            if other.money(row) >= LEAST_TICKET:
                return other
        return None

    def look(self, day: int, files: Ints, came: Ints) -> None:
        """Friday: a partner has looked at these firms; some have given up waiting."""
        context = self.market.context
        for file in files.tolist():
            row, month, gives_up, nose = self.market.looks[file]
            if context.firms.state[row] != OPEN or day > gives_up:
                continue
            if self.likes(row, nose):
                self.approve(np.array([file]))
                context.env.process(self.market.close_round(self, row, month))
            elif context.events:
                context.events.firms([context.firms.id[row]], "equity.refused", day=day, rule="equity.rules.hurdle", investor=self.kind)  # fmt: skip
