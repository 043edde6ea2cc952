"""Equity rounds: search, screening, closing, and follow-on rounds of existing investors.

A firm searches until it reaches investors or gives up. It then waits until a partner of the investor has time to
screen it. One SimPy process covers the time from due diligence to payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine import clock
from sim.model.equity import parameters, rules
from sim.model.equity.agents import Investor
from sim.model.equity.capital import build_up
from sim.model.equity.guide_fund import GuideFund, SubFund
from sim.model.equity.holdings import Holding, Holdings
from sim.model.equity.parameters import KINDS, POLICY_SCREENED, SOURCES
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, T

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.context import Context

SOURCE_OF: Final = {"sub_fund": "venture", "overseas": "foreign"}
NEVER_FUNDED: Final = -99
"""Placeholder month of the last round of a firm that has never raised equity."""


class Screening(NamedTuple):
    """Screening of a firm by an investor.

    Attributes:
        row: row of the firm.
        month: month in which the firm began its search.
        gives_up: day on which the firm gives up its search.
        error: assessment error of the investor, a standard normal draw.
    """

    row: int
    month: int
    gives_up: float
    error: float


class Investors:
    """All investors of the city, their screenings of firms, and their stakes.

    Attributes:
        screenings: all screenings; the index of a screening is its file number in the investor's queue.
        moved: money moved from venture funds to sub-funds and invested by them, but not yet deducted from the venture
            funds' rounds, in yuan.
        desks: all investors, including sub-funds.
        guide: the guide fund.
        stakes: stakes of all investors.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.screenings: list[Screening] = []
        self.moved = 0.0
        kinds = [name for name, kind in KINDS.items() if name != "sub_fund" for _ in range(kind.investors)]
        self.desks = [Investor(self, kind, number) for number, kind in enumerate(kinds)]
        self.guide = GuideFund(self, len(self.desks))
        self.desks += self.guide.subs
        self.stakes = Holdings(context, self.guide.compensate_loss)
        each = np.array([KINDS[i.kind].share / KINDS[i.kind].investors for i in self.desks])
        self._share, self._cumulative = each.sum(), np.cumsum(each)

    # --- search and screening ----------------------------------------------------------------------
    def searching(self, technology: Rows, month: int) -> Rows:
        """Return the technology firms that begin to search for equity in the given month."""
        context, firms = self.context, self.context.firms
        u = context.streams.uniform(firms.id[technology], "equity search", month)
        rate = context.parameters[parameters.SEARCH.id]
        return technology[rules.searches(u, rate, month - firms.opened_month[technology])]

    def screened(self, rows: Rows, month: int) -> Ints:
        """Return the index of the angel investor or venture fund that screens each firm, or -1 if none does."""
        streams, ids = self.context.streams, self.context.firms.id[rows]
        number = rules.choose_investor(streams.uniform(ids, "investor", month), self._cumulative)
        u = streams.uniform(ids, "serious look", month)
        deals = self.context.environment.deal_activity(month)
        return np.where(rules.is_screened(u, self._share, deals), number, -1)

    def screened_by(self, investor: Investor, rows: Rows, month: int) -> Mask:
        """Mask of firms that a policy-induced fund screens, based on random numbers specific to the fund."""
        share = rules.screened_by_policy_fund(investor.kind, investor.money_to_place())
        if share == 0:
            return np.zeros(len(rows), dtype=np.bool_)
        u = self.context.streams.uniform(self.context.firms.id[rows], "serious look", investor.number, month)
        return np.asarray(u < share * self.context.environment.deal_activity(month))

    def enter_initial_stakes(self) -> None:
        """Add the stakes from rounds in the three years before 2017, which are simulated without queues."""
        firms = self.context.firms
        technology = np.flatnonzero((firms.segment == T) & (firms.state == OPEN))
        for month in range(-parameters.PAST_MONTHS, 0):
            rows = self.searching(technology, month)
            numbers = self.screened(rows, month)
            rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
            errors = {
                kind: self.assessment_errors(kind, rows, month).tolist() for kind in ("angel", "venture")
            }
            for k, (row, number) in enumerate(zip(rows.tolist(), numbers.tolist(), strict=True)):
                investor = self.desks[number]
                if row not in self.stakes.last and investor.approves(row, errors[investor.kind][k]):
                    fen = round(100 * self.wish(investor.size, row, month))
                    self.stakes.held.append(Holding(row, investor, fen, 0, month))
                    self.stakes.last[row] = month
                    firms.raised[row] += fen

    def begin(self, technology: Rows) -> None:
        """Begin a month: set public capital, pass searching firms to investors, and make follow-on rounds."""
        month = self.context.clock.month
        self.endow()
        self.guide.call()
        if month % 12 == 0:
            for investor in self.desks:
                investor.spent = 0.0
        rows = self.searching(technology, month)
        rows = rows[[self.is_rested(row) for row in rows.tolist()]]
        rows, days, gives_up = self.reach_investors(rows)
        numbers = self.screened(rows, month)
        errors: dict[str, Floats] = {}
        for investor in self.desks:
            kind = investor.kind
            if kind in POLICY_SCREENED:
                selected = self.screened_by(investor, rows, month)
            else:
                selected = numbers == investor.number
            if investor.has_left or not selected.any():
                continue
            if kind not in errors:
                errors[kind] = self.assessment_errors(kind, rows, month)
            self.hand_in(investor, rows[selected], days[selected], gives_up[selected], errors[kind][selected])
        self.follow_on()

    def endow(self) -> None:
        """Set the capital of the guide fund and of state venture capital to the policy values."""
        context, day = self.context, self.context.clock.first_day
        context.accounts.endow("guide_fund", context.levers.at(parameters.PUBLIC, day))
        context.accounts.endow("state_capital", context.levers.at(parameters.STATE, day))

    def is_rested(self, row: int) -> bool:
        """Whether enough time has passed since a firm's last round for it to raise another."""
        return rules.is_rested(self.context.clock.month - self.stakes.last.get(row, NEVER_FUNDED))

    def reach_investors(self, rows: Rows) -> tuple[Rows, Ints, Floats]:
        """Return the firms that reach investors before giving up, the days of contact, and the days of giving up."""
        context, month = self.context, self.context.clock.month
        ids, first = context.firms.id[rows], context.clock.first_day
        search = rules.search_time(context.levers.at(parameters.SEARCH_CHANGE, first))
        u = context.streams.uniform(ids, "search day", month)
        start = first + clock.month_length(month) * u
        u = context.streams.uniform(ids, "search patience", month)
        patience = rules.patience(u, context.parameters[parameters.PATIENCE.id])
        in_time = patience >= search
        days = np.floor(start[in_time] + search).astype(np.int64)
        return rows[in_time], days, start[in_time] + patience[in_time]

    def assessment_errors(self, kind: str, rows: Rows, month: int) -> Floats:
        """Draw the assessment errors (standard normal) of one kind of investor, keyed by firm and month of search."""
        return self.context.streams.normal(self.context.firms.id[rows], "nose", kind, month)

    def hand_in(self, investor: Investor, rows: Rows, days: Ints, gives_up: Floats, errors: Floats) -> None:
        """Add firms to an investor's queue on the given days."""
        context, month = self.context, self.context.clock.month
        files = np.arange(len(self.screenings), len(self.screenings) + len(rows))
        for row, last, error in zip(rows.tolist(), gives_up.tolist(), errors.tolist(), strict=True):
            self.screenings.append(Screening(row, month, last, error))
        investor.hand_in(days, context.ties(context.firms.id[rows], "equity"), files)
        if context.events:
            context.events.firms(context.firms.id[rows], "equity.look", day=days, rule="equity.rules.score", investor=investor.kind)  # fmt: skip

    def money_of_a_venture_fund(self, day: float) -> float:
        """Return the money, in yuan, that each venture fund may invest in a year, including higher-level inflows."""
        context, funds = self.context, sum(i.kind == "venture" and not i.has_left for i in self.desks)
        return rules.money_of_year(
            context.parameters[parameters.FUND_MONEY.id], context.levers.at(parameters.HIGHER, day),
            max(1, funds), context.levers.at(parameters.BANK_SHARE, day))  # fmt: skip

    # --- rounds ------------------------------------------------------------------------------------
    def wish(self, size: float, row: int, month: int) -> float:
        """Draw the intended amount of a round, in yuan, for an investor with the given relative round ``size``."""
        firms = self.context.firms
        g = self.context.streams.normal([int(firms.id[row])], "ticket of equity", month)
        return float(rules.ticket(g, size, firms.value_added[[row]])[0])

    def close_round(self, investor: Investor, row: int, month: int) -> ProcessGenerator:
        """SimPy process of closing a round.

        Due diligence, and the approval of a foreign investor, take time; the round then closes if this is still possible.
        """
        context = self.context
        g = context.streams.normal([int(context.firms.id[row])], "diligence", month)[0]
        days = rules.days_to_closing(g)
        if investor.kind == "foreign":
            days += context.levers.at(parameters.FOREIGN_DAYS, context.env.now)
        yield context.env.timeout(round(days))
        if context.firms.state[row] == OPEN and not investor.has_left and self.is_rested(row):
            self.invest(investor, row, month, "equity.round")

    def invest(self, lead: Investor, row: int, month: int, event: str) -> None:
        """Close a round, in which one or two investors and the guide fund invest in a firm, and increase its scale.

        Args:
            lead: lead investor of the round.
            row: row of the firm.
            month: month that keys the random numbers of the round.
            event: name of the event in case histories.
        """
        context, firms = self.context, self.context.firms
        second = lead.co_investor(row, month)
        wish = self.wish(max(lead.size, second.size if second else 0.0), row, month)
        first, other = rules.joint_parts(
            wish, max(0.0, lead.money(row)), second.money(row) if second else 0.0
        )
        context.recorder.add(parameters.SHORT, context.clock.month, wish - first - other)
        first, other = self.net_of_moved(lead, first), self.net_of_moved(second, other)
        if not rules.round_closes(first + other):
            return
        guide = self.guide.follows(lead, row, first + other)
        parts = [(i, part) for i, part in ((lead, first), (second, other)) if i is not None and part > 0]
        crowded_out = context.parameters[parameters.CROWDED_OUT.id]
        paid_share = rules.private_part(first + other, crowded_out, guide) / (first + other)
        paid_share = min(paid_share, *(i.money(row) / part for i, part in parts))
        fen = sum(
            self.pay_in(investor, row, part * paid_share, guide if k == 0 else 0.0)
            for k, (investor, part) in enumerate(parts)
        )
        self.stakes.last[row] = context.clock.month
        build_up(context, np.array([row]), np.array([fen]))
        context.recorder.add(parameters.ROUNDS, context.clock.month, 1)
        if context.events:
            context.events.firms(
                [firms.id[row]], event, day=int(context.env.now), yuan=fen / 100, rule="equity.rules.ticket",
                investor=lead.kind, second=second.kind if second else "none", fund=guide / 100)  # fmt: skip

    def net_of_moved(self, investor: Investor | None, yuan: float) -> float:
        """Return an investor's part of a round, in yuan; for venture funds, net of money moved to sub-funds."""
        if investor is None or investor.kind != "venture":
            return yuan
        moved = min(yuan, self.moved)
        self.moved -= moved
        return yuan - moved

    def pay_in(self, investor: Investor, row: int, yuan: float, guide: float) -> int:
        """Pay an investor's and the guide fund's parts of a round (both in yuan), and return the total paid, in fen."""
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
            self.guide.invest(row, public, private, investor)
            self.moved += investor.moved_share * private / 100
        if of_guide:
            self.guide.invest(row, of_guide, private)
        self.stakes.held.append(Holding(row, investor, private, public + of_guide, context.clock.month))
        for source, fen in (
            (SOURCE_OF.get(investor.kind, investor.kind), private),
            ("state" if investor.kind == "state" else "guide_fund", public + of_guide),
        ):
            context.recorder.add(parameters.INVESTED, (context.clock.month, SOURCES.index(source)), fen / 100)
        context.recorder.add(parameters.PRIVATE, context.clock.month, private / 100)
        return private + public + of_guide

    def raise_from_the_crowd(self, row: int, fen: int) -> None:
        """Pay crowdfunded equity (in fen) to a firm; no investor holds a stake in return."""
        context, rows = self.context, np.array([row])
        context.accounts.pay(flows.CROWD_EQUITY, rows, [fen])
        build_up(context, rows, np.array([fen]))
        yuan = fen * int(context.firms.weight[row]) / 100
        context.recorder.add(parameters.INVESTED, (context.clock.month, SOURCES.index("crowd")), yuan)

    def follow_on(self) -> None:
        """Make follow-on rounds, in which existing investors invest again in a few of their firms."""
        context, month = self.context, self.context.clock.month
        deals = context.environment.deal_activity(month)
        for stake in list(self.stakes.held):
            if (
                not self.is_rested(stake.row)
                or context.firms.state[stake.row] != OPEN
                or stake.holder.has_left
            ):
                continue
            u = context.streams.scalar("follow on", int(context.firms.id[stake.row]), stake.month, month)
            if rules.follows_on(u, deals):
                self.invest(stake.holder, stake.row, month, "equity.follow_on")

    def wind_up(self, rows: Rows) -> None:
        """Write off the stakes in firms that close."""
        self.stakes.wind_up(rows)

    def settle(self) -> None:
        """Settle a month: firms spend equity, stakes are sold or written off, and the guide fund's outcomes are recorded."""
        context, firms = self.context, self.context.firms
        rows = np.flatnonzero(firms.unspent > 0)
        spent = rules.spending(firms.unspent[rows])
        context.accounts.pay(flows.EQUITY_SPENT, rows, -spent)
        firms.unspent[rows] -= spent
        self.stakes.settle()
        self.guide.settle()
