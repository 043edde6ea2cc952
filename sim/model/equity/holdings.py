"""Stakes: what investors hold of firms, and how it ends: sold, written off, lost with the firm. The rules are in ``equity``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.equity.parameters import (
    EARLY_MONTHS,
    EXIT_CHANGE,
    EXITS,
    LOSS_SHARE,
    MULTIPLE,
    SOLD,
    WRITE_OFFS,
    WRITTEN,
)
from sim.model.government import flows

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.equity.agents import Investor


@dataclass
class Holding:
    """What an investor and public funds beside it hold of a firm (fen)."""

    row: int
    holder: Investor
    private: int
    public: int
    month: int


class Holdings:
    """All stakes held.

    Attributes:
        last: month of each firm's last round.
        bear: asks the guide fund for part of a loss, in fen; returns what it paid.
    """

    def __init__(self, context: Context, bear: Callable[[int], int]) -> None:
        self.context, self.bear = context, bear
        self.held: list[Holding] = []
        self.last: dict[int, int] = {}

    def write_off(self, stake: Holding) -> None:
        """A stake is lost; the city bears part of a private loss in a firm that was early when the money came."""
        context, firms = self.context, self.context.firms
        context.recorder.add(WRITTEN, context.clock.month, (stake.private + stake.public) / 100)
        early = stake.month - firms.opened_month[stake.row] < EARLY_MONTHS and stake.month >= 0
        paid = (
            self.bear(round(context.levers.at(LOSS_SHARE, context.clock.first_day) * stake.private))
            if early
            else 0
        )
        if context.events:
            context.events.firms(
                [firms.id[stake.row]], "equity.written_off", day=context.clock.last_day, yuan=(stake.private + stake.public) / 100,
                rule="equity.holdings.Holdings", borne=paid / 100)  # fmt: skip

    def wind_up(self, rows: Rows) -> None:
        """Firms close: their stakes are lost."""
        gone = {stake.row for stake in self.held}.intersection(rows.tolist())
        if not gone:
            return
        for stake in [s for s in self.held if s.row in gone]:
            self.write_off(stake)
        self.held = [s for s in self.held if s.row not in gone]

    def sell(self, stake: Holding) -> None:
        """An exit: a sale to others, a buy-back, a listing (VC04); public money comes back to its fund."""
        context = self.context
        g = float(context.streams.normal([int(context.firms.id[stake.row])], "multiple", stake.month)[0])
        multiple = MULTIPLE * float(np.exp(0.8 * g - 0.32))
        private, public = round(multiple * stake.private), round(multiple * stake.public)
        context.accounts.post(flows.EXITS, private)
        context.accounts.post(flows.PUBLIC_EXITS, public)
        if public:
            state = stake.holder.kind == "state"
            context.accounts.funds["state_capital" if state else "guide_fund"].back(public)
            name = "state_venture_capital" if state else "guide_fund"
            context.accounts.regain(context.accounts.instruments.index(name), public / 100)
        context.recorder.add(SOLD, context.clock.month, (private + public) / 100)
        if context.events:
            context.events.firms(
                [context.firms.id[stake.row]], "equity.exit", day=context.clock.last_day, yuan=(private + public) / 100,
                rule="equity.holdings.Holdings", multiple=multiple)  # fmt: skip

    def settle(self) -> None:
        """Some stakes are sold, some written off."""
        context, month, p = self.context, self.context.clock.month, self.context.parameters
        kept = []
        exits = p[EXITS.id] + context.levers.at(EXIT_CHANGE, context.clock.first_day)
        for stake in self.held:
            u = context.streams.one("stake", int(context.firms.id[stake.row]), stake.month, month)
            if u < exits / 12:
                self.sell(stake)
            elif u > 1 - p[WRITE_OFFS.id] / 12:
                self.write_off(stake)
            else:
                kept.append(stake)
        self.held = kept
