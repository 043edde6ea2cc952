"""Founding: monthly founding decisions, founder characteristics and applications to the registry.

:mod:`~sim.model.entry.programme_entrants` and :mod:`~sim.model.entry.re_entry` use the same steps to submit
the applications of founders induced by programmes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.entry import rules
from sim.model.entry.candidates import candidates, monthly_ids
from sim.model.entry.parameters import (
    BARRED,
    CAPITAL,
    COST_EFFECT,
    DISTRICT_PULL,
    FILING_DAYS,
    FIXED_COST,
    GRADUATES_TRAINED,
    INDIVIDUAL,
    KIND_SHARE,
    LUMP_SUM,
    ON_THE_VERGE,
    OPEN_SHARE,
    PLATFORM_OPEN_SHARE,
    PROPENSITY,
    PULL,
    REFORM,
    SIZE_E,
    SIZE_G,
    TECHNOLOGY,
    TRAINED,
    TRAINING,
    ZONES,
)
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population import firm_table
from sim.model.population.firm_table import NEVER, G
from sim.model.population.parameters import MONTH_DAYS, RENT, WAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Ints, Mask, Rows
    from sim.model.context import Context
    from sim.model.entry.registration import Registration

_ZONES: Final = [k for k, d in enumerate(geography.districts()) if d.slug in ZONES]
_GRADUATE, _UNEMPLOYED = geography.kind_code("graduate"), geography.kind_code("unemployed")

Traits = Callable[["Ints", "Codes", "Codes", "Floats"], dict[str, Any]]
"""Function of founders' ids, segments, sectors and skill that returns their traits, by column name."""
Indivisible = Callable[["Ints", "Codes", "Codes", "Floats"], "Mask"]
"""Function of the same arguments that returns a mask of founders whose rows have weight 1 at every scale.

A row with a larger weight would block the queue for places in facilities.
"""


class Founding:
    """Submodel of founding: monthly founding decisions and founder characteristics.

    Args:
        context: context of the run.
        registration: registration submodel, to which founders submit their applications.
        traits: function that draws the founder traits used by other submodels.
        indivisible: function that returns a mask of founders whose rows have weight 1 at every scale.
    """

    def __init__(
        self, context: Context, registration: Registration, traits: Traits, indivisible: Indivisible
    ) -> None:
        self.context = context
        self.registration, self.traits, self.indivisible = registration, traits, indivisible

    def _founders(self, ids: Ints) -> dict[str, Any]:
        """Return the firm-table columns of founders.

        At scales below 1, founders are sampled; some founders in restricted business lines do not enter.
        """
        streams, p, day = self.context.streams, self.context.parameters, self.context.clock.first_day
        segment = rules.segment_of(streams.uniform(ids, "segment"), p[TECHNOLOGY.id], p[INDIVIDUAL.id])
        sector, skill = rules.sector_of(segment, streams.uniform(ids, "sector")), self.skill_of(ids)
        weight = np.ones(len(ids), dtype=np.int64)
        if self.context.scale < 1:
            whole = self.indivisible(ids, segment, sector, skill)
            keep, weight = rules.thin(segment, streams.uniform(ids, "scale"), self.context.scale, whole)
            ids, segment, sector, skill, weight = (
                a.compress(keep) for a in (ids, segment, sector, skill, weight))  # fmt: skip
        lines, platforms = (self.context.levers.at(lever, day) for lever in (OPEN_SHARE, PLATFORM_OPEN_SHARE))
        open_ = np.ones(len(ids), dtype=np.bool_)
        if min(lines, platforms) < 1:
            platform = rules.in_platform_line(streams.uniform(ids, "platform"), sector)
            open_ = rules.line_open(streams.uniform(ids, "line"), platform, lines, platforms)
            go = open_ | rules.founds_under_licence(streams.uniform(ids, "barred"), p[BARRED.id])
            ids, segment, sector, skill, weight, open_ = (
                a.compress(go) for a in (ids, segment, sector, skill, weight, open_))  # fmt: skip
        kind = rules.kind_of(streams.uniform(ids, "kind"))
        new = self.describe(ids, segment, sector, kind, skill)
        new["licence"] = np.where(open_, new["licence"], np.maximum(new["licence"], 1))
        return new | {"weight": weight}

    def skill_of(self, ids: Ints) -> Floats:
        """Return founders' skill in standard deviations, correlated with their firms' capability."""
        streams = self.context.streams
        return rules.skill(streams.normal(ids, "capability"), streams.normal(ids, "skill"))

    def describe(
        self,
        ids: Ints,
        segment: Codes,
        sector: Codes,
        kind: Codes,
        skill: Floats,
        district: Codes | None = None,
    ) -> dict[str, Any]:
        """Return all firm-table columns of founders with the given characteristics; their weight is 1.

        Args:
            ids: permanent ids.
            segment: segment G, E or T.
            sector: sector code.
            kind: founder kind code.
            skill: skill in standard deviations.
            district: district code; drawn if not given.
        """
        streams, p = self.context.streams, self.context.parameters
        if district is None:
            district = self._place(ids, segment, sector)
        c = rules.capability(segment, streams.normal(ids, "capability"))
        jobs = rules.starting_jobs(
            segment, streams.normal(ids, "size"), c, streams.uniform(ids, "size", "round"),
            p[SIZE_E.id], p[SIZE_G.id])  # fmt: skip
        return {
            "id": ids,
            "segment": segment,
            "sector": sector,
            "district": district,
            "kind": kind,
            "skill": skill,
            "exporter": rules.exports(
                self.context.environment.tradable[sector], streams.uniform(ids, "exporter")
            ),
            "log_scale": rules.log_scale(jobs, c, np.take(WAGE, segment)),
            "capability": c,
            "capability_start": c,
            "cell": rules.cell(segment, kind, sector, district),
            "turn": rules.turn(ids),
            "productivity_sd": rules.productivity_sd(streams.uniform(ids, "luck", "sd"), jobs),
            "jobs": jobs,
            "jobs_at_12": jobs,
            **self.traits(ids, segment, sector, skill),
        }

    def _place(self, ids: Ints, segment: Codes, sector: Codes) -> Codes:
        """Draw the district of each founder; zones with platforms attract additional enterprises (M22)."""
        streams, day = self.context.streams, self.context.clock.first_day
        district = rules.district_of(sector, streams.uniform(ids, "district"))
        pull = self.context.levers.at(DISTRICT_PULL, day) * self.context.parameters[PULL.id]
        if pull > 0:
            one, other = _ZONES
            first, second = geography.district_shares()[:, _ZONES].T
            chance = rules.relocation_probability(first + second, pull)[sector]
            go = (segment != G) & (district != one) & (district != other)
            go &= streams.uniform(ids, "pull") < chance
            ids, sector = ids[go], sector[go]
            u = streams.uniform(ids, "pull", "zone") * (first + second)[sector]
            district[go] = np.where(u < first[sector], one, other)
        return district

    def register_before_2017(self, month: int) -> tuple[Rows, Rows]:
        """Register the founders of a month before 2017, without queues or policy effects.

        Returns:
            Rows of founders whose registration is completed in 2017, and rows of the other founders.
        """
        base, p = self.context.parameters[PROPENSITY.id], self.context.parameters
        ids = monthly_ids(month, candidates(month, base, p[REFORM.id], p[COST_EFFECT.id]))
        ids = ids.compress(self.context.streams.uniform(ids, "found") < base)
        new = self._founders(ids)
        ids = new["id"]
        start = round(month * MONTH_DAYS)
        day = start + np.floor(FILING_DAYS * self.context.streams.uniform(ids, "day")).astype(np.int16)
        # Founders in the process of opening at the start of 2017 are registered when the process ends.
        done = day + np.floor(clock.working_days(self.registration.opening_days(start)) * new["steps"])
        late = done >= 0
        rows = self.context.firms.append(
            len(ids), filed=day, registered=np.where(late, done, day), registered_month=np.where(late, NEVER, month),
            state=np.where(late, firm_table.FILED, firm_table.REGISTERED), **new)  # fmt: skip
        numbers = np.arange(rows.start, rows.stop)
        return numbers[late], numbers[~late]

    def usual(self) -> tuple[int, float]:
        """Return the number of candidates this month and their founding probability without training."""
        p, clock_ = self.context.parameters, self.context.clock
        base, reform, effect = p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id]
        days = self.registration.opening_days(clock_.first_day)
        cost = self.context.levers.at(FIXED_COST, clock_.first_day)
        n = candidates(clock_.month, base, reform, effect, p[BARRED.id])
        return n, rules.propensity(base, days, cost, reform, effect)

    def begin(self, places: float) -> int:
        """Simulate the founding decisions of the month and submit the founders' applications to the registry.

        Args:
            places: training places per year, 0 if the programme is not open.

        Returns:
            Number of persons trained this month, whether or not they found a firm.
        """
        streams, p, month = self.context.streams, self.context.parameters, self.context.clock.month
        n, base = self.usual()
        ids = monthly_ids(month, n)
        trained = streams.uniform(ids, "trained") < rules.training_chance(p[ON_THE_VERGE.id], places, n)
        found = rules.founds(streams.uniform(ids, "found"), base, p[TRAINING.id], trained)
        persons = rules.places_of_month(places, month)
        self.context.recorder.put(TRAINED, month, persons)
        new = self._founders(ids.compress(found))
        days = self._days(new)
        taught = trained[new["id"] - monthly_ids(month, 1)[0]] | self._students(new, n * base)
        self.hand_in(new, days, np.where(taught, days, NEVER), "entry.rules.propensity", base)
        return persons

    def _days(self, new: dict[str, Any]) -> Ints:
        """Return the day on which each founder applies; some exhaust their unemployment benefit first."""
        days = self.filing_days(new["id"])
        if self.context.levers.at(LUMP_SUM, self.context.clock.first_day) < 1:
            left, waits = self._benefit(new["id"], new["kind"])
            days += np.where(waits, np.rint(left * MONTH_DAYS), 0).astype(np.int64)
        return days

    def _students(self, new: dict[str, Any], founders: float) -> Mask:
        """Return a mask of graduate founders who attended a programme but would have founded in any case.

        Args:
            new: columns of the founders.
            founders: expected number of founders among the month's candidates.
        """
        students = self.context.levers.at(GRADUATES_TRAINED, self.context.clock.first_day)
        share = rules.programme_share(students, founders * KIND_SHARE["graduate"])
        if share <= 0:
            return np.zeros(len(new["id"]), dtype=np.bool_)
        u = self.context.streams.uniform(new["id"], "programme")
        return np.asarray((new["kind"] == _GRADUATE) & (u < share))

    def filing_days(self, ids: Ints) -> npt.NDArray[np.int64]:
        """Draw the day of the current month on which each founder applies."""
        u = self.context.streams.uniform(ids, "day")
        return np.asarray(
            self.context.clock.first_day
            + np.floor(clock.month_length(self.context.clock.month) * u).astype(np.int64)
        )

    def hand_in(
        self, new: dict[str, Any], days: npt.ArrayLike, served: npt.ArrayLike, rule: str, chance: npt.ArrayLike
    ) -> Rows:  # fmt: skip
        """Append founders to the firm table, submit their applications and return their rows.

        Args:
            new: columns of the founders.
            days: days on which the founders apply.
            served: days of the founders' first public service.
            rule: rule that determined founding, for case histories.
            chance: founding probability, for case histories.
        """
        ids = new["id"]
        rows = self.context.firms.append(len(ids), filed=days, state=firm_table.FILED, served=served, **new)
        numbers = np.arange(rows.start, rows.stop)
        self.registration.registry.hand_in(days, self.context.ties(ids, "registry"), numbers)
        if self.context.events:
            self.context.events.firms(
                ids, "entry.founded", day=days, rule=rule, chance=chance,
                trained=np.asarray(served) < NEVER, jobs=self.context.firms.jobs[rows])  # fmt: skip
        return numbers

    def _benefit(self, ids: Ints, kind: Codes) -> tuple[Floats, Mask]:
        """Return the remaining months of benefit and a mask of founders who exhaust it before founding."""
        streams = self.context.streams
        months = rules.benefit_left(streams.uniform(ids, "benefit"))
        left = np.where(kind == _UNEMPLOYED, months, 0.0)
        return left, rules.waits_for_benefit(streams.uniform(ids, "benefit", "waits"), left)

    def pay_in(self, rows: Rows) -> None:
        """Pay founders' own capital into their firms at opening.

        The capital of registered unemployed founders includes a lump-sum payment of their remaining benefit.
        Where no lump sum is available, founders who did not exhaust the benefit first forfeit it.
        """
        firms = self.context.firms
        segment = firms.segment[rows]
        cost = np.take(WAGE, segment) * (firms.jobs[rows] - 1)
        cost = cost + np.take(RENT, segment)
        g = self.context.streams.normal(firms.id[rows], "capital")
        capital = rules.own_capital(self.context.parameters[CAPITAL.id], g, cost)
        if self.context.levers.at(LUMP_SUM, self.context.clock.first_day) < 1:
            capital = rules.without_benefit(capital, *self._benefit(firms.id[rows], firms.kind[rows]))
        self.context.accounts.pay(flows.CAPITAL, rows, 100 * capital)

    def pay_fees(self, rows: Rows) -> None:
        """Charge firms the fees and the cost of a business address when they open (M03)."""
        fee = self.context.levers.at(FIXED_COST, self.context.clock.first_day)
        self.context.accounts.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
        if self.context.events:
            firms = self.context.firms
            self.context.events.firms(
                firms.id[rows], "registration.opened", day=firms.opened[rows], rule="entry.rules.opening_wait",
                yuan=firms.cash[rows] / 100, jobs=firms.jobs[rows])  # fmt: skip

    def open_firms(self) -> Rows:
        """Open registered firms whose opening day has come, pay in their capital and return their rows."""
        firms, today = self.context.firms, self.context.clock
        waiting = firms.rows_in(firm_table.REGISTERED)
        due = waiting[firms.opened[waiting] <= today.last_day]
        firms.state[due] = firm_table.OPEN
        firms.opened_month[due] = today.month
        self.pay_in(due)
        return due
