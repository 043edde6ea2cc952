"""Incubation: agents of institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from sim.model.incubation.parameters import (
    CITY,
    DOUBT,
    GRACE,
    LOSS_MONTHS,
    NATION,
    NONE,
    PLACE_AREA,
    PREFIX,
    PROVINCE,
    PUBLIC_BASES,
    SMALL_PLACE_AREA,
)
from sim.model.incubation.rules import city_criteria, national_criteria, place, provincial_criteria, yields

if TYPE_CHECKING:
    from sim.model.context import Context
    from sim.model.incubation.register import FacilityRegister


class Facility(Agent):
    """A named carrier: what it is, where, how large, since when, who is in it, and by which round it has its level.

    Attributes:
        number: permanent, in the order of opening; tenants refer to it.
        name: e.g. ``TI-035``.
        kind: one of :data:`KINDS`.
        opened: day of the clock (negative: before 2017).
        level: 0 none, 1 city, 2 province, 3 nation.
        rounds: (year, level) of each recognition, the last one loses or gains the title it has now.
        public: a base run by government; it never closes, nor does a park for want of tenants.
        berths: firms that it can house; ``tenants``: firms that it houses.
        advice: hours a month that it has to give beside the usual, shared by its tenants.
        edge: what its investor knew besides, yuan/m2/month.
        at_a_loss: months running.
    """

    def __init__(
        self,
        context: Context,
        register: FacilityRegister,
        kind: str,
        number: int,
        order: int,
        key: int,
        area: float,
        opened: float,
        level: int,
    ) -> None:
        super().__init__(context.model)
        self.context, self.register = context, register
        self.name, self.number = f"{PREFIX[kind]}-{order:03d}", number
        self.kind, self.key, self.opened, self.level = kind, key, opened, level
        self.rounds: list[tuple[int, int]] = []
        self.award = self.advice = 0.0
        self.quality = float(context.streams.normal([key], "space quality")[0])
        self.district = place(context.streams.one("space district", key))
        self.public = kind == "base" and context.streams.one("public base", key) < PUBLIC_BASES
        self.tenants = 0
        self.resize(area)
        doubt = float(context.streams.normal([key], "doubt")[0])
        # Of spaces that opened before 2017 the investor had been right.
        self.edge = context.parameters[DOUBT.id] * (abs(doubt) if opened < 0 else doubt)
        self.at_a_loss = 0

    def resize(self, area: float) -> None:
        """So much area from now on, and the berths that fit in."""
        self.area, self.berths = area, int(area / SMALL_PLACE_AREA.get(self.kind, PLACE_AREA))

    def remove(self) -> None:
        """Leave the city for good: nothing is let any more, its tenants have to go."""
        self.register.strike_off(self)
        super().remove()

    def worth(self, relief: float, saving: float) -> float:
        """What it earns as it is let now, yuan/m2/month."""
        return yields(self.occupancy, relief, 0.0, self.area, saving) + self.edge

    @property
    def occupancy(self) -> float:
        """Share of its berths that are let."""
        return self.tenants / self.berths if self.berths else 0.0

    def years(self, day: float) -> float:
        """Years open."""
        return (day - self.opened) / 365.25

    def decide_to_apply(self, day: float) -> int:
        """The level it applies for in this year's round, 0 for none: the next above its own whose criteria it meets."""
        case = (self.kind, self.area, self.tenants, self.years(day))
        if self.level == NONE:
            return CITY if city_criteria(*case) else NONE
        if self.level == CITY:
            return PROVINCE if provincial_criteria(*case) else NONE
        return NATION if self.level == PROVINCE and national_criteria(*case) else NONE

    def decide_to_close(self, relief: float, saving: float, day: float) -> bool:
        """A month's thought: whether it has been at a loss for two years. A public space, or a young one, never closes."""
        if self.public or self.kind == "park" or 12 * self.years(day) < GRACE:
            return False
        self.at_a_loss = self.at_a_loss + 1 if self.worth(relief, saving) < 0 else 0
        return self.at_a_loss >= LOSS_MONTHS
