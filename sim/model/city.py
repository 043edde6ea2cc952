"""The city: wiring and order only. What happens is in the rooms; ``month`` is their table of contents."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import simpy
from mesa import Agent

from sim.engine import clock
from sim.engine.chance import Chance
from sim.engine.diary import Diary
from sim.engine.ledger import Ledger
from sim.engine.record import History, Recorder
from sim.engine.socket import Socket
from sim.model import (
    bonds,
    books,
    carriers,
    census,
    claims,
    claims_office,
    conditions,
    contest,
    cost,
    credit,
    crowdfunding,
    debt,
    demonstration,
    entry,
    equity,
    exit,
    flows,
    founding,
    government,
    grants,
    growth,
    guarantee,
    guarantors,
    incubator,
    insurance,
    ip,
    lending,
    listing,
    newcomers,
    orders,
    parks,
    past,
    places,
    pools,
    registration,
    rounds,
    sales,
    seed,
    services,
    structure,
    support,
    targets,
    tenancy,
    ventures,
    world,
)
from sim.model.books import Books
from sim.model.coordinates import COORDS
from sim.model.population.agents import StartupSet
from sim.model.settings import PARAMETERS, Settings, draw
from sim.model.startups import (
    FILED,
    OPEN,
    PANEL,
    REGISTERED,
    G,
    Rows,
    T,
    Trading,
)

Floats = npt.NDArray[np.floating[Any]]

OUTCOMES: Final = (
    *targets.OUTCOMES, *census.OUTCOMES, *entry.OUTCOMES, *claims.OUTCOMES, *services.OUTCOMES, *growth.OUTCOMES,
    *cost.OUTCOMES, *ip.OUTCOMES, *incubator.OUTCOMES, *seed.OUTCOMES, *parks.OUTCOMES, *demonstration.OUTCOMES,
    *equity.OUTCOMES, *credit.OUTCOMES, *debt.OUTCOMES, *guarantee.OUTCOMES, *crowdfunding.OUTCOMES,
    *insurance.OUTCOMES, *pools.OUTCOMES, *government.OUTCOMES, *newcomers.OUTCOMES, *ventures.OUTCOMES,
    *books.OUTCOMES)  # fmt: skip
SIZES: Final = {"month": clock.MONTHS, **{dim: len(c) for dim, c in COORDS.items()}}
RULES: Final[Mapping[str, dict[str, Callable[..., Any]]]] = {
    "demand": growth.DEMANDS, "closure": exit.CLOSURES, "screening": credit.SCREENINGS}  # fmt: skip


class City(Books):
    """One city under one set of settings, with one replicate's luck.

    Args:
        settings: value of every socket, day by day.
        scene: what the scenario takes as given.
        chance: the replicate's luck.
        uncertain: draw parameters and what is not known of 2016 from their priors; else their central values.
        scale: share of individual businesses and ordinary enterprises that are simulated, each standing for 1/scale.
        placebo: the same policy with other tie-breaks and one phantom file a week at each window.
        diary: keeps notes of the lives that somebody asks about.
        beliefs: draws what is uncertain; else ``chance`` does. Studies split luck and parameters with it.
    """

    def __init__(
        self, settings: Settings, scene: world.World, chance: Chance, *,
        uncertain: bool, scale: float, placebo: bool = False, diary: Diary | None = None,
        beliefs: Chance | None = None,
    ) -> None:  # fmt: skip
        super().__init__(rng=chance.root)  # a run never draws from Mesa's generators; agents made on request may
        self.settings, self.scene, self.chance, self.scale = settings, scene, chance, scale
        self.placebo, self.diary, self.over = placebo, diary, False
        self.ways = structure.chosen(scene.structure)
        self.rules = structure.Rules(**{name: RULES[name][way] for name, way in self.ways.items()})
        self.drawn = draw(PARAMETERS, beliefs or chance, uncertain) | dict(scene.parameters)
        unknown = draw({p.id: p for p in world.INITIAL}, beliefs or chance, uncertain)
        self.initial = {k.removeprefix("initial."): v for k, v in unknown.items()} | dict(scene.initial)
        if "incubation_area" not in scene.initial:  # number and area hang together
            self.initial["incubation_area"] = self.initial["tech_incubators"] * self.drawn[incubator.AREA.id]
        self.districts, self.instruments = COORDS["district"].values, COORDS["instrument"].values
        kinds = [k.slug for k in places.founder_kinds()]
        self.eligible_kind = np.array([k in claims.ELIGIBLE_KINDS for k in kinds])
        self.hardship, self.veteran, self.graduate, self.unemployed = (
            kinds.index(k) for k in ("hardship", "veteran", "graduate", "unemployed")
        )
        self.conditions = conditions.Conditions(scene)
        self.recalled = np.zeros(0, dtype=np.intp)  # firms that close this month as their head goes back

        self.env = simpy.Environment()
        self.record = Recorder(OUTCOMES, SIZES)
        self.month = self.first_day = self.last_day = -1
        self.ledger: Ledger | None = None
        self.pools = {name: pools.Pool(name) for name in pools.FUNDS}
        self.payments = []
        self.firms, self.base_sales = past.lived(self)
        self.history = np.zeros((clock.MONTHS, self.firms.capacity), dtype=np.int16)
        self.on_register = census.forms(self, np.flatnonzero(self.firms.state != FILED))
        gates = (
            services.GATES
            | credit.GATES
            | growth.GATES
            | exit.GATES
            | {"training_subsidy": (entry.TRAINEES,)}
        )
        pots_of_claims: dict[str, claims_office.Pot] = {
            **claims.POTS, **services.POTS, **credit.POTS, **growth.POTS, "first_set_award": orders.first_set_money,
            "overseas_talent": (entry.RETURNEES, claims.TALENT_PACKAGE), "second_chance": ventures.money}  # fmt: skip
        self.claims = claims_office.ClaimsOffice(self, pots_of_claims, gates)
        self.newcomers = newcomers.Newcomers(self)
        self.ventures = ventures.Ventures(self)
        self.orders = orders.Orders(self)
        self.rights = ip.Rights(self)
        self.carriers = carriers.Carriers(self)
        self.tenancy = tenancy.Tenancy(self)
        self.seed = seed.SeedFunds(self)
        self.parks = parks.Parks(self)
        self.demonstration = demonstration.Demonstration(self)
        self.investors = rounds.Investors(self)
        self.listings = listing.Listings(self)
        self.banks = lending.Banks(self)
        self.bonds = bonds.Bonds(self)
        self.guarantors = guarantors.Guarantors(self)
        self.crowd = crowdfunding.Crowd(self)
        self.insurers = insurance.Insurers(self)
        self.month = self.first_day = 0
        self.guarantors.begin()
        self.banks.endow()
        self.investors.endow()
        in_funds = sum(pool.balance for pool in self.pools.values())
        self.ledger = Ledger(flows.FLOWS, {"startups": self.firms.cash_held(), "funds": in_funds})
        self.ledger.held("startups", self.firms.cash_held)
        pots = [
            *self.claims.pots.values(), self.carriers.awards, self.carriers.subsidies, self.demonstration.money,
            self.listings.awards]  # fmt: skip
        self.ledger.held("budget", lambda: sum(pot.remaining + pot.committed for pot in pots))
        self.ledger.held("funds", lambda: sum(pool.balance for pool in self.pools.values()))
        self.windows = self._windows()
        self.carriers.begin_with()
        self.month = -1  # sockets are at their bases: policy has no part in the past
        self.tenancy.begin_with()
        self.seed.begin_with()
        self.investors.begin_with()
        self.banks.begin_with()
        self.month = 0

    # --- the month -------------------------------------------------------------------------------
    def begin(self) -> None:
        """What comes at the month's start: posts are filled, people come, files are handed in."""
        self.claims.appropriate(self.first_day)
        registration.begin(self)
        exit.begin(self)
        claims.staff(self)
        places = 0.0 if self.not_yet(services.TRAINING_BUDGET) else self.at(entry.TRAINEES, self.first_day)
        trainees = founding.begin(self, places)
        open_now = self.firms.rows_in(OPEN)
        self.newcomers.begin()
        self.ventures.begin()
        grants.begin(self, open_now)
        contest.begin(self)
        services.begin(self, open_now, trainees, self.at(entry.GRADUATE_MENTORS, self.first_day))
        segment = self.firms.segment.take(open_now)
        enterprises, technology = open_now.compress(segment != G), open_now.compress(segment == T)
        support.begin(self, enterprises, technology)
        self.orders.begin(enterprises, technology)
        self.rights.begin(technology)
        carriers.begin(self)
        self.parks.begin()
        self.demonstration.begin()
        self.tenancy.begin()
        cost.begin(self, enterprises)
        self.seed.begin()
        self.investors.begin(technology)
        self.listings.begin(technology)
        self.guarantors.begin()
        self.banks.begin(open_now, technology)
        self.bonds.begin(enterprises)
        self.crowd.begin(enterprises)
        self.insurers.begin(technology)

    def settle(self) -> None:
        """What is settled at the month's end, after every day of it."""
        registered = registration.settle(self)
        self.never_to_open(registered)
        services.guide(self, registered, self.last_day, self.at(claims.GUIDANCE, self.first_day))
        self.recalled = self.newcomers.settle()
        opened, trading, closing = self.trade()
        self.ventures.failed(closing)
        exit.deregister(self)
        self.rights.settle()
        self.carriers.settle()
        self.tenancy.settle()
        self.seed.settle()
        self.parks.settle()
        self.demonstration.settle()
        self.investors.settle()
        self.banks.settle()
        self.guarantors.settle()
        claims.settle(self)
        census.settle(
            self,
            registered,
            opened,
            trading,
            closing,
            float(self.record[growth.DISPLACED][self.month]),
        )
        targets.settle(self)
        if self.diary and self.month % 12 == 11:
            census.note_year(self, trading.rows)
        for index, pool in enumerate(self.pools.values()):
            pool.settle(self.record, self.month, index)
        government.settle(self.desks, self.record, self.month, self.last_day)
        self.close_books()

    def trade(self) -> tuple[Rows, Trading, Rows]:
        """Open, sell, hire, pay, close: the month of every firm. Before 2017 this is all that happens."""
        opened = self.open_doors()
        trading = self.firms.trading(self.month, self.first_day, self.last_day)
        if self.month >= 0:
            self.rights.press()
        value_added = sales.settle(self, trading)
        if self.month >= 0:
            self.banks.collect()
            self.bonds.collect()
            self.insurers.pay()
        profit = cost.settle(self, trading, value_added)
        if self.month >= 0:
            self.tenancy.collect()
        closing = exit.settle(self, trading, profit)
        census.observe(self, trading)
        return opened, trading, closing

    def months(self) -> Any:
        """The SimPy process that moves the whole population month by month."""
        for self.month in range(clock.MONTHS):
            self.first_day, end = (int(d) for d in clock.MONTH_START[self.month : self.month + 2])
            self.last_day = end - 1
            self.begin()
            yield self.env.timeout(end - self.first_day - 1 + clock.DUSK)
            self.settle()
            yield self.env.timeout(1 - clock.DUSK)

    def run_all(self) -> History:
        """Live the four years and hand on what was recorded."""
        self.env.process(self.months())
        for process in (self.claims.transfers(), self.banks.committee.fridays(), self.banks.payments()):
            self.env.process(process)
        for window in self.desks:
            self.env.process(window.work(self.env))
        for window in self.windows.values() if self.placebo else ():
            self.env.process(window.phantoms(self.env))
        self.env.run(until=clock.DAYS)
        census.survival(self)
        targets.final(self)
        firms = self.firms
        panel: dict[str, npt.NDArray[Any]] = {name: getattr(firms, name) for name in PANEL}
        jobs = self.history[:, : len(firms)]
        paid = np.array(self.payments, dtype=np.int64).reshape(-1, 4)
        order = ventures.in_order(firms.id)
        if order is not None:  # the panel is in the order of ids
            panel = {name: column.take(order) for name, column in panel.items()}
            for month in jobs:  # in place: all months at once are 50 MiB more
                month[:] = month.take(order)
            place = np.empty_like(order)
            place[order] = np.arange(len(order))
            paid[:, 0] = place[paid[:, 0]]
        payments = dict(zip(("row", "instrument", "day", "fen"), paid.T, strict=True))
        return History(
            self.record.arrays,
            panel | {"jobs": jobs},
            payments,
            self.drawn | {f"initial.{k}": v for k, v in self.initial.items()},
        )

    def close(self) -> None:
        """Let go of the model: Mesa before 3.4.2 keeps every model that had agents in a class-level dictionary."""
        self.over = True  # what its agents do when they go is no event of the city's any more
        self.remove_all_agents()
        ids = getattr(Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)

    # --- what rooms ask of the city -----------------------------------------------------------------
    @property
    def startups(self) -> StartupSet:
        """All firms, living and dead, as a set of Mesa agents: for whoever explores or extends the model."""
        return StartupSet(self, self.firms)

    def at(self, socket: Socket, day: float) -> float:
        """Value of a socket on a day; before 2017 its base, whatever the scenario: policy has no part in the past."""
        return socket.base if self.month < 0 else self.settings.at(socket, day)

    def not_yet(self, socket: Socket) -> bool:
        """Whether a socket has been zero all along until now: what it pays for has not begun, and takes no claims."""
        return self.settings.not_yet(socket, max(self.first_day, self.env.now))

    def opening_days(self, day: float) -> float:
        """Working days of opening a firm, which a founder looks at before founding."""
        return self.at(registration.DAYS, day)

    @property
    def desks(self) -> list[government.Window]:
        """All windows at which files wait: the city's, the banks', the guarantors', the investors'."""
        return [
            *self.windows.values(), *self.rights.centres, *self.banks.desks, *self.guarantors.desks,
            *self.investors.desks]  # fmt: skip

    def dispositions(self, ids: Any, segment: Any, sector: Any, skill: Any) -> dict[str, Any]:
        """What founders bring with them."""
        return (
            registration.dispositions(self, ids, segment, sector)
            | cost.dispositions(self, ids)
            | ip.dispositions(self, ids, segment, sector, skill)
            | credit.dispositions(self, ids, segment)
            | incubator.dispositions(self, ids, segment)
        )

    def never_thinned(self, ids: Any, segment: Any, sector: Any, skill: Any) -> npt.NDArray[np.bool_]:
        """Who of these founders will seek a berth or hold a design: a heavy row would block a centre's line."""
        seeks = incubator.dispositions(self, ids, segment)["seeks"] > 0
        return np.asarray(seeks | ip.dispositions(self, ids, segment, sector, skill)["design"])

    def wind_up(self, closing: Rows) -> None:
        """Firms close: tenants leave, debts are settled or not, partners write off."""
        if self.month >= 0 and len(closing):
            self.banks.wind_up(closing)
            self.investors.wind_up(closing)
            self.seed.wind_up(closing)
            self.tenancy.wind_up(closing)

    def ties(self, ids: npt.NDArray[np.int64], *what: str) -> npt.NDArray[np.uint64]:
        """Keyed tie-breaks for files that come on the same day."""
        return self.chance.bits(ids, "tie", *what, *(("placebo",) if self.placebo else ()))

    def kinds_among(self, slugs: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Of each kind of founder, whether it is one of these."""
        return np.array([kind.slug in slugs for kind in places.founder_kinds()])

    def appraise(self, rows: Rows, months: npt.NDArray[np.int64], sigma: float, eye: str) -> Floats:
        """Chances of default of firms as somebody sees them."""
        return credit.appraise(self, rows, months, sigma, credit.EYES.index(eye), self.env.now)

    def build_up(self, rows: Rows, fen: npt.NDArray[np.int64]) -> None:
        """Partners' money has come to these firms: it is theirs to build with, and their scale grows."""
        firms = self.firms
        firms.raised[rows] += fen
        firms.unspent[rows] += fen
        effect = self.drawn[equity.GROWTH_EFFECT.id]
        firms.log_scale[rows] += equity.growth(effect, fen / 100, firms.value_added[rows])

    # --- parts ------------------------------------------------------------------------------------
    def open_doors(self) -> Rows:
        """Registered firms whose day has come open, with their founders' money."""
        waiting = self.firms.rows_in(REGISTERED)
        due = waiting[self.firms.opened[waiting] <= self.last_day]
        self.firms.state[due] = OPEN
        self.firms.opened_month[due] = self.month
        founding.pay_in(self, due)
        if self.diary and self.month >= 0:
            self.diary.firms(
                self.firms.id[due], "registration.opened", day=self.firms.opened[due],
                rule="registration.opening_wait", yuan=self.firms.cash[due] / 100, jobs=self.firms.jobs[due])  # fmt: skip
        return due

    def _windows(self) -> dict[str, government.Window]:
        p = self.drawn

        def window(
            name: str, rate: float, decided: Callable[..., None], weigh: Any = None
        ) -> government.Window:
            return government.Window(self, name, rate, decided, weigh)

        def of_firms(files: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
            return self.firms.weight.take(files)

        made = (
            window("registry", p[registration.FILES_A_DAY.id], partial(registration.registered, self), of_firms),
            window("licence", p[registration.LICENCES_A_DAY.id], partial(registration.licensed, self), of_firms),
            window("deregistration", p[exit.FILES_A_DAY.id], partial(exit.decided, self), of_firms),
            window("claims", p[claims.FILES_A_DAY.id], self.claims.decided, self.claims.weigh),
            window("accreditation", incubator.FILES_A_DAY["accreditation"], self.carriers.decided),
            window("conversion", incubator.FILES_A_DAY["conversion"], self.carriers.decided),
        )  # fmt: skip
        return {w.name: w for w in made}

    def never_to_open(self, registered: Rows) -> None:
        """Some of those who register will never open: they leave the register sooner or later."""
        never = registered[np.isinf(self.firms.wait[registered])]
        exit.will_leave(self, never, exit.NEVER_OPENED)

    def under_way(self, rows: Rows) -> None:
        """Files of 2016 that the registry is through with in 2017: when those firms will open."""
        registration.open_on(self, rows, self.firms.registered.take(rows) + self.firms.wait.take(rows))

    def registered_before(self, rows: Rows) -> None:
        """Firms registered before 2017: when they open, and whose founders were guided then."""
        registration.open_on(self, rows, self.firms.registered.take(rows) + self.firms.wait.take(rows))
        self.never_to_open(rows)
        services.guide_before(self, rows)


@contextmanager
def _quiet_collector() -> Iterator[None]:
    """A run makes many small objects and few cycles: the collector would only walk them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def live(
    settings: Settings,
    scene: world.World,
    chance: Chance,
    *,
    uncertain: bool,
    scale: float,
    placebo: bool = False,
    diary: Diary | None = None,
    beliefs: Chance | None = None,
) -> History:
    """Build a city, live 2017 to 2020, and return what was recorded. See :class:`City` for the arguments."""
    # Freeing one large block tells glibc to keep the memory of freed arrays: a sixth of a run was page faults.
    np.empty(31 << 20, dtype=np.uint8)
    with _quiet_collector():
        how: dict[str, Any] = {"uncertain": uncertain, "scale": scale, "placebo": placebo, "diary": diary}
        city = City(settings, scene, chance, beliefs=beliefs, **how)
        try:
            return city.run_all()
        finally:
            city.close()
