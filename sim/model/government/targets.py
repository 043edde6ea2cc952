"""The plan's seven targets.

Targets T1 to T6 concern incubation facilities. Target T7, jobs driven by startups (创业带动就业), is the number N of
founders first served by public services within a window, times the number k of jobs per founder (founder and staff 12
months after opening, or when last observed). The plan defines neither a base date nor how founders are cumulated, so
several definitions are recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.government import rules
from sim.model.government.parameters import AT_LEAST, DEFINITIONS, DRIVEN, FROM_DAY, MET, SERVED, VALUE
from sim.model.population.firm_table import OPEN, STATES
from sim.model.population.parameters import YOUNG_MONTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.arrays import Floats
    from sim.engine.recorder import Recorder
    from sim.model.calendar import Calendar
    from sim.model.population.firm_table import FirmTable

_WINDOWS, _FIRST_DAYS = tuple(FROM_DAY), np.array(list(FROM_DAY.values()))
_COUNTED: Final = rules.is_founder(np.arange(len(STATES), dtype=np.int8))


def settle(firms: FirmTable, clock: Calendar, recorder: Recorder) -> None:
    """Record the number of founders served and the jobs that they create, for each definition of target T7."""
    month = clock.month
    rows = np.flatnonzero(firms.served <= clock.last_day)
    rows = rows.compress(_COUNTED.take(firms.state.take(rows)))
    weight = firms.weight.take(rows).astype(np.float64)
    opened = weight * (firms.opened.take(rows) <= clock.last_day)
    jobs, served = firms.jobs_at_12.take(rows), firms.served.take(rows)

    def sums(counted: Floats) -> dict[str, int]:
        by_window = rules.served_by_window(_FIRST_DAYS, served, counted)
        return dict(zip(_WINDOWS, by_window.tolist(), strict=True))

    founders, driven = sums(weight), sums(opened * jobs)
    young = firms.rows_in(OPEN)
    young = young.compress(firms.registered_month.take(young) > month - YOUNG_MONTHS)
    by_definition = {
        **{name: (founders[name], driven[name]) for name in _WINDOWS},
        "staff_only": (founders["primary"], sums(opened * np.maximum(jobs - 1, 0))["primary"]),
        "peak_staff": (founders["primary"], sums(opened * firms.jobs_peak.take(rows))["primary"]),
        "all_young_firms": (
            int(firms.weight.take(young).sum(dtype=np.int64)),
            firms.total(firms.jobs.take(young).astype(np.int64), young),
        ),
    }
    for i, name in enumerate(DEFINITIONS):
        recorder.put(SERVED, (month, i), by_definition[name][0])
        recorder.put(DRIVEN, (month, i), by_definition[name][1])


def final(recorder: Recorder, at_least: Mapping[str, float]) -> None:
    """Record the value of each target at the end of 2020, and whether the target is met."""
    arrays = recorder.arrays
    for i, (target, (outcome, usual)) in enumerate(AT_LEAST.items()):
        threshold = at_least.get(target, usual)
        value = arrays[outcome][-1]
        value = float(value[0] if value.ndim else value)
        recorder.put(VALUE, i, value)
        recorder.put(MET, i, rules.target_met(value, threshold))
