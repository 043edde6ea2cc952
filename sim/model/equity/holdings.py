"""Investors' stakes in firms. A stake ends when it is sold or written off, or when the firm closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.equity import parameters, rules
from sim.model.government import flows

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.equity.agents import Investor


@dataclass
class Holding:
    """Stake of an investor in a firm, including the public money invested alongside the investor.

    Attributes:
        row: row of the firm.
        holder: investor that holds the stake.
        private: private money invested, in fen.
        public: public money invested, in fen.
        month: month of the round.
    """

    row: int
    holder: Investor
    private: int
    public: int
    month: int


class Holdings:
    """All stakes of investors.

    Args:
        context: see :class:`Context`.
        compensate_loss: function that pays compensation for a loss (in fen) from the guide fund, and returns the
            amount paid.

    Attributes:
        held: current stakes.
        last: month of each firm's last round, by row.
    """

    def __init__(self, context: Context, compensate_loss: Callable[[int], int]) -> None:
        self.context, self.compensate_loss = context, compensate_loss
        self.held: list[Holding] = []
        self.last: dict[int, int] = {}

    def write_off(self, stake: Holding) -> None:
        """Write off a stake; the city bears part of the private loss on an early-stage investment."""
        context, firms = self.context, self.context.firms
        context.recorder.add(parameters.WRITTEN, context.clock.month, (stake.private + stake.public) / 100)
        early = rules.is_early(stake.month - int(firms.opened_month[stake.row])) and stake.month >= 0
        share = context.levers.at(parameters.LOSS_SHARE, context.clock.first_day)
        paid = self.compensate_loss(rules.loss_borne(share, stake.private, early))
        if context.events:
            context.events.firms(
                [firms.id[stake.row]], "equity.written_off", day=context.clock.last_day, yuan=(stake.private + stake.public) / 100,
                rule="equity.rules.is_lost", borne=paid / 100)  # fmt: skip

    def wind_up(self, rows: Rows) -> None:
        """Write off the stakes in firms that close."""
        closing = {stake.row for stake in self.held}.intersection(rows.tolist())
        if not closing:
            return
        for stake in [s for s in self.held if s.row in closing]:
            self.write_off(stake)
        self.held = [s for s in self.held if s.row not in closing]

    def sell(self, stake: Holding) -> None:
        """Sell a stake by trade sale, buyback or listing (VC04); the public part of the proceeds returns to its fund."""
        context = self.context
        g = float(context.streams.normal([int(context.firms.id[stake.row])], "multiple", stake.month)[0])
        multiple = rules.exit_multiple(g)
        private, public = round(multiple * stake.private), round(multiple * stake.public)
        context.accounts.post(flows.EXITS, private)
        context.accounts.post(flows.PUBLIC_EXITS, public)
        if public:
            state = stake.holder.kind == "state"
            context.accounts.funds["state_capital" if state else "guide_fund"].back(public)
            name = "state_venture_capital" if state else "guide_fund"
            context.accounts.regain(context.accounts.instruments.index(name), public / 100)
        context.recorder.add(parameters.SOLD, context.clock.month, (private + public) / 100)
        if context.events:
            context.events.firms(
                [context.firms.id[stake.row]], "equity.exit", day=context.clock.last_day, yuan=(private + public) / 100,
                rule="equity.rules.exit_multiple", multiple=multiple)  # fmt: skip

    def settle(self) -> None:
        """Sell some stakes and write off others, both drawn at random."""
        context, month, p = self.context, self.context.clock.month, self.context.parameters
        remaining = []
        exits = p[parameters.EXITS.id] + context.levers.at(parameters.EXIT_CHANGE, context.clock.first_day)
        for stake in self.held:
            u = context.streams.scalar("stake", int(context.firms.id[stake.row]), stake.month, month)
            if rules.is_sold(u, exits):
                self.sell(stake)
            elif rules.is_lost(u, p[parameters.WRITE_OFFS.id]):
                self.write_off(stake)
            else:
                remaining.append(stake)
        self.held = remaining
