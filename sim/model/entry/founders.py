"""Founders: what somebody who founds brings along, whoever it is that draws them.

Form, line of business, place, kind, size and scale of a firm as the world fixes them, by pure rules;
``founding`` draws the city's own founders by them, ``newcomers`` those whom programmes draw in.
Evidence: ZS121, ZS206, JOB03-04, JOB08, JOB16-17.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.population.firm_table import LABOUR_SHARE, E, G, T

Floats = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.int8]

CAPABILITY_SD: Final = np.array([0.30, 0.38, 0.38])  # by segment
EXPORT_SHARE: Final = 0.25  # of firms in tradable sectors (guess)

# Shares of entrants by founder kind and by sector (services 80% of new enterprises, ZS121; the rest: guesses).
KIND_SHARE: Final = {
    "graduate": 0.10, "researcher": 0.0001, "returnee": 0.0002, "veteran": 0.01, "farmer": 0.05,
    "unemployed": 0.02, "hardship": 0.015, "spinoff": 0.08}  # fmt: skip
SECTOR_SHARE: Final = {
    G: {"lighting": 0.02, "appliances": 0.005, "mahogany": 0.01, "equipment": 0.03, "health": 0.005,
        "software": 0.005, "culture": 0.05, "trade": 0.85, "agriculture": 0.025},
    E: {"lighting": 0.05, "appliances": 0.03, "mahogany": 0.01, "equipment": 0.10, "health": 0.02,
        "software": 0.06, "culture": 0.10, "trade": 0.62, "agriculture": 0.01},
    T: {"lighting": 0.10, "appliances": 0.08, "mahogany": 0.0, "equipment": 0.25, "health": 0.10,
        "software": 0.35, "culture": 0.10, "trade": 0.0, "agriculture": 0.02},
}  # fmt: skip
# Of the founders of a sector, those in platform lines (guess).
PLATFORMS: Final = {"software": 0.15, "culture": 0.03, "trade": 0.01}
IN_PLATFORMS: Final = np.array([PLATFORMS.get(s.slug, 0.0) for s in geography.sectors()])
ZONES: Final = ("torch", "cuiheng")  # whose platforms pull (M22)
# Where a uniform number passes from each kind, sector of a segment, district of a sector to the next.
_KINDS: Final = np.cumsum(list(KIND_SHARE.values()))
_SECTORS: Final = {segment: np.cumsum(list(shares.values()))[:-1] for segment, shares in SECTOR_SHARE.items()}
_DISTRICTS: Final = np.cumsum(geography.district_shares(), axis=1)[:, :-1]
BENEFIT: Final = 1350.0  # yuan a month of unemployment benefit (guess: 80% of the minimum wage)
BENEFIT_MONTHS: Final = 12  # not drawn yet, at most (guess)
ON_BENEFIT: Final = 0.5  # of founders who are registered unemployed (guess)
WAIT_FOR_BENEFIT: Final = 0.5  # of those who may not take it at once, who draw it out first (guess)


# --- rules -------------------------------------------------------------------------------------------
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
