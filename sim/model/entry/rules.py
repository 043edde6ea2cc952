"""Entry and registration: every decision as a pure function.

Arguments named ``u`` and ``g`` are keyed uniform and standard normal numbers of the founders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.entry import parameters
from sim.model.environment import geography
from sim.model.environment.parameters import EXPORT_SHARE
from sim.model.population.firm_table import E, G, T
from sim.model.population.parameters import LABOUR_SHARE, OWN_INCOME, TURNS

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Counts, Floats, Integers, Ints, Mask

# Where a uniform number passes from each kind, sector of a segment, district of a sector to the next.
_KINDS: Final = np.cumsum(list(parameters.KIND_SHARE.values()))
_SECTORS: Final = {
    segment: np.cumsum(list(shares.values()))[:-1] for segment, shares in parameters.SECTOR_SHARE.items()
}
_DISTRICTS: Final = np.cumsum(geography.district_shares(), axis=1)[:, :-1]
_PLATFORMS: Final = np.array([parameters.PLATFORMS.get(slug, 0.0) for slug in geography.SECTORS])
_LICENSED: Final = np.array([parameters.LICENSED.get(slug, 0.0) for slug in geography.SECTORS])


# --- whether to found --------------------------------------------------------------------------------
def propensity(base: float, days: float, cost: float, reform: float, cost_effect: float) -> float:
    """Probability that a candidate founds.

    p = min(0.95, base x (1 + e)), e = min(0.05, reform x (20 - days)/15 - cost_effect x (cost - 1500)/4300):
    opening days and fixed cost against those before the reform (ENTRY04).

    Args:
        base: probability when policy moves nothing.
        days: working days of opening a firm.
        cost: fixed cost of opening, yuan.
        reform: effect of the whole cut in days.
        cost_effect: effect of one month's own income in cost.
    """
    effect = reform * (parameters.OLD_DAYS - days) / (parameters.OLD_DAYS - parameters.NEW_DAYS)
    effect -= cost_effect * (cost - parameters.OLD_FEES) / OWN_INCOME
    return min(parameters.MOST_PROPENSITY, base * (1.0 + min(parameters.POLICY_CAP, effect)))


def founds(u: Floats, propensity: float, training: float, trained: Mask) -> Mask:
    """Which candidates found: u < min(0.95, propensity + training for those who were trained) (SUB26)."""
    return np.asarray(u < np.minimum(parameters.MOST_PROPENSITY, propensity + training * trained))


def training_chance(on_the_verge: float, places: float, candidates: int) -> float:
    """Probability that a candidate of the month is trained: share on the verge x places a year/12/candidates."""
    return on_the_verge * places / 12 / max(candidates, 1)


def places_of_month(places: float, month: int) -> int:
    """Persons trained in a month of a year's places, whole and spread evenly; ``month`` is 0 in January."""
    return round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)


def programme_share(students: float, graduates: float) -> float:
    """Probability that a founding graduate was in a programme: 0.029 x students/12/graduates founding (ENTRY01).

    Args:
        students: in programmes in a year, who found in any case.
        graduates: graduates who found in the month.
    """
    return parameters.STUDENTS_FOUND * students / (12 * max(graduates, 1))


def remaining_cap(founders: float, usual: float) -> float:
    """Founders whom policy may still add in a month: what is left of 5% of the usual number (equation 13)."""
    return max(0.0, (1 + parameters.POLICY_CAP) * usual - founders)


def closing_line(lines: float) -> float:
    """Share of founders whose line is open: 1 - 0.3 (1 - lines); lines under restriction have few founders."""
    return 1 - parameters.RESTRICTED * (1 - lines)


def in_platform_line(u: Floats, sector: Codes) -> Mask:
    """Which founders are in platform lines, by the share of their sector."""
    return np.asarray(u < _PLATFORMS[sector])


def line_open(u: Floats, platform: Mask, lines: float, platforms: float) -> Mask:
    """Whether a founder's line is open to any entrant: u <= 1 - 0.3 (1 - lines), on platforms u <= platforms."""
    return np.asarray(u <= np.where(platform, platforms, closing_line(lines)))


def founds_under_licence(u: Floats, barred: float) -> Mask:
    """Which founders whose line is closed apply for a licence; the share ``barred`` stays out."""
    return np.asarray(u >= barred)


def benefit_left(u: Floats) -> Floats:
    """Remaining months of unemployment benefit: uniform on 0 to 12; none for half of the registered unemployed."""
    months = np.floor((1 - u / parameters.ON_BENEFIT) * (parameters.BENEFIT_MONTHS + 1))
    return np.where(u < parameters.ON_BENEFIT, months, 0.0)


def waits_for_benefit(u: Floats, left: Floats) -> Mask:
    """Which founders draw their benefit month by month before they found: half of those with ``left`` months."""
    return np.asarray((u < parameters.WAIT_FOR_BENEFIT) & (left > 0))


# --- what founders are -------------------------------------------------------------------------------
def segment_of(u: Floats, technology: float, individual: float) -> Codes:
    """Segment G, E or T; T comes first, so that who is T does not depend on the share of G."""
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


def drawn_away(share: Floats, pull: float) -> Floats:
    """Probability that a founder outside the zones goes there when their weight rises by ``pull``: p s/(1 + p s)."""
    return np.asarray(pull * share / (1 + pull * share))


def kind_of(u: Floats) -> Codes:
    """Founder kind by its share of entrants."""
    return _KINDS.searchsorted(u).astype(np.int8)


def skill(of_capability: Floats, g: Floats) -> Floats:
    """Founder's skill in standard deviations: 0.5 of the draw of capability + 0.866 of one of its own."""
    return np.asarray(parameters.SKILL_OF_CAPABILITY * of_capability + parameters.SKILL_APART * g)


def capability(segment: Codes, g: Floats) -> Floats:
    """Capability at founding, log points: g x the standard deviation of the segment."""
    return g * np.take(parameters.CAPABILITY_SD, segment)


def exports(tradable: Mask, u: Floats) -> Mask:
    """Which firms export: a quarter of those in tradable sectors."""
    return np.asarray(tradable & (u < EXPORT_SHARE))


def productivity_sd(u: Floats, jobs: Counts) -> Floats:
    """Standard deviation s of a firm's monthly productivity shocks: s^2 ~ Exp(mean 0.055^2) n0^-0.4 (JOB16-17)."""
    return np.asarray(parameters.PRODUCTIVITY_SD * np.sqrt(-np.log(u)) * jobs**-parameters.STEADINESS)


def starting_jobs(segment: Codes, g: Floats, c: Floats, u: Floats, size_e: float, size_g: float) -> Counts:
    """Owner and staff at opening (JOB03, JOB08).

    E, T: round(size_e exp(0.7 g + 0.8 c)); G: 1 + floor(size_g exp(0.65 g + 0.8 c) + u).

    Args:
        segment: G, E or T.
        g: normal numbers.
        c: capability, log points.
        u: uniform numbers.
        size_e: median jobs of an enterprise.
        size_g: median staff of an individual business.
    """
    able = parameters.SIZE_OF_CAPABILITY * c
    enterprise = np.rint(size_e * np.exp(parameters.SIZE_SD_E * g + able))
    individual = 1 + np.floor(size_g * np.exp(parameters.SIZE_SD_G * g + able) + u)
    jobs = np.where(segment == G, individual, enterprise)
    return np.minimum(np.maximum(jobs, 1), parameters.MOST_STARTING_JOBS).astype(np.int16)


def log_scale(jobs: Counts, c: Floats, wage: Floats) -> Floats:
    """Log scale ln A at which the firm desires 1.08 times its starting jobs at l = 0 (JOB04).

    Arguments: starting jobs, capability in log points, wage in yuan a month.
    """
    desired = parameters.SOUGHT_GROWTH * jobs.astype(np.float64)
    return np.asarray(np.log(wage / LABOUR_SHARE) + (1 - LABOUR_SHARE) * np.log(desired) - c)


def cell(
    segment: Codes, kind: npt.NDArray[Any], sector: npt.NDArray[Any], district: npt.NDArray[Any]
) -> Counts:
    """Number of the cell of form, founder kind, sector and district in which a firm is counted, in C order."""
    shape = (2, len(geography.founder_kinds()), len(geography.sectors()), len(geography.districts()))
    return np.ravel_multi_index(((segment == G).astype(int), kind, sector, district), shape).astype(np.int16)


def turn(ids: Ints) -> Ints:
    """Month of a half-year in which a founder considers the programmes, 0 to 5, by permanent id."""
    return ids % TURNS


def thin(segment: Codes, u: Floats, scale: float, whole: Mask) -> tuple[Mask, Ints]:
    """Which firms a simulated share of the city keeps, and how many each stands for.

    T and founders who are ``whole`` always and 1:1; other G and E if u < scale, with whole weights of mean 1/scale.
    """
    always = (segment == T) | whole
    keep = always | (u < scale)
    weight = int(1 / scale)
    more = u < scale * (1 / scale - weight)  # of those kept, so many stand for one more
    return keep, np.where(always, 1, weight + more).astype(np.int64)


def own_capital(months: float, g: Floats, cost: Floats) -> Floats:
    """Founders' own capital, yuan: 3,000 + months x exp(0.7 g) x cost of a month (SHOCK04, CRED16)."""
    return np.asarray(parameters.LEAST_CAPITAL + months * np.exp(parameters.CAPITAL_SD * g) * cost)


def without_benefit(capital: Floats, left: Floats, waits: Mask) -> Floats:
    """Own capital where benefit may not be taken at once: who did not wait loses the ``left`` months, yuan."""
    return np.where(waits, capital, np.maximum(capital - parameters.BENEFIT * left, 0))


# --- founders whom programmes draw in ----------------------------------------------------------------
def comes(persons: float, share: float, size: int) -> float:
    """Probability that a member of a pool founds in a month: persons a year x share/(12 x size of the pool)."""
    return min(1.0, persons * share / (12 * size))


def persuasion_factor(cap: float, expected: float) -> float:
    """Factor by which programmes may persuade, so that ``expected`` founders stay within ``cap``."""
    return min(1.0, cap / expected) if expected else 1.0


def spinoff_segment(u: Floats) -> Codes:
    """Segment of firms of former employees: three in ten T, else E."""
    return np.where(u < parameters.SPINOFFS_T, T, E).astype(np.int8)


def farmer_segment(u: Floats) -> Codes:
    """Segment of farmers' firms: two in ten E, else G."""
    return np.where(u < parameters.FARMERS_E, E, G).astype(np.int8)


def farmer_sector(u: Floats) -> Codes:
    """Sector of farmers' firms: six in ten agriculture, else trade and services."""
    farming, services = (geography.SECTORS.index(slug) for slug in ("agriculture", "trade"))
    return np.where(u < parameters.FARMING, farming, services).astype(np.int8)


def excellent(skill: Floats, able: Mask) -> Floats:
    """Skill of founders drawn in: one standard deviation more for researchers and founders from abroad."""
    return np.asarray(skill + np.where(able, parameters.EXCELLENCE, 0))


def needs_permit(u: Floats, abroad: Mask) -> Mask:
    """Which founders need a work permit: half of those from abroad."""
    return np.asarray(abroad & (u < parameters.FOREIGN))


def allowance_due(months: Integers, u: Floats, term: float) -> Mask:
    """Which founders of hardship households keep the allowance: four in ten, in months 1 to ``term`` after opening."""
    return np.asarray((months > 0) & (months <= term) & (u < parameters.ON_ALLOWANCE))


def stake_hours(deferral: float) -> float:
    """Hours of advice a year that staff with a stake are worth: 20 x years/(years + 5) of tax deferral."""
    return parameters.STAKE_HOURS * deferral / (deferral + parameters.HALF_DEFERRAL)


def goes_back(income: Floats, months: Integers, term: float, terms: float) -> Mask:
    """Which researchers on leave return to their post.

    At the end of a term those who earn less than a usual wage; at the end of the last those who earn less than two.

    Args:
        income: smoothed income, usual wages.
        months: since opening.
        term: months of a term.
        terms: terms at most.
    """
    ends = (months > 0) & (months % max(round(term), 1) == 0)
    last = leave_over(months, term, terms)
    return np.asarray(ends & (income < np.where(last, parameters.POST_WORTH, parameters.INSECURE)))


def leave_over(months: Integers, term: float, terms: float) -> Mask:
    """Whether the last term of leave has ended: ``months`` since opening >= term x terms."""
    return np.asarray(months >= round(term * terms))


def closes_without_head(u: Floats, back: Mask) -> Mask:
    """Which firms close when their head has returned to the post: half of them."""
    return np.asarray(back & (u < parameters.CLOSES_WITHOUT_HEAD))


def usual_at_most(skill: Floats) -> Floats:
    """Skill of the next head of a firm whose head has returned to the post: usual at most."""
    return np.minimum(skill, 0)


# --- re-entry ----------------------------------------------------------------------------------------
def re_entry_chance(support: float, effect: float) -> float:
    """Added probability that a supported founder founds again: effect x support in yuan/4,300, at most 0.25."""
    return min(parameters.MOST_RE_ENTRY, effect * support / OWN_INCOME)


def re_entry_lag(u: Floats) -> Ints:
    """Months from failing to founding again: three and an exponential time of mean nine."""
    return parameters.LEAST_RE_ENTRY_LAG + np.floor(-parameters.RE_ENTRY_LAG * np.log(u)).astype(np.int64)


def re_entry_budget(share: float, support: float) -> float:
    """Yearly money for re-entry, yuan: 1,400 failed founders x share supported x support of each."""
    return parameters.FORESEEN * share * support


def within_cap(weight: Ints, cap: float) -> Mask:
    """Which of the founders in order found again within ``cap``; the first always does."""
    return np.asarray(np.cumsum(weight) <= max(cap, float(weight[0])))


# --- registration ------------------------------------------------------------------------------------
def opening_wait(u: Floats, at_once: Floats, ever: Floats) -> Floats:
    """Months from registration to opening; infinite for firms that never open.

    P(open by age a) = w0 + (w1 - w0)(1 - exp(-a/4)), w0 ``at_once`` and w1 ``ever`` (JOB01-02).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        later = -parameters.OPENING_MONTHS * np.log1p(-(u - at_once) / (ever - at_once))
    return np.where(u < at_once, 0.0, np.where(u < ever, later, np.inf))


def patience(median: float, g: Floats) -> Floats:
    """Days for which a founder waits at the registry: median x exp(0.5 g)."""
    return np.asarray(median * np.exp(parameters.PATIENCE_SD * g))


def gives_up(waited: Integers, patience: Floats) -> Mask:
    """Which founders withdraw their file: those who have waited longer than they will, in days."""
    return np.asarray(waited > patience)


def steps(individual: Mask, g: Floats) -> Floats:
    """Days of opening relative to the usual: exp(0.3 g), times 0.4 for individual businesses."""
    return np.asarray(
        np.exp(parameters.STEPS_SD * g) * np.where(individual, parameters.INDIVIDUAL_SHARE_OF_DAYS, 1.0)
    )


def licence_needed(u: Floats, tradable: Mask, sector: Codes) -> Codes:
    """Licence that a firm needs before it opens: 2 for production (5% of tradable sectors), 1 of its line, 0 none."""
    production = tradable & (u < parameters.PRODUCTION_LICENSED)
    return np.where(production, 2, u < _LICENSED[sector]).astype(np.int8)


def files_a_day(offline: float, electronic: float) -> float:
    """Files that a clerk handles in a day when a share of them come online: f/(1 - 0.3 e)."""
    return offline / (1 - parameters.ONLINE_SAVES * electronic)


def candidates_of_month(registrations: float, chance: float) -> int:
    """Candidates of a month: registrations of the year/12/probability to found as it was in that year."""
    return round(registrations / 12 / chance)


def opening_day(decided: Floats | int, procedure: Floats, registered: Integers, wait: Floats) -> Floats:
    """Day on which a firm under licence opens: decision + procedure, not before registration + its own wait."""
    return np.maximum(decided + procedure, registered + wait)
