"""Entry and registration rules, as pure functions.

In the formulas, ``u`` is a uniform random number on (0, 1) and ``g`` a standard normal draw. The
segments of firms are G, individual businesses; E, ordinary enterprises; and T, technology enterprises.
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

# Cumulative shares of founder kinds, of sectors by segment, and of districts by sector, for draws by inversion.
_KINDS: Final = np.cumsum(list(parameters.KIND_SHARE.values()))
_SECTORS: Final = {
    segment: np.cumsum(list(shares.values()))[:-1] for segment, shares in parameters.SECTOR_SHARE.items()
}
_DISTRICTS: Final = np.cumsum(geography.district_shares(), axis=1)[:, :-1]
_PLATFORMS: Final = np.array([parameters.PLATFORMS.get(slug, 0.0) for slug in geography.SECTORS])
_LICENSED: Final = np.array([parameters.LICENSED.get(slug, 0.0) for slug in geography.SECTORS])


# --- founding decision -------------------------------------------------------------------------------
def propensity(base: float, days: float, cost: float, reform: float, cost_effect: float) -> float:
    """Founding probability of a candidate, given opening days and the fixed cost of opening (ENTRY04).

    p = min(0.95, base x (1 + e)), e = min(0.05, reform x (20 - days)/15 - cost_effect x (cost - 1500)/4300).

    Args:
        base: probability in the absence of policy effects.
        days: working days to open a firm.
        cost: fixed cost of opening in yuan.
        reform: effect of the full reduction in opening days.
        cost_effect: effect of a fixed cost of one month of own income.
    """
    effect = reform * (parameters.OLD_DAYS - days) / (parameters.OLD_DAYS - parameters.NEW_DAYS)
    effect -= cost_effect * (cost - parameters.OLD_FEES) / OWN_INCOME
    return min(parameters.MOST_PROPENSITY, base * (1.0 + min(parameters.POLICY_CAP, effect)))


def founds(u: Floats, propensity: float, training: float, trained: Mask) -> Mask:
    """Mask of candidates who found a firm: u < min(0.95, propensity + training x trained) (SUB26)."""
    return np.asarray(u < np.minimum(parameters.MOST_PROPENSITY, propensity + training * trained))


def training_chance(on_the_verge: float, places: float, candidates: int) -> float:
    """Monthly probability that a candidate is trained: on_the_verge x annual ``places``/(12 x candidates)."""
    return on_the_verge * places / 12 / max(candidates, 1)


def places_of_month(places: float, month: int) -> int:
    """Number of persons trained in a month (0 is January), with annual places spread evenly over months."""
    return round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)


def programme_share(students: float, graduates: float) -> float:
    """Probability that a graduate founder attended a programme: 0.029 x students/(12 x graduates) (ENTRY01).

    Args:
        students: students in programmes per year, of whom 2.9% found a firm in any case.
        graduates: expected number of graduate founders in the month.
    """
    return parameters.STUDENTS_FOUND * students / (12 * max(graduates, 1))


def remaining_cap(founders: float, usual: float) -> float:
    """Number of founders that policy may still add in a month: max(0, 1.05 x usual - founders) (equation 13)."""
    return max(0.0, (1 + parameters.POLICY_CAP) * usual - founders)


def closing_line(lines: float) -> float:
    """Share of founders in unrestricted business lines, given the share of open lines: 1 - 0.3 (1 - lines)."""
    return 1 - parameters.RESTRICTED * (1 - lines)


def in_platform_line(u: Floats, sector: Codes) -> Mask:
    """Mask of founders in platform business lines: u < share of such lines in the founder's sector."""
    return np.asarray(u < _PLATFORMS[sector])


def line_open(u: Floats, platform: Mask, lines: float, platforms: float) -> Mask:
    """Whether a founder's business line is open: u <= 1 - 0.3 (1 - lines), or u <= platforms for platform lines."""
    return np.asarray(u <= np.where(platform, platforms, closing_line(lines)))


def founds_under_licence(u: Floats, barred: float) -> Mask:
    """Mask of founders in restricted lines who apply for a licence (u >= barred); the others do not enter."""
    return np.asarray(u >= barred)


def benefit_left(u: Floats) -> Floats:
    """Remaining months of unemployment benefit: uniform on 0 to 12 for half of founders, 0 for the others."""
    months = np.floor((1 - u / parameters.ON_BENEFIT) * (parameters.BENEFIT_MONTHS + 1))
    return np.where(u < parameters.ON_BENEFIT, months, 0.0)


def waits_for_benefit(u: Floats, left: Floats) -> Mask:
    """Mask of founders who exhaust their benefit before founding: half of those with ``left`` > 0."""
    return np.asarray((u < parameters.WAIT_FOR_BENEFIT) & (left > 0))


# --- founder characteristics -------------------------------------------------------------------------
def segment_of(u: Floats, technology: float, individual: float) -> Codes:
    """Segment (G, E or T), drawn from entrants' shares; membership of T does not depend on the share of G."""
    return np.where(u < technology, T, np.where(u < 1 - individual, E, G)).astype(np.int8)


def sector_of(segment: Codes, u: Floats) -> Codes:
    """Sector code, drawn from the sector shares of the segment (ZS121)."""
    sector = np.zeros(len(segment), dtype=np.int8)
    for s, bounds in _SECTORS.items():
        mine = np.flatnonzero(segment == s)
        sector[mine] = bounds.searchsorted(u.take(mine))
    return sector


def district_of(sector: Codes, u: Floats) -> Codes:
    """District code, drawn from the district shares of the sector, which are higher in specialised towns."""
    district = np.zeros(len(sector), dtype=np.int8)
    for s, bounds in enumerate(_DISTRICTS):
        mine = np.flatnonzero(sector == s)
        district[mine] = bounds.searchsorted(u.take(mine))
    return district


def relocation_probability(share: Floats, pull: float) -> Floats:
    """Probability that a founder moves to the zones with platforms: p s/(1 + p s).

    Here s is the ``share`` of founders in the zones and p (``pull``) the relative gain in the zones' weight.
    """
    return np.asarray(pull * share / (1 + pull * share))


def kind_of(u: Floats) -> Codes:
    """Founder kind code, drawn from the shares of entrants."""
    return _KINDS.searchsorted(u).astype(np.int8)


def skill(of_capability: Floats, g: Floats) -> Floats:
    """Founder skill in standard deviations: 0.5 of_capability + 0.866 g (both standard normal)."""
    return np.asarray(parameters.SKILL_OF_CAPABILITY * of_capability + parameters.SKILL_APART * g)


def capability(segment: Codes, g: Floats) -> Floats:
    """Capability at founding in log points: g x the standard deviation for the segment."""
    return g * np.take(parameters.CAPABILITY_SD, segment)


def exports(tradable: Mask, u: Floats) -> Mask:
    """Mask of exporters: a quarter of the firms in tradable sectors."""
    return np.asarray(tradable & (u < EXPORT_SHARE))


def productivity_sd(u: Floats, jobs: Counts) -> Floats:
    """Standard deviation of a firm's monthly productivity shocks: 0.055 sqrt(-ln u) jobs^-0.2 (JOB16-17).

    Its square is thus exponentially distributed, with a mean that declines with starting ``jobs``.
    """
    return np.asarray(parameters.PRODUCTIVITY_SD * np.sqrt(-np.log(u)) * jobs**-parameters.STEADINESS)


def starting_jobs(segment: Codes, g: Floats, c: Floats, u: Floats, size_e: float, size_g: float) -> Counts:
    """Number of jobs at opening, including the owner (JOB03, JOB08).

    E, T: round(size_e exp(0.7 g + 0.8 c)); G: 1 + floor(size_g exp(0.65 g + 0.8 c) + u).

    Args:
        segment: segment G, E or T.
        g: standard normal draws.
        c: capability in log points.
        u: uniform random numbers.
        size_e: median jobs of an enterprise.
        size_g: median staff of an individual business.
    """
    able = parameters.SIZE_OF_CAPABILITY * c
    enterprise = np.rint(size_e * np.exp(parameters.SIZE_SD_E * g + able))
    individual = 1 + np.floor(size_g * np.exp(parameters.SIZE_SD_G * g + able) + u)
    jobs = np.where(segment == G, individual, enterprise)
    return np.minimum(np.maximum(jobs, 1), parameters.MOST_STARTING_JOBS).astype(np.int16)


def log_scale(jobs: Counts, c: Floats, wage: Floats) -> Floats:
    """Log scale ln A for which desired employment without shocks is 1.08 times starting jobs (JOB04).

    ``jobs`` are starting jobs, ``c`` is capability in log points and ``wage`` is in yuan a month.
    """
    desired = parameters.SOUGHT_GROWTH * jobs.astype(np.float64)
    return np.asarray(np.log(wage / LABOUR_SHARE) + (1 - LABOUR_SHARE) * np.log(desired) - c)


def cell(
    segment: Codes, kind: npt.NDArray[Any], sector: npt.NDArray[Any], district: npt.NDArray[Any]
) -> Counts:
    """Index, in C order, of a firm's cell in the array of form x founder kind x sector x district."""
    shape = (2, len(geography.founder_kinds()), len(geography.sectors()), len(geography.districts()))
    return np.ravel_multi_index(((segment == G).astype(int), kind, sector, district), shape).astype(np.int16)


def turn(ids: Ints) -> Ints:
    """Month of each half-year (0 to 5) in which a founder considers programmes: id modulo 6."""
    return ids % TURNS


def thin(segment: Codes, u: Floats, scale: float, whole: Mask) -> tuple[Mask, Ints]:
    """Sample firms at a given scale.

    Firms of segment T and those marked ``whole`` are always retained, with weight 1. Other firms are retained
    if u < scale, with integer weights of mean 1/scale.

    Returns:
        Mask of retained firms, and the number of firms that each represents.
    """
    always = (segment == T) | whole
    keep = always | (u < scale)
    weight = int(1 / scale)
    more = u < scale * (1 / scale - weight)  # share of retained firms whose weight is higher by 1
    return keep, np.where(always, 1, weight + more).astype(np.int64)


def own_capital(months: float, g: Floats, cost: Floats) -> Floats:
    """Founders' own capital in yuan: 3,000 + months x exp(0.7 g) x monthly cost (SHOCK04, CRED16)."""
    return np.asarray(parameters.LEAST_CAPITAL + months * np.exp(parameters.CAPITAL_SD * g) * cost)


def without_benefit(capital: Floats, left: Floats, waits: Mask) -> Floats:
    """Own capital in yuan without a lump sum; founders who do not wait forfeit ``left`` months of benefit."""
    return np.where(waits, capital, np.maximum(capital - parameters.BENEFIT * left, 0))


# --- founders induced by programmes ------------------------------------------------------------------
def pool_founding_probability(persons: float, share: float, size: int) -> float:
    """Monthly founding probability of a member of a pool: min(1, persons x share/(12 x size)).

    Here ``persons`` is per year, ``share`` is the share of them who found a firm, and ``size`` is the number
    of pool members.
    """
    return min(1.0, persons * share / (12 * size))


def persuasion_factor(cap: float, expected: float) -> float:
    """Factor on founding probabilities that keeps the ``expected`` number of founders within ``cap``."""
    return min(1.0, cap / expected) if expected else 1.0


def spinoff_segment(u: Floats) -> Codes:
    """Segment of firms founded by former employees: T for 30% of firms, E for the others."""
    return np.where(u < parameters.SPINOFFS_T, T, E).astype(np.int8)


def farmer_segment(u: Floats) -> Codes:
    """Segment of firms founded by farmers: E for 20% of firms, G for the others."""
    return np.where(u < parameters.FARMERS_E, E, G).astype(np.int8)


def farmer_sector(u: Floats) -> Codes:
    """Sector of firms founded by farmers: agriculture for 60% of firms, trade and services for the others."""
    farming, services = (geography.SECTORS.index(slug) for slug in ("agriculture", "trade"))
    return np.where(u < parameters.FARMING, farming, services).astype(np.int8)


def programme_skill(skill: Floats, able: Mask) -> Floats:
    """Skill of programme founders: one standard deviation higher for researchers and founders from abroad."""
    return np.asarray(skill + np.where(able, parameters.EXCELLENCE, 0))


def needs_permit(u: Floats, abroad: Mask) -> Mask:
    """Mask of founders who need a work permit: half of those from abroad."""
    return np.asarray(abroad & (u < parameters.FOREIGN))


def allowance_due(months: Integers, u: Floats, term: float) -> Mask:
    """Mask of hardship founders who retain the allowance: 40%, in months 1 to ``term`` after opening."""
    return np.asarray((months > 0) & (months <= term) & (u < parameters.ON_ALLOWANCE))


def stake_hours(deferral: float) -> float:
    """Annual hours of advice equivalent to employee equity: 20 d/(d + 5), where d is ``deferral`` in years."""
    return parameters.STAKE_HOURS * deferral / (deferral + parameters.HALF_DEFERRAL)


def returns_to_post(income: Floats, months: Integers, term: float, terms: float) -> Mask:
    """Mask of researchers on leave who return to their post.

    They return at the end of a term if they earn less than the usual wage, and at the end of the last term if
    they earn less than twice the usual wage.

    Args:
        income: smoothed income relative to the usual wage.
        months: months since opening.
        term: length of a term in months.
        terms: maximum number of terms.
    """
    ends = (months > 0) & (months % max(round(term), 1) == 0)
    last = leave_over(months, term, terms)
    return np.asarray(ends & (income < np.where(last, parameters.POST_WORTH, parameters.INSECURE)))


def leave_over(months: Integers, term: float, terms: float) -> Mask:
    """Whether the last term of leave has ended: months since opening >= term x terms."""
    return np.asarray(months >= round(term * terms))


def closes_without_head(u: Floats, back: Mask) -> Mask:
    """Mask of firms that close because their head returns to a research post; each firm affected closes with probability 1/2."""
    return np.asarray(back & (u < parameters.CLOSES_WITHOUT_HEAD))


def successor_skill(skill: Floats) -> Floats:
    """Skill of the successor when the head of a firm returns to a research post: at most average (0)."""
    return np.minimum(skill, 0)


# --- re-entry ----------------------------------------------------------------------------------------
def re_entry_chance(support: float, effect: float) -> float:
    """Increase in the re-entry probability due to support in yuan: min(0.25, effect x support/4300)."""
    return min(parameters.MOST_RE_ENTRY, effect * support / OWN_INCOME)


def re_entry_lag(u: Floats) -> Ints:
    """Months from failure to re-entry: 3 plus an exponential time with mean 9, rounded down."""
    return parameters.LEAST_RE_ENTRY_LAG + np.floor(-parameters.RE_ENTRY_LAG * np.log(u)).astype(np.int64)


def re_entry_budget(share: float, support: float) -> float:
    """Annual budget for re-entry in yuan: 1,400 failed founders x share supported x support per founder."""
    return parameters.FORESEEN * share * support


def within_cap(weight: Ints, cap: float) -> Mask:
    """Mask of founders who re-enter, in the given order, up to a total weight of ``cap`` (at least one)."""
    return np.asarray(np.cumsum(weight) <= max(cap, float(weight[0])))


# --- registration ------------------------------------------------------------------------------------
def opening_wait(u: Floats, at_once: Floats, ever: Floats) -> Floats:
    """Months from registration to opening; infinite for firms that never open.

    P(open by age a) = w0 + (w1 - w0)(1 - exp(-a/4)), with a in months (JOB01-02).

    Args:
        u: uniform random numbers.
        at_once: w0, share of firms that open on registration.
        ever: w1, share of firms that ever open.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        later = -parameters.OPENING_MONTHS * np.log1p(-(u - at_once) / (ever - at_once))
    return np.where(u < at_once, 0.0, np.where(u < ever, later, np.inf))


def patience(median: float, g: Floats) -> Floats:
    """Maximum number of days for which a founder waits at the registry: median x exp(0.5 g)."""
    return np.asarray(median * np.exp(parameters.PATIENCE_SD * g))


def gives_up(waited: Integers, patience: Floats) -> Mask:
    """Mask of founders who withdraw their application: days waited > patience."""
    return np.asarray(waited > patience)


def steps(individual: Mask, g: Floats) -> Floats:
    """Opening days relative to the official number: exp(0.3 g), times 0.4 for individual businesses."""
    return np.asarray(
        np.exp(parameters.STEPS_SD * g) * np.where(individual, parameters.INDIVIDUAL_SHARE_OF_DAYS, 1.0)
    )


def licence_needed(u: Floats, tradable: Mask, sector: Codes) -> Codes:
    """Code of the licence required before opening: 0 none, 1 service, 2 production (5% of tradable sectors)."""
    production = tradable & (u < parameters.PRODUCTION_LICENSED)
    return np.where(production, 2, u < _LICENSED[sector]).astype(np.int8)


def files_a_day(offline: float, electronic: float) -> float:
    """Number of applications that a clerk processes per day: f/(1 - 0.3 e).

    Args:
        offline: f, number of applications processed per day if none are submitted online.
        electronic: e, share of applications submitted online.
    """
    return offline / (1 - parameters.ONLINE_SAVES * electronic)


def candidates_of_month(registrations: float, chance: float) -> int:
    """Number of candidates in a month: annual registrations / 12 / actual founding probability of that year."""
    return round(registrations / 12 / chance)


def opening_day(decided: Floats | int, procedure: Floats, registered: Integers, wait: Floats) -> Floats:
    """Opening day of a firm that needs a licence: max(decided + procedure, registered + wait)."""
    return np.maximum(decided + procedure, registered + wait)
