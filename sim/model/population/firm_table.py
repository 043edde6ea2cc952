"""Firm table: one row per firm and one array per column.

The segment of a firm determines the programmes for which it is eligible: G, individual businesses (two thirds
of entrants); E, ordinary enterprises; T, technology enterprises (3%).
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
"""Placeholder day for events that never happen."""
DEREGISTRATION_PENDING: Final = 32766
"""Placeholder day for firms whose application for deregistration is pending."""

COLUMNS: Final[Mapping[str, tuple[Any, Any]]] = {
    # characteristics: keyed to the founder and the same under every policy
    "id": (np.int64, 0),  # permanent id of the candidate
    "weight": (np.int64, 1),  # firms of the city that the row represents (1 at full scale)
    "segment": (np.int8, G),
    "sector": (np.int8, 0),
    "district": (np.int8, 0),
    "kind": (np.int8, 0),  # founder kind
    "skill": (np.float32, 0),  # founder skill, standard normal
    "exporter": (np.bool_, False),
    "cell": (np.int16, 0),  # index of form, founder kind, sector and district, for counting
    "turn": (np.int8, 0),  # 0 to 5: month of each half-year in which the founder considers programmes
    "patience": (np.float32, 0),  # days for which the founder waits at the registry
    "steps": (np.float32, 1),  # opening days relative to the official number
    "wait": (np.float32, 0),  # days from registration to opening, infinite if the firm never opens
    "licence": (np.int8, 0),  # required licence: 0 none, 1 service, 2 production
    # dates, in days since 2017-01-01 unless noted
    "filed": (np.int16, NEVER),
    "registered": (np.int16, NEVER),
    "opened": (np.int16, NEVER),  # set at registration to the future opening day
    "closed": (np.int16, NEVER),
    "deregistered": (np.int16, NEVER),
    "registered_month": (np.int16, NEVER),  # month of the run, negative before 2017
    "opened_month": (np.int16, NEVER),
    "leaves": (np.int16, NEVER),  # month of the application for deregistration
    "state": (np.int8, FILED),
    # business
    "log_scale": (np.float32, 0),  # ln A; A: monthly value added of one person at c = l = 0, yuan
    "capability": (np.float32, 0),  # c, log points
    "capability_start": (np.float32, 0),  # c at founding, towards which gains decay
    "productivity": (np.float32, 0),  # l, productivity shock
    "productivity_sd": (np.float32, 0),  # standard deviation of the monthly innovation in l
    "jobs": (np.int16, 0),  # owner and staff
    "value_added": (np.float32, 0),  # value added of the last month, yuan
    "income": (np.float32, 1.0),  # x: owner's smoothed income relative to the usual wage
    "cash": (np.int64, 0),  # fen
    "buffer": (np.float32, 1.4),  # cash buffer in months of cost
    "arrears": (np.int8, 0),  # consecutive months beyond the arrears limit
    "helped": (np.bool_, False),  # has received family support
    "support_hours": (np.float32, 0),  # H: effective hours of advice in about 12 months
    "order_book": (np.float32, 0),  # value added of undelivered orders, yuan
    # intellectual property, debt, equity and premises
    "patent": (np.bool_, False),  # holds a patent that banks accept as collateral
    "design": (np.bool_, False),  # holds a protected design or utility model
    "sales_lost": (np.float32, 0),  # share of this month's sales lost to infringement
    "debt": (np.int64, 0),  # bank debt, fen
    "borrowed": (np.bool_, False),  # has had a loan
    "interest": (np.float32, 0),  # interest due this month, yuan
    "instalment": (np.float32, 0),  # principal due this month, yuan
    "raised": (np.int64, 0),  # total equity received, fen
    "unspent": (np.int64, 0),  # unspent equity in fen, which the owner cannot draw
    "prepaid": (np.int64, 0),  # cost in fen of goods owed to backers, which the owner cannot draw
    "seeks": (np.int8, 0),  # facility sought: 0 none, 1 incubator, 2 smaller facility, 3 park
    "space": (np.int16, -1),  # number of the facility in which the firm is a tenant, -1 if none
    "moved_in": (np.int16, NEVER),  # month in which the firm became a tenant
    "rent_waived": (np.float32, 0),  # share of the rent that is waived
    "low_cost": (np.int16, NEVER),  # month in which the firm moved into low-cost space
    # programme participation
    "granted": (np.int64, 0),  # grants and insurance payments received this month, fen
    "subsidised_wage": (np.float32, 0),  # expected wage subsidy per job, yuan a month
    "served": (np.int16, NEVER),  # day of the founder's first public service
    "jobs_at_12": (np.int16, 0),  # owner and staff 12 months after opening, or at the last observation
    "jobs_peak": (np.int16, 0),  # maximum of owner and staff in any month
    "one_off": (np.bool_, False),  # has claimed the one-off start-up grant
    "hires_claimed": (np.int16, 0),  # hires for which the job-creation subsidy has been claimed
    "hires_paid": (np.float32, 0),  # job-creation subsidy claimed so far, yuan
}


class FirmTable(Table):
    """Table of all firms of a run, open or not, with the columns listed in :data:`COLUMNS`."""

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
        """Return the rows of firms in a state, in ascending order."""
        return np.flatnonzero(self.state == state)

    def total(self, column: npt.NDArray[Any], rows: Rows) -> int:
        """Return the exact weighted sum of an integer column (fen, jobs) over rows.

        Args:
            column: values for these rows.
            rows: row numbers, which determine the weights.
        """
        return int(np.dot(column, self.weight.take(rows)))

    def weight_of(self, rows: Ints) -> Ints:
        """Return the number of the city's firms that each row represents."""
        return self.weight.take(rows)

    def cash_held(self) -> int:
        """Return the total cash of all firms in fen, counted firm by firm."""
        return int(np.dot(self.cash, self.weight))

    def trading(self, month: int, first_day: int, last_day: int) -> Trading:
        """Return the columns of the firms that are open in a month."""
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
        """Write a single value to a column at the given rows.

        Raises:
            AttributeError: if the column does not exist or is ``id``, to which the firm's random numbers are
                keyed.
            TypeError: if the value is not a number.
            ValueError: if an integer or boolean column cannot represent the value exactly.
        """
        if name not in COLUMNS or name == "id":
            raise AttributeError(f"{name!r} is not a writable column of the firm table", name=name)
        column = getattr(self, name)
        column[rows] = _fitted(name, column.dtype, value)

    def serve(self, rows: Rows | int, day: npt.ArrayLike) -> None:
        """Record the day of the first public service to founders; later services do not change it."""
        self.served[rows] = np.minimum(self.served[rows], np.asarray(day, dtype=np.int16))


@dataclass(frozen=True)
class Trading:
    """Columns of the firms that are open in a month, extracted once for all rules of the month.

    Other attributes are columns of the firm table at these rows.

    Attributes:
        rows: rows of the table, ascending.
        jobs: owner and staff at the start of the month, who are paid for the month.
        young: whether less than 60 months have passed since registration by the end of the month.
        open_share: share of the month's days on which the firm is open.
        years: years since opening at the end of the month.
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
"""Columns of the firm panel, which also includes ``jobs`` (months x firms)."""


def _fitted(name: str, dtype: np.dtype[Any], value: Any) -> np.generic:
    """Convert a number to the data type of a column: exactly for integers and booleans, otherwise rounded."""
    if not isinstance(value, Real | np.bool_):
        raise TypeError(f"{name} takes a number ({dtype}), not {value!r}")
    try:
        with np.errstate(all="ignore"):
            held: np.generic = dtype.type(value)
            fits = np.isfinite(held) or not math.isfinite(value) if dtype.kind == "f" else held == value
    except (OverflowError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{name}: {dtype} cannot represent {value!r}")
    return held
