"""Internet Plus parks, in which the city provides seats for firms in software, design and trade.

Policy sets the total number of seats, which are provided in parks of 400. Each park opens after its fit-out;
seats are closed when policy reduces the total. A tenant uses four seats; without them, it
would rent elsewhere. A park is not a tech incubator and holds no title, so the targets for facilities
(T1 to T6) do not count it.
Applications and admission are in ``tenancy``.
Measures: M18. Evidence: INC22 (a place by itself has no effect), ZS162 (size of such tenants).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.incubation.parameters import (
    PARK_FIT_OUT,
    PARK_KIND,
    PARK_SEAT_AREA,
    PARK_SEATS,
    PARK_SEATS_OPEN,
    SEATS_A_PLACE,
)
from sim.model.incubation.rules import fit_out_days, seats_of

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister


class Parks:
    """All parks of a run.

    Attributes:
        begun: number of parks whose fit-out has begun; parks are numbered from 0.
        ready: numbers of the parks whose fit-out is complete.
        open: facility of each open park, by park number.
    """

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.begun = 0
        self.ready: list[int] = []
        self.open: dict[int, Facility] = {}

    def begin(self) -> None:
        """Start the fit-out of newly planned parks, and adjust completed parks to the planned seats."""
        context = self.context
        planned = int(context.levers.at(PARK_SEATS, context.clock.first_day))
        while seats_of(self.begun, planned):
            context.env.process(self._fit_out(self.begun))
            self.begun += 1
        for number in self.ready:
            self._adjust(number, seats_of(number, planned))

    def _fit_out(self, number: int) -> ProcessGenerator:
        """SimPy process of a park's fit-out, after which the park can open."""
        g = float(self.context.streams.normal([number], "park fit-out")[0])
        yield self.context.env.timeout(fit_out_days(self.context.parameters[PARK_FIT_OUT.id], g))
        self.ready.append(number)

    def _adjust(self, number: int, seats: int) -> None:
        """Open, resize or close a park whose fit-out is complete."""
        area, facility = seats * PARK_SEAT_AREA, self.open.get(number)
        if facility is not None and facility.area == area:
            return
        if not seats:
            if facility is not None:
                del self.open[number]
                self.facilities.close(facility)
            return
        if facility is None:
            facility = self.facilities.open(PARK_KIND, 500_000 + number, area, self.context.env.now)
            self.open[number] = facility
        facility.resize(area)
        self.register.reduce(facility)

    def settle(self) -> None:
        """Record the number of open seats in all parks."""
        seats = SEATS_A_PLACE * sum(facility.places for facility in self.open.values())
        self.context.recorder.put(PARK_SEATS_OPEN, self.context.clock.month, seats)
