"""The city's guide fund, which co-invests in rounds and holds shares in sub-funds.

Part of the fund is invested directly alongside private money; part is reserved for sub-funds, for which the city
issues a call twice a year. A sub-fund seeks private partners until its terms are met. If it finds too few, it is not set
up, and the money remains idle until the next call (VC13). For each public yuan, only ``new_partners`` yuan of the
partners' money are new to the city (VC09). The remainder is moved from the city's venture funds, whose own investments
are reduced by the same amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.environment import geography
from sim.model.equity import parameters, rules
from sim.model.equity.agents import Investor
from sim.model.equity.parameters import FOLLOWED, KINDS
from sim.model.government import flows

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.equity.rounds import Investors


INSTRUMENT: Final = "guide_fund"

_GRADUATE: Final = geography.kind_code("graduate")


class SubFund(Investor):
    """Sub-fund of the guide fund, which is inactive until a call, then seeks partners, and then invests.

    Attributes:
        capital: money of all partners, in yuan.
        since: day from which the sub-fund invests.
        committed: public money promised by the guide fund, in fen.
        drawn: public money invested so far, in fen.
        moved_share: share of the private money that was moved from the city's venture funds.
    """

    def __init__(self, market: Investors, number: int) -> None:
        super().__init__(market, "sub_fund", number)
        self.staff(0)  # no staff before the sub-fund is set up
        self.capital = 0.0
        self.since = np.inf
        self.committed = self.drawn = 0
        self.moved_share = 0.0

    @property
    def called(self) -> bool:
        """Whether the guide fund has committed capital to this sub-fund."""
        return self.committed > 0

    def money_to_place(self) -> float:
        """Return the size of the sub-fund, in yuan; zero before it is set up."""
        return self.capital

    def money(self, row: int) -> float:
        """Return the amount, in yuan, that the sub-fund may invest in a firm now, given its pace and its mandates."""
        if not self.capital:
            return 0.0
        years = (self.market.context.env.now - self.since) / parameters.DAYS_A_YEAR
        left = rules.money_left(self.capital, years, self.placed)
        return min(left, self.market.guide.available(row, self) / self.public_share)

    def set_up(self, fen: int, required: float, bank: float) -> ProcessGenerator:
        """SimPy process of setting up the sub-fund.

        The sub-fund seeks partners. If it raises enough money, it starts to invest; otherwise the commitment lapses.

        Args:
            fen: public money promised by the guide fund, in fen.
            required: private yuan required per public yuan.
            bank: bank finance as a share of fund size.
        """
        context = self.market.context
        self.committed = fen
        g = float(context.streams.normal([self.number], "raising")[0])
        deals = context.environment.deal_activity(context.clock.month)
        pace = rules.raising_pace(context.parameters[parameters.RAISING.id], g, deals)
        months, leverage = rules.raise_partners(required, pace)
        yield context.env.timeout(round((parameters.SET_UP_MONTHS + months) * parameters.DAYS_A_YEAR / 12))
        if (required > 0 and not leverage) or self.has_left:
            self.committed = 0
            return
        public = fen / 100
        self.capital = rules.fund_size(public, leverage, bank)
        self.public_share, self.since = public / self.capital, context.env.now
        self.moved_share = rules.moved_share(leverage, context.parameters[parameters.NEW_PARTNERS.id], bank)
        self.staff(self.partners)


class GuideFund:
    """The city's guide fund, with its money, investments and sub-funds.

    Args:
        market: all investors.
        first: number of the first sub-fund.

    Attributes:
        spent: amounts invested in firms of graduates, in early-stage firms, and in total, in fen.
        beside: private money invested alongside the fund, in fen.
        subs: sub-funds of the guide fund.
    """

    def __init__(self, market: Investors, first: int) -> None:
        self.market, self.context = market, market.context
        self.pool = self.context.accounts.funds["guide_fund"]
        self.spent = {"graduate": 0, "early": 0, "all": 0}
        self.beside = 0
        self.subs = [SubFund(market, first + k) for k in range(KINDS["sub_fund"].investors)]

    # --- money -------------------------------------------------------------------------------------
    def promised(self) -> int:
        """Return the money promised to sub-funds and not yet drawn, in fen."""
        return sum(s.committed - s.drawn for s in self.subs if not s.has_left)

    def for_calls(self) -> int:
        """Return the money reserved for sub-funds and not yet promised, in fen."""
        places = any(not s.called and not s.has_left for s in self.subs)
        if not places or self.context.levers.at(parameters.STAGE, self.context.env.now) == 0:
            return 0
        committed = sum(s.committed for s in self.subs if not s.has_left)
        return rules.reserved_for_sub_funds(self.pool.capital, committed)

    def free(self) -> int:
        """Return the money that is neither promised to sub-funds nor reserved for them, in fen."""
        return max(0, self.pool.balance - self.promised() - self.for_calls())

    def is_early(self, row: int) -> bool:
        """Whether a firm is an early-stage firm this month."""
        return rules.is_early(self.context.clock.month - int(self.context.firms.opened_month[row]))

    def shares_losses(self, row: int) -> bool:
        """Whether an investor in a firm may expect the guide fund to bear part of a loss."""
        return self.is_early(row) and self.free() > 0

    def available(self, row: int, sub: SubFund | None = None) -> float:
        """Return the amount that the fund may invest in a firm within its mandates, in yuan.

        Args:
            row: row of the firm.
            sub: sub-fund that makes the investment, or ``None`` if the guide fund invests directly.
        """
        levers, day, used, capital = self.context.levers, self.context.env.now, self.spent, self.pool.capital
        fen = float(self.free() if sub is None else min(self.pool.balance, sub.committed - sub.drawn))
        if not self.is_early(row):
            fen = rules.within_mandate(
                fen, levers.at(parameters.EARLY, day), capital, used["all"], used["early"]
            )
        if self.context.firms.kind[row] != _GRADUATE:
            fen = rules.within_mandate(
                fen, levers.at(parameters.GRADUATES, day), capital, used["all"], used["graduate"]
            )
        return max(0.0, fen / 100)

    def follows(self, lead: Investor, row: int, private: float) -> float:
        """Return the amount, in yuan, that the fund adds to a round with ``private`` yuan of private money."""
        if lead.kind not in FOLLOWED:
            return 0.0
        match = self.context.levers.at(parameters.MATCH, self.context.env.now)
        return rules.public_part(private, match, self.available(row))

    # --- investment --------------------------------------------------------------------------------
    def call(self) -> None:
        """Issue a call for a sub-fund, on the terms set by policy, in January and July if enough money is reserved."""
        context, day = self.context, self.context.clock.first_day
        fen = min(self.for_calls(), self.pool.balance - self.promised(), round(100 * parameters.CALL_MOST))
        place = next((s for s in self.subs if not s.called and not s.has_left), None)
        if place is None or not rules.calls(context.clock.month, fen):
            return
        required = rules.required_leverage(
            context.levers.at(parameters.STAGE, day), context.levers.at(parameters.NOMINAL, day)
        )
        bank = context.levers.at(parameters.BANK_SHARE, day)
        context.env.process(place.set_up(fen, required, bank))

    def invest(self, row: int, fen: int, private: int, sub: SubFund | None = None) -> None:
        """Invest public money in a firm alongside private money (both in fen), directly or through a sub-fund."""
        context = self.context
        context.accounts.pay(flows.PUBLIC_EQUITY, np.array([row]), [fen])
        self.pool.lend(fen)
        context.accounts.spend(context.accounts.instruments.index(INSTRUMENT), fen / 100)
        self.beside += private
        if sub is not None:
            sub.drawn += fen
        self.spent["all"] += fen
        self.spent["early"] += fen * self.is_early(row)
        self.spent["graduate"] += fen * bool(context.firms.kind[row] == _GRADUATE)

    def compensate_loss(self, fen: int) -> int:
        """Pay compensation for a private loss (in fen), up to the free money of the fund; return the amount paid."""
        paid = min(fen, self.free())
        if paid:
            self.pool.lend(paid)
            self.context.accounts.post(flows.LOSS_SHARE, paid)
            self.context.accounts.spend(self.context.accounts.instruments.index(INSTRUMENT), paid / 100)
        return paid

    def settle(self) -> None:
        """Record the number of sub-funds in the month, and the leverage realised so far."""
        record, month = self.context.recorder, self.context.clock.month
        record.put(parameters.SUB_FUNDS, month, sum(s.capital > 0 and not s.has_left for s in self.subs))
        if self.spent["all"]:
            record.put(parameters.LEVERAGE, month, self.beside / self.spent["all"])
