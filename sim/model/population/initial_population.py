"""The past: the firms founded 2012 to 2016, as they stand on the eve of 2017.

They live those years by the rules of trade alone, without queues or programmes, so that size, cash, luck
and age hang together as they do later. Policy has no part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.model.entry import candidates, founding
from sim.model.firms import deregistration
from sim.model.population.firm_table import DEREGISTERED, FirmTable

if TYPE_CHECKING:
    from sim.engine.arrays import Floats
    from sim.model.city import City


MONTHS: Final = 60

_LAST: Final[dict[Any, tuple[FirmTable, Floats]]] = {}
"""The last past lived, kept for the other arms of the same replicate; never written to."""


def lived(city: City) -> tuple[FirmTable, Floats]:
    """The firms on the register at the end of 2016, and young firms' sales by sector in that month, yuan.

    Arms that share luck, parameters, structure and scale share the past: it is lived once, and copied.
    """
    key = (
        city.chance.root,
        tuple(city.drawn.items()),
        city.initial["promoted_founders"],
        city.scale,
        tuple(city.ways.values()),
    )
    if key not in _LAST:
        city.firms = FirmTable(candidates.expected_firms(city.scale))
        for city.month in range(-MONTHS, 0):
            city.first_day = round(city.month * 365.25 / 12)
            city.last_day = round((city.month + 1) * 365.25 / 12) - 1
            founding.past(city, city.month)
            city.trade()
            deregistration.deregister(city)
        city.firms.keep(np.flatnonzero(city.firms.state < DEREGISTERED))
        forget()
        _LAST[key] = (city.firms, city.base_sales)
    firms, base = _LAST[key]
    return firms.copy(), base.copy()


def forget() -> None:
    """Let go of the past that is kept: the next city lives its own."""
    _LAST.clear()
