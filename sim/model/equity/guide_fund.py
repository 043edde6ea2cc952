"""Funds: the city's guide fund, how it follows rounds and takes part in sub-funds. What investors decide is in ``equity``.

Part of the fund invests beside private money; part is kept for sub-funds, for which it calls twice a year.
A sub-fund looks for private partners until its term sheet is met; if it finds too few it is not set up, and
the money lies idle till the next call (VC13). Of what partners bring, only ``new_partners`` for each public
yuan is new to the city's funds (VC09): the rest was in the venture funds that are here, which do as much less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.model.environment import geography
from sim.model.equity.agents import Investor
from sim.model.equity.parameters import (
    BANK_SHARE,
    BESIDE,
    CALL_LEAST,
    CALL_MOST,
    EARLY,
    EARLY_MONTHS,
    GRADUATES,
    KINDS,
    LEVERAGE,
    MATCH,
    NEW_PARTNERS,
    NOMINAL,
    RAISING,
    SET_UP_MONTHS,
    STAGE,
    STAGE_PART,
    SUB_FUNDS,
)
from sim.model.equity.rules import asked, moved_share, pace_left, public_part, raised
from sim.model.government import flows

if TYPE_CHECKING:
    from sim.model.equity.rounds import Investors


INSTRUMENT: Final = "guide_fund"


_GRADUATE: Final = geography.kind_code("graduate")


class SubFund(Investor):
    """A sub-fund in which the guide fund is a partner: a slot until it is called, then looking for partners, then investing.

    Attributes:
        committed: public fen that the guide fund has promised it.
        drawn: of these, public fen invested.
        moved_share: part of its private money that the city's venture funds had before.
    """

    def __init__(self, market: Investors, number: int) -> None:
        super().__init__(market, "sub_fund", number)
        self.staff(0)  # nobody works there before it is set up
        self.capital = 0.0  # yuan, all partners
        self.since = np.inf  # day from which it invests
        self.committed = self.drawn = 0
        self.moved_share = 0.0

    @property
    def called(self) -> bool:
        """Whether this slot has been used."""
        return self.committed > 0

    def to_place(self) -> float:
        """Its size, once it invests."""
        return self.capital

    def money(self, row: int) -> float:
        """Yuan that it may put into a firm now: its pace, and the public partner's mandates."""
        if not self.capital:
            return 0.0
        years = (self.market.context.env.now - self.since) / 365.25
        left = pace_left(self.capital, years, self.placed)
        return min(left, self.market.guide.room(row, self) / self.public_share)

    def set_up(self, fen: int, ask: float, bank: float) -> Any:
        """The manager seeks partners; the fund is set up with what it found, or the promise lapses."""
        context, chance = self.market.context, self.market.context.streams
        self.committed = fen
        g = float(chance.normal([self.number], "raising")[0])
        pace = (
            context.parameters[RAISING.id]
            * float(np.exp(0.3 * g))
            * context.environment.deal_activity(context.clock.month)
        )
        months, found = raised(ask, pace)
        yield context.env.timeout(round((SET_UP_MONTHS + months) * 365.25 / 12))
        if (ask > 0 and not found) or self.gone:
            self.committed = 0
            return
        public = fen / 100
        self.capital = public * (1 + found) / (1 - bank)
        self.public_share, self.since = public / self.capital, context.env.now
        self.moved_share = moved_share(found, context.parameters[NEW_PARTNERS.id], bank)
        self.staff(KINDS[self.kind][2])


class GuideFund:
    """The city's guide fund: what it has room for, what it has put in, its sub-funds.

    Attributes:
        spent: fen invested, in firms under three years, in those of graduates, in all.
        beside: private fen in the rounds that it joined.
    """

    def __init__(self, market: Investors, first: int) -> None:
        self.market, self.context = market, market.context
        self.pool = self.context.accounts.funds["guide_fund"]
        self.spent = {"graduate": 0, "early": 0, "all": 0}
        self.beside = 0
        self.subs = [SubFund(market, first + k) for k in range(KINDS["sub_fund"][0])]

    # --- what it has -------------------------------------------------------------------------------
    def promised(self) -> int:
        """Fen promised to sub-funds and not drawn yet."""
        return sum(s.committed - s.drawn for s in self.subs if not s.gone)

    def for_calls(self) -> int:
        """Fen kept for sub-funds and not promised yet."""
        slots = any(not s.called and not s.gone for s in self.subs)
        if not slots or self.context.levers.at(STAGE, self.context.env.now) == 0:
            return 0
        return max(0, int(STAGE_PART * self.pool.capital) - sum(s.committed for s in self.subs if not s.gone))

    def free(self) -> int:
        """Fen that is neither promised nor kept for sub-funds."""
        return max(0, self.pool.balance - self.promised() - self.for_calls())

    def early(self, row: int) -> bool:
        """Whether a firm is in its first three years."""
        return bool(self.context.clock.month - self.context.firms.opened_month[row] < EARLY_MONTHS)

    def shares_losses(self, row: int) -> bool:
        """Whether an investor in this firm may count on the fund for part of a loss."""
        return self.early(row) and self.free() > 0

    def room(self, row: int, sub: SubFund | None = None) -> float:
        """Yuan that it may put into a firm, directly or through a sub-fund, within the parts kept for graduates and early firms."""
        context, day, used, capital = self.context, self.context.env.now, self.spent, self.pool.capital
        room = float(self.free() if sub is None else min(self.pool.balance, sub.committed - sub.drawn))
        if not self.early(row):
            room = min(room, (1 - context.levers.at(EARLY, day)) * capital - (used["all"] - used["early"]))
        if context.firms.kind[row] != _GRADUATE:
            room = min(
                room, (1 - context.levers.at(GRADUATES, day)) * capital - (used["all"] - used["graduate"])
            )
        return max(0.0, room / 100)

    def follows(self, lead: Investor, row: int, private: float) -> float:
        """Yuan that it adds to a round of a private investor."""
        if lead.kind not in BESIDE:
            return 0.0
        return public_part(private, self.context.levers.at(MATCH, self.context.env.now), self.room(row))

    # --- what it does ------------------------------------------------------------------------------
    def call(self) -> None:
        """In January and July, with enough money kept for it: a call for a sub-fund, on the terms of the day."""
        context, day = self.context, self.context.clock.first_day
        kept = min(self.for_calls(), self.pool.balance - self.promised(), round(100 * CALL_MOST))
        slot = next((s for s in self.subs if not s.called and not s.gone), None)
        if context.clock.month % 6 or slot is None or kept < 100 * CALL_LEAST:
            return
        ask = asked(context.levers.at(STAGE, day), context.levers.at(NOMINAL, day))
        context.env.process(slot.set_up(kept, ask, context.levers.at(BANK_SHARE, day)))

    def put_in(self, row: int, fen: int, beside: int, sub: SubFund | None = None) -> None:
        """Book public money that goes into a firm."""
        context = self.context
        context.accounts.pay(flows.PUBLIC_EQUITY, np.array([row]), [fen])
        self.pool.lend(fen)
        context.accounts.spend(context.accounts.instruments.index(INSTRUMENT), fen / 100)
        self.beside += beside
        if sub is not None:
            sub.drawn += fen
        self.spent["all"] += fen
        self.spent["early"] += fen * self.early(row)
        self.spent["graduate"] += fen * bool(context.firms.kind[row] == _GRADUATE)

    def bear(self, fen: int) -> int:
        """Pay part of a private loss as far as free money reaches; returns what was paid."""
        paid = min(fen, self.free())
        if paid:
            self.pool.lend(paid)
            self.context.accounts.post(flows.LOSS_SHARE, paid)
            self.context.accounts.spend(self.context.accounts.instruments.index(INSTRUMENT), paid / 100)
        return paid

    def settle(self) -> None:
        """Record the month."""
        context = self.context
        context.recorder.put(
            SUB_FUNDS, context.clock.month, sum(s.capital > 0 and not s.gone for s in self.subs)
        )
        if self.spent["all"]:
            context.recorder.put(LEVERAGE, context.clock.month, self.beside / self.spent["all"])
