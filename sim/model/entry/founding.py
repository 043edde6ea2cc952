"""Founding: who of a month's candidates founds, what they bring, and their files at the registry. The rules are in ``entry``.

``newcomers`` and ``ventures`` hand in the files of those whom programmes draw in by the same steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.entry import parameters, rules
from sim.model.entry.candidates import candidates, monthly_ids
from sim.model.entry.parameters import (
    BARRED,
    CAPITAL,
    COST_EFFECT,
    DISTRICT_PULL,
    FIXED_COST,
    GRADUATES_TRAINED,
    INDIVIDUAL,
    LUMP_SUM,
    ON_THE_VERGE,
    OPEN_SHARE,
    PLATFORM_OPEN_SHARE,
    PROPENSITY,
    PULL,
    REFORM,
    SIZE_E,
    SIZE_G,
    STUDENTS_FOUND,
    TECHNOLOGY,
    TRAINED,
    TRAINING,
)
from sim.model.entry.rules import line_open, propensity
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population import firm_table
from sim.model.population.firm_table import NEVER, G
from sim.model.population.parameters import RENT, WAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Ints, Mask, Rows
    from sim.model.context import Context
    from sim.model.entry.registration import Registration


_ZONES: Final = [k for k, d in enumerate(geography.districts()) if d.slug in parameters.ZONES]


_GRADUATE, _UNEMPLOYED = geography.kind_code("graduate"), geography.kind_code("unemployed")

Traits = Callable[["Ints", "Codes", "Codes", "Floats"], dict[str, Any]]
"""Founders' ids, segments, sectors and skill -> columns of what they bring to other submodels."""
Indivisible = Callable[["Ints", "Codes", "Codes", "Floats"], "Mask"]
"""The same -> founders who stand for one at every scale: a heavy row would block a queue for places."""


class Founding:
    """Who of a month's candidates founds, what founders bring, and their files at the registry."""

    def __init__(
        self, context: Context, registration: Registration, traits: Traits, indivisible: Indivisible
    ) -> None:
        self.context = context
        self.registration, self.traits, self.indivisible = registration, traits, indivisible

    def _founders(self, ids: Ints) -> dict[str, Any]:
        """The city's own founders among these: what the world fixes of them, and what lines and places policy lets them choose."""
        chance, p, day = self.context.streams, self.context.parameters, self.context.clock.first_day
        segment = rules.segment_of(chance.uniform(ids, "segment"), p[TECHNOLOGY.id], p[INDIVIDUAL.id])
        sector, skill = rules.sector_of(segment, chance.uniform(ids, "sector")), self.skill_of(ids)
        weight = np.ones(len(ids), dtype=np.int64)
        if self.context.scale < 1:
            whole = self.indivisible(ids, segment, sector, skill)
            keep, weight = rules.thin(segment, chance.uniform(ids, "scale"), self.context.scale, whole)
            ids, segment, sector, skill, weight = (
                a.compress(keep) for a in (ids, segment, sector, skill, weight))  # fmt: skip
        lines, platforms = (
            self.context.levers.at(OPEN_SHARE, day),
            self.context.levers.at(PLATFORM_OPEN_SHARE, day),
        )
        open_ = np.ones(len(ids), dtype=np.bool_)
        if min(lines, platforms) < 1:
            platform = chance.uniform(ids, "platform") < parameters.IN_PLATFORMS[sector]
            open_ = line_open(chance.uniform(ids, "line"), platform, lines, platforms)
            go = open_ | (chance.uniform(ids, "barred") >= p[BARRED.id])
            ids, segment, sector, skill, weight, open_ = (
                a.compress(go) for a in (ids, segment, sector, skill, weight, open_))  # fmt: skip
        kind = rules.kind_of(chance.uniform(ids, "kind"))
        new = self.describe(ids, segment, sector, kind, skill)
        new["licence"] = np.where(open_, new["licence"], np.maximum(new["licence"], 1))
        return new | {"weight": weight}

    def skill_of(self, ids: Ints) -> Floats:
        """Founders' skill: those of able firms tend to be skilled, half of it shows in the firm's capability."""
        return np.asarray(
            0.5 * self.context.streams.normal(ids, "capability")
            + 0.866 * self.context.streams.normal(ids, "skill")
        )

    def describe(
        self,
        ids: Ints,
        segment: Codes,
        sector: Codes,
        kind: Codes,
        skill: Floats,
        district: Codes | None = None,
    ) -> dict[str, Any]:
        """Everything else about founders of these forms, lines, kinds and skill that the world fixes; each stands for one."""
        chance, p = self.context.streams, self.context.parameters
        if district is None:
            district = self._place(ids, segment, sector)
        c = chance.normal(ids, "capability") * np.take(parameters.CAPABILITY_SD, segment)
        jobs = rules.starting_jobs(
            segment, chance.normal(ids, "size"), c, chance.uniform(ids, "size", "round"),
            p[SIZE_E.id], p[SIZE_G.id])  # fmt: skip
        wage = np.take(WAGE, segment)
        return {
            "id": ids,
            "segment": segment,
            "sector": sector,
            "district": district,
            "kind": kind,
            "skill": skill,
            "exporter": self.context.environment.tradable[sector]
            & (chance.uniform(ids, "exporter") < parameters.EXPORT_SHARE),
            "log_scale": rules.log_scale(jobs, c, wage),
            "capability": c,
            "capability_start": c,
            "cell": rules.cell(segment, kind, sector, district),
            "turn": ids % 6,
            "productivity_sd": rules.productivity_sd(chance.uniform(ids, "luck", "sd"), jobs),
            "jobs": jobs,
            "jobs_at_12": jobs,
            **self.traits(ids, segment, sector, skill),
        }

    def _place(self, ids: Ints, segment: Codes, sector: Codes) -> Codes:
        """Where they found; enterprises are drawn to the zones that have platforms (M22), by a number of their own."""
        district = rules.district_of(sector, self.context.streams.uniform(ids, "district"))
        pull = (
            self.context.levers.at(DISTRICT_PULL, self.context.clock.first_day)
            * self.context.parameters[PULL.id]
        )
        if pull > 0:
            one, other = _ZONES
            first, second = geography.district_shares()[:, _ZONES].T
            chance = rules.drawn_away(first + second, pull)[sector]
            go = (segment != G) & (district != one) & (district != other)
            go &= self.context.streams.uniform(ids, "pull") < chance
            ids, sector = ids[go], sector[go]
            u = self.context.streams.uniform(ids, "pull", "zone") * (first + second)[sector]
            district[go] = np.where(u < first[sector], one, other)
        return district

    def register_before_2017(self, month: int) -> tuple[Rows, Rows]:
        """A month before 2017: founders register without queues or policy.

        Returns:
            Rows of those whose steps reach into 2017, who are still under way then, and of those registered.
        """
        base, p = self.context.parameters[PROPENSITY.id], self.context.parameters
        ids = monthly_ids(month, candidates(month, base, p[REFORM.id], p[COST_EFFECT.id]))
        ids = ids.compress(self.context.streams.uniform(ids, "found") < base)
        new = self._founders(ids)
        ids = new["id"]
        start = round(month * 365.25 / 12)
        day = start + np.floor(30 * self.context.streams.uniform(ids, "day")).astype(np.int16)
        # For those under way at the start the day of registration is that on which they come through.
        done = day + np.floor(clock.working_days(self.registration.opening_days(start)) * new["steps"])
        late = done >= 0
        rows = self.context.firms.append(
            len(ids), filed=day, registered=np.where(late, done, day), registered_month=np.where(late, NEVER, month),
            state=np.where(late, firm_table.FILED, firm_table.REGISTERED), **new)  # fmt: skip
        numbers = np.arange(rows.start, rows.stop)
        return numbers[late], numbers[~late]

    def usual(self) -> tuple[int, float]:
        """This month's candidates, and the chance that one founds under the days and costs of the month."""
        p, day = self.context.parameters, self.context.clock.first_day
        n = candidates(
            self.context.clock.month, p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id], p[BARRED.id]
        )
        return n, propensity(
            p[PROPENSITY.id], self.registration.opening_days(day), self.context.levers.at(FIXED_COST, day), p[REFORM.id], p[COST_EFFECT.id])  # fmt: skip

    def begin(self, places: float) -> int:
        """A month's candidates: who founds hands in a file at the registry on its own day.

        Args:
            places: yearly places of a training programme that takes people, 0 where none does.

        Returns:
            Persons trained this month, on the verge of founding or not.
        """
        p, day, month = self.context.parameters, self.context.clock.first_day, self.context.clock.month
        n, base = self.usual()
        ids = monthly_ids(month, n)
        trained = self.context.streams.uniform(ids, "trained") < p[ON_THE_VERGE.id] * places / 12 / max(n, 1)
        u = self.context.streams.uniform(ids, "found")
        found = u < np.minimum(0.95, base + p[TRAINING.id] * trained)
        persons = round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)
        self.context.recorder.put(TRAINED, month, persons)
        new = self._founders(ids.compress(found))
        ids = new["id"]
        days = self.filing_days(ids)
        if self.context.levers.at(LUMP_SUM, day) < 1:
            left, waits = self._benefit(ids, new["kind"])
            days += np.where(waits, np.rint(left * 365.25 / 12), 0).astype(np.int64)
        taught = trained[ids - monthly_ids(month, 1)[0]]
        # Most students of a programme who found would have founded anyway; the programme counts them all the same.
        students = (
            STUDENTS_FOUND
            * self.context.levers.at(GRADUATES_TRAINED, day)
            / (12 * max(n * base * parameters.KIND_SHARE["graduate"], 1))
        )
        if students > 0:
            taught |= (new["kind"] == _GRADUATE) & (self.context.streams.uniform(ids, "programme") < students)
        self.hand_in(new, days, np.where(taught, days, NEVER), "entry.rules.propensity", base)
        return persons

    def filing_days(self, ids: Ints) -> npt.NDArray[np.int64]:
        """The day of the month on which each hands in its file."""
        u = self.context.streams.uniform(ids, "day")
        return np.asarray(
            self.context.clock.first_day
            + np.floor(clock.month_length(self.context.clock.month) * u).astype(np.int64)
        )

    def hand_in(
        self, new: dict[str, Any], days: npt.ArrayLike, served: npt.ArrayLike, rule: str, chance: npt.ArrayLike
    ) -> Rows:  # fmt: skip
        """Founders hand in their files at the registry. Returns their rows."""
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
        """Months of benefit that founders have left, and who would draw them month by month before he founds."""
        left = np.where(
            kind == _UNEMPLOYED, rules.benefit_left(self.context.streams.uniform(ids, "benefit")), 0.0
        )
        waits = self.context.streams.uniform(ids, "benefit", "waits") < parameters.WAIT_FOR_BENEFIT
        return left, waits & (left > 0)

    def pay_in(self, rows: Rows) -> None:
        """Founders bring their own capital when they open.

        K = capital_months x exp(0.7 g) months of cost + 3,000 yuan (SHOCK04, CRED16). What the registered
        unemployed bring holds the benefit that they may take at once; where they may not, who has not waited loses it.
        """
        firms = self.context.firms
        segment = firms.segment[rows]
        cost = np.take(WAGE, segment) * (firms.jobs[rows] - 1)
        cost = cost + np.take(RENT, segment)
        g = self.context.streams.normal(firms.id[rows], "capital")
        capital = 3000 + self.context.parameters[CAPITAL.id] * np.exp(0.7 * g) * cost
        if self.context.levers.at(LUMP_SUM, self.context.clock.first_day) < 1:
            left, waits = self._benefit(firms.id[rows], firms.kind[rows])
            capital = np.where(waits, capital, np.maximum(capital - parameters.BENEFIT * left, 0))
        self.context.accounts.pay(flows.CAPITAL, rows, 100 * capital)

    def pay_fees(self, rows: Rows) -> None:
        """What opening costs a founder: fees and an address (M03)."""
        fee = self.context.levers.at(FIXED_COST, self.context.clock.first_day)
        self.context.accounts.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
        if self.context.events:
            firms = self.context.firms
            self.context.events.firms(
                firms.id[rows], "registration.opened", day=firms.opened[rows], rule="entry.rules.opening_wait",
                yuan=firms.cash[rows] / 100, jobs=firms.jobs[rows])  # fmt: skip

    def open_firms(self) -> Rows:
        """Registered firms whose day has come open with their founders' capital. Returns their rows."""
        firms, today = self.context.firms, self.context.clock
        waiting = firms.rows_in(firm_table.REGISTERED)
        due = waiting[firms.opened[waiting] <= today.last_day]
        firms.state[due] = firm_table.OPEN
        firms.opened_month[due] = today.month
        self.pay_in(due)
        return due
