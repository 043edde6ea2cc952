"""Decision rules of incubation, as pure functions.

In the formulas, ``u`` is a uniform random number on (0, 1) and ``g`` a standard normal draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.incubation import parameters
from sim.model.incubation.parameters import (
    AREA_SD,
    CITY,
    CRITERIA,
    DAYS_A_MONTH,
    LEVELS,
    NATION,
    NONE,
    PROVINCE,
    SEEKS_INCUBATOR,
    SEEKS_PARK,
    SEEKS_SMALL,
)
from sim.model.population.parameters import TURNOVER

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Integers, Ints, Mask

# --- Projects ---


def project_area(mean: float, g: Floats) -> Floats:
    """Area of a project in m2: lognormal with the given mean and a log standard deviation of 0.6."""
    return np.asarray(mean * np.exp(AREA_SD * g - AREA_SD**2 / 2))


def net_yield(occupancy: float, relief: float, award: float, area: float, saving: float = 0.0) -> float:
    """Net yield of a facility in yuan/m2/month, with an award spread over 60 months (INC03; ZS164-165).

    rent x occupancy x (1 + relief) + saving + award / (60 x area) - running cost.
    """
    rent = parameters.RENT * occupancy * (1 + relief)
    return rent + saving + award / (max(area, 1.0) * parameters.AWARD_MONTHS) - parameters.RUNNING_COST


def project_pays(expected: float, error: float) -> bool:
    """Whether a project is carried out: expected + error > 0.

    Args:
        expected: net yield expected from public information, in yuan/m2/month.
        error: deviation of the investor's private information from ``expected``, in yuan/m2/month.
    """
    return expected + error > 0


def supported_share(supported: float, projects: float) -> float:
    """Share of new makerspaces that receive support: supported / (12 x projects), at most 1.

    Args:
        supported: number of makerspaces supported in a year.
        projects: number of candidate makerspaces in a month.
    """
    return min(1.0, supported / 12 / projects)


def utility_saving(discount: float, supported: float) -> float:
    """Expected saving of a makerspace on utilities in yuan/m2/month: 2 x discount x supported share."""
    return parameters.UTILITIES * discount * supported


def months_to_open(usual: float, relative: float, g: float) -> float:
    """Months from the decision on a project to its opening: usual x relative x exp(0.25 g).

    ``usual`` is the number of months for an incubator; ``relative`` is the ratio for the project's kind.
    """
    return float(usual * relative * np.exp(parameters.LAG_SD * g))


def platform_months(u: float) -> float:
    """Months from the decision on an international platform to its opening: uniform between 9 and 36."""
    shortest, span = parameters.PLATFORM_MONTHS
    return shortest + span * u


@cache
def _district_shares() -> npt.NDArray[np.float64]:
    weights = np.array([d.weight for d in geography.districts()])
    torch = [d.slug for d in geography.districts()].index("torch")
    weights[torch] = 0
    shares = (1 - parameters.TORCH_SHARE) * weights / weights.sum()
    shares[torch] = parameters.TORCH_SHARE
    return np.cumsum(shares)


def facility_district(u: float) -> int:
    """Number of a facility's district: the Torch zone with probability 0.5, otherwise drawn as for firms."""
    return min(int(np.searchsorted(_district_shares(), u)), len(geography.districts()) - 1)


# --- Facilities of 2016 ---


def initial_age(u: Floats) -> Floats:
    """Age of a facility at the start of 2017 in days: uniform between 0.5 and 6.5 years."""
    youngest, span = parameters.INITIAL_AGE
    return np.asarray(365.25 * (youngest + span * u))


def initial_title_score(kind: str, quality: float, area: float) -> float:
    """Score for the titles held in 2016: quality + 0.8 ln(area / usual area), plus 1 for incubators."""
    usual = parameters.AREAS.get(kind, parameters.USUAL_INCUBATOR_AREA)
    size = parameters.TITLE_SIZE_WEIGHT * np.log(max(area, 1.0) / usual)
    return float(quality + size + (kind == "incubator"))


def initial_level(rank: int, national: int, provincial: int) -> int:
    """Level of recognition of a facility at the end of 2016.

    Args:
        rank: rank by :func:`initial_title_score`, 0 for the best.
        national: number of facilities of national level.
        provincial: number of facilities of provincial level or higher.
    """
    if rank >= provincial:
        return CITY
    return NATION if rank < national else PROVINCE


# --- Recognition ---


def meets_criteria(kind: str, level: int, area: float, tenants: float, years: float) -> bool:
    """Whether a facility meets the criteria of a level for its size class (:data:`CRITERIA`)."""
    for each in CRITERIA.get((kind, level), ()):
        if area >= each.area:
            return tenants >= each.tenants and years >= each.years
    return False


def level_applied_for(level: int, kind: str, area: float, tenants: float, years: float) -> int:
    """Level for which a facility applies: the next one if the facility meets its criteria, otherwise 0."""
    following = level + 1
    if following < len(LEVELS) and meets_criteria(kind, following, area, tenants, years):
        return following
    return NONE


def assessed_quality(quality: float, g: float) -> float:
    """Quality of a facility as assessed by provincial or national assessors: quality + 0.5 g."""
    return quality + parameters.ASSESSMENT_ERROR * g


def titles_awarded(levels: Sequence[int], provincial: int, national: int) -> list[bool]:
    """Return whether each application succeeds, in the order of ranking.

    City titles are not limited; provincial and national titles go to the best applications.

    Args:
        levels: level that each application is for, the best application first.
        provincial: number of provincial titles this year.
        national: number of national titles this year.
    """
    left = {PROVINCE: provincial, NATION: national}
    awarded = []
    for level in levels:
        awarded.append(level <= CITY or left[level] > 0)
        if level > CITY and left[level] > 0:
            left[level] -= 1
    return awarded


def loses_title(last_round: int, year: int, u: float, yearly: float) -> bool:
    """Whether a title above city level is lost in a yearly evaluation (probability ``yearly``): u < yearly.

    A facility whose level changed in the same year's round does not lose its title.
    """
    return last_round < year and u < yearly


# --- Closure ---


def may_close(kind: str, public: bool, years: float) -> bool:
    """Whether a facility may close because of losses: private, not a park, and at least three years old."""
    return not public and kind != "park" and 12 * years >= parameters.GRACE


def months_at_loss(before: int, earned: float) -> int:
    """Number of consecutive months at a loss: before + 1 if earned (the net yield) < 0, otherwise 0."""
    return before + 1 if earned < 0 else 0


# --- Demand for places ---


def facility_sought(u: Floats, segment: Codes, incubator: float, small: float, park: float) -> Codes:
    """Kind of facility that each founder seeks: 1 an incubator, 2 a smaller facility, 3 a park, 0 none.

    The three shares are disjoint: no founder seeks two kinds. Ordinary enterprises seek an incubator at a
    twentieth of the rate of technology firms; technology firms do not seek smaller facilities.

    Args:
        u: uniform random number of each founder.
        segment: segment of each firm: G, E or T.
        incubator: share of technology firms that seek a place in an incubator.
        small: share of other firms that seek a place in a smaller facility.
        park: share of all firms that seek a place in a park.
    """
    in_incubator = np.array([0.0, parameters.ENTERPRISE_DEMAND * incubator, incubator])  # by segment G, E, T
    in_small = in_incubator + np.array([small, small, 0.0])
    in_park = in_small + park
    seeks = np.where(u < in_park[segment], SEEKS_PARK, 0)
    seeks[u < in_small[segment]] = SEEKS_SMALL
    seeks[u < in_incubator[segment]] = SEEKS_INCUBATOR
    return seeks.astype(np.int8)


def in_search_period(age: Integers) -> Mask:
    """Mask of the firms that are young enough to seek a place: open for at most 24 months.

    Args:
        age: months since opening; negative before the opening.
    """
    return np.asarray((age >= 0) & (age <= parameters.SEEK_MONTHS))


def applies_for_place(seeks: Codes, jobs: Integers, least_staff: float, park_available: Mask) -> Mask:
    """Mask of the firms that apply for a place now, among those that seek one.

    An incubator requires a minimum size (ZS216, JOB09); a park must be available for the firm's sector.
    """
    return np.where(seeks == SEEKS_INCUBATOR, jobs >= least_staff, (seeks == SEEKS_SMALL) | park_available)


# --- Admission ---


def score(skill: Floats, jobs: Integers, g: Floats) -> Floats:
    """Admission score of each firm, in standard deviations of skill: skill + 0.5 ln(jobs/3) + 0.5 g.

    ``g`` (standard normal) gives the facility's assessment error.
    """
    size = parameters.SIZE_COUNTS * np.log(np.maximum(jobs, 1) / parameters.USUAL_JOBS)
    return np.asarray(skill + size + parameters.ADMISSION_ERROR * g)


def threshold(occupancy: float | Floats) -> float | Floats:
    """Minimum admission score, in standard deviations of skill: 2 x occupancy - 2 (INC12)."""
    return parameters.SELECTIVITY * occupancy - parameters.SELECTIVITY


def admitted(occupancy: Floats, assessed: Floats, preferred: Mask) -> Mask:
    """Mask of the applicants admitted: a place is free, and they have priority or reach the threshold."""
    return np.asarray((occupancy < 1) & (preferred | (assessed >= threshold(occupancy))))


def counts_as_founder_service(kind: str, level: int) -> bool:
    """Whether a place counts as a founder service: it is in a base, a park or a recognised facility."""
    return kind in ("base", "park") or level > NONE


def tenant_advice(level: int, hours: float, funded: float, tenants: int) -> float:
    """Monthly hours of advice to each tenant: mentoring in recognised facilities, plus funded / tenants.

    Facilities of national level provide 1.14 times the usual hours of mentoring (INC11).

    Args:
        level: level of recognition.
        hours: usual monthly hours of mentoring for a tenant of a recognised facility.
        funded: additional monthly hours that the facility's funding pays for.
        tenants: number of tenants that share the funded hours.
    """
    relative = parameters.NATIONAL_GAIN if level == NATION else 1.0
    return hours * relative * (level > NONE) + funded / max(tenants, 1)


# --- Leaving ---


def certified(technology: Mask, u: Floats, yearly: float) -> Mask:
    """Mask of the technology tenants certified as high-tech enterprises this month: u < yearly / 12.

    ``yearly`` is the share of technology tenants certified in a year.
    """
    return np.asarray(technology & (u < yearly / 12))


def graduates(value_added: Floats, raised: Floats, certified: Mask, months: Integers) -> Mask:
    """Mask of the tenants that have stayed for at least a year and meet a graduation criterion (INC05).

    The criteria are two-year turnover of 10 million yuan, equity of 5 million yuan, or high-tech status.
    """
    turnover = 24 * TURNOVER * value_added
    return np.asarray(
        (months >= 12)
        & ((turnover >= parameters.GRADUATE_TURNOVER) | (raised >= parameters.GRADUATE_EQUITY) | certified)
    )


def completes(small: Mask, grown: Mask, months: Integers) -> Mask:
    """Mask of the tenants that complete incubation: graduates of incubators, and others after 24 months."""
    return np.where(small, months >= parameters.SMALL_STAY, grown)


def evicted(arrears: Integers) -> Mask:
    """Mask of the tenants evicted: those whose arrears have exceeded the limit for three months."""
    return np.asarray(arrears >= parameters.EVICTED_AFTER)


def expired(small: Mask, months: Integers) -> Mask:
    """Mask of the incubator tenants that have reached the maximum stay of 48 months (INC21)."""
    return np.asarray(~small & (months >= parameters.STAY))


# --- Seed money ---


def seed_fund(fund: int, surplus: float, share: float, months: int) -> int:
    """Balance of a seed fund after saving, in fen: fund + share x months x surplus, at most 5 million yuan.

    Args:
        fund: balance before saving, in fen.
        surplus: monthly surplus of the incubator, in yuan.
        share: share of the surplus that is saved.
        months: number of months of saving.
    """
    saved = round(100 * share * months * surplus)
    return min(fund + saved, round(100 * parameters.SEED_LARGEST_FUND))


def loss_chance(yearly: Floats) -> Floats:
    """Probability of losing a stake within five years: 1 - (1 - yearly)^5, given the yearly default risk."""
    return np.asarray(1 - (1 - yearly) ** parameters.SEED_HOLD_YEARS)


def expected_back(lost: Floats, borne: float) -> Floats:
    """Expected proceeds per yuan of seed money: 1.5 (1 - lost) + lost x borne.

    Args:
        lost: probability that the stake is lost.
        borne: share of a loss that the city bears.
    """
    return np.asarray((1 - lost) * parameters.SEED_MULTIPLE + lost * borne)


def seed_stake(u: Floats) -> Ints:
    """Amount of a stake in fen: uniform between 0.1 and 0.3 million yuan."""
    least, most = parameters.SEED_LEAST, parameters.SEED_MOST
    return np.asarray(np.rint(100 * (least + (most - least) * u)), dtype=np.int64)


def seed_sold(months: int, u: float, yearly: float) -> bool:
    """Whether a stake is sold this month: months >= 12 and u < yearly / 12, given the yearly exit rate."""
    return months >= parameters.SEED_FIRST_YEAR and u < yearly / 12


def seed_proceeds(fen: int, g: float) -> int:
    """Proceeds from the sale of a stake in fen: lognormal, mean 1.5 x fen, log standard deviation 0.5."""
    spread = parameters.SEED_MULTIPLE_SD
    return round(fen * parameters.SEED_MULTIPLE * float(np.exp(spread * g - spread**2 / 2)))


def borne_by_city(fen: int, share: float) -> int:
    """Part of a loss that the city bears, in fen: share x fen."""
    return round(share * fen)


# --- Parks and demonstration bases ---


def seats_of(number: int, planned: int) -> int:
    """Number of seats in the park with the given number, if policy plans ``planned`` seats in total.

    Each park has 400 seats, except that the last one may be smaller (a multiple of four).
    """
    seats = min(max(planned - parameters.SEATS_A_PARK * number, 0), parameters.SEATS_A_PARK)
    return seats - seats % parameters.SEATS_A_PLACE


def fit_out_days(months: float, g: float) -> int:
    """Duration of a park's fit-out in days: 30.44 x months x (1 + 0.25 g), where g is truncated at +/-2."""
    relative = 1 + parameters.FIT_OUT_SD * max(-2.0, min(2.0, g))
    return round(DAYS_A_MONTH * months * relative)


def area_added(yuan: float, area: float) -> float:
    """Area that funding adds to a base, in m2: 0.5 x yuan / 1,500, at most the existing area."""
    return min(area, parameters.DEMONSTRATION_AREA_SHARE * yuan / parameters.DEMONSTRATION_AREA_COST)


def advice_hours(yuan: float) -> float:
    """Monthly hours of advice from a base's funding: 0.5 x yuan, at 300 yuan an hour, over 36 months."""
    for_advice = (1 - parameters.DEMONSTRATION_AREA_SHARE) * yuan
    return for_advice / parameters.DEMONSTRATION_HOUR / parameters.DEMONSTRATION_ADVICE_MONTHS
