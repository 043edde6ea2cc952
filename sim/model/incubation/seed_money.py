"""Seed money: incubators that earn enough put small sums into some of their technology tenants.

A recognised tech incubator saves part of its surplus for seed money. A tenant asks once in a while; the incubator
gives 0.1 to 0.3 m yuan if what it expects back, with what the city bears of a loss, is worth more than a
deposit. The stake is lost when the firm closes, else sold some day. The city's share of a loss is the one in force
when the money was given.
Measures: M16 (seed losses). Evidence: INC04, INC08, INC17 (funds and financed tenants asked for), VC03-04, VC08, ZS164-165.
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
    SEED_LARGEST_FUND,
    SEED_LOSS_SHARE,
    SEED_LOSSES_BORNE,
    SEED_LOST,
    SEED_MULTIPLE,
    SEED_MULTIPLE_SPREAD,
    SEED_PAST_MONTHS,
    SEED_PROGRAMME,
    SEED_REQUESTS,
    SEED_SAVED,
    SEED_STAKES,
    SEED_TRUST,
)
from sim.model.incubation.rules import borne_by_city, expected_back, loss_chance, seed_stake
from sim.model.population.firm_table import OPEN, T
from sim.model.underwriting.assessment import assess_default_risk
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask, Rows
    from sim.model.context import Context
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister


@dataclass(frozen=True)
class Stake:
    """What a space holds of a tenant or former tenant: fen, since which month, and the share of a loss that the city bears."""

    row: int
    space: int
    fen: int
    month: int
    share: float


_ASSESSOR: Final = ASSESSORS.index("incubator")


class SeedMoney:
    """Seed money of all incubators, and the stakes that they hold."""

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.funds: dict[int, int] = {}  # fen by number of the space
        self.stakes: list[Stake] = []
        self.had: set[int] = set()  # rows that have had seed money

    def save(self, months: int) -> None:
        """Recognised tech incubators put part of their surplus aside."""
        share = self.context.parameters[SEED_SAVED.id]
        for space in self.register.open:
            if space.kind == "incubator" and space.level:
                fen = round(100 * share * months * self.facilities.surplus(space))
                self.funds[space.number] = min(
                    self.funds.get(space.number, 0) + fen, round(100 * SEED_LARGEST_FUND)
                )

    def asking(self, rows: Rows, month: int) -> Rows:
        """Technology tenants of incubators with a fund that ask for seed money in a month."""
        firms = self.context.firms
        rows = rows[firms.segment[rows] == T]
        u = self.context.streams.uniform(firms.id[rows], "seed request", month)
        rows = rows[u < self.context.parameters[SEED_REQUESTS.id] / 12]
        there = [r not in self.had and int(firms.space[r]) in self.funds for r in rows.tolist()]
        return rows[np.array(there, dtype=np.bool_)]

    def likes(self, rows: Rows, month: int, share: float) -> tuple[Mask, Floats]:
        """In whom of these the incubator would put money, and the chance of a loss that it sees, keyed by firm and month."""
        p = self.context.parameters
        yearly = assess_default_risk(
            self.context,
            rows,
            np.full(len(rows), month),
            p[SEED_ASSESSMENT_ERROR.id],
            _ASSESSOR,
            self.context.env.now,
        )
        lost = loss_chance(yearly)
        return np.asarray(expected_back(lost, p[SEED_TRUST.id] * share) >= p[SEED_HURDLE.id]), lost

    def begin_with(self) -> None:
        """Stakes half-way on 2017-01-01: what the last three years would have given to today's tenants."""
        firms = self.context.firms
        self.save(SEED_FIRST_YEAR)
        tenants, _ = self.register.tenants(self.context.clock.month)
        for month in range(-SEED_PAST_MONTHS, 0):
            rows = self.asking(tenants[firms.moved_in[tenants] <= month], month)
            liked, _ = self.likes(rows, month, 0.0)
            u = self.context.streams.uniform(firms.id[rows], "seed stake", month)
            for row, fen in zip(rows[liked].tolist(), seed_stake(u)[liked].tolist(), strict=True):
                self.had.add(row)
                self.stakes.append(Stake(row, int(firms.space[row]), fen, month, 0.0))
                firms.raised[row] += fen

    def begin(self) -> None:
        """Incubators save; tenants ask; the safest are served first, while there is money."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.save(1)
        rows = self.asking(self.register.tenants(month)[0], month)
        if not len(rows):
            return
        share = context.levers.at(SEED_LOSS_SHARE, context.clock.first_day)
        liked, lost = self.likes(rows, month, share)
        fen = seed_stake(context.streams.uniform(firms.id[rows], "seed stake", month))
        for k in np.lexsort((context.ties(firms.id[rows], "seed"), lost)).tolist():
            number = int(firms.space[rows[k]])
            if liked[k] and fen[k] <= self.funds[number]:
                self.invest(int(rows[k]), number, int(fen[k]), share)
            elif context.events:
                context.events.firms(
                    [firms.id[rows[k]]], "seed.refused", day=context.clock.first_day, rule="incubation.rules.expected_back", chance=lost[k],
                    liked=liked[k])  # fmt: skip

    def invest(self, row: int, number: int, fen: int, share: float) -> None:
        """The money comes to the firm, to build with."""
        context, one = self.context, np.array([row])
        self.funds[number] -= fen
        self.had.add(row)
        self.stakes.append(Stake(row, number, fen, context.clock.month, share))
        context.accounts.pay(flows.SEED, one, [fen])
        build_up(context, one, np.array([fen]))
        context.recorder.add(SEED_INVESTED, context.clock.month, fen / 100)
        context.recorder.add(SEED_STAKES, context.clock.month, 1)
        if context.events:
            context.events.firms(
                context.firms.id[one], "seed.given", day=context.clock.first_day, yuan=fen / 100, rule="incubation.rules.expected_back",
                space=self.register.by_number[number].name, share=share)  # fmt: skip

    # --- the end of a stake ------------------------------------------------------------------------
    def wind_up(self, rows: Rows) -> None:
        """Firms close: their stakes are lost, and the city bears its share."""
        gone = self.had.intersection(rows.tolist())
        if not gone:
            return
        for held in [s for s in self.stakes if s.row in gone]:
            context, paid = self.context, borne_by_city(held.fen, held.share)
            context.recorder.add(SEED_LOST, context.clock.month, held.fen / 100)
            if paid:
                context.accounts.post(flows.SEED_LOSSES, paid)
                context.accounts.spend(context.accounts.instruments.index(SEED_PROGRAMME), paid / 100)
                context.recorder.add(SEED_LOSSES_BORNE, context.clock.month, paid / 100)
                self.put_back(held, paid)
            if context.events:
                context.events.firms(
                    [context.firms.id[held.row]], "seed.lost", day=context.clock.last_day, yuan=held.fen / 100,
                    rule="incubation.rules.borne_by_city", borne=paid / 100)  # fmt: skip
        self.stakes = [s for s in self.stakes if s.row not in gone]

    def put_back(self, held: Stake, fen: int) -> None:
        """Money that comes back goes into the fund that gave it, if its incubator is still there."""
        if held.space in self.funds:
            self.funds[held.space] += fen

    def sold(self, held: Stake) -> bool:
        """Whether a stake is sold this month: some are, a year after they were given."""
        context, firms = self.context, self.context.firms
        if context.clock.month - held.month < SEED_FIRST_YEAR or firms.state[held.row] != OPEN:
            return False
        u = context.streams.one("seed exit", int(firms.id[held.row]), context.clock.month)
        return u < context.parameters[SEED_EXITS.id] / 12

    def settle(self) -> None:
        """Some stakes are sold; count."""
        context, month = self.context, self.context.clock.month
        kept = []
        for held in self.stakes:
            if self.sold(held):
                who = int(context.firms.id[held.row])
                g = float(context.streams.normal([who], "seed multiple")[0])
                fen = round(
                    held.fen
                    * SEED_MULTIPLE
                    * float(np.exp(SEED_MULTIPLE_SPREAD * g - SEED_MULTIPLE_SPREAD**2 / 2))
                )
                context.accounts.post(flows.SEED_EXITS, fen)
                self.put_back(held, fen)
                if context.events:
                    context.events.firms(
                        [who], "seed.sold", day=context.clock.last_day, yuan=fen / 100, rule="incubation.seed_money.SeedMoney",
                        multiple=fen / held.fen)  # fmt: skip
            else:
                kept.append(held)
        self.stakes = kept
        for number in [n for n in self.funds if self.register.by_number[n] not in self.register.open]:
            del self.funds[number]
        context.recorder.put(SEED_HELD, month, sum(s.fen for s in self.stakes) / 100)
