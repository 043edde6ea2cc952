"""The plan's seven targets, read off the city.

T1 to T6 count named spaces. T7 (创业带动就业) is N founders whom public services served for the first
time in the window x k jobs each, founder and staff 12 months after opening or at the last observation.
The plan's text gives neither a base date nor a rule of cumulation, so variants stand beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import FILED, GIVEN_UP, OPEN, STATES, YOUNG_MONTHS

if TYPE_CHECKING:
    from sim.model.city import City

# fmt: off
SERVED: Final = Outcome("founders_served", ("month", "definition"), "persons", "促进创业人数（累计）", "founders first served, cumulative", "total")
DRIVEN: Final = Outcome("jobs_driven_by_startups", ("month", "definition"), "persons", "创业带动就业（累计）", "jobs driven by startups, cumulative", "total")
VALUE: Final = Outcome("target_value", ("target",), "as the target", "目标完成值", "value of each target at the end of 2020", "final", whole=False)
MET: Final = Outcome("target_met", ("target",), "bool", "目标是否完成", "whether each target is met", "final")
# fmt: on
OUTCOMES: Final = (SERVED, DRIVEN, VALUE, MET)

DEFINITIONS: Final = {
    "primary": (
        "2017年1月起首次服务的创业者及其带动就业",
        "founders first served from 2017-01, founder and staff",
    ),
    "window_2016": ("2016年1月起", "window from 2016-01"),
    "window_2017_06": ("2017年6月9日起", "window from 2017-06-09"),
    "staff_only": ("不含创业者本人", "staff without the founder"),
    "peak_staff": ("按最高用工", "peak staff instead of staff at 12 months"),
    "all_young_firms": ("全部初创企业", "all young firms, served or not"),
}
FROM_DAY: Final = {"window_2016": -366, "primary": 0, "window_2017_06": clock.day(clock.ISSUED)}
_WINDOWS, _WINDOW_DAYS = tuple(FROM_DAY), np.array(list(FROM_DAY.values()))
_ON_REGISTER: Final = np.array([state not in (FILED, GIVEN_UP) for state in range(len(STATES))])
AT_LEAST: Final = {
    "T1": ("tech_incubators", 60),
    "T2": ("incubation_area", 2_000_000),
    "T3": ("international_platforms", 1),
    "T4": ("national_level_spaces", 5),
    "T5": ("provincial_level_spaces", 20),
    "T6": ("entrepreneurship_bases", 50),
    "T7": ("jobs_driven_by_startups", 150_000),
}
"""Outcome and threshold of each target (ZS001-007); a plan in the world may ask for another number."""


def settle(city: City) -> None:
    """Count founders served and the jobs they drive, by definition."""
    firms, month = city.firms, city.month
    rows = np.flatnonzero(firms.served <= city.last_day)
    rows = rows.compress(_ON_REGISTER.take(firms.state.take(rows)))
    weight = firms.weight.take(rows).astype(np.float64)
    begun = weight * (firms.opened.take(rows) <= city.last_day)
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
        city.record.put(SERVED, (month, i), everybody[name][0])
        city.record.put(DRIVEN, (month, i), everybody[name][1])


def final(city: City) -> None:
    """Value of each target at the end of 2020, and whether it is met."""
    arrays = city.record.arrays
    for i, (target, (outcome, usual)) in enumerate(AT_LEAST.items()):
        threshold = city.scene.at_least.get(target, usual)
        value = arrays[outcome][-1]
        value = float(value[0] if value.ndim else value)
        city.record.put(VALUE, i, value)
        city.record.put(MET, i, value >= threshold)
