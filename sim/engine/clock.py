"""Calendar of a run: days since 2017-01-01, months as integers, and working days.

A run lasts 48 months (1,461 days). The unit of SimPy time is the day; month 0 is January 2017.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt

FIRST: Final = dt.date(2017, 1, 1)
LAST: Final = dt.date(2020, 12, 31)
MONTHS: Final = 48
DAYS: Final = (LAST - FIRST).days + 1
_FIRST_WEEKDAY: Final = FIRST.weekday()  # Monday is 0
ISSUED: Final = dt.date(2017, 6, 9)
"""Date on which the policy plan was issued."""
MORNING, NOON, DUSK = 0.25, 0.5, 0.875
"""Times of day, as fractions of a day.

Service desks work in the morning. Payments are made at noon every day, and banks decide at noon on Fridays.
Each month is closed at dusk on its last day.
"""

_starts = [dt.date(2017 + m // 12, m % 12 + 1, 1) for m in range(MONTHS)] + [LAST + dt.timedelta(days=1)]
MONTH_START: Final[npt.NDArray[np.int64]] = np.array([(d - FIRST).days for d in _starts])
"""First day of each month, followed by the day after the end of the run."""


def day(date: dt.date) -> int:
    """Return the number of days from 2017-01-01 to ``date`` (negative for earlier dates)."""
    return (date - FIRST).days


def date(day_: float) -> dt.date:
    """Return the date of a day counted from 2017-01-01."""
    return FIRST + dt.timedelta(days=int(day_))


def year_of(month: int) -> int:
    """Return the calendar year of a month of the run."""
    return 2017 + month // 12


def month_length(month: int) -> int:
    """Return the number of days in a month of the run."""
    return int(MONTH_START[month + 1] - MONTH_START[month])


def month_of(days: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the month of each day: 0 to 47 within the run, 48 after its end, negative before 2017."""
    d = np.asarray(days, dtype=np.float64)
    inside = np.searchsorted(MONTH_START, d, side="right") - 1
    before = np.floor(d / (365.25 / 12)).astype(np.int64)
    return np.where(d < 0, before, inside)


def is_working_day(day_: int) -> bool:
    """Whether a day is a weekday (Monday to Friday).

    Public holidays are counted as working days, which overstates capacity by about 4%.
    """
    return (_FIRST_WEEKDAY + day_) % 7 < 5


def first_friday() -> int:
    """Return the day of the first Friday of the run."""
    return (4 - _FIRST_WEEKDAY) % 7


def working_days(days: float) -> float:
    """Convert working days to calendar days, assuming 7 calendar days for every 5 working days."""
    return days * 1.4
