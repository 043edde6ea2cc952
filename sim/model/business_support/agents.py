"""Business support: agents of institutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.engine.service_desk import ServiceDesk
from sim.model.business_support.parameters import CASE_WORK, CENTRE_CLERKS, CENTRE_SECTORS
from sim.model.business_support.rules import case_length

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints
    from sim.model.business_support.intellectual_property import IntellectualProperty


class ProtectionCentre(ServiceDesk):
    """A rapid protection centre: two case officers, and the cases of a sector.

    Attributes:
        sector: number of the sector whose cases it takes.
        closed: its cases follow the ordinary procedure.
    """

    def __init__(self, rights: IntellectualProperty, number: int) -> None:
        rate = 1 / rights.context.parameters[CASE_WORK.id]
        super().__init__(rights.context.model, "ip", rate, self._handled, rights.weigh)
        self.rights, self.sector, self.closed = rights, rights.sectors[number % len(CENTRE_SECTORS)], False
        self.staff(CENTRE_CLERKS)

    def _handled(self, day: int, files: Ints, came: Ints) -> None:
        """Case officers have worked on these cases: the procedure begins."""
        self.approve(files)
        for file in files.tolist():
            self.rights.cases[file].handled.succeed()

    def remove(self) -> None:
        """Close: its cases follow the ordinary procedure."""
        day = int(self.rights.context.env.now)
        for file in (*self.queue.waiting(day).tolist(), *self.queue.to_come(day).tolist()):
            self.rights.cases[file].handled.succeed()
        self.closed = True
        self.staff(0)
        super().remove()


@dataclass(slots=True)
class Case:
    """An infringement of a holder's right, from its first day until the copy is off the market.

    Attributes:
        row: the holder.
        began: day on which it began.
        g: standard normal number of its length.
        handled: happens when a case officer of the centre has worked on it.
        ended: day on which it ends; infinite while that is not known.
    """

    row: int
    began: int
    g: Floats
    handled: simpy.Event
    ended: float = np.inf

    def length(self, days: float) -> float:
        """Days of its procedure, where cases usually take so many."""
        return float(np.rint(case_length(days, self.g)).item())
