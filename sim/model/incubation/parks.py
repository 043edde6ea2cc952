"""Parks: Internet Plus incubation parks, whose seats the city opens for firms in software, design and trade.

Policy says how many seats there are to be; they come in parks of a few hundred, each after its fit-out, and go
when policy takes them back. A tenant has four desks. Its firm exists anyway: it would rent elsewhere.
A park is no tech incubator and has no title (T1 to T6 do not count it). Who asks and who is taken is in
``tenancy``.
Measures: M18. Evidence: INC22 (a desk by itself does nothing), ZS162 (size of such tenants).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.model.incubation.parameters import (
    PARK_FIT_OUT,
    PARK_KIND,
    PARK_SEAT_AREA,
    PARK_SEATS,
    PARK_SEATS_OPEN,
    SEATS_A_PLACE,
)
from sim.model.incubation.rules import seats_of

if TYPE_CHECKING:
    from sim.model.context import Context
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister


class Parks:
    """All parks of a run: those being fitted out, those ready, those open."""

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.begun = 0  # parks whose fit-out has begun: numbers 0, 1, ...
        self.ready: list[int] = []
        self.open: dict[int, Any] = {}  # number: its space

    def begin(self) -> None:
        """Begin the parks that policy wants, open what is ready, fit those open to what policy wants today."""
        context = self.context
        wanted = int(context.levers.at(PARK_SEATS, context.clock.first_day))
        while seats_of(self.begun, wanted):
            context.env.process(self.fit_out(self.begun))
            self.begun += 1
        for number in self.ready:
            self.adjust(number, seats_of(number, wanted))

    def fit_out(self, number: int) -> Any:
        """The months until a park is ready, keyed by its number."""
        g = float(self.context.streams.normal([number], "park fit-out")[0])
        yield self.context.env.timeout(
            round(30.44 * self.context.parameters[PARK_FIT_OUT.id] * (1 + 0.25 * max(-2.0, min(2.0, g))))
        )
        self.ready.append(number)

    def adjust(self, number: int, seats: int) -> None:
        """A park that is ready has so many seats from now on: it opens, changes its size, or closes."""
        context, space = self.context, self.open.get(number)
        if space is not None and space.area == seats * PARK_SEAT_AREA:
            return
        if not seats:
            if space is not None:
                del self.open[number]
                self.facilities.close(space)
            return
        if space is None:
            key = 500_000 + number
            space = self.open[number] = self.facilities.open(
                PARK_KIND, key, seats * PARK_SEAT_AREA, context.env.now
            )
        space.resize(seats * PARK_SEAT_AREA)
        self.register.make_room(space)

    def settle(self) -> None:
        """Record."""
        seats = SEATS_A_PLACE * sum(space.berths for space in self.open.values())
        self.context.recorder.put(PARK_SEATS_OPEN, self.context.clock.month, seats)
