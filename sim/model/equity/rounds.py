"""Rounds: how searches, looks, rounds and follow-ons follow on each other. What investors decide is in ``equity``.

A firm searches until it is found or gives up; a serious look waits for a partner's time; a round is one
SimPy process of diligence until the money is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.equity.agents import Investor
from sim.model.equity.capital import build_up
from sim.model.equity.guide_fund import GuideFund, SubFund
from sim.model.equity.holdings import Holding, Holdings
from sim.model.equity.parameters import (
    BANK_SHARE,
    CROWDED_OUT,
    DAYS,
    FOLLOW_ON,
    FOREIGN_DAYS,
    FUND_MONEY,
    HIGHER,
    INVESTED,
    KINDS,
    LEAST_TICKET,
    LOOK,
    LOOKS,
    MEAN_SPENDING,
    PAST_MONTHS,
    PATIENCE,
    PRIVATE,
    PUBLIC,
    REST_MONTHS,
    ROUNDS,
    SEARCH,
    SEARCH_CHANGE,
    SEARCH_DAYS,
    SHORT,
    SOURCES,
    STATE,
)
from sim.model.equity.rules import joint_parts, money_of_year, private_part, ticket
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, T

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.context import Context

SOURCE_OF = {"sub_fund": "venture", "overseas": "foreign"}


class Investors:
    """All investors of the city, the firms that they look at, and the stakes that they hold.

    Attributes:
        looks: of each file: the firm's row, the month of its search, the day on which it gives up, what an
            investor's nose says of it.
        moved: yuan that sub-funds invested and that venture funds had to do without, not made up for yet.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.looks: list[tuple[int, int, float, float]] = []
        self.moved = 0.0
        kinds = [kind for kind, (count, *_) in KINDS.items() if kind != "sub_fund" for _ in range(count)]
        self.desks = [Investor(self, kind, number) for number, kind in enumerate(kinds)]
        self.guide = GuideFund(self, len(self.desks))
        self.desks += self.guide.subs
        self.stakes = Holdings(context, self.guide.bear)
        each = np.array([KINDS[i.kind][1] / KINDS[i.kind][0] for i in self.desks])
        self._share, self._cumulative = each.sum(), np.cumsum(each)

    # --- search ------------------------------------------------------------------------------------
    def searching(self, technology: Rows, month: int) -> Rows:
        """Of technology firms those that begin to look for equity in a month."""
        context, firms = self.context, self.context.firms
        rows = technology[firms.opened_month[technology] <= month - 3]
        return rows[
            context.streams.uniform(firms.id[rows], "equity search", month)
            < context.parameters[SEARCH.id] / 12
        ]

    def met(self, rows: Rows, month: int) -> Ints:
        """Number of the angel or venture fund that takes a serious look at each, -1 for none."""
        chance, ids = self.context.streams, self.context.firms.id[rows]
        looked_at = LOOK * self._share * self.context.environment.deal_activity(month)
        u = chance.uniform(ids, "investor", month) * self._cumulative[-1]
        number = np.searchsorted(self._cumulative[:-1], u, side="right")
        return np.where(chance.uniform(ids, "serious look", month) < looked_at, number, -1)

    def met_beside(self, investor: Investor, rows: Rows, month: int) -> Mask:
        """Which of these a fund that came with a policy looks at: as many as it has money to place, in luck of its own."""
        more = LOOK * LOOKS[investor.kind] * investor.to_place() / 1e8
        if more == 0:
            return np.zeros(len(rows), dtype=np.bool_)
        u = self.context.streams.uniform(self.context.firms.id[rows], "serious look", investor.number, month)
        return np.asarray(u < more * self.context.environment.deal_activity(month))

    def begin_with(self) -> None:
        """Stakes half-way on 2017-01-01: rounds of the three years before, without any line."""
        firms = self.context.firms
        technology = np.flatnonzero((firms.segment == T) & (firms.state == OPEN))
        for month in range(-PAST_MONTHS, 0):
            rows = self.searching(technology, month)
            numbers = self.met(rows, month)
            rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
            noses = {kind: self.noses(kind, rows, month).tolist() for kind in ("angel", "venture")}
            for k, (row, number) in enumerate(zip(rows.tolist(), numbers.tolist(), strict=True)):
                investor = self.desks[number]
                if row not in self.stakes.last and investor.likes(row, noses[investor.kind][k]):
                    fen = round(100 * self.wish(investor.size, row, month))
                    self.stakes.held.append(Holding(row, investor, fen, 0, month))
                    self.stakes.last[row] = month
                    firms.raised[row] += fen

    def begin(self, technology: Rows) -> None:
        """Public capital as policy sets it; the month's searches come before investors; holders follow on."""
        month = self.context.clock.month
        self.endow()
        self.guide.call()
        if month % 12 == 0:
            for investor in self.desks:
                investor.spent = 0.0
        rows = self.searching(technology, month)
        rows = rows[[self.rested(row) for row in rows.tolist()]]
        rows, days, gives_up = self.found(rows)
        numbers = self.met(rows, month)
        noses: dict[str, Floats] = {}
        for investor in self.desks:
            kind = investor.kind
            mine = self.met_beside(investor, rows, month) if kind in LOOKS else numbers == investor.number
            if investor.gone or not mine.any():
                continue
            if kind not in noses:
                noses[kind] = self.noses(kind, rows, month)
            self.hand_in(investor, rows[mine], days[mine], gives_up[mine], noses[kind][mine])
        self.follow_on()

    def endow(self) -> None:
        """The guide fund and the state's fund get the capital that policy sets today."""
        context, day = self.context, self.context.clock.first_day
        context.accounts.endow("guide_fund", context.levers.at(PUBLIC, day))
        context.accounts.endow("state_capital", context.levers.at(STATE, day))

    def rested(self, row: int) -> bool:
        """Whether a firm's last round is long enough ago."""
        return self.context.clock.month - self.stakes.last.get(row, -99) >= REST_MONTHS

    def found(self, rows: Rows) -> tuple[Rows, Ints, npt.NDArray[np.float64]]:
        """Of firms that search: who finds investors before it gives up, on which day, and when it will give up."""
        context, month = self.context, self.context.clock.month
        ids, search = (
            context.firms.id[rows],
            max(0.0, SEARCH_DAYS + context.levers.at(SEARCH_CHANGE, context.clock.first_day)),
        )
        began = context.clock.first_day + clock.month_length(month) * context.streams.uniform(
            ids, "search day", month
        )
        patience = -context.parameters[PATIENCE.id] * np.log(
            context.streams.uniform(ids, "search patience", month)
        )
        still = patience >= search
        return (
            rows[still],
            np.floor(began[still] + search).astype(np.int64),
            began[still] + patience[still],
        )

    def noses(self, kind: str, rows: Rows, month: int) -> Floats:
        """What investors of a kind see in these firms besides, keyed by firm and month of its search."""
        return self.context.streams.normal(self.context.firms.id[rows], "nose", kind, month)

    def hand_in(self, investor: Investor, rows: Rows, days: Ints, gives_up: Floats, noses: Floats) -> None:
        """These firms come into an investor's line."""
        context = self.context
        files = np.arange(len(self.looks), len(self.looks) + len(rows))
        for row, last, nose in zip(rows.tolist(), gives_up.tolist(), noses.tolist(), strict=True):
            self.looks.append((row, context.clock.month, last, nose))
        investor.hand_in(days, context.ties(context.firms.id[rows], "equity"), files)
        if context.events:
            context.events.firms(context.firms.id[rows], "equity.look", day=days, rule="equity.rules.score", investor=investor.kind)  # fmt: skip

    def of_a_fund(self, day: float) -> float:
        """Yuan of a year of each venture fund, those of higher levels among its partners."""
        context, funds = self.context, sum(i.kind == "venture" and not i.gone for i in self.desks)
        own = context.parameters[FUND_MONEY.id]
        return money_of_year(
            own, context.levers.at(HIGHER, day), max(1, funds), context.levers.at(BANK_SHARE, day)
        )

    # --- rounds ------------------------------------------------------------------------------------
    def wish(self, size: float, row: int, month: int) -> float:
        """Yuan that an investor of a size would put into a round."""
        firms = self.context.firms
        g = self.context.streams.normal([int(firms.id[row])], "ticket of equity", month)
        return float(ticket(g, size, firms.value_added[[row]])[0])

    def close_round(self, investor: Investor, row: int, month: int) -> Any:
        """Diligence and, for a foreign fund, its approval; then the money, if both are still there and nobody was faster."""
        context = self.context
        days = DAYS * float(
            np.exp(0.3 * context.streams.normal([int(context.firms.id[row])], "diligence", month)[0])
        )
        if investor.kind == "foreign":
            days += context.levers.at(FOREIGN_DAYS, context.env.now)
        yield context.env.timeout(round(days))
        if context.firms.state[row] == OPEN and not investor.gone and self.rested(row):
            self.invest(investor, row, month, "equity.round")

    def invest(self, lead: Investor, row: int, month: int, event: str) -> None:
        """A round: one or two investors and the guide fund bring money to the firm, its scale grows."""
        context, firms = self.context, self.context.firms
        second = lead.second(row, month)
        wish = self.wish(max(lead.size, second.size if second else 0.0), row, month)
        first, other = joint_parts(wish, max(0.0, lead.money(row)), second.money(row) if second else 0.0)
        context.recorder.add(SHORT, context.clock.month, wish - first - other)
        first, other = self.left_to(lead, first), self.left_to(second, other)
        if first + other < LEAST_TICKET:
            return
        guide = self.guide.follows(lead, row, first + other)
        parts = [(i, part) for i, part in ((lead, first), (second, other)) if i is not None and part > 0]
        kept = private_part(first + other, context.parameters[CROWDED_OUT.id], guide) / (first + other)
        kept = min(kept, *(i.money(row) / part for i, part in parts))
        fen = sum(
            self.put_in(investor, row, part * kept, guide if k == 0 else 0.0)
            for k, (investor, part) in enumerate(parts)
        )
        self.stakes.last[row] = context.clock.month
        build_up(context, np.array([row]), np.array([fen]))
        context.recorder.add(ROUNDS, context.clock.month, 1)
        if context.events:
            context.events.firms(
                [firms.id[row]], event, day=int(context.env.now), yuan=fen / 100, rule="equity.rules.ticket",
                investor=lead.kind, second=second.kind if second else "none", fund=guide / 100)  # fmt: skip

    def left_to(self, investor: Investor | None, yuan: float) -> float:
        """What is left of a venture fund's part of a round when its partners' money has gone through sub-funds."""
        if investor is None or investor.kind != "venture":
            return yuan
        gone = min(yuan, self.moved)
        self.moved -= gone
        return yuan - gone

    def put_in(self, investor: Investor, row: int, yuan: float, guide: float) -> int:
        """An investor's part of a round, and what the guide fund adds to it: money is paid, a stake is held. Returns the fen."""
        context = self.context
        investor.spent += yuan
        investor.placed += yuan
        public = round(100 * yuan * investor.public_share)
        private, of_guide = round(100 * yuan) - public, round(100 * guide)
        context.accounts.pay(flows.EQUITY, np.array([row]), [private])
        if investor.kind == "state":
            context.accounts.pay(flows.PUBLIC_EQUITY, np.array([row]), [public])
            context.accounts.funds["state_capital"].lend(public)
            context.accounts.spend(context.accounts.instruments.index("state_venture_capital"), public / 100)
        if isinstance(investor, SubFund) and public:
            self.guide.put_in(row, public, private, investor)
            self.moved += investor.moved_share * private / 100
        if of_guide:
            self.guide.put_in(row, of_guide, private)
        self.stakes.held.append(Holding(row, investor, private, public + of_guide, context.clock.month))
        for source, fen in (
            (SOURCE_OF.get(investor.kind, investor.kind), private),
            ("state" if investor.kind == "state" else "guide_fund", public + of_guide),
        ):
            context.recorder.add(INVESTED, (context.clock.month, SOURCES.index(source)), fen / 100)
        context.recorder.add(PRIVATE, context.clock.month, private / 100)
        return private + public + of_guide

    def from_the_crowd(self, row: int, fen: int) -> None:
        """Equity that backers on a platform give: no investor holds it, the firm builds up with it."""
        context, one = self.context, np.array([row])
        context.accounts.pay(flows.CROWD_EQUITY, one, [fen])
        build_up(context, one, np.array([fen]))
        yuan = fen * int(context.firms.weight[row]) / 100
        context.recorder.add(INVESTED, (context.clock.month, SOURCES.index("crowd")), yuan)

    def follow_on(self) -> None:
        """Holders put more money into a few of the firms that they hold."""
        context, month = self.context, self.context.clock.month
        chance = FOLLOW_ON * context.environment.deal_activity(month)
        for stake in list(self.stakes.held):
            if not self.rested(stake.row) or context.firms.state[stake.row] != OPEN or stake.holder.gone:
                continue
            if (
                context.streams.one("follow on", int(context.firms.id[stake.row]), stake.month, month)
                < chance
            ):
                self.invest(stake.holder, stake.row, month, "equity.follow_on")

    def wind_up(self, rows: Rows) -> None:
        """Firms close: their stakes are lost."""
        self.stakes.wind_up(rows)

    def settle(self) -> None:
        """Firms spend what they raised; stakes end; record."""
        context, firms = self.context, self.context.firms
        rows = np.flatnonzero(firms.unspent > 0)
        spent = np.minimum(
            np.maximum(firms.unspent[rows] // int(MEAN_SPENDING), 100_000), firms.unspent[rows]
        )
        context.accounts.pay(flows.EQUITY_SPENT, rows, -spent)
        firms.unspent[rows] -= spent
        self.stakes.settle()
        self.guide.settle()
