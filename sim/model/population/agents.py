"""The population of firms: agents of institutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from mesa import Agent, Model

from sim.model.population.firm_table import COLUMNS, STATES

if TYPE_CHECKING:
    from sim.engine.arrays import Mask, Rows
    from sim.model.population.firm_table import FirmTable


class Startup(Agent):
    """A handle on one row, made when somebody asks for it; it holds nothing of its own.

    Attributes of the row are attributes of the agent: ``startup.jobs``, ``startup.cash``.
    """

    def __init__(self, model: Model, firms: FirmTable, row: int) -> None:
        # Not Agent.__init__: a handle is not registered, or half a million of them would live for ever.
        self.model = model
        self.unique_id = int(firms.id[row])
        self.pos = None
        self._firms = firms
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if name in COLUMNS:
            return getattr(self._firms, name)[self.row].item()
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"<Startup {self.unique_id}: {STATES[self.state]}, {self.jobs} jobs>"


class StartupSet:
    """Mesa's agent-set verbs over columns: nothing is made until a single firm is asked for.

    Args:
        model: the city.
        firms: the population.
        rows: which of its rows are in the set; all by default.
    """

    def __init__(self, model: Model, firms: FirmTable, rows: Rows | None = None) -> None:
        self.model, self.firms = model, firms
        self.rows = np.arange(len(firms)) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Startup]:
        return (Startup(self.model, self.firms, int(row)) for row in self.rows)

    def __getitem__(self, position: int) -> Startup:
        return Startup(self.model, self.firms, int(self.rows[position]))

    def select(self, mask: Mask | Callable[[StartupSet], Mask], at_most: int | None = None) -> StartupSet:
        """Those for which the mask, or the function of the set that returns one, is true."""
        chosen = self.rows[mask(self) if callable(mask) else mask]
        return StartupSet(self.model, self.firms, chosen[:at_most])

    def get(self, column: str) -> npt.NDArray[Any]:
        """A column of the members."""
        return np.asarray(getattr(self.firms, column)[self.rows])

    def agg(self, column: str, function: Callable[[npt.NDArray[Any]], Any]) -> Any:
        """A function of a column of the members."""
        return function(self.get(column))

    def do(self, action: Callable[[Startup], Any]) -> StartupSet:
        """Call a function on each member, one handle at a time."""
        for startup in self:
            action(startup)
        return self
