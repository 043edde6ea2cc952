"""Calendar of a run, compared with Python's ``datetime``."""

import datetime as dt

import numpy as np
import pytest

from sim.engine import clock


def test_the_run_is_four_years_with_one_leap_day() -> None:
    assert clock.DAYS == 365 + 365 + 365 + 366
    assert len(clock.MONTH_START) == clock.MONTHS + 1 == 49
    assert clock.MONTH_START[-1] == clock.DAYS
    assert clock.month_length(37) == 29  # February 2020
    assert clock.month_length(1) == 28
    assert sum(clock.month_length(m) for m in range(48)) == clock.DAYS


@pytest.mark.parametrize(
    ("date", "day"),
    [("2016-12-31", -1), ("2017-01-01", 0), ("2017-06-09", 159), ("2018-01-01", 365), ("2020-12-31", 1460)],
)
def test_dates_and_days(date: str, day: int) -> None:
    assert clock.day(dt.date.fromisoformat(date)) == day
    assert clock.date(day).isoformat() == date


def test_late_in_a_day_is_still_that_day() -> None:
    assert clock.date(364.875) == dt.date(2017, 12, 31)


def test_the_plan_is_issued_on_9_june_2017() -> None:
    assert dt.date(2017, 6, 9) == clock.ISSUED


def test_every_day_falls_in_its_month() -> None:
    days = np.arange(clock.DAYS)
    months = clock.month_of(days)
    dates = [clock.FIRST + dt.timedelta(days=int(d)) for d in days]
    assert months.tolist() == [(d.year - 2017) * 12 + d.month - 1 for d in dates]
    assert [clock.year_of(m) for m in (0, 11, 12, 47)] == [2017, 2017, 2018, 2020]


def test_months_before_and_after_the_run() -> None:
    assert clock.month_of([-1, -30, -1826]).tolist() == [-1, -1, -60]
    assert clock.month_of([clock.DAYS, 32767]).tolist() == [48, 48]


def test_working_days_are_monday_to_friday() -> None:
    for day in range(clock.DAYS):
        assert clock.is_working_day(day) == (clock.date(day).weekday() < 5)
    assert [clock.working_days(n) for n in (5, 20)] == pytest.approx([7, 28])
