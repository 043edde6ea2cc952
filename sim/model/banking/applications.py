"""Loan applications: the firms that apply each month, the amounts they request, and the table of applications.

Random numbers are keyed by firm and month, so that the same draw is used in every scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.columns import Table
from sim.model.banking import parameters, rules
from sim.model.guarantees.parameters import PLAIN
from sim.model.population.firm_table import G, T

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Ints, Rows
    from sim.model.context import Context


REQUEST: Final = {
    "row": (np.int64, -1),  # row of the firm
    "month": (np.int16, 0),  # month of the application, which keys its random numbers
    "fen": (np.int64, 0),  # amount requested
    "bank": (np.int8, 0),
    "day": (np.float32, 0),  # day of submission
    "pd": (np.float32, 0),  # annual probability of default assessed by the bank
    "rate": (np.float32, 0),  # yearly interest rate
    "scheme": (np.int8, PLAIN),
    "cover": (np.float32, 0),
    "city_share": (np.float32, 0),
    "fee": (np.float32, 0),
}


class Requests(Table):
    """Table of all loan applications in a run, with the columns listed in :data:`REQUEST`.

    An application is identified by its row number.
    """

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


def applicants(context: Context, rows: Rows, month: int) -> Rows:
    """Return those of the given firms (``rows``) that apply for a loan in the given month."""
    firms, p = context.firms, context.parameters
    of_g, of_others = p[parameters.REQUESTS_G.id], p[parameters.REQUESTS.id]
    u = context.streams.uniform(firms.id.take(rows), "loan request", month)
    # For speed: firms with negative cash have the highest rate, so no firm with a larger u applies.
    highest = rules.application_rate(np.array(max(of_g, of_others)), np.array(-1))
    low = np.flatnonzero(u < highest)
    rows, u = rows[low], u[low]
    rate = rules.application_rate(np.where(firms.segment[rows] == G, of_g, of_others), firms.cash[rows])
    return rows[rules.applies(u, rate, month - firms.opened_month[rows])]


def requested_fen(context: Context, rows: Rows, month: int) -> Ints:
    """Return the amount that each firm requests if it applies in the given month, in fen."""
    firms = context.firms
    y = firms.value_added[rows]
    cap = rules.cap_months(firms.segment[rows], rules.yearly_turnover(y))
    g = context.streams.normal(firms.id[rows], "ticket", month)
    return rules.requested_amount(y, g, cap)


def founder_traits(context: Context, ids: Ints, segment: Codes) -> dict[str, npt.NDArray[Any]]:
    """Draw whether each founder owns a technology enterprise with a patent that it can pledge (key ``patent``)."""
    patent = context.streams.uniform(ids, "patent") < context.parameters[parameters.PATENTS.id]
    return {"patent": (segment == T) & patent}
