"""Stock of incubation facilities: opening, occupancy, net yield and closure.

Projects, recognition and payments are separate modules; the agent of a single facility is in ``agents``.
Evidence: ZS020-023, ZS043, ZS211-212, INC01, INC03-08, INC24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.incubation import parameters
from sim.model.incubation.agents import Facility
from sim.model.incubation.parameters import CITY, KINDS, NATION, NONE, PROVINCE, TAX_RELIEF
from sim.model.incubation.rules import (
    initial_age,
    initial_level,
    initial_title_score,
    project_area,
    supported_share,
    utility_saving,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints
    from sim.model.context import Context
    from sim.model.incubation.register import FacilityRegister


class Facilities:
    """All incubation facilities of a run."""

    def __init__(self, context: Context, register: FacilityRegister) -> None:
        self.context, self.register = context, register
        self.numbers = dict.fromkeys(KINDS, 0)

    # --- opening and closing -----------------------------------------------------------------------
    def begin_with(self) -> None:
        """Create the facilities that existed at the end of 2016."""
        context, known = self.context, self.context.initial
        count_of = {
            "incubator": "tech_incubators",
            "makerspace": "makerspaces",
            "base": "entrepreneurship_bases",
        }
        for kind, name in count_of.items():
            count = round(known[name])
            keys = np.arange(count) + 10_000 * (KINDS.index(kind) + 1)
            area = self.area_of(kind, keys)
            if kind == "incubator" and count:
                area *= known["incubation_area"] / area.sum()
            ages = initial_age(context.streams.uniform(keys, "space age"))
            for key, m2, age in zip(keys, area, ages, strict=True):
                self.open(kind, int(key), float(m2), -float(age), CITY)
        provincial = round(known["provincial_level_spaces"])
        self._assign_initial_titles(min(round(known["national_level_spaces"]), provincial), provincial)

    def _assign_initial_titles(self, national: int, provincial: int) -> None:
        """Assign the titles held at the end of 2016 to the best and largest incubators and makerspaces."""
        candidates = [f for f in self.register.open if f.kind in ("incubator", "makerspace")]
        candidates.sort(key=lambda f: -initial_title_score(f.kind, f.quality, f.area))
        for rank, facility in enumerate(candidates[:provincial]):
            facility.level = initial_level(rank, national, provincial)
            facility.rounds.append((2016, facility.level))

    def area_of(self, kind: str, keys: Ints) -> Floats:
        """Return the areas of projects of one kind in m2; the keys determine the random draws."""
        mean = self.context.parameters[parameters.AREA.id] if kind == "incubator" else parameters.AREAS[kind]
        return project_area(mean, self.context.streams.normal(keys, "space area"))

    def open(self, kind: str, key: int, area: float, day: float, level: int = NONE) -> Facility:
        """Open a facility and add it to the register."""
        self.numbers[kind] += 1
        facility = Facility(self.context, self.register, kind, self.numbers[kind], key, area, day, level)
        self.register.enter(facility)
        return facility

    def close(self, facility: Facility) -> None:
        """Close a facility permanently."""
        if self.context.events:
            self.context.events.facility(
                facility.name, "incubator.closed", day=self.context.env.now, rule="incubation.rules.may_close", at_a_loss=facility.at_a_loss)  # fmt: skip
        facility.remove()

    # --- occupancy and yield -----------------------------------------------------------------------
    def occupancy(self, kind: str) -> float:
        """Return the occupancy of all facilities of one kind, which investors expect for new projects."""
        of_kind = [f for f in self.register.open if f.kind == kind]
        places = sum(f.places for f in of_kind)
        return sum(f.tenants for f in of_kind) / places if places else parameters.USUAL_OCCUPANCY

    def saving(self, kind: str) -> float:
        """Return the expected saving on utilities in yuan/m2/month; 0 for kinds other than makerspaces."""
        if kind != "makerspace":
            return 0.0
        levers, day = self.context.levers, self.context.clock.first_day
        projects = self.context.parameters[parameters.PROJECTS[kind].id]
        share = supported_share(levers.at(parameters.SUPPORTED_MAKERSPACES, day), projects)
        return utility_saving(levers.at(parameters.UTILITY_DISCOUNT, day), share)

    def surplus(self, facility: Facility) -> float:
        """Return the monthly surplus of a facility in yuan; 0 if it makes a loss."""
        relief = self.context.levers.at(TAX_RELIEF, self.context.clock.first_day)
        return max(0.0, facility.net_yield(relief, self.saving(facility.kind))) * facility.area

    # --- the month's end ---------------------------------------------------------------------------
    def settle(self) -> None:
        """Close facilities that have been at a loss for two years, and record the stock of facilities."""
        self._close_unprofitable()
        self._record()

    def _close_unprofitable(self) -> None:
        relief = self.context.levers.at(TAX_RELIEF, self.context.clock.first_day)
        saving = {kind: self.saving(kind) for kind in KINDS}
        for facility in list(self.register.open):
            if facility.decide_to_close(relief, saving[facility.kind], self.context.clock.last_day):
                self.close(facility)

    def _record(self) -> None:
        context, month = self.context, self.context.clock.month
        of = {kind: [f for f in self.register.open if f.kind == kind] for kind in KINDS}
        registered = [f for f in of["incubator"] if f.level >= CITY]
        titled = of["incubator"] + of["makerspace"]
        put = context.recorder.put
        put(parameters.INCUBATORS, month, len(registered))
        put(parameters.INCUBATION_AREA, month, sum(f.area for f in registered))
        put(parameters.FACILITY_AREA, month, sum(f.area for f in self.register.open))
        put(parameters.PLATFORMS, month, len(of["platform"]))
        put(parameters.NATIONALS, month, sum(f.level == NATION for f in titled))
        put(parameters.PROVINCIALS, month, sum(f.level >= PROVINCE for f in titled))
        put(parameters.EXACTLY_PROVINCIAL, month, sum(f.level == PROVINCE for f in titled))
        put(parameters.BASES, month, sum(f.level >= CITY for f in of["base"]))
        put(parameters.MAKERSPACES, month, sum(f.level >= CITY for f in of["makerspace"]))
        if of["incubator"]:
            put(parameters.OCCUPANCY, month, self.occupancy("incubator"))
        put(parameters.FACILITIES_CLOSED, month, self.register.closed)
        self.register.closed = 0
        for facility in registered:
            context.recorder.add(parameters.BY_DISTRICT, (month, facility.district), facility.area)
