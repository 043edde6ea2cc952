"""Equity: investors, rounds and exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model import government
from sim.model.startups import Rows

if TYPE_CHECKING:
    from sim.model.city import City

SOCKETS: Final[tuple[Socket, ...]] = ()
PARAMETERS: Final[tuple[Parameter, ...]] = ()
OUTCOMES: Final[tuple[Outcome, ...]] = ()


class Investors:
    """All investors of the city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.desks: list[government.Window] = []

    def begin_with(self) -> None:
        """What is under way at the start of 2017."""

    def begin(self, open_now: Rows) -> None:
        """The month's start."""

    def wind_up(self, rows: Rows) -> None:
        """These firms close: what they owe and are owed."""

    def settle(self) -> None:
        """The month's end."""
