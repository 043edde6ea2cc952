"""Seed money: recognised tech incubators invest small sums in some of their technology tenants.

A recognised tech incubator saves part of its surplus in a seed fund. Tenants occasionally request seed money;
the incubator invests 0.1 to 0.3 million yuan if the expected proceeds, including the part of a loss that the
city bears, exceed those of a deposit. A stake is lost if the firm closes; otherwise it is sold eventually.
The city bears the share of a loss that policy set at the time of the investment.
Measures: M16 (seed losses). Evidence: INC04, INC08, INC17 (funds and financed tenants required), VC03-04,
VC08, ZS164-165.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.equity.capital import build_up
from sim.model.government import flows
from sim.model.incubation.parameters import (
    SEED_ASSESSMENT_ERROR,
    SEED_EXITS,
    SEED_FIRST_YEAR,
    SEED_HELD,
    SEED_HURDLE,
    SEED_INVESTED,
    SEED_LOSS_SHARE,
    SEED_LOSSES_BORNE,
    SEED_LOST,
    SEED_PAST_MONTHS,
    SEED_PROGRAMME,
    SEED_REQUESTS,
    SEED_SAVED,
    SEED_STAKES,
    SEED_TRUST,
)
from sim.model.incubation.rules import (
    borne_by_city,
    expected_back,
    loss_chance,
    seed_fund,
    seed_proceeds,
    seed_sold,
    seed_stake,
)
from sim.model.population.firm_table import OPEN, T
from sim.model.underwriting.assessment import assess_default_risk
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask, Rows
    from sim.model.context import Context
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister

_ASSESSOR: Final = ASSESSORS.index("incubator")


@dataclass(frozen=True)
class Stake:
    """Stake of an incubator in a current or former tenant.

    Attributes:
        row: row of the firm.
        facility: number of the incubator.
        fen: amount invested, in fen.
        month: month of the investment; negative before 2017.
        share: share of a loss that the city bears.
    """

    row: int
    facility: int
    fen: int
    month: int
    share: float


class SeedMoney:
    """Seed funds of all incubators and the stakes that they hold.

    Attributes:
        funds: balance of each incubator's seed fund in fen, by facility number.
        stakes: stakes that are neither lost nor sold.
        funded: rows of the firms that have received seed money.
    """

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.funds: dict[int, int] = {}
        self.stakes: list[Stake] = []
        self.funded: set[int] = set()

    # --- investing ---------------------------------------------------------------------------------
    def save(self, months: int) -> None:
        """Have recognised tech incubators save part of their surplus over the given number of months."""
        share = self.context.parameters[SEED_SAVED.id]
        for facility in self.register.open:
            if facility.kind == "incubator" and facility.level:
                fund, surplus = self.funds.get(facility.number, 0), self.facilities.surplus(facility)
                self.funds[facility.number] = seed_fund(fund, surplus, share, months)

    def requesting(self, rows: Rows, month: int) -> Rows:
        """Return the technology tenants that request money from their incubator's seed fund in a month."""
        firms = self.context.firms
        rows = rows[firms.segment[rows] == T]
        u = self.context.streams.uniform(firms.id[rows], "seed request", month)
        rows = rows[u < self.context.parameters[SEED_REQUESTS.id] / 12]
        eligible = [r not in self.funded and int(firms.space[r]) in self.funds for r in rows.tolist()]
        return rows[np.array(eligible, dtype=np.bool_)]

    def approves(self, rows: Rows, month: int, share: float) -> tuple[Mask, Floats]:
        """Return a mask of the requests that incubators approve, and the assessed loss probability of each.

        Assessment errors are keyed by firm and month.
        """
        p = self.context.parameters
        months, error = np.full(len(rows), month), p[SEED_ASSESSMENT_ERROR.id]
        yearly = assess_default_risk(self.context, rows, months, error, _ASSESSOR, self.context.env.now)
        lost = loss_chance(yearly)
        return np.asarray(expected_back(lost, p[SEED_TRUST.id] * share) >= p[SEED_HURDLE.id]), lost

    def begin_with(self) -> None:
        """Create the stakes held on 1 January 2017, from requests in the previous three years."""
        firms = self.context.firms
        self.save(SEED_FIRST_YEAR)
        tenants, _ = self.register.tenants(self.context.clock.month)
        for month in range(-SEED_PAST_MONTHS, 0):
            rows = self.requesting(tenants[firms.moved_in[tenants] <= month], month)
            approved, _ = self.approves(rows, month, 0.0)
            u = self.context.streams.uniform(firms.id[rows], "seed stake", month)
            for row, fen in zip(rows[approved].tolist(), seed_stake(u)[approved].tolist(), strict=True):
                self.funded.add(row)
                self.stakes.append(Stake(row, int(firms.space[row]), fen, month, 0.0))
                firms.raised[row] += fen

    def begin(self) -> None:
        """Add savings to the seed funds, and decide the month's requests in ascending order of risk."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.save(1)
        rows = self.requesting(self.register.tenants(month)[0], month)
        if not len(rows):
            return
        share = context.levers.at(SEED_LOSS_SHARE, context.clock.first_day)
        approved, lost = self.approves(rows, month, share)
        fen = seed_stake(context.streams.uniform(firms.id[rows], "seed stake", month))
        for k in np.lexsort((context.ties(firms.id[rows], "seed"), lost)).tolist():
            number = int(firms.space[rows[k]])
            if approved[k] and fen[k] <= self.funds[number]:
                self._invest(int(rows[k]), number, int(fen[k]), share)
            elif context.events:
                context.events.firms(
                    [firms.id[rows[k]]], "seed.refused", day=context.clock.first_day, rule="incubation.rules.expected_back", chance=lost[k],
                    liked=approved[k])  # fmt: skip

    def _invest(self, row: int, number: int, fen: int, share: float) -> None:
        """Take a stake in a firm: pay the amount to the firm, which invests it."""
        context, rows = self.context, np.array([row])
        self.funds[number] -= fen
        self.funded.add(row)
        self.stakes.append(Stake(row, number, fen, context.clock.month, share))
        context.accounts.pay(flows.SEED, rows, [fen])
        build_up(context, rows, np.array([fen]))
        context.recorder.add(SEED_INVESTED, context.clock.month, fen / 100)
        context.recorder.add(SEED_STAKES, context.clock.month, 1)
        if context.events:
            context.events.firms(
                context.firms.id[rows], "seed.given", day=context.clock.first_day, yuan=fen / 100, rule="incubation.rules.expected_back",
                space=self.register.by_number[number].name, share=share)  # fmt: skip

    # --- the end of a stake ------------------------------------------------------------------------
    def wind_up(self, rows: Rows) -> None:
        """Write off the stakes in firms that close; the city bears its share of the loss."""
        closed = self.funded.intersection(rows.tolist())
        if not closed:
            return
        for stake in [s for s in self.stakes if s.row in closed]:
            self._write_off(stake)
        self.stakes = [s for s in self.stakes if s.row not in closed]

    def _write_off(self, stake: Stake) -> None:
        context, borne = self.context, borne_by_city(stake.fen, stake.share)
        context.recorder.add(SEED_LOST, context.clock.month, stake.fen / 100)
        if borne:
            context.accounts.post(flows.SEED_LOSSES, borne)
            context.accounts.spend(context.accounts.instruments.index(SEED_PROGRAMME), borne / 100)
            context.recorder.add(SEED_LOSSES_BORNE, context.clock.month, borne / 100)
            self._return_to_fund(stake, borne)
        if context.events:
            context.events.firms(
                [context.firms.id[stake.row]], "seed.lost", day=context.clock.last_day, yuan=stake.fen / 100,
                rule="incubation.rules.borne_by_city", borne=borne / 100)  # fmt: skip

    def _return_to_fund(self, stake: Stake, fen: int) -> None:
        """Credit proceeds to the seed fund that made the investment, if its incubator is still open."""
        if stake.facility in self.funds:
            self.funds[stake.facility] += fen

    def settle(self) -> None:
        """Sell some stakes, dissolve the seed funds of closed incubators, and record the stakes held."""
        held = []
        for stake in self.stakes:
            if self._is_sold(stake):
                self._sell(stake)
            else:
                held.append(stake)
        self.stakes = held
        for number in [n for n in self.funds if self.register.by_number[n] not in self.register.open]:
            del self.funds[number]
        self.context.recorder.put(SEED_HELD, self.context.clock.month, sum(s.fen for s in self.stakes) / 100)

    def _is_sold(self, stake: Stake) -> bool:
        context, firms = self.context, self.context.firms
        months = context.clock.month - stake.month
        if firms.state[stake.row] != OPEN:
            return False
        u = context.streams.scalar("seed exit", int(firms.id[stake.row]), context.clock.month)
        return seed_sold(months, u, context.parameters[SEED_EXITS.id])

    def _sell(self, stake: Stake) -> None:
        context, firm = self.context, int(self.context.firms.id[stake.row])
        fen = seed_proceeds(stake.fen, float(context.streams.normal([firm], "seed multiple")[0]))
        context.accounts.post(flows.SEED_EXITS, fen)
        self._return_to_fund(stake, fen)
        if context.events:
            context.events.firms(
                [firm], "seed.sold", day=context.clock.last_day, yuan=fen / 100, rule="incubation.rules.seed_proceeds",
                multiple=fen / stake.fen)  # fmt: skip
