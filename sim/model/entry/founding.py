"""Founding: which candidates of a month found, what they bring, and their files at the registry.

:mod:`~sim.model.entry.programme_entrants` and :mod:`~sim.model.entry.re_entry` hand in the files of founders whom
programmes draw in by the same steps.
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
"""From founders' ids, segments, sectors and skill to the columns of what they bring to other submodels."""
Indivisible = Callable[["Ints", "Codes", "Codes", "Floats"], "Mask"]
"""From the same to the founders who stand for one at every scale: a row of some weight would block a queue for places."""


class Founding:
    """Founders of the month.

    Args:
        context: see :class:`Context`.
        registration: the registry, at which founders hand in their files.
        traits: what founders bring to other submodels.
        indivisible: founders who are never thinned by the scale.
    """

    def __init__(
        self, context: Context, registration: Registration, traits: Traits, indivisible: Indivisible
    ) -> None:
        self.context = context
        self.registration, self.traits, self.indivisible = registration, traits, indivisible

    def _founders(self, ids: Ints) -> dict[str, Any]:
        """Columns of founders, by id, who remain after thinning by scale and after lines that are closed to them."""
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
        """Founders' skill in standard deviations, correlated with the capability of their firms."""
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
        """All columns of founders with these ids, segments, sectors, kinds and skill; each stands for one firm.

        Args:
            ids: permanent ids.
            segment: G, E or T.
            sector: code of the sector.
            kind: code of the founder kind.
            skill: standard deviations.
            district: code of the district; drawn where it is not given.
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
        """District of each founder; enterprises are drawn to the zones that have platforms (M22)."""
        streams, day = self.context.streams, self.context.clock.first_day
        district = rules.district_of(sector, streams.uniform(ids, "district"))
        pull = self.context.levers.at(DISTRICT_PULL, day) * self.context.parameters[PULL.id]
        if pull > 0:
            one, other = _ZONES
            first, second = geography.district_shares()[:, _ZONES].T
            chance = rules.drawn_away(first + second, pull)[sector]
            go = (segment != G) & (district != one) & (district != other)
            go &= streams.uniform(ids, "pull") < chance
            ids, sector = ids[go], sector[go]
            u = streams.uniform(ids, "pull", "zone") * (first + second)[sector]
            district[go] = np.where(u < first[sector], one, other)
        return district

    def register_before_2017(self, month: int) -> tuple[Rows, Rows]:
        """Register the founders of a month before 2017, without queues or policy.

        Returns:
            Rows of founders whose steps reach into 2017, and rows of those registered before.
        """
        base, p = self.context.parameters[PROPENSITY.id], self.context.parameters
        ids = monthly_ids(month, candidates(month, base, p[REFORM.id], p[COST_EFFECT.id]))
        ids = ids.compress(self.context.streams.uniform(ids, "found") < base)
        new = self._founders(ids)
        ids = new["id"]
        start = round(month * MONTH_DAYS)
        day = start + np.floor(FILING_DAYS * self.context.streams.uniform(ids, "day")).astype(np.int16)
        # Founders under way at the start are registered on the day on which their steps end.
        done = day + np.floor(clock.working_days(self.registration.opening_days(start)) * new["steps"])
        late = done >= 0
        rows = self.context.firms.append(
            len(ids), filed=day, registered=np.where(late, done, day), registered_month=np.where(late, NEVER, month),
            state=np.where(late, firm_table.FILED, firm_table.REGISTERED), **new)  # fmt: skip
        numbers = np.arange(rows.start, rows.stop)
        return numbers[late], numbers[~late]

    def usual(self) -> tuple[int, float]:
        """Number of candidates this month, and the probability that a candidate founds a firm."""
        p, clock_ = self.context.parameters, self.context.clock
        base, reform, effect = p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id]
        days = self.registration.opening_days(clock_.first_day)
        cost = self.context.levers.at(FIXED_COST, clock_.first_day)
        n = candidates(clock_.month, base, reform, effect, p[BARRED.id])
        return n, rules.propensity(base, days, cost, reform, effect)

    def begin(self, places: float) -> int:
        """Candidates of the month decide; founders hand in a file at the registry, each on its own day.

        Args:
            places: yearly places of a training programme that takes people, 0 where none does.

        Returns:
            Persons trained this month, about to found or not.
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
        """Day on which each founder hands in a file; some draw their unemployment benefit first."""
        days = self.filing_days(new["id"])
        if self.context.levers.at(LUMP_SUM, self.context.clock.first_day) < 1:
            left, waits = self._benefit(new["id"], new["kind"])
            days += np.where(waits, np.rint(left * MONTH_DAYS), 0).astype(np.int64)
        return days

    def _students(self, new: dict[str, Any], founders: float) -> Mask:
        """Graduates who were in a start-up programme: most would have founded in any case, and it counts them all.

        Args:
            new: columns of the founders.
            founders: how many of the month's candidates are expected to found.
        """
        students = self.context.levers.at(GRADUATES_TRAINED, self.context.clock.first_day)
        share = rules.programme_share(students, founders * KIND_SHARE["graduate"])
        if share <= 0:
            return np.zeros(len(new["id"]), dtype=np.bool_)
        u = self.context.streams.uniform(new["id"], "programme")
        return np.asarray((new["kind"] == _GRADUATE) & (u < share))

    def filing_days(self, ids: Ints) -> npt.NDArray[np.int64]:
        """Day of the month on which each founder hands in a file, by id."""
        u = self.context.streams.uniform(ids, "day")
        return np.asarray(
            self.context.clock.first_day
            + np.floor(clock.month_length(self.context.clock.month) * u).astype(np.int64)
        )

    def hand_in(
        self, new: dict[str, Any], days: npt.ArrayLike, served: npt.ArrayLike, rule: str, chance: npt.ArrayLike
    ) -> Rows:  # fmt: skip
        """Hand in founders' files at the registry. Returns their rows.

        Args:
            new: columns of the founders.
            days: on which they hand in their files.
            served: days of their first public service.
            rule: rule by which they found, for case histories.
            chance: probability by which they found.
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
        """Months of benefit that founders have left, and who would draw them month by month before founding."""
        streams = self.context.streams
        months = rules.benefit_left(streams.uniform(ids, "benefit"))
        left = np.where(kind == _UNEMPLOYED, months, 0.0)
        return left, rules.waits_for_benefit(streams.uniform(ids, "benefit", "waits"), left)

    def pay_in(self, rows: Rows) -> None:
        """Founders pay in their own capital when they open.

        That of the registered unemployed includes the benefit that they may take at once; where they may not, those
        who have not waited lose it.
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
        """Founders pay the fees and the address of opening (M03)."""
        fee = self.context.levers.at(FIXED_COST, self.context.clock.first_day)
        self.context.accounts.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
        if self.context.events:
            firms = self.context.firms
            self.context.events.firms(
                firms.id[rows], "registration.opened", day=firms.opened[rows], rule="entry.rules.opening_wait",
                yuan=firms.cash[rows] / 100, jobs=firms.jobs[rows])  # fmt: skip

    def open_firms(self) -> Rows:
        """Open registered firms that reach their opening date, pay in their capital, and return their rows."""
        firms, today = self.context.firms, self.context.clock
        waiting = firms.rows_in(firm_table.REGISTERED)
        due = waiting[firms.opened[waiting] <= today.last_day]
        firms.state[due] = firm_table.OPEN
        firms.opened_month[due] = today.month
        self.pay_in(due)
        return due
