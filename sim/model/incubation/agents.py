"""Agents of incubation: facilities and the city's application desks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent

from sim.engine.service_desk import ServiceDesk
from sim.model.incubation.parameters import (
    FILES_A_DAY,
    LOSS_MONTHS,
    OWN_INFORMATION,
    PLACE_AREA,
    PREFIX,
    PUBLIC_BASES,
    SMALL_PLACE_AREA,
)
from sim.model.incubation.rules import (
    facility_district,
    level_applied_for,
    may_close,
    months_at_loss,
    net_yield,
)

if TYPE_CHECKING:
    import simpy

    from sim.engine.arrays import Ints
    from sim.model.context import Context
    from sim.model.incubation.register import FacilityRegister


class Facility(Agent):
    """Incubation facility with a name, kind, district, size, age, tenants and level of recognition.

    Attributes:
        number: permanent number in the order of opening, by which tenants refer to the facility.
        name: e.g. ``TI-035``.
        kind: one of :data:`KINDS`.
        key: key of its random numbers.
        opened: day of the simulation on which it opened; negative before 2017.
        level: level of recognition: 0 none, 1 city, 2 province, 3 nation.
        rounds: year and resulting level of each change in recognition.
        public: whether it is a base run by the government, which never closes.
        places: number of firms that it can house.
        tenants: number of firms that it houses.
        award: awards and subsidies paid to it so far, in yuan.
        advice: monthly hours of advice that its funding pays for in addition to the usual mentoring; its
            tenants share them.
        own_information: the investor's private information on the net yield, as a deviation from the
            public estimate, in yuan/m2/month.
        at_a_loss: number of consecutive months at a loss.
    """

    def __init__(
        self,
        context: Context,
        register: FacilityRegister,
        kind: str,
        order: int,
        key: int,
        area: float,
        opened: float,
        level: int,
    ) -> None:
        super().__init__(context.model)
        self.context, self.register = context, register
        self.name, self.number = f"{PREFIX[kind]}-{order:03d}", len(register.by_number)
        self.kind, self.key, self.opened, self.level = kind, key, opened, level
        self.rounds: list[tuple[int, int]] = []
        self.award = self.advice = 0.0
        self.quality = float(context.streams.normal([key], "space quality")[0])
        self.district = facility_district(context.streams.scalar("space district", key))
        self.public = kind == "base" and context.streams.scalar("public base", key) < PUBLIC_BASES
        self.tenants = 0
        self.resize(area)
        g = float(context.streams.normal([key], "doubt")[0])
        # Facilities from before 2017 did open, so their investors' private information was favourable.
        self.own_information = context.parameters[OWN_INFORMATION.id] * (abs(g) if opened < 0 else g)
        self.at_a_loss = 0

    def resize(self, area: float) -> None:
        """Set the facility's area and, depending on it, the number of places."""
        self.area, self.places = area, int(area / SMALL_PLACE_AREA.get(self.kind, PLACE_AREA))

    def remove(self) -> None:
        """Close the facility permanently; its tenants lose their places."""
        self.register.strike_off(self)
        super().remove()

    def net_yield(self, relief: float, saving: float) -> float:
        """Return the net yield at the current occupancy, in yuan/m2/month."""
        return net_yield(self.occupancy, relief, 0.0, self.area, saving) + self.own_information

    @property
    def occupancy(self) -> float:
        """Share of the facility's places that are occupied."""
        return self.tenants / self.places if self.places else 0.0

    def years(self, day: float) -> float:
        """Return the number of years since the facility opened."""
        return (day - self.opened) / 365.25

    def decide_to_apply(self, day: float) -> int:
        """Return the level of recognition for which the facility applies this year; 0 if it does not."""
        return level_applied_for(self.level, self.kind, self.area, self.tenants, self.years(day))

    def decide_to_close(self, relief: float, saving: float, day: float) -> bool:
        """Update the count of months at a loss, and return whether the facility closes this month."""
        if not may_close(self.kind, self.public, self.years(day)):
            return False
        self.at_a_loss = months_at_loss(self.at_a_loss, self.net_yield(relief, saving))
        return self.at_a_loss >= LOSS_MONTHS


class ApplicationDesk(ServiceDesk):
    """Service desk of the city for applications for recognition or for the conversion of buildings.

    Each file at the desk is an application of a facility or project.
    """

    def __init__(self, context: Context, name: str) -> None:
        super().__init__(context.model, name, FILES_A_DAY[name], self._reviewed)
        self.context = context
        self._submitted = 0
        self._pending: dict[int, simpy.Event] = {}

    def submit(self, key: int) -> simpy.Event:
        """Submit the application of a facility or project; return the event that its review triggers."""
        self._submitted += 1
        self._pending[self._submitted] = self.context.env.event()
        day = int(self.context.env.now)
        ties = self.context.ties(np.array([key]), self.name)
        self.hand_in([day], ties, np.array([self._submitted]))
        return self._pending[self._submitted]

    def _reviewed(self, day: int, files: Ints, came: Ints) -> None:
        """Trigger the events of the applications that clerks have reviewed."""
        for number in files.tolist():
            self._pending.pop(number).succeed()
