"""Register of incubation facilities and their tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.engine.arrays import Counts, Rows
    from sim.model.incubation.agents import Facility
    from sim.model.population.firm_table import FirmTable


class FacilityRegister:
    """All facilities of a run and their tenants.

    The column ``space`` of the firm table holds the number of each firm's facility.

    Attributes:
        open: facilities that are open now.
        by_number: all facilities that ever opened, indexed by their number.
        closed: number of closures since this counter was last reset.
        frozen: whether the run is over, so that removing the agents no longer closes facilities.
    """

    def __init__(self, firms: FirmTable) -> None:
        self._firms = firms
        self.open: list[Facility] = []
        self.by_number: list[Facility] = []
        self.closed, self.frozen = 0, False
        self._rows: Rows | None = None  # cached rows of all tenants; None after a change

    def enter(self, facility: Facility) -> None:
        """Add a facility that opens."""
        self.open.append(facility)
        self.by_number.append(facility)

    def strike_off(self, facility: Facility) -> None:
        """Remove a facility that closes; its tenants lose their places."""
        if facility in self.open and not self.frozen:
            self.open.remove(facility)
            self.closed += 1
            self.leave(self.tenants_of(facility))

    def tenants_of(self, facility: Facility) -> Rows:
        """Return the rows of a facility's tenants."""
        return np.flatnonzero(self._firms.space == facility.number)

    def tenants(self, month: int) -> tuple[Rows, Counts]:
        """Return the rows of all tenants, and the number of months that each has spent in its facility."""
        if self._rows is None:
            self._rows = np.flatnonzero(self._firms.space >= 0)
        return self._rows, month - self._firms.moved_in[self._rows]

    def move_in(self, rows: Rows, facilities: list[Facility], month: int) -> None:
        """Move firms into facilities; ``facilities`` has one entry for each firm."""
        self._firms.space[rows] = [facility.number for facility in facilities]
        self._firms.moved_in[rows] = month
        self._rows = None
        for facility in facilities:
            facility.tenants += 1

    def leave(self, rows: Rows) -> None:
        """Remove tenants from their facilities."""
        if not len(rows):
            return
        firms, self._rows = self._firms, None
        for number in firms.space[rows].tolist():
            self.by_number[number].tenants -= 1
        firms.space[rows] = -1
        firms.rent_waived[rows] = 0

    def reduce(self, facility: Facility) -> None:
        """Remove the most recent tenants of a facility until it has no more tenants than places."""
        firms, rows = self._firms, self.tenants_of(facility)
        newest = rows[np.lexsort((firms.id[rows], -firms.moved_in[rows].astype(np.int64)))]
        self.leave(newest[: max(0, len(rows) - facility.places)])
