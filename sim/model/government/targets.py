"""The plan's seven targets, read off the city.

T1 to T6 count named spaces. T7 (创业带动就业) is N founders whom public services served for the first
time in the window x k jobs each, founder and staff 12 months after opening or at the last observation.
The plan's text gives neither a base date nor a rule of cumulation, so variants stand beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.government.parameters import AT_LEAST, DEFINITIONS, DRIVEN, FROM_DAY, MET, SERVED, VALUE
from sim.model.population.firm_table import FILED, GIVEN_UP, OPEN, STATES
from sim.model.population.parameters import YOUNG_MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.recorder import Recorder
    from sim.model.calendar import Calendar
    from sim.model.population.firm_table import FirmTable

_WINDOWS, _WINDOW_DAYS = tuple(FROM_DAY), np.array(list(FROM_DAY.values()))
_ON_REGISTER: Final = np.array([state not in (FILED, GIVEN_UP) for state in range(len(STATES))])


def settle(firms: FirmTable, clock: Calendar, recorder: Recorder) -> None:
    """Count founders served and the jobs they drive, by definition."""
    month = clock.month
    rows = np.flatnonzero(firms.served <= clock.last_day)
    rows = rows.compress(_ON_REGISTER.take(firms.state.take(rows)))
    weight = firms.weight.take(rows).astype(np.float64)
    begun = weight * (firms.opened.take(rows) <= clock.last_day)
    jobs = firms.jobs_at_12.take(rows)
    # Windows open one after another: count by the last that a founder falls into, then add up from behind.
    window = np.searchsorted(_WINDOW_DAYS, firms.served.take(rows), side="right")

    def within(counted: npt.NDArray[np.floating[Any]]) -> dict[str, int]:
        by = np.bincount(window, weights=counted, minlength=len(_WINDOW_DAYS) + 1)
        return dict(zip(_WINDOWS, np.cumsum(by[::-1])[-2::-1].astype(int).tolist(), strict=True))

    founders, driven = within(weight), within(begun * jobs)
    young = firms.rows_in(OPEN)
    young = young.compress(firms.registered_month.take(young) > month - YOUNG_MONTHS)
    everybody = {
        **{name: (founders[name], driven[name]) for name in _WINDOWS},
        "staff_only": (founders["primary"], within(begun * np.maximum(jobs - 1, 0))["primary"]),
        "peak_staff": (founders["primary"], within(begun * firms.jobs_peak.take(rows))["primary"]),
        "all_young_firms": (
            int(firms.weight.take(young).sum(dtype=np.int64)),
            firms.total(firms.jobs.take(young).astype(np.int64), young),
        ),
    }
    for i, name in enumerate(DEFINITIONS):
        recorder.put(SERVED, (month, i), everybody[name][0])
        recorder.put(DRIVEN, (month, i), everybody[name][1])


def final(recorder: Recorder, at_least: Mapping[str, float]) -> None:
    """Value of each target at the end of 2020, and whether it is met."""
    arrays = recorder.arrays
    for i, (target, (outcome, usual)) in enumerate(AT_LEAST.items()):
        threshold = at_least.get(target, usual)
        value = arrays[outcome][-1]
        value = float(value[0] if value.ndim else value)
        recorder.put(VALUE, i, value)
        recorder.put(MET, i, value >= threshold)
