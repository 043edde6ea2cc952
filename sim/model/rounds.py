"""Rounds: how searches, looks, rounds, follow-ons, exits and write-offs follow on each other. What investors decide is in ``equity``.

A serious look waits for a partner's time; a round is one SimPy process of diligence until the money is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model import flows, world
from sim.model.equity import (
    CROWDED_OUT,
    DAYS,
    EARLY,
    EARLY_MONTHS,
    EXIT_CHANGE,
    EXITS,
    FOLLOW_ON,
    FOREIGN_DAYS,
    GRADUATES,
    INVESTED,
    KINDS,
    LEAST_TICKET,
    LEVERAGE,
    LOOK,
    LOSS_SHARE,
    MATCH,
    MEAN_SPENDING,
    MULTIPLE,
    PAST_MONTHS,
    PUBLIC,
    REST_MONTHS,
    ROUNDS,
    SEARCH,
    SEARCH_CHANGE,
    SEARCH_DAYS,
    SOLD,
    SOURCES,
    STATE,
    WRITE_OFFS,
    WRITTEN,
    Investor,
    public_part,
    ticket,
)
from sim.model.startups import OPEN, Rows, T

if TYPE_CHECKING:
    from sim.model.city import City

Ints = npt.NDArray[np.int64]


@dataclass
class Stake:
    """What an investor and public funds hold of a firm (fen)."""

    row: int
    kind: str
    private: int
    public: int
    month: int


class Investors:
    """All investors of the city, the firms that they look at, and the stakes that they hold."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.looks: list[tuple[int, int]] = []  # row, month of the search
        self.stakes: list[Stake] = []
        self.last: dict[int, int] = {}  # month of a firm's last round
        self.guide_spent = {"graduate": 0, "early": 0, "all": 0}  # fen
        self.beside = 0  # private fen in rounds that the guide fund joined
        self.desks: list[Investor] = []
        for kind, (count, _, partners, size) in KINDS.items():
            for _ in range(count):
                self.desks.append(Investor(self, kind, len(self.desks), partners, size))
        each = [KINDS[i.kind][1] / KINDS[i.kind][0] for i in self.desks]
        self._cumulative = np.cumsum(each)

    # --- search ------------------------------------------------------------------------------------
    def seen(self, rows: Rows, month: int) -> Rows:
        """Technology firms that search in a month and get a serious look."""
        city, firms = self.city, self.city.firms
        rows = rows[firms.segment.take(rows) == T]
        rows = rows[firms.opened_month[rows] <= month - 3]
        ids = firms.id[rows]
        searches = city.chance.uniform(ids, "equity search", month) < city.drawn[SEARCH.id] / 12
        looked_at = city.chance.uniform(ids, "serious look", month) < LOOK * world.deal_activity(month)
        return rows[searches & looked_at]

    def investor_of(self, rows: Rows, month: int) -> Ints:
        """Number of the investor whom each meets."""
        u = self.city.chance.uniform(self.city.firms.id[rows], "investor", month)
        return np.asarray(np.searchsorted(self._cumulative[:-1], u * self._cumulative[-1]), dtype=np.int64)

    def begin_with(self) -> None:
        """Stakes half-way on 2017-01-01: rounds of the three years before, without any line."""
        firms = self.city.firms
        open_now = firms.rows_in(OPEN)
        for month in range(-PAST_MONTHS, 0):
            rows = self.seen(open_now, month)
            for row, number in zip(rows.tolist(), self.investor_of(rows, month).tolist(), strict=True):
                investor = self.desks[number]
                if (
                    investor.kind in ("angel", "venture")
                    and row not in self.last
                    and investor.likes(row, month)
                ):
                    fen = round(100 * self.size_of(investor, row, month))
                    self.stakes.append(Stake(row, investor.kind, fen, 0, month))
                    self.last[row] = month
                    firms.raised[row] += fen

    def begin(self, open_now: Rows) -> None:
        """Public capital as policy sets it; the month's searches come before investors; holders follow on."""
        city, month, day = self.city, self.city.month, self.city.first_day
        self.endow()
        if month % 12 == 0:
            for investor in self.desks:
                investor.spent = 0.0
        rows = self.seen(open_now, month)
        rows = rows[[month - self.last.get(row, -99) > REST_MONTHS for row in rows.tolist()]]
        search = max(0.0, SEARCH_DAYS + city.at(SEARCH_CHANGE, day))
        u = city.chance.uniform(city.firms.id[rows], "search day", month)
        days = np.floor(day + search + clock.month_length(month) * u).astype(np.int64)
        ties = city.ties(city.firms.id[rows], "equity")
        met = self.investor_of(rows, month)
        for k, row in enumerate(rows.tolist()):
            investor = self.desks[int(met[k])]
            if investor.gone:
                continue
            self.looks.append((row, month))
            investor.hand_in(days[k : k + 1], ties[k : k + 1], np.array([len(self.looks) - 1]))
            if city.diary:
                city.diary.firms([city.firms.id[row]], "equity.look", day=int(days[k]), rule="equity.score", investor=investor.kind)  # fmt: skip
        self.follow_on()

    def endow(self) -> None:
        """The guide fund and the state's fund get the capital that policy sets today."""
        city, day = self.city, self.city.first_day
        city.endow("guide_fund", city.at(PUBLIC, day))
        city.endow("state_capital", city.at(STATE, day))

    # --- rounds ------------------------------------------------------------------------------------
    def size_of(self, investor: Investor, row: int, month: int) -> float:
        """Yuan of a round."""
        firms = self.city.firms
        g = self.city.chance.normal([int(firms.id[row])], "ticket of equity", month)
        return float(ticket(g, investor.size, firms.value_added[[row]])[0])

    def close_round(self, investor: Investor, row: int, month: int) -> Any:
        """Diligence and, for a foreign fund, its approval; then the money, if both are still there."""
        city = self.city
        days = DAYS * float(
            np.exp(0.3 * city.chance.normal([int(city.firms.id[row])], "diligence", month)[0])
        )
        if investor.kind == "foreign":
            days += city.at(FOREIGN_DAYS, city.env.now)
        yield city.env.timeout(round(days))
        if city.firms.state[row] == OPEN and not investor.gone:
            self.invest(investor, row, self.size_of(investor, row, month), "equity.round")

    def guide_room(self, row: int) -> float:
        """Yuan that the guide fund may put into a firm: what it has, within the parts kept for graduates and early firms."""
        city, firms, day = self.city, self.city.firms, self.city.env.now
        pool = city.pools["guide_fund"]
        early = city.month - firms.opened_month[row] < EARLY_MONTHS
        used, room = self.guide_spent, float(pool.balance)
        if not early:
            room = min(room, (1 - city.at(EARLY, day)) * pool.capital - (used["all"] - used["early"]))
        if firms.kind[row] != city.graduate:
            room = min(room, (1 - city.at(GRADUATES, day)) * pool.capital - (used["all"] - used["graduate"]))
        return max(0.0, room / 100)

    def invest(self, investor: Investor, row: int, yuan: float, event: str) -> None:
        """A round: private and public money come to the firm, its scale grows."""
        city, firms, month = self.city, self.city.firms, self.city.month
        of_guide = (
            public_part(yuan, city.at(MATCH, city.env.now), self.guide_room(row))
            if investor.kind != "state"
            else 0.0
        )
        own = min(yuan - city.drawn[CROWDED_OUT.id] * of_guide, investor.money())
        if own < LEAST_TICKET:
            return
        guide, fen = round(100 * of_guide), round(100 * own)
        one, state = np.array([row]), investor.kind == "state"
        investor.spent += own
        city.pay(flows.PUBLIC_EQUITY if state else flows.EQUITY, one, [fen])
        if state:
            city.pools["state_capital"].lend(fen)
            city.spend(city.instruments.index("state_venture_capital"), fen / 100)
        if guide:
            city.pay(flows.PUBLIC_EQUITY, one, [guide])
            city.pools["guide_fund"].lend(guide)
            city.spend(city.instruments.index("guide_fund"), guide / 100)
            self.beside += fen
            for part, mine in (
                ("all", True), ("early", month - firms.opened_month[row] < EARLY_MONTHS),
                ("graduate", firms.kind[row] == city.graduate),
            ):  # fmt: skip
                self.guide_spent[part] += guide * bool(mine)
        total = fen + guide
        city.build_up(one, np.array([total]))
        self.stakes.append(
            Stake(row, investor.kind, 0 if state else fen, guide + (fen if state else 0), month)
        )
        self.last[row] = month
        city.record.add(INVESTED, (month, SOURCES.index(investor.kind)), fen / 100)
        city.record.add(INVESTED, (month, SOURCES.index("guide_fund")), guide / 100)
        city.record.add(ROUNDS, month, 1)
        if city.diary:
            city.diary.firms(
                [firms.id[row]], event, day=int(city.env.now), yuan=total / 100, rule="equity.ticket",
                investor=investor.kind, fund=guide / 100)  # fmt: skip

    def from_the_crowd(self, row: int, fen: int) -> None:
        """Equity that backers on a platform give: no investor holds it, the firm builds up with it."""
        city, one = self.city, np.array([row])
        city.pay(flows.CROWD_EQUITY, one, [fen])
        city.build_up(one, np.array([fen]))
        yuan = fen * int(city.firms.weight[row]) / 100
        city.record.add(INVESTED, (city.month, SOURCES.index("crowd")), yuan)

    def follow_on(self) -> None:
        """Holders put more money into a few of the firms that they hold."""
        city, month = self.city, self.city.month
        for stake in list(self.stakes):
            if month - stake.month < REST_MONTHS or city.firms.state[stake.row] != OPEN:
                continue
            if city.chance.one(
                "follow on", int(city.firms.id[stake.row]), stake.month, month
            ) < FOLLOW_ON * world.deal_activity(month):
                investor = next((i for i in self.desks if i.kind == stake.kind and not i.gone), None)
                if investor is not None and month - self.last[stake.row] >= REST_MONTHS:
                    self.invest(
                        investor, stake.row, self.size_of(investor, stake.row, month), "equity.follow_on"
                    )

    # --- the end of a stake ------------------------------------------------------------------------
    def write_off(self, stake: Stake) -> None:
        """A stake is lost; the city bears part of a private loss in an early firm."""
        city, firms = self.city, self.city.firms
        city.record.add(WRITTEN, city.month, (stake.private + stake.public) / 100)
        early = stake.month - firms.opened_month[stake.row] < EARLY_MONTHS and stake.month >= 0
        pool = city.pools["guide_fund"]
        owed = round(city.at(LOSS_SHARE, city.first_day) * stake.private) if early and pool.capital else 0
        paid = min(owed, pool.balance)
        if paid:
            pool.lend(paid)
            city.post(flows.LOSS_SHARE, paid)
            city.spend(city.instruments.index("guide_fund"), paid / 100)
        if city.diary:
            city.diary.firms(
                [firms.id[stake.row]], "equity.written_off", day=city.last_day, yuan=(stake.private + stake.public) / 100,
                rule="rounds.Investors", borne=paid / 100)  # fmt: skip

    def wind_up(self, rows: Rows) -> None:
        """Firms close: their stakes are lost."""
        gone = set(rows.tolist())
        for stake in [s for s in self.stakes if s.row in gone]:
            self.write_off(stake)
        self.stakes = [s for s in self.stakes if s.row not in gone]

    def sell(self, stake: Stake) -> None:
        """An exit: a sale to others, a buy-back, a listing (VC04); public money comes back to its fund."""
        city = self.city
        g = float(city.chance.normal([int(city.firms.id[stake.row])], "multiple", stake.month)[0])
        multiple = MULTIPLE * float(np.exp(0.8 * g - 0.32))
        private, public = round(multiple * stake.private), round(multiple * stake.public)
        city.post(flows.EXITS, private)
        city.post(flows.PUBLIC_EXITS, public)
        if public:
            fund = "state_capital" if stake.kind == "state" else "guide_fund"
            city.pools[fund].back(public)
            name = "state_venture_capital" if stake.kind == "state" else "guide_fund"
            city.regain(city.instruments.index(name), public / 100)
        city.record.add(SOLD, city.month, (private + public) / 100)
        if city.diary:
            city.diary.firms(
                [city.firms.id[stake.row]], "equity.exit", day=city.last_day, yuan=(private + public) / 100,
                rule="rounds.Investors", multiple=multiple)  # fmt: skip

    def settle(self) -> None:
        """Firms spend what they raised; some stakes are sold, some written off; record."""
        city, firms, month, p = self.city, self.city.firms, self.city.month, self.city.drawn
        rows = np.flatnonzero(firms.unspent > 0)
        spent = np.minimum(
            np.maximum(firms.unspent[rows] // int(MEAN_SPENDING), 100_000), firms.unspent[rows]
        )
        city.pay(flows.EQUITY_SPENT, rows, -spent)
        firms.unspent[rows] -= spent
        kept = []
        exits = p[EXITS.id] + city.at(EXIT_CHANGE, city.first_day)
        for stake in self.stakes:
            u = city.chance.one("stake", int(firms.id[stake.row]), stake.month, month)
            if u < exits / 12:
                self.sell(stake)
            elif u > 1 - p[WRITE_OFFS.id] / 12:
                self.write_off(stake)
            else:
                kept.append(stake)
        self.stakes = kept
        if self.guide_spent["all"]:
            city.record.put(LEVERAGE, month, self.beside / self.guide_spent["all"])
