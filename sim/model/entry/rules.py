"""Entry and registration: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.entry.parameters import (
    AGAIN_LAG,
    BENEFIT_MONTHS,
    HALF_DEFERRAL,
    INSECURE,
    KIND_SHARE,
    MOST_AGAIN,
    NEW_DAYS,
    OLD_DAYS,
    OLD_FEES,
    ON_BENEFIT,
    ONLINE_SAVES,
    OPENING_MONTHS,
    POLICY_CAP,
    POST_WORTH,
    RESTRICTED,
    SECTOR_SHARE,
    STAKE_HOURS,
)
from sim.model.environment import geography
from sim.model.firms.parameters import MINIMUM_LAG
from sim.model.population.firm_table import E, G, T
from sim.model.population.parameters import LABOUR_SHARE, OWN_INCOME

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Mask


def propensity(base: float, days: float, cost: float, reform: float, cost_effect: float) -> float:
    """Chance that a candidate founds.

    p = min(0.95, base x (1 + e)), e = min(0.05, reform x (20 - days)/15 - cost_effect x (cost - 1500)/4300):
    opening days and fixed cost against those before the reform (ENTRY04).

    Args:
        base: chance when policy moves nothing.
        days: working days of opening a firm.
        cost: fixed cost of opening, yuan.
        reform: effect of the whole cut in days.
        cost_effect: effect of one month's own income in cost.
    """
    effect = reform * (OLD_DAYS - days) / (OLD_DAYS - NEW_DAYS)
    effect -= cost_effect * (cost - OLD_FEES) / OWN_INCOME
    return min(0.95, base * (1.0 + min(POLICY_CAP, effect)))


def line_open(u: Floats, platform: Mask, lines: float, platforms: float) -> Mask:
    """Whether a founder's line is open to any entrant: u <= 1 - 0.3 (1 - lines), on platforms u <= platforms."""
    return np.asarray(u <= np.where(platform, platforms, closing_line(lines)))


def closing_line(lines: float) -> float:
    """Share of founders whose line is open: 1 - 0.3 (1 - lines); lines under restriction are thin in founders."""
    return 1 - RESTRICTED * (1 - lines)


def room_left(founders: float, usual: float) -> float:
    """Founders that policy may still add: what is left of 5% of the usual number (equation 13)."""
    return max(0.0, (1 + POLICY_CAP) * usual - founders)


# Where a uniform number passes from each kind, sector of a segment, district of a sector to the next.
_KINDS: Final = np.cumsum(list(KIND_SHARE.values()))
_SECTORS: Final = {segment: np.cumsum(list(shares.values()))[:-1] for segment, shares in SECTOR_SHARE.items()}
_DISTRICTS: Final = np.cumsum(geography.district_shares(), axis=1)[:, :-1]


def segment_of(u: Floats, technology: float, individual: float) -> Codes:
    """G, E or T by one uniform number; T first, so that who is T does not hang on the share of G."""
    return np.where(u < technology, T, np.where(u < 1 - individual, E, G)).astype(np.int8)


def sector_of(segment: Codes, u: Floats) -> Codes:
    """Sector by the shares of the segment (ZS121)."""
    sector = np.zeros(len(segment), dtype=np.int8)
    for s, bounds in _SECTORS.items():
        mine = np.flatnonzero(segment == s)
        sector[mine] = bounds.searchsorted(u.take(mine))
    return sector


def district_of(sector: Codes, u: Floats) -> Codes:
    """District by the shares of the sector: towns known for it draw more."""
    district = np.zeros(len(sector), dtype=np.int8)
    for s, bounds in enumerate(_DISTRICTS):
        mine = np.flatnonzero(sector == s)
        district[mine] = bounds.searchsorted(u.take(mine))
    return district


def kind_of(u: Floats) -> Codes:
    """Founder kind by its share of entrants."""
    return _KINDS.searchsorted(u).astype(np.int8)


def productivity_sd(u: Floats, jobs: npt.NDArray[np.int16]) -> Floats:
    """Sd of a firm's monthly luck: s^2 ~ Exp(mean 0.055^2) n0^-0.4, larger firms steadier (JOB16-17)."""
    return np.asarray(0.055 * np.sqrt(-np.log(u)) * jobs**-0.2)


def starting_jobs(
    segment: npt.NDArray[np.int8], g: Floats, c: Floats, u: Floats, size_e: float, size_g: float
) -> npt.NDArray[np.int16]:
    """Owner and staff at opening: E, T round(size_e exp(0.7 g + 0.8 c)), G 1 + floor(size_g exp(0.65 g + 0.8 c) + u) (JOB03, JOB08)."""
    enterprise = np.rint(size_e * np.exp(0.7 * g + 0.8 * c))
    individual = 1 + np.floor(size_g * np.exp(0.65 * g + 0.8 * c) + u)
    jobs = np.where(segment == G, individual, enterprise)
    return np.minimum(np.maximum(jobs, 1), 2000).astype(np.int16)


def log_scale(jobs: npt.NDArray[np.int16], c: Floats, wage: Floats) -> Floats:
    """Ln A such that the firm wants 1.08 times its starting jobs at l = 0 (JOB04: grows 13-18% in a year with selection)."""
    wanted = 1.08 * jobs.astype(np.float64)
    return np.asarray(np.log(wage / LABOUR_SHARE) + (1 - LABOUR_SHARE) * np.log(wanted) - c)


def cell(
    segment: npt.NDArray[np.int8],
    kind: npt.NDArray[Any],
    sector: npt.NDArray[Any],
    district: npt.NDArray[Any],
) -> npt.NDArray[np.int16]:
    """Form, founder kind, sector and district in one number, by which the census counts (C order)."""
    shape = (2, len(geography.founder_kinds()), len(geography.sectors()), len(geography.districts()))
    return np.ravel_multi_index(((segment == G).astype(int), kind, sector, district), shape).astype(np.int16)


def thin(
    segment: npt.NDArray[np.int8], u: Floats, scale: float, seeks: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Which firms a smaller city keeps, and how many each stands for.

    T and those who seek a berth always and 1:1; other G and E if u < scale, with whole weights of mean 1/scale.
    """
    always = (segment == T) | seeks
    keep = always | (u < scale)
    whole = int(1 / scale)
    more = u < scale * (1 / scale - whole)  # of those kept, so many stand for one more
    return keep, np.where(always, 1, whole + more).astype(np.int64)


def drawn_away(share: Floats, pull: float) -> Floats:
    """Chance that a founder outside the zones goes there when their weight rises by ``pull``: pull s/(1 + pull s)."""
    return np.asarray(pull * share / (1 + pull * share))


def benefit_left(u: Floats) -> Floats:
    """Months of unemployment benefit not drawn yet: 0 to 12, even; half of the registered unemployed have none."""
    return np.where(u < ON_BENEFIT, np.floor((1 - u / ON_BENEFIT) * (BENEFIT_MONTHS + 1)), 0.0)


def comes(persons: float, share: float, size: int) -> float:
    """Chance that a member of a pool comes to life in a month: persons a year x share/(12 x size)."""
    return min(1.0, persons * share / (12 * size))


def goes_back(income: Floats, months: npt.NDArray[np.integer[Any]], term: float, terms: float) -> Mask:
    """Who of researchers on leave goes back to the post, by smoothed income and months open.

    At the end of a term who earns less than a usual wage; at the end of the last who earns less than two.
    """
    ends = (months > 0) & (months % max(round(term), 1) == 0)
    last = months >= round(term * terms)
    return np.asarray(ends & (income < np.where(last, POST_WORTH, INSECURE)))


def stake_hours(deferral: float) -> float:
    """Hours a year that staff with a stake are worth: 20 x years/(years + 5) of tax deferral."""
    return STAKE_HOURS * deferral / (deferral + HALF_DEFERRAL)


def opening_wait(u: Floats, at_once: Floats, ever: Floats) -> Floats:
    """Months from registration to opening; infinite where it never comes.

    P(open by age a) = w0 + (w1 - w0)(1 - exp(-a/4)) (JOB01-02).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        later = -OPENING_MONTHS * np.log1p(-(u - at_once) / (ever - at_once))
    return np.where(u < at_once, 0.0, np.where(u < ever, later, np.inf))


def files_a_day(offline: float, electronic: float) -> float:
    """Files that a clerk handles in a day when a share of them come online."""
    return offline / (1 - ONLINE_SAVES * electronic)


def founding_again(support: float, effect: float) -> float:
    """More chance that a supported founder founds again: effect x support/4,300, at most 0.25."""
    return min(MOST_AGAIN, effect * support / OWN_INCOME)


def again_lag(u: Floats) -> npt.NDArray[np.int64]:
    """Months from failing to founding again: three and an exponential time of nine."""
    return MINIMUM_LAG + np.floor(-AGAIN_LAG * np.log(u)).astype(np.int64)
