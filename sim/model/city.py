"""City model: builds and connects the submodels and runs the monthly schedule.

The schedule is defined in :meth:`City.begin_month` and :meth:`City.end_month`; each step is defined in a
submodel.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from mesa import Agent, Model

from sim.engine import clock as calendar
from sim.engine.ledger import Ledger
from sim.engine.recorder import Recorder, RunOutput
from sim.model import founder_traits, programmes, rule_variants
from sim.model.banking import initial_loans
from sim.model.banking.bonds import Bonds
from sim.model.banking.lending import Banks
from sim.model.business_support.advice import Advice
from sim.model.business_support.insurance import Insurance
from sim.model.business_support.intellectual_property import IntellectualProperty
from sim.model.business_support.low_cost_space import LowCostSpace
from sim.model.business_support.orders import Orders
from sim.model.business_support.shared_platforms import SharedPlatforms
from sim.model.calendar import Calendar
from sim.model.context import Context, Levers, LeversAtBase
from sim.model.coordinates import COORDS
from sim.model.entry import parameters as entry_parameters
from sim.model.entry.founding import Founding
from sim.model.entry.programme_entrants import ProgrammeEntrants
from sim.model.entry.re_entry import ReEntry, order_by_id
from sim.model.entry.registration import Registration
from sim.model.environment.environment import Environment
from sim.model.equity.crowdfunding import Crowdfunding
from sim.model.equity.listing import Listings
from sim.model.equity.rounds import Investors
from sim.model.firms import rules as firms_rules
from sim.model.firms.costs import Costs
from sim.model.firms.deregistration import Deregistration
from sim.model.firms.exit import Exit
from sim.model.firms.parameters import DISPLACED
from sim.model.firms.sales import Sales
from sim.model.government import flows, targets
from sim.model.government.accounts import CityAccounts
from sim.model.government.desk_statistics import record_desks
from sim.model.guarantees.guarantors import Guarantees
from sim.model.incubation.demonstration_bases import DemonstrationBases
from sim.model.incubation.facilities import Facilities
from sim.model.incubation.parks import Parks
from sim.model.incubation.payments import FacilityPayments
from sim.model.incubation.projects import Projects
from sim.model.incubation.recognition import Recognition
from sim.model.incubation.register import FacilityRegister
from sim.model.incubation.seed_money import SeedMoney
from sim.model.incubation.tenancy import Tenancy
from sim.model.initial_population import Inputs, initial_conditions, initial_population
from sim.model.population.agents import StartupSet
from sim.model.population.firm_table import OPEN, PANEL, G, T
from sim.model.population.statistics import Statistics, observe
from sim.model.population.survival import record_survival
from sim.model.registry import OUTCOMES, PARAMETERS, draw
from sim.model.subsidies import parameters as subsidies_parameters
from sim.model.subsidies.claims_desk import ClaimsDesk
from sim.model.subsidies.contest import Contest
from sim.model.subsidies.grants import Grants
from sim.model.subsidies.training import Training
from sim.model.underwriting import rules as underwriting_rules

if TYPE_CHECKING:
    import numpy.typing as npt
    from simpy.events import ProcessGenerator

    from sim.engine.event_log import EventLog
    from sim.engine.random_streams import RandomStreams
    from sim.engine.service_desk import ServiceDesk
    from sim.model.environment.assumptions import EnvironmentAssumptions
    from sim.model.settings import Settings

SIZES: Final = {"month": calendar.MONTHS, **{dim: len(c) for dim, c in COORDS.items()}}
RULES: Final[Mapping[str, dict[str, Callable[..., Any]]]] = {
    "demand": firms_rules.DEMANDS, "closure": firms_rules.CLOSURES, "screening": underwriting_rules.SCREENINGS}  # fmt: skip


class City(Model):
    """City model for one set of policy levers and one replicate's random streams.

    Args:
        settings: values of all policy levers by date.
        world: assumptions of the scenario about the environment.
        streams: random streams of the replicate.
        uncertain: whether to draw parameters and initial conditions from their priors instead of using
            central values.
        scale: share of individual businesses and ordinary enterprises that are simulated, each representing
            1/scale firms.
        placebo: whether to break ties differently and add a placebo load of one application a week to each of
            the city's service desks.
        events: event log for case histories, if requested.
        parameter_streams: random streams for drawing uncertain values; ``streams`` by default.
    """

    def __init__(
        self, settings: Settings, world: EnvironmentAssumptions, streams: RandomStreams, *, uncertain: bool, scale: float,
        placebo: bool = False, events: EventLog | None = None, parameter_streams: RandomStreams | None = None,
    ) -> None:  # fmt: skip
        super().__init__(rng=streams.root)  # not used in a run, but available to agents created on request
        env, clock, recorder = simpy.Environment(), Calendar(), Recorder(OUTCOMES, SIZES)
        ways = rule_variants.chosen(world.structure)
        variants = rule_variants.Rules(**{name: RULES[name][way] for name, way in ways.items()})
        source = parameter_streams or streams
        parameters = draw(PARAMETERS, source, uncertain) | dict(world.parameters)
        initial = initial_conditions(world.initial, parameters, source, uncertain)
        firms, base_sales = initial_population(
            Inputs(streams, tuple(parameters.items()), initial["promoted_founders"], scale, variants)
        )
        firms, base_sales = firms.copy(), base_sales.copy()
        accounts = CityAccounts(clock, recorder, firms, [str(slug) for slug in COORDS["instrument"].values])
        self.context = Context(
            self, env, clock, streams, Levers(settings, env, clock), parameters, initial, variants,
            Environment(world), firms, accounts, recorder, events, scale, placebo)  # fmt: skip
        self.settings = settings
        self._build(base_sales)
        self._open_accounts()
        self._start(settings)

    # --- construction ------------------------------------------------------------------------------
    def _build(self, base_sales: npt.NDArray[np.floating[Any]]) -> None:
        """Build the submodels in order of dependency: each one after the submodels that it calls."""
        context = self.context
        self.statistics = Statistics(
            context.firms, context.clock, context.recorder, context.initial["older_entities"], context.events)  # fmt: skip
        self.claims = ClaimsDesk(context, programmes.BUDGETS, programmes.GATES)
        self.registration = Registration(context)
        self.registration.open_desks()
        self.founding = Founding(
            context, self.registration, founder_traits.traits(context), founder_traits.indivisible(context))  # fmt: skip
        self.entrants = ProgrammeEntrants(context, self.founding, self.claims)
        self.re_entry = ReEntry(context, self.founding, self.claims, self.entrants)
        self.grants = Grants(context, self.claims)
        self.contest = Contest(context, self.claims)
        self.training = Training(context, self.claims)
        self.advice = Advice(context, self.claims)
        self.orders = Orders(context, self.claims)
        self.rights = IntellectualProperty(context)
        self.insurance = Insurance(context)
        self.space = LowCostSpace(context)
        self.sales = Sales(context, base_sales)
        self.costs = Costs(context, self.space, SharedPlatforms(context))
        self.deregistration = Deregistration(context)
        self.deregistration.open_desk()
        self.exit = Exit(context, self.deregistration)
        self.investors = Investors(context)
        self.listings = Listings(context)
        self.crowdfunding = Crowdfunding(context, self.investors)
        self.register = FacilityRegister(context.firms)
        self.facilities = Facilities(context, self.register)
        self.facility_payments = FacilityPayments(context, self.register)
        self.recognition = Recognition(context, self.register, self.facility_payments)
        self.projects = Projects(context, self.facilities)
        self.tenancy = Tenancy(context, self.register, self.facility_payments)
        self.seed_money = SeedMoney(context, self.register, self.facilities)
        self.parks = Parks(context, self.register, self.facilities)
        self.demonstration = DemonstrationBases(context, self.register, self.facility_payments)
        self.guarantees = Guarantees(context)
        self.banks = Banks(context, self.guarantees, self.tenancy, self.claims)
        self.bonds = Bonds(context, self.banks.book)

    def _open_accounts(self) -> None:
        """Endow the public funds and open the ledger, which checks all later payments."""
        context, accounts = self.context, self.context.accounts
        self.guarantees.begin()
        self.banks.endow()
        self.investors.endow()
        funds = accounts.funds.values()
        in_funds = sum(fund.balance for fund in funds)
        accounts.ledger = Ledger(flows.FLOWS, {"startups": context.firms.cash_held(), "funds": in_funds})
        accounts.ledger.held("startups", context.firms.cash_held)
        budgets = [
            *self.claims.budgets.values(), self.facility_payments.awards, self.facility_payments.subsidies,
            self.demonstration.money, self.listings.awards]  # fmt: skip
        accounts.ledger.held("budget", lambda: sum(pot.remaining + pot.committed for pot in budgets))
        accounts.ledger.held("funds", lambda: sum(fund.balance for fund in funds))

    def _start(self, settings: Settings) -> None:
        """Set up the facilities, tenants, stakes and loans of 1 January 2017, with levers at base values."""
        context = self.context
        self.facilities.begin_with()
        self.projects.begin_with()
        planned = context.levers
        context.levers = LeversAtBase(settings, context.env, context.clock)
        context.clock.turn(-1, 0, -1)
        self.tenancy.begin_with()
        self.seed_money.begin_with()
        self.investors.enter_initial_stakes()
        initial_loans.lend(self.banks)
        context.levers = planned
        context.clock.turn(0, 0, 0)

    # --- the month ---------------------------------------------------------------------------------
    def begin_month(self) -> None:
        """Start the month: staff the desks, simulate founding decisions and submit applications."""
        context, firms = self.context, self.context.firms
        at, day = context.levers.at, context.clock.first_day
        self.claims.appropriate(day)
        self.registration.begin()
        self.deregistration.begin()
        self.claims.staff()
        trained = not context.levers.not_yet(subsidies_parameters.TRAINING_BUDGET)
        trainees = self.founding.begin(at(entry_parameters.TRAINEES, day) if trained else 0.0)
        open_now = firms.rows_in(OPEN)
        self.entrants.begin()
        self.re_entry.begin()
        self.grants.begin(open_now)
        self.contest.begin()
        self.training.begin(open_now, trainees, at(entry_parameters.GRADUATE_MENTORS, day))
        segment = firms.segment.take(open_now)
        enterprises, technology = open_now.compress(segment != G), open_now.compress(segment == T)
        self.advice.begin(enterprises, technology)
        self.orders.begin(enterprises, technology)
        self.rights.begin(technology)
        self.projects.begin()
        self.facility_payments.begin()
        self.recognition.begin()
        self.parks.begin()
        self.demonstration.begin()
        self.tenancy.begin()
        self.space.begin(enterprises)
        self.seed_money.begin()
        self.investors.begin(technology)
        self.listings.begin(technology)
        for scheme in self.guarantees.schemes_without_capital():
            self.banks.book.end_cover(scheme)
        self.guarantees.begin()
        self.banks.begin(open_now, technology)
        self.bonds.begin(enterprises)
        self.crowdfunding.begin(enterprises)
        self.insurance.begin(technology)

    def end_month(self) -> None:
        """End the month: simulate openings, sales, hiring, costs and closures, and close the accounts."""
        context, firms, clock = self.context, self.context.firms, self.context.clock
        registered = self.registration.settle()
        self.deregistration.never_to_open(registered)
        guidance = context.levers.at(subsidies_parameters.GUIDANCE, clock.first_day)
        self.training.guide(registered, clock.last_day, guidance)
        recalled = self.entrants.settle()
        opened = self.founding.open_firms()
        self.founding.pay_fees(opened)
        trading = firms.trading(clock.month, clock.first_day, clock.last_day)
        self.rights.reduce_sales()
        value_added = self.sales.settle(trading)
        self.banks.collect()
        self.bonds.collect()
        self.insurance.pay()
        profit = self.costs.settle(trading, value_added)
        self.tenancy.collect()
        closures = self.exit.close(trading, profit, recalled)
        if len(closures.rows):
            self.banks.book.wind_up(closures.rows)
            self.investors.wind_up(closures.rows)
            self.seed_money.wind_up(closures.rows)
            self.tenancy.wind_up(closures.rows)
        self.exit.distribute(closures)
        observe(firms, clock.month, trading)
        self.re_entry.failed(closures.rows)
        self.deregistration.hand_in(self.deregistration.strike_off())
        self.rights.settle()
        self.facilities.settle()
        self.tenancy.settle()
        self.seed_money.settle()
        self.parks.settle()
        self.demonstration.settle()
        self.investors.settle()
        self.banks.settle()
        self.guarantees.settle()
        self.claims.settle()
        displaced = float(context.recorder[DISPLACED][clock.month])
        self.statistics.settle(registered, opened, trading, closures.rows, displaced)
        targets.settle(firms, clock, context.recorder)
        if context.events and clock.month % 12 == 11:
            self.statistics.log_year(trading.rows)
        for index, fund in enumerate(context.accounts.funds.values()):
            fund.settle(context.recorder, clock.month, index)
        record_desks(self.desks, context.recorder, clock.month, clock.last_day)
        context.accounts.close_month()

    def months(self) -> ProcessGenerator:
        """SimPy process that runs the monthly schedule."""
        env = self.context.env
        for month in range(calendar.MONTHS):
            first, end = (int(d) for d in calendar.MONTH_START[month : month + 2])
            self.context.clock.turn(month, first, end - 1)
            self.begin_month()
            yield env.timeout(end - first - 1 + calendar.DUSK)
            self.end_month()
            yield env.timeout(1 - calendar.DUSK)

    # --- the run -----------------------------------------------------------------------------------
    @property
    def city_desks(self) -> list[ServiceDesk]:
        """Service desks run by the city government."""
        return [
            *self.registration.desks, self.deregistration.desk, self.claims.desk, self.recognition.desk,
            self.projects.desk]  # fmt: skip

    @property
    def desks(self) -> list[ServiceDesk]:
        """Service desks of the city, the IP protection centres, banks, guarantors and investors."""
        return [
            *self.city_desks, *self.rights.centres, *self.banks.desks, *self.guarantees.desks,
            *self.investors.desks]  # fmt: skip

    @property
    def startups(self) -> StartupSet:
        """All firms, open or not, as a set of Mesa agents for exploring and extending the model."""
        return StartupSet(self, self.context.firms)

    def run_all(self) -> RunOutput:
        """Simulate 2017 to 2020 and return the output."""
        env, firms = self.context.env, self.context.firms
        for process in (
            self.months(), self.claims.transfers(), self.banks.meetings(), self.banks.disbursements(),
            *(desk.work(env) for desk in self.desks), self.banks.answers(),
            *(desk.placebo_load(env) for desk in self.city_desks if self.context.placebo),
        ):  # fmt: skip
            env.process(process)
        env.run(until=calendar.DAYS)
        record_survival(firms, self.context.recorder)
        targets.final(self.context.recorder, self.context.environment.world.at_least)
        panel: dict[str, npt.NDArray[Any]] = {name: getattr(firms, name) for name in PANEL}
        jobs = self.statistics.jobs_by_month[:, : len(firms)]
        paid = np.array(self.context.accounts.payments, dtype=np.int64).reshape(-1, 4)
        order = order_by_id(firms.id)
        if order is not None:  # the panel is sorted by id
            panel = {name: column.take(order) for name, column in panel.items()}
            for month in jobs:  # in place, which saves 50 MiB compared with all months at once
                month[:] = month.take(order)
            place = np.empty_like(order)
            place[order] = np.arange(len(order))
            paid[:, 0] = place[paid[:, 0]]
        payments = dict(zip(("row", "instrument", "day", "fen"), paid.T, strict=True))
        known = {f"initial.{name}": value for name, value in self.context.initial.items()}
        return RunOutput(
            self.context.recorder.arrays,
            panel | {"jobs": jobs},
            payments,
            {**self.context.parameters, **known},
        )

    def close(self) -> None:
        """Remove all agents and release the model, to which Mesa before 3.4.2 keeps a class-level reference."""
        self.register.frozen = True  # so that removing agents does not close facilities
        self.remove_all_agents()
        ids = getattr(Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Suspend garbage collection, since a run creates many small objects but few reference cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def simulate(
    settings: Settings, world: EnvironmentAssumptions, streams: RandomStreams, *, uncertain: bool, scale: float,
    placebo: bool = False, events: EventLog | None = None, parameter_streams: RandomStreams | None = None,
) -> RunOutput:  # fmt: skip
    """Build a city, simulate 2017 to 2020 and return the output; see :class:`City` for the arguments."""
    # Freeing one large block makes glibc reuse the memory of freed arrays; otherwise page faults take a sixth of a run.
    np.empty(31 << 20, dtype=np.uint8)
    with _without_garbage_collection():
        city = City(
            settings, world, streams, uncertain=uncertain, scale=scale, placebo=placebo, events=events,
            parameter_streams=parameter_streams)  # fmt: skip
        try:
            return city.run_all()
        finally:
            city.close()
