"""Parks: Internet Plus incubation parks, whose seats the city opens for firms in software, design and trade.

Policy sets how many seats there are to be; they come in parks of 400, each after its fit-out, and are closed when
policy reduces them. A tenant has four seats. Its firm exists in any case: it would rent elsewhere.
A park is no tech incubator and has no title (T1 to T6 do not count it). Who applies and is admitted is in ``tenancy``.
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
        begun: parks whose fit-out has begun: numbers 0, 1, ...
        ready: numbers of those that are fitted out.
        open: number of each open park, and its facility.
    """

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.begun = 0
        self.ready: list[int] = []
        self.open: dict[int, Facility] = {}

    def begin(self) -> None:
        """Begin the parks that policy calls for, and adjust those that are ready to the seats of today."""
        context = self.context
        planned = int(context.levers.at(PARK_SEATS, context.clock.first_day))
        while seats_of(self.begun, planned):
            context.env.process(self._fit_out(self.begun))
            self.begun += 1
        for number in self.ready:
            self._adjust(number, seats_of(number, planned))

    def _fit_out(self, number: int) -> ProcessGenerator:
        """The SimPy process of a park until it is ready."""
        g = float(self.context.streams.normal([number], "park fit-out")[0])
        yield self.context.env.timeout(fit_out_days(self.context.parameters[PARK_FIT_OUT.id], g))
        self.ready.append(number)

    def _adjust(self, number: int, seats: int) -> None:
        """Open, resize or close a park that is ready."""
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
        """Record the seats that are open."""
        seats = SEATS_A_PLACE * sum(facility.places for facility in self.open.values())
        self.context.recorder.put(PARK_SEATS_OPEN, self.context.clock.month, seats)
