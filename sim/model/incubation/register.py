"""The register of facilities, and which firm is a tenant of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.engine.arrays import Counts, Rows
    from sim.model.incubation.agents import Facility
    from sim.model.population.firm_table import FirmTable


class FacilityRegister:
    """All facilities of a run and their tenants; a firm's column ``space`` is the number of its facility.

    Attributes:
        open: facilities that are open now.
        by_number: all that ever opened; a facility's number is its place here.
        closed: facilities that have closed since this was last set to 0.
        frozen: the run is over, and agents that Mesa removes close nothing.
    """

    def __init__(self, firms: FirmTable) -> None:
        self._firms = firms
        self.open: list[Facility] = []
        self.by_number: list[Facility] = []
        self.closed, self.frozen = 0, False
        self._rows: Rows | None = None  # of all tenants, until one comes or goes

    def enter(self, facility: Facility) -> None:
        """Register a facility that opens."""
        self.open.append(facility)
        self.by_number.append(facility)

    def strike_off(self, facility: Facility) -> None:
        """Take a facility that closes off the register; its tenants lose their places."""
        if facility in self.open and not self.frozen:
            self.open.remove(facility)
            self.closed += 1
            self.leave(self.tenants_of(facility))

    def tenants_of(self, facility: Facility) -> Rows:
        """Rows of the tenants of a facility."""
        return np.flatnonzero(self._firms.space == facility.number)

    def tenants(self, month: int) -> tuple[Rows, Counts]:
        """Rows of all tenants, and their months in their facility."""
        if self._rows is None:
            self._rows = np.flatnonzero(self._firms.space >= 0)
        return self._rows, month - self._firms.moved_in[self._rows]

    def move_in(self, rows: Rows, facilities: list[Facility], month: int) -> None:
        """Make firms tenants, each of its facility."""
        self._firms.space[rows] = [facility.number for facility in facilities]
        self._firms.moved_in[rows] = month
        self._rows = None
        for facility in facilities:
            facility.tenants += 1

    def leave(self, rows: Rows) -> None:
        """Have these tenants give up their places."""
        if not len(rows):
            return
        firms, self._rows = self._firms, None
        for number in firms.space[rows].tolist():
            self.by_number[number].tenants -= 1
        firms.space[rows] = -1
        firms.rent_waived[rows] = 0

    def reduce(self, facility: Facility) -> None:
        """Have the tenants who came last leave a facility that has fewer places than tenants."""
        firms, rows = self._firms, self.tenants_of(facility)
        newest = rows[np.lexsort((firms.id[rows], -firms.moved_in[rows].astype(np.int64)))]
        self.leave(newest[: max(0, len(rows) - facility.places)])
