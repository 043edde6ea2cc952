"""Incubation: every decision as a pure function."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.incubation.parameters import (
    AWARD_MONTHS,
    DEMONSTRATION_ADVICE_MONTHS,
    DEMONSTRATION_AREA_COST,
    DEMONSTRATION_AREA_SHARE,
    DEMONSTRATION_HOUR,
    GRADUATE_EQUITY,
    GRADUATE_TURNOVER,
    PARK,
    RENT,
    RUNNING_COST,
    SEATS_A_PLACE,
    SEED_HOLD_YEARS,
    SEED_LEAST,
    SEED_MOST,
    SEED_MULTIPLE,
    SIZE_COUNTS,
    TORCH,
    TURNOVER,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask


def yields(occupancy: float, relief: float, award: float, area: float, saving: float = 0.0) -> float:
    """What a project earns, yuan/m2/month: rent x occupancy x (1 + relief) + saving + award/(area x 60) - running cost."""
    return RENT * occupancy * (1 + relief) + saving + award / (max(area, 1.0) * AWARD_MONTHS) - RUNNING_COST


def city_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """The city's own recognition (INC08; makerspaces ZS215; bases ZS214 at a third); parks have none."""
    if kind == "park":
        return False
    needed = {
        "incubator": (2000, 10, 0.5),
        "makerspace": (300, 6, 1.0),
        "base": (1000, 10, 0.5),
        "platform": (0, 0, 0),
    }
    floor, firms, open_years = needed[kind]
    return area >= floor and tenants >= firms and years >= open_years


def provincial_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """Provincial recognition: incubators INC17 (10,000 m2, 40 tenants, 2 years; half for the specialised), makerspaces 1,000 m2, 15 tenants, 1 year (check)."""
    if kind == "incubator":
        return area >= 5000 and tenants >= (40 if area >= 10000 else 25) and years >= 2
    return kind == "makerspace" and area >= 1000 and tenants >= 15 and years >= 1


def national_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """National recognition: incubators INC04, INC16 (10,000 m2, 50 tenants, 3 years), makerspaces INC07 (500 m2, 20 teams, 18 months)."""
    if kind == "incubator":
        return area >= 10000 and tenants >= 50 and years >= 3
    return kind == "makerspace" and area >= 500 and tenants >= 20 and years >= 1.5


@cache
def _district_shares() -> npt.NDArray[np.float64]:
    weights = np.array([d.weight for d in geography.districts()])
    torch = [d.slug for d in geography.districts()].index("torch")
    weights[torch] = 0
    shares = (1 - TORCH) * weights / weights.sum()
    shares[torch] = TORCH
    return np.cumsum(shares)


def place(u: float) -> int:
    """Number of the district where a space stands: half in the Torch zone, the rest as firms are."""
    return min(int(np.searchsorted(_district_shares(), u)), len(geography.districts()) - 1)


def score(skill: Floats, jobs: npt.NDArray[np.integer[Any]], g: Floats) -> Floats:
    """What a space sees of a firm, in spreads of skill: skill + 0.5 ln(jobs/3) + 0.5 g."""
    return np.asarray(skill + SIZE_COUNTS * np.log(np.maximum(jobs, 1) / 3) + 0.5 * g)


def threshold(occupancy: float | Floats) -> float | Floats:
    """The score from which a space admits, in spreads of skill: 2 x occupancy - 2, so that a full space is choosy (INC12)."""
    return 2 * occupancy - 2


def graduates(
    value_added: Floats, raised: Floats, certified: Mask, months: npt.NDArray[np.integer[Any]]
) -> Mask:
    """Who meets the criteria of graduation (INC05), after a year: 10 m yuan of turnover in two years, 5 m of equity, or certified."""
    turnover = 24 * TURNOVER * value_added
    return np.asarray(
        (months >= 12) & ((turnover >= GRADUATE_TURNOVER) | (raised >= GRADUATE_EQUITY) | certified)
    )


def loss_chance(yearly: Floats) -> Floats:
    """Chance that a stake is lost while it is held: q = 1 - (1 - PD)^5, from the yearly chance of failing as seen."""
    return np.asarray(1 - (1 - yearly) ** SEED_HOLD_YEARS)


def expected_back(lost: Floats, borne: float) -> Floats:
    """What a yuan is expected to bring back: (1 - q) 1.5 + q s."""
    return np.asarray((1 - lost) * SEED_MULTIPLE + lost * borne)


def seed_stake(u: Floats) -> Ints:
    """A stake, fen: 0.1 to 0.3 m yuan, evenly."""
    return np.asarray(np.rint(100 * (SEED_LEAST + (SEED_MOST - SEED_LEAST) * u)), dtype=np.int64)


def borne_by_city(fen: int, share: float) -> int:
    """What the city bears of a loss, fen."""
    return round(share * fen)


def seats_of(number: int, wanted: int) -> int:
    """Seats of a park when policy wants so many in all: parks of 400, the last one smaller, in whole berths of four."""
    seats = min(max(wanted - PARK * number, 0), PARK)
    return seats - seats % SEATS_A_PLACE


def area_added(yuan: float, area: float) -> float:
    """Area that the money adds to a base, m2: half of it at 1,500 yuan/m2, at most as much again as there is."""
    return min(area, DEMONSTRATION_AREA_SHARE * yuan / DEMONSTRATION_AREA_COST)


def advice_hours(yuan: float) -> float:
    """Hours of advice a month that the money pays for in a base: half of it at 300 yuan an hour, over 36 months."""
    return (1 - DEMONSTRATION_AREA_SHARE) * yuan / DEMONSTRATION_HOUR / DEMONSTRATION_ADVICE_MONTHS
