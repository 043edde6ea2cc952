"""Business support: agents of institutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.engine.service_desk import ServiceDesk
from sim.model.business_support.parameters import CASE_WORK, CENTRE_OFFICERS, CENTRE_SECTORS
from sim.model.business_support.rules import case_length

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints
    from sim.model.business_support.intellectual_property import IntellectualProperty


class ProtectionCentre(ServiceDesk):
    """A rapid protection centre: two case officers and the line of its sector's cases.

    Attributes:
        sector: number of the sector whose cases it takes.
        gone: closed; what lay in its line goes the old way.
    """

    def __init__(self, rights: IntellectualProperty, number: int) -> None:
        rate = 1 / rights.context.parameters[CASE_WORK.id]
        super().__init__(rights.context.model, "ip", rate, self.handled, rights.weigh)
        self.rights, self.sector, self.gone = rights, rights.sectors[number % len(CENTRE_SECTORS)], False
        self.staff(CENTRE_OFFICERS)

    def handled(self, day: int, files: Ints, came: Ints) -> None:
        """An officer is through with these cases: the procedure runs from now on."""
        self.approve(files)
        for file in files.tolist():
            self.rights.cases[file].desk.succeed()

    def remove(self) -> None:
        """Close: its cases go on the old way."""
        day = int(self.rights.context.env.now)
        for file in (*self.line.waiting(day).tolist(), *self.line.to_come(day).tolist()):
            self.rights.cases[file].desk.succeed()
        self.gone = True
        self.staff(0)
        super().remove()


@dataclass(slots=True)
class Case:
    """A copy of one holder's product, from its first day until it is off the market.

    Attributes:
        row: the holder.
        came: day on which it began.
        luck: one number, of its length.
        desk: happens when an officer of the centre is through with it.
        over: day on which it ends; infinite while that is not known.
    """

    row: int
    came: int
    luck: Floats
    desk: simpy.Event
    over: float = np.inf

    def length(self, days: float) -> float:
        """Days from its officer's desk on, where cases usually take so many."""
        return float(np.rint(case_length(days, self.luck)).item())
