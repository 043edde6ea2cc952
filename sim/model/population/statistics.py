"""Census: what is counted of the population at each month's end, and survival at the run's end.

Young firms (under 60 months from registration) are the startups of all tables; the fixed universe
(founded 2012-01 or later, whatever age) is what policies are compared over, or a saved firm would
vanish as it turns five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, OPEN, YOUNG_MONTHS, G, Rows, Trading

if TYPE_CHECKING:
    from sim.model.city import City

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]

# fmt: off
REGISTRATIONS: Final = Outcome("registrations", ("month", "form"), "count", "新登记市场主体", "market entities registered", "flow")
ENTRIES: Final = Outcome("entries", ("month", "form"), "count", "新开业", "openings", "flow")
EXITS: Final = Outcome("exits", ("month", "form"), "count", "歇业", "closures of young firms", "flow")
AGED_OUT: Final = Outcome("aged_out", ("month", "form"), "count", "满五年", "open firms that reach 60 months", "flow")
DEREGISTRATIONS: Final = Outcome("deregistrations", ("month", "form"), "count", "注销", "deregistrations of firms founded since 2012", "flow")
FIRMS: Final = Outcome("firms", ("month", "form"), "count", "在营初创企业", "open firms under 60 months")
JOBS: Final = Outcome("jobs", ("month", "form"), "persons", "初创企业就业", "owners and staff of open firms under 60 months")
FIRMS_ALL: Final = Outcome("firms_universe", ("month",), "count", "2012年以来创办的在营企业", "open firms founded since 2012, whatever age")
JOBS_ALL: Final = Outcome("jobs_universe", ("month",), "persons", "2012年以来创办企业的就业", "jobs of open firms founded since 2012, whatever age")
JOBS_NET: Final = Outcome("jobs_net", ("month",), "persons", "净就业（企业内）", "jobs of young firms less jobs displaced among incumbents", whole=False)
ENTITIES: Final = Outcome("market_entities", ("month", "form"), "count", "登记在册市场主体", "registered market entities of all ages")
BY: Final = {
    "founder_kind": (Outcome("firms_by_founder", ("month", "founder_kind"), "count", "按创业者类型的在营企业", "young firms by kind of founder"),
                     Outcome("jobs_by_founder", ("month", "founder_kind"), "persons", "按创业者类型的就业", "jobs by kind of founder")),
    "sector": (Outcome("firms_by_sector", ("month", "sector"), "count", "按行业的在营企业", "young firms by sector"),
               Outcome("jobs_by_sector", ("month", "sector"), "persons", "按行业的就业", "jobs by sector")),
    "district": (Outcome("firms_by_district", ("month", "district"), "count", "按镇区的在营企业", "young firms by district"),
                 Outcome("jobs_by_district", ("month", "district"), "persons", "按镇区的就业", "jobs by district")),
}
SURVIVAL: Final = Outcome("survival", ("clock", "form", "cohort", "age"), "share", "存活率", "Kaplan-Meier survival, delayed entry for the initial stock", "mean", whole=False)
AT_RISK: Final = Outcome("at_risk", ("clock", "form", "cohort", "age"), "count", "风险集", "firms at risk", "final")
BY_FOUNDER: Final = Outcome("survival_by_founder", ("clock", "founder_kind", "age"), "share", "按创业者类型的存活率", "Kaplan-Meier survival by kind of founder", "mean", whole=False)
OUTCOMES: Final = (REGISTRATIONS, ENTRIES, EXITS, AGED_OUT, DEREGISTRATIONS, FIRMS, JOBS, FIRMS_ALL, JOBS_ALL, JOBS_NET,
                   ENTITIES, *(o for pair in BY.values() for o in pair), SURVIVAL, AT_RISK, BY_FOUNDER)
# fmt: on

FORMS: Final = ("enterprise", "individual")
CLOCKS: Final = ("registered", "operating", "since_opening")
COHORTS: Final = tuple(range(2012, 2021))
AGES: Final = YOUNG_MONTHS
OLDER_EXIT: Final = 0.065  # a year, of entities registered before 2012 (SURV07, ZS198)
OLDER_ENTERPRISES: Final = 0.31  # share of them (ZS205)


# --- rules -----------------------------------------------------------------------------------------
def kaplan_meier(
    enter: Ints,
    leave: Ints,
    event: npt.NDArray[np.bool_],
    weight: Ints,
    group: Ints,
    groups: int,
    ages: int,
) -> tuple[Floats, Ints]:
    """Survival by age for each group, with delayed entry and censoring (Kaplan & Meier 1958).

    Args:
        enter: age in whole months at which a firm comes under observation.
        leave: age at which it is last seen (> enter); it is at risk at ages enter..leave - 1, and its
            event, if any, falls in the last of them.
        event: whether it ended there.
        weight: firms that it stands for.
        group: number of its group.
        groups: how many groups there are.
        ages: how many ages, from 0.

    Returns:
        Share that survives beyond each age, and the number at risk in it: groups x ages. Survival is
        conditional on reaching the age at which the first firm comes under observation (1 before it),
        and NaN from the first age after it at which nobody is at risk.
    """
    shape = (groups, ages + 1)

    def count(age: Ints, w: Ints) -> Ints:
        at = group * (ages + 1) + np.clip(age, 0, ages)
        return np.bincount(at, weights=w, minlength=groups * (ages + 1)).astype(np.int64).reshape(shape)

    at_risk: Ints = np.cumsum(count(enter, weight) - count(leave, weight), axis=1)[:, :ages]
    ended = event & (leave <= ages)
    deaths = count(leave - 1, weight * ended)[:, :ages]
    with np.errstate(invalid="ignore", divide="ignore"):
        stays = np.where(at_risk > 0, 1 - deaths / at_risk, np.nan)
    begun = np.maximum.accumulate(at_risk, axis=1) > 0
    stays = np.where(begun, stays, 1.0)
    survival: Floats = np.asarray(np.cumprod(stays, axis=1), dtype=np.float64)
    return survival, at_risk


def by_cell(cell: npt.NDArray[np.int16], weight: Ints, shape: tuple[int, ...]) -> Ints:
    """Weighted count by form, founder kind, sector and district."""
    return np.bincount(cell, weights=weight, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)


# --- settle ----------------------------------------------------------------------------------------
def forms(city: City, rows: Rows) -> Ints:
    """Weighted count of rows by form."""
    firms = city.firms
    individual = firms.segment[rows] == G
    return np.bincount(individual, weights=firms.weight[rows], minlength=2).astype(np.int64)


def observe(city: City, trading: Trading) -> None:
    """Keep what is asked of a firm later: its peak, and its jobs 12 months after opening or when last seen."""
    firms, month = city.firms, city.month
    firms.jobs_peak[trading.rows] = np.maximum(firms.jobs_peak.take(trading.rows), trading.jobs)
    first_year = trading.rows.compress(firms.opened_month.take(trading.rows) >= month - 12)
    still = first_year.compress(firms.state.take(first_year) == OPEN)
    firms.jobs_at_12[still] = firms.jobs.take(still)


def note_jobs(city: City) -> None:
    """Keep the month's jobs of the open firms for the panel."""
    firms, missing = city.firms, city.firms.capacity - city.history.shape[1]
    if missing > 0:  # the table has grown since
        city.history = np.pad(city.history, ((0, 0), (0, missing)))
    np.multiply(firms.jobs, firms.state == OPEN, out=city.history[city.month, : len(firms)])


def note_year(city: City, rows: Rows) -> None:
    """How the firms stand at a year's end, for the diary."""
    assert city.diary is not None
    firms = city.firms
    city.diary.firms(
        firms.id[rows], "growth.year", day=city.last_day, rule="growth.wanted_jobs",
        jobs=firms.jobs[rows], income=firms.income[rows], cash=firms.cash[rows] / 100,
        debt=firms.debt[rows] / 100, value_added=firms.value_added[rows])  # fmt: skip


def settle(
    city: City, registered: Rows, opened: Rows, trading: Trading, closing: Rows, displaced: float
) -> None:
    """Count the month: who registered, opened, traded and closed in it, and the jobs displaced elsewhere."""
    firms, month, put = city.firms, city.month, city.record.put
    stays = np.flatnonzero(firms.state.take(trading.rows) == OPEN)
    open_now, weight = trading.rows.take(stays), trading.weight.take(stays)
    jobs_now = firms.jobs.take(open_now)
    age = month - firms.registered_month.take(open_now)
    note_jobs(city)
    was_young = closing[month - 1 - firms.registered_month[closing] < YOUNG_MONTHS]
    left = np.flatnonzero((firms.deregistered >= city.first_day) & (firms.deregistered <= city.last_day))
    put(REGISTRATIONS, month, forms(city, registered))
    put(ENTRIES, month, forms(city, opened))
    put(EXITS, month, forms(city, was_young))
    put(AGED_OUT, month, forms(city, open_now.compress(age == YOUNG_MONTHS)))
    put(DEREGISTRATIONS, month, forms(city, left))
    city.on_register += forms(city, registered) - forms(city, left)
    older = city.initial["older_entities"] * (1 - OLDER_EXIT / 12) ** (month + 1)
    put(
        ENTITIES,
        month,
        city.on_register + np.rint(older * np.array([OLDER_ENTERPRISES, 1 - OLDER_ENTERPRISES])),
    )
    put(FIRMS_ALL, month, weight.sum())
    put(JOBS_ALL, month, np.dot(weight, jobs_now))

    young = np.flatnonzero(age < YOUNG_MONTHS)
    cells, weight, jobs_now = firms.cell.take(open_now.take(young)), weight.take(young), jobs_now.take(young)
    shape = (len(FORMS), *(city.record[firms_by].shape[1] for firms_by, _ in BY.values()))
    counts = [by_cell(cells, w, shape) for w in (weight, weight * jobs_now)]
    for outcome, count in zip((FIRMS, JOBS), counts, strict=True):
        put(outcome, month, count.sum(axis=(1, 2, 3)))
    for axis, pair in enumerate(BY.values(), start=1):
        others = tuple({0, 1, 2, 3} - {axis})
        for outcome, count in zip(pair, counts, strict=True):
            put(outcome, month, count.sum(axis=others))
    put(JOBS_NET, month, counts[1].sum() - displaced)


def survival(city: City) -> None:
    """Survival by clock, form, cohort and founder kind at the run's end.

    registered: from registration to deregistration. operating: from registration to closure, firms
    coming under observation as they open. since_opening: from opening to closure. Firms registered
    before 2017 are followed from January 2017 on.
    """
    firms = city.firms
    end = clock.MONTHS
    rows = np.flatnonzero((firms.state != FILED) & (firms.state != GIVEN_UP))
    birth = firms.registered_month[rows].astype(np.int64)
    opened = firms.opened_month[rows].astype(np.int64)
    ever = opened < NEVER
    closed = np.where(firms.closed[rows] < NEVER, clock.month_of(firms.closed[rows]), end + 1)
    gone = np.where(firms.deregistered[rows] <= clock.DAYS, clock.month_of(firms.deregistered[rows]), end + 1)
    form = (firms.segment[rows] == G).astype(np.int64)
    cohort = np.clip((birth + 60) // 12, 0, len(COHORTS) - 1)
    weight = firms.weight[rows]
    kind = firms.kind[rows].astype(np.int64)
    spells: dict[str, tuple[Any, ...]] = {
        "registered": (birth, birth, gone, np.ones(len(rows), dtype=bool)),
        "operating": (birth, opened, closed, ever),
        "since_opening": (opened, opened, closed, ever),
    }
    for k, name in enumerate(CLOCKS):
        origin, begins, ends, counts = spells[name]
        enter = np.maximum(begins, 0) - origin
        leave = np.minimum(ends + 1, end) - origin
        use = counts & (leave > enter)
        seen = (
            x.compress(use) for x in (enter, leave, ends < end, weight, form * len(COHORTS) + cohort, kind)
        )
        came, went, event, stands, group, of_kind = seen
        args = (came, went, event, stands)
        shape = (len(FORMS), len(COHORTS), AGES)
        share, at_risk = kaplan_meier(*args, group, len(FORMS) * len(COHORTS), AGES)
        city.record.put(SURVIVAL, k, share.reshape(shape))
        city.record.put(AT_RISK, k, at_risk.reshape(shape))
        kinds = city.record[BY_FOUNDER].shape[1]
        city.record.put(BY_FOUNDER, k, kaplan_meier(*args, of_kind, kinds, AGES)[0])
