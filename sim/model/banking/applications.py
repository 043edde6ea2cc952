"""Requests: who asks for a loan in a month, for how much, and the table in which every request stands.

Keyed by firm and month, so that a request is the same one in every scenario. What banks make of it is in
``lending``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.columns import Table
from sim.model.banking import parameters, rules
from sim.model.banking.parameters import PATENTS
from sim.model.guarantees.parameters import PLAIN
from sim.model.population.firm_table import G, T

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.context import Context


REQUEST: Final = {
    "row": (np.int64, -1),
    "month": (np.int16, 0),  # asked in, which keys its luck
    "fen": (np.int64, 0),  # asked for
    "bank": (np.int8, 0),
    "day": (np.float32, 0),  # handed in
    "pd": (np.float32, 0),  # as the bank believes
    "rate": (np.float32, 0),  # a year
    "scheme": (np.int8, PLAIN),
    "cover": (np.float32, 0),
    "city_share": (np.float32, 0),
    "fee": (np.float32, 0),
}


class Requests(Table):
    """All requests for loans of a run; a file's number is its row here."""

    row: Ints
    month: npt.NDArray[np.int16]
    fen: Ints
    bank: npt.NDArray[np.int8]
    day: npt.NDArray[np.float32]
    pd: npt.NDArray[np.float32]
    rate: npt.NDArray[np.float32]
    scheme: npt.NDArray[np.int8]
    cover: npt.NDArray[np.float32]
    city_share: npt.NDArray[np.float32]
    fee: npt.NDArray[np.float32]


def asking(context: Context, rows: Rows, month: int) -> Rows:
    """Who of these asks for a loan in a month."""
    firms, p = context.firms, context.parameters
    of_g, of_others = p[parameters.REQUESTS_G.id], p[parameters.REQUESTS.id]
    u = context.streams.uniform(firms.id.take(rows), "loan request", month)
    # Nobody asks at a higher rate than who is out of cash: whose number is above that need not be looked at.
    highest = rules.request_rate(np.array(max(of_g, of_others)), np.array(-1))
    low = np.flatnonzero(u < highest)
    rows, u = rows[low], u[low]
    rate = rules.request_rate(np.where(firms.segment[rows] == G, of_g, of_others), firms.cash[rows])
    return rows[(u < rate) & (firms.opened_month[rows] <= month - parameters.FIRST_MONTHS)]


def ticket(context: Context, rows: Rows, month: int) -> Ints:
    """What these firms ask for, fen."""
    firms = context.firms
    y = firms.value_added[rows]
    cap = rules.cap_months(firms.segment[rows], 12 * parameters.TURNOVER * y)
    g = context.streams.normal(firms.id[rows], "ticket", month)
    return np.maximum(100 * rules.ticket(y, g, cap), 100 * parameters.LEAST_TICKET).astype(np.int64)


def founder_traits(context: Context, ids: Ints, segment: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[Any]]:
    """What founders bring to the bank: whether a technology enterprise holds a patent that it can pledge."""
    return {
        "patent": (segment == T) & (context.streams.uniform(ids, "patent") < context.parameters[PATENTS.id])
    }
