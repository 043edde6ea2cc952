"""The calendar: days since 2017-01-01, months as integers, working days.

One run is 48 months, 1,461 days. Days are SimPy's time; month 0 is January 2017.
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
"""Date on which the plan was issued."""
MORNING, NOON, DUSK = 0.25, 0.5, 0.875
"""Times of a day: service desks work in the morning; payments are made and banks decide (on Fridays) at noon;
a month is closed at dusk of its last day."""

_starts = [dt.date(2017 + m // 12, m % 12 + 1, 1) for m in range(MONTHS)] + [LAST + dt.timedelta(days=1)]
MONTH_START: Final[npt.NDArray[np.int64]] = np.array([(d - FIRST).days for d in _starts])
"""Day on which each month begins, and the day after the last month."""


def day(date: dt.date) -> int:
    """Days from 2017-01-01 to ``date`` (negative before)."""
    return (date - FIRST).days


def date(day_: float) -> dt.date:
    """Date of a day of the clock."""
    return FIRST + dt.timedelta(days=int(day_))


def year_of(month: int) -> int:
    """Calendar year of a month of the run."""
    return 2017 + month // 12


def month_length(month: int) -> int:
    """Days in a month of the run."""
    return int(MONTH_START[month + 1] - MONTH_START[month])


def month_of(days: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Month of each day: 0 to 47, 48 after the end, negative before 2017."""
    d = np.asarray(days, dtype=np.float64)
    inside = np.searchsorted(MONTH_START, d, side="right") - 1
    before = np.floor(d / (365.25 / 12)).astype(np.int64)
    return np.where(d < 0, before, inside)


def is_working_day(day_: int) -> bool:
    """Whether a day is Monday to Friday. Public holidays are ignored: capacity is about 4% too high."""
    return (_FIRST_WEEKDAY + day_) % 7 < 5


def first_friday() -> int:
    """Day of the first Friday of the run."""
    return (4 - _FIRST_WEEKDAY) % 7


def working_days(days: float) -> float:
    """Calendar days of a number of working days on average: 7 for 5."""
    return days * 1.4
