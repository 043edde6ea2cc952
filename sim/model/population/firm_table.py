"""The firm table: one row a firm, one array a column.

Which programmes a firm can use depends on its segment: G individual business (two thirds of entrants), E ordinary
enterprise, T technology enterprise (3%).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.arrays import Ints
from sim.engine.columns import Table
from sim.model.population.parameters import YEAR_DAYS
from sim.model.population.rules import is_young

if TYPE_CHECKING:
    from sim.engine.arrays import Mask, Rows


G, E, T = 0, 1, 2
FILED, REGISTERED, OPEN, CLOSED, DEREGISTERED, GIVEN_UP = range(6)
STATES: Final = ("filed", "registered", "open", "closed", "deregistered", "given_up")
NEVER: Final = 32767
"""A day that never comes."""
DEREGISTRATION_PENDING: Final = 32766
"""A day that is not known yet: deregistration is applied for and the desk has not decided."""

COLUMNS: Final[Mapping[str, tuple[Any, Any]]] = {
    # what it is: keyed to the founder, the same under every policy
    "id": (np.int64, 0),  # permanent id of the candidate
    "weight": (np.int64, 1),  # firms of the city that the row stands for (1 at full scale)
    "segment": (np.int8, G),
    "sector": (np.int8, 0),
    "district": (np.int8, 0),
    "kind": (np.int8, 0),  # founder kind
    "skill": (np.float32, 0),  # founder skill, standard normal
    "exporter": (np.bool_, False),
    "cell": (np.int16, 0),  # form, founder kind, sector and district in one number, to count by
    "turn": (np.int8, 0),  # 0 to 5: month of a half-year in which the founder considers the programmes
    "patience": (np.float32, 0),  # days for which the founder waits at the registry
    "steps": (np.float32, 1),  # its days of opening, relative to the usual
    "wait": (np.float32, 0),  # days from registration to opening, infinite if it never comes
    "licence": (np.int8, 0),  # 0 none needed, 1 of its line, 2 for production
    # its dates, in days of the clock
    "filed": (np.int16, NEVER),
    "registered": (np.int16, NEVER),
    "opened": (np.int16, NEVER),  # once registered: the day on which it will open
    "closed": (np.int16, NEVER),
    "deregistered": (np.int16, NEVER),
    "registered_month": (np.int16, NEVER),  # month of the run, negative before 2017
    "opened_month": (np.int16, NEVER),
    "leaves": (np.int16, NEVER),  # month in which it applies for deregistration
    "state": (np.int8, FILED),
    # its business
    "log_scale": (np.float32, 0),  # ln A; A: value added a month of one person at c = l = 0, yuan
    "capability": (np.float32, 0),  # c
    "capability_start": (np.float32, 0),  # c at founding, to which gains fade back
    "productivity": (np.float32, 0),  # l
    "productivity_sd": (np.float32, 0),  # of its monthly innovation
    "jobs": (np.int16, 0),  # owner and staff
    "value_added": (np.float32, 0),  # yuan of the last month
    "income": (np.float32, 1.0),  # x: smoothed owner's income over the usual wage
    "cash": (np.int64, 0),  # fen
    "buffer": (np.float32, 1.4),  # months of cost that the owner keeps in cash
    "arrears": (np.int8, 0),  # months running beyond the arrears limit
    "helped": (np.bool_, False),  # the family has helped once
    "support_hours": (np.float32, 0),  # H: hours of advice in about 12 months
    "order_book": (np.float32, 0),  # yuan of value added of orders won that are still to be delivered
    # its rights, debts, partners and facility
    "patent": (np.bool_, False),  # holds a patent that banks accept as a pledge
    "design": (np.bool_, False),  # holds a protected design or utility model
    "sales_lost": (np.float32, 0),  # share of this month's sales lost to infringements
    "debt": (np.int64, 0),  # fen owed to banks
    "borrowed": (np.bool_, False),  # has had a loan
    "interest": (np.float32, 0),  # yuan due this month
    "instalment": (np.float32, 0),  # yuan of principal due this month
    "raised": (np.int64, 0),  # fen of equity received in all
    "unspent": (np.int64, 0),  # fen of that which is not spent yet; the owner cannot draw it
    "prepaid": (np.int64, 0),  # fen that the goods owed to backers will cost; the owner cannot draw it
    "seeks": (np.int8, 0),  # a place in: 1 an incubator, 2 a smaller facility, 3 a park; 0 in none
    "space": (np.int16, -1),  # number of the facility where it is a tenant
    "moved_in": (np.int16, NEVER),  # month in which it became one
    "rent_waived": (np.float32, 0),  # share of its rent
    "low_cost": (np.int16, NEVER),  # month in which it moved into low-cost space
    # its dealings with programmes
    "granted": (np.int64, 0),  # fen paid this month
    "subsidised_wage": (np.float32, 0),  # yuan a month of one job that it expects to get back
    "served": (np.int16, NEVER),  # day of the founder's first public service
    "jobs_at_12": (np.int16, 0),  # owner and staff 12 months after opening, or at the last observation
    "jobs_peak": (np.int16, 0),  # most owner and staff in any month
    "one_off": (np.bool_, False),  # has claimed the one-off grant
    "hires_claimed": (np.int16, 0),  # hires for which it has claimed the job subsidy
    "hires_paid": (np.float32, 0),  # yuan of the job subsidy claimed so far
}


class FirmTable(Table):
    """All firms of a run, open or not, with the columns of :data:`COLUMNS`."""

    id: npt.NDArray[np.int64]
    weight: npt.NDArray[np.int64]
    segment: npt.NDArray[np.int8]
    sector: npt.NDArray[np.int8]
    district: npt.NDArray[np.int8]
    kind: npt.NDArray[np.int8]
    skill: npt.NDArray[np.float32]
    exporter: Mask
    cell: npt.NDArray[np.int16]
    turn: npt.NDArray[np.int8]
    patience: npt.NDArray[np.float32]
    steps: npt.NDArray[np.float32]
    wait: npt.NDArray[np.float32]
    licence: npt.NDArray[np.int8]
    filed: npt.NDArray[np.int16]
    registered: npt.NDArray[np.int16]
    opened: npt.NDArray[np.int16]
    closed: npt.NDArray[np.int16]
    deregistered: npt.NDArray[np.int16]
    registered_month: npt.NDArray[np.int16]
    opened_month: npt.NDArray[np.int16]
    leaves: npt.NDArray[np.int16]
    state: npt.NDArray[np.int8]
    log_scale: npt.NDArray[np.float32]
    capability: npt.NDArray[np.float32]
    capability_start: npt.NDArray[np.float32]
    productivity: npt.NDArray[np.float32]
    productivity_sd: npt.NDArray[np.float32]
    jobs: npt.NDArray[np.int16]
    value_added: npt.NDArray[np.float32]
    income: npt.NDArray[np.float32]
    cash: npt.NDArray[np.int64]
    buffer: npt.NDArray[np.float32]
    patent: Mask
    design: Mask
    sales_lost: npt.NDArray[np.float32]
    debt: npt.NDArray[np.int64]
    borrowed: Mask
    interest: npt.NDArray[np.float32]
    instalment: npt.NDArray[np.float32]
    raised: npt.NDArray[np.int64]
    unspent: npt.NDArray[np.int64]
    prepaid: npt.NDArray[np.int64]
    seeks: npt.NDArray[np.int8]
    space: npt.NDArray[np.int16]
    moved_in: npt.NDArray[np.int16]
    rent_waived: npt.NDArray[np.float32]
    low_cost: npt.NDArray[np.int16]
    arrears: npt.NDArray[np.int8]
    helped: Mask
    support_hours: npt.NDArray[np.float32]
    order_book: npt.NDArray[np.float32]
    granted: npt.NDArray[np.int64]
    subsidised_wage: npt.NDArray[np.float32]
    served: npt.NDArray[np.int16]
    jobs_at_12: npt.NDArray[np.int16]
    jobs_peak: npt.NDArray[np.int16]
    one_off: Mask
    hires_claimed: npt.NDArray[np.int16]
    hires_paid: npt.NDArray[np.float32]

    def __init__(self, capacity: int) -> None:
        super().__init__(COLUMNS, capacity)

    def rows_in(self, state: int) -> Rows:
        """Rows in a state, ascending."""
        return np.flatnonzero(self.state == state)

    def total(self, column: npt.NDArray[Any], rows: Rows) -> int:
        """Weighted sum of whole numbers (fen, jobs) over rows, exact."""
        return int(np.dot(column, self.weight.take(rows)))

    def weight_of(self, rows: Ints) -> Ints:
        """Number of firms of the city that each row represents."""
        return self.weight.take(rows)

    def cash_held(self) -> int:
        """Cash of all firms, fen, counted firm by firm."""
        return int(np.dot(self.cash, self.weight))

    def trading(self, month: int, first_day: int, last_day: int) -> Trading:
        """The open firms of a month, taken from the columns once."""
        rows = self.rows_in(OPEN)
        opened = self.opened.take(rows).astype(np.float32)
        return Trading(
            rows=rows,
            ids=self.id.take(rows),
            weight=self.weight.take(rows),
            segment=self.segment.take(rows),
            sector=self.sector.take(rows),
            exporter=self.exporter.take(rows),
            jobs=self.jobs.take(rows),
            young=is_young(month - self.registered_month.take(rows)),
            open_share=np.clip((last_day + 1 - opened) / np.float32(last_day - first_day + 1), 0, 1),
            years=(last_day - opened) / np.float32(YEAR_DAYS),
        )

    def write(self, name: str, rows: Rows | int, value: float | bool) -> None:
        """Write one value into a column at these rows.

        Raises:
            AttributeError: no such column, or the id, which identifies a firm and keys its random numbers.
            TypeError: not a number.
            ValueError: a number that the column does not hold exactly (integers, booleans).
        """
        if name not in COLUMNS or name == "id":
            raise AttributeError(f"{name!r} is no column of the firms that can be set", name=name)
        column = getattr(self, name)
        column[rows] = _fitted(name, column.dtype, value)

    def serve(self, rows: Rows | int, day: npt.ArrayLike) -> None:
        """Record the day of a public service to these founders; only the first counts."""
        self.served[rows] = np.minimum(self.served[rows], np.asarray(day, dtype=np.int16))


@dataclass(frozen=True)
class Trading:
    """Columns of the firms that are open in a month, taken from the table once for all rules of the month.

    Attributes:
        rows: rows of the table, ascending.
        jobs: owner and staff at the month's start, who are paid in it.
        young: under 60 months since registration at the month's end.
        open_share: share of the month's days on which each is open.
        years: years since opening at the month's end.
    """

    rows: Rows
    ids: npt.NDArray[np.int64]
    weight: npt.NDArray[np.int64]
    segment: npt.NDArray[np.int8]
    sector: npt.NDArray[np.int8]
    exporter: Mask
    jobs: npt.NDArray[np.int16]
    young: Mask
    open_share: npt.NDArray[np.float32]
    years: npt.NDArray[np.float32]


PANEL: Final = (
    "id", "weight", "segment", "sector", "district", "kind",
    "registered", "opened", "closed", "deregistered", "served",
)  # fmt: skip
"""Columns of the panel of firms, beside ``jobs`` (months x firms)."""


def _fitted(name: str, dtype: np.dtype[Any], value: Any) -> np.generic:
    """Return a number as the column holds it: integers and booleans exactly, others rounded."""
    if not isinstance(value, Real | np.bool_):
        raise TypeError(f"{name} takes a number ({dtype}), not {value!r}")
    try:
        with np.errstate(all="ignore"):
            held: np.generic = dtype.type(value)
            fits = np.isfinite(held) or not math.isfinite(value) if dtype.kind == "f" else held == value
    except (OverflowError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{name} takes {dtype}: {value!r} does not fit")
    return held
