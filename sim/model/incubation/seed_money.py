"""Seed money: incubators that earn enough put small sums into some of their technology tenants.

A recognised tech incubator saves part of its surplus for seed money. A tenant asks once in a while; the incubator
gives 0.1 to 0.3 m yuan if what it expects back, with what the city bears of a loss, is worth more than a
deposit. The stake is lost when the firm closes, else sold some day. The city's share of a loss is the one in force
when the money was given.
Measures: M16 (seed losses). Evidence: INC04, INC08, INC17 (funds and financed tenants asked for), VC03-04, VC08, ZS164-165.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask, Rows
    from sim.model.city import City


@dataclass(frozen=True)
class Stake:
    """What a space holds of a tenant or former tenant: fen, since which month, and the share of a loss that the city bears."""

    row: int
    space: int
    fen: int
    month: int
    share: float


class SeedMoney:
    """Seed money of all incubators, and the stakes that they hold."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.funds: dict[int, int] = {}  # fen by number of the space
        self.stakes: list[Stake] = []
        self.had: set[int] = set()  # rows that have had seed money

    def save(self, months: int) -> None:
        """Recognised tech incubators put part of their surplus aside."""
        share = self.city.drawn[SEED_SAVED.id]
        for space in self.city.carriers.spaces:
            if space.kind == "incubator" and space.level:
                fen = round(100 * share * months * self.city.carriers.surplus(space))
                self.funds[space.number] = min(
                    self.funds.get(space.number, 0) + fen, round(100 * SEED_LARGEST_FUND)
                )

    def asking(self, rows: Rows, month: int) -> Rows:
        """Technology tenants of incubators with a fund that ask for seed money in a month."""
        firms = self.city.firms
        rows = rows[firms.segment[rows] == T]
        u = self.city.chance.uniform(firms.id[rows], "seed request", month)
        rows = rows[u < self.city.drawn[SEED_REQUESTS.id] / 12]
        there = [r not in self.had and int(firms.space[r]) in self.funds for r in rows.tolist()]
        return rows[np.array(there, dtype=np.bool_)]

    def likes(self, rows: Rows, month: int, share: float) -> tuple[Mask, Floats]:
        """In whom of these the incubator would put money, and the chance of a loss that it sees, keyed by firm and month."""
        p = self.city.drawn
        yearly = self.city.appraise(rows, np.full(len(rows), month), p[SEED_ASSESSMENT_ERROR.id], "incubator")
        lost = loss_chance(yearly)
        return np.asarray(expected_back(lost, p[SEED_TRUST.id] * share) >= p[SEED_HURDLE.id]), lost

    def begin_with(self) -> None:
        """Stakes half-way on 2017-01-01: what the last three years would have given to today's tenants."""
        firms = self.city.firms
        self.save(SEED_FIRST_YEAR)
        tenants, _ = self.city.tenancy.tenants(self.city.month)
        for month in range(-SEED_PAST_MONTHS, 0):
            rows = self.asking(tenants[firms.moved_in[tenants] <= month], month)
            liked, _ = self.likes(rows, month, 0.0)
            u = self.city.chance.uniform(firms.id[rows], "seed stake", month)
            for row, fen in zip(rows[liked].tolist(), seed_stake(u)[liked].tolist(), strict=True):
                self.had.add(row)
                self.stakes.append(Stake(row, int(firms.space[row]), fen, month, 0.0))
                firms.raised[row] += fen

    def begin(self) -> None:
        """Incubators save; tenants ask; the safest are served first, while there is money."""
        city, firms, month = self.city, self.city.firms, self.city.month
        self.save(1)
        rows = self.asking(city.tenancy.tenants(month)[0], month)
        if not len(rows):
            return
        share = city.at(SEED_LOSS_SHARE, city.first_day)
        liked, lost = self.likes(rows, month, share)
        fen = seed_stake(city.chance.uniform(firms.id[rows], "seed stake", month))
        for k in np.lexsort((city.ties(firms.id[rows], "seed"), lost)).tolist():
            number = int(firms.space[rows[k]])
            if liked[k] and fen[k] <= self.funds[number]:
                self.invest(int(rows[k]), number, int(fen[k]), share)
            elif city.diary:
                city.diary.firms(
                    [firms.id[rows[k]]], "seed.refused", day=city.first_day, rule="seed.expected_back", chance=lost[k],
                    liked=liked[k])  # fmt: skip

    def invest(self, row: int, number: int, fen: int, share: float) -> None:
        """The money comes to the firm, to build with."""
        city, one = self.city, np.array([row])
        self.funds[number] -= fen
        self.had.add(row)
        self.stakes.append(Stake(row, number, fen, city.month, share))
        city.pay(flows.SEED, one, [fen])
        city.build_up(one, np.array([fen]))
        city.record.add(SEED_INVESTED, city.month, fen / 100)
        city.record.add(SEED_STAKES, city.month, 1)
        if city.diary:
            city.diary.firms(
                city.firms.id[one], "seed.given", day=city.first_day, yuan=fen / 100, rule="seed.expected_back",
                space=city.carriers.ever[number].name, share=share)  # fmt: skip

    # --- the end of a stake ------------------------------------------------------------------------
    def wind_up(self, rows: Rows) -> None:
        """Firms close: their stakes are lost, and the city bears its share."""
        gone = self.had.intersection(rows.tolist())
        if not gone:
            return
        for held in [s for s in self.stakes if s.row in gone]:
            city, paid = self.city, borne_by_city(held.fen, held.share)
            city.record.add(SEED_LOST, city.month, held.fen / 100)
            if paid:
                city.post(flows.SEED_LOSSES, paid)
                city.spend(city.instruments.index(SEED_PROGRAMME), paid / 100)
                city.record.add(SEED_LOSSES_BORNE, city.month, paid / 100)
                self.put_back(held, paid)
            if city.diary:
                city.diary.firms(
                    [city.firms.id[held.row]], "seed.lost", day=city.last_day, yuan=held.fen / 100,
                    rule="seed.borne_by_city", borne=paid / 100)  # fmt: skip
        self.stakes = [s for s in self.stakes if s.row not in gone]

    def put_back(self, held: Stake, fen: int) -> None:
        """Money that comes back goes into the fund that gave it, if its incubator is still there."""
        if held.space in self.funds:
            self.funds[held.space] += fen

    def sold(self, held: Stake) -> bool:
        """Whether a stake is sold this month: some are, a year after they were given."""
        city, firms = self.city, self.city.firms
        if city.month - held.month < SEED_FIRST_YEAR or firms.state[held.row] != OPEN:
            return False
        u = city.chance.one("seed exit", int(firms.id[held.row]), city.month)
        return u < city.drawn[SEED_EXITS.id] / 12

    def settle(self) -> None:
        """Some stakes are sold; count."""
        city, month = self.city, self.city.month
        kept = []
        for held in self.stakes:
            if self.sold(held):
                who = int(city.firms.id[held.row])
                g = float(city.chance.normal([who], "seed multiple")[0])
                fen = round(
                    held.fen
                    * SEED_MULTIPLE
                    * float(np.exp(SEED_MULTIPLE_SPREAD * g - SEED_MULTIPLE_SPREAD**2 / 2))
                )
                city.post(flows.SEED_EXITS, fen)
                self.put_back(held, fen)
                if city.diary:
                    city.diary.firms(
                        [who], "seed.sold", day=city.last_day, yuan=fen / 100, rule="seed.SeedFunds",
                        multiple=fen / held.fen)  # fmt: skip
            else:
                kept.append(held)
        self.stakes = kept
        for number in [n for n in self.funds if city.carriers.ever[n] not in city.carriers.spaces]:
            del self.funds[number]
        city.record.put(SEED_HELD, month, sum(s.fen for s in self.stakes) / 100)
