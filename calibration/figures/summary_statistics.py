"""Read figures off a finished run, as the surveys and registers behind the evidence count them.

Every reader takes a run's history and gives a number, NaN-free: the same figure of any run can so be laid
beside a published one, fitted, predicted or asked of the city.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.engine.recorder import RunOutput
from sim.model.coordinates import COORDS
from sim.model.population.firm_table import NEVER, G
from sim.model.population.parameters import OLDER_ENTERPRISES, OLDER_EXIT
from sim.model.population.survival import product_limit

Reader = Callable[[RunOutput], float]
MONTH: Final = 365.25 / 12
LABOUR_OFFICES: Final = (
    "one_off_grant",
    "rent_subsidy",
    "job_creation_subsidy",
    "hardship_support",
    "lecture_subsidy",
    "training_subsidy",
    "founder_upskilling",
    "mentor_subsidy",
    "incubation_subsidy",
    "microloan_interest_subsidy",
)
"""Programmes that labour offices pay out (ZS138): neither awards to carriers nor what public funds invest or lose."""


def in_year(h: RunOutput, name: str, year: int, form: int | None = None) -> float:
    """Sum of a flow over a year."""
    a = h.outcomes[name][12 * (year - 2017) : 12 * (year - 2016)]
    return float(a.sum() if form is None else a[:, form].sum())


def at_end(h: RunOutput, name: str, year: int, form: int | None = None) -> float:
    """A stock at the end of a year."""
    a = h.outcomes[name][12 * (year - 2016) - 1]
    return float(a.sum() if form is None else a[form])


def enterprises(h: RunOutput, first: int, last: int) -> npt.NDArray[np.intp]:
    """Rows of enterprises registered between two days."""
    f = h.firms
    days = (f["registered"] >= first) & (f["registered"] < last)
    return np.flatnonzero(days & (f["segment"] != G))


def operating(months: float) -> Callable[[RunOutput], float]:
    """Share of enterprises registered in 2017-2018 that are open so long after registration."""

    def read(h: RunOutput) -> float:
        f, rows = h.firms, enterprises(h, 0, 730)
        day = f["registered"][rows] + months * MONTH
        opened = f["opened"][rows] <= day
        return float(np.average(opened & (f["closed"][rows] > day), weights=f["weight"][rows]))

    return read


def size(months: int, segment_g: bool = False) -> Callable[[RunOutput], float]:
    """Mean jobs so many months after opening of firms opened in 2017-2018 and still open."""

    def read(h: RunOutput) -> float:
        f = h.firms
        rows = np.flatnonzero((f["opened"] >= 0) & (f["opened"] < 730) & ((f["segment"] == G) == segment_g))
        month = np.floor(f["opened"][rows] / MONTH).astype(int) + months
        jobs = f["jobs"][np.minimum(month, 47), rows]
        return float(np.average(jobs[jobs > 0], weights=f["weight"][rows][jobs > 0]))

    return read


def growth_kurtosis(h: RunOutput) -> float:
    """Excess kurtosis of a year's log growth of jobs, enterprises of five jobs and more."""
    f = h.firms
    a, b = f["jobs"][23].astype(float), f["jobs"][35].astype(float)
    use = (a >= 5) & (b > 0) & (f["segment"] != G)
    g = np.log(b[use] / a[use])
    g -= g.mean()
    return float((g**4).mean() / (g**2).mean() ** 2 - 3)


def survival(clock: str, age: int, form: int | None = 0) -> Callable[[RunOutput], float]:
    """Survival to so many months, at least 1, cohorts weighted by the number at risk at the start of their last seen age."""

    def read(h: RunOutput) -> float:
        k = COORDS["clock"].values.index(clock)
        share, risk = h.outcomes["survival"][k], h.outcomes["at_risk"][k]
        if form is not None:
            share, risk = share[form : form + 1], risk[form : form + 1]
        # Pool cohorts: hazard by age over all that were at risk at it.
        before = np.concatenate([np.ones((*share.shape[:2], 1)), share[..., :-1]], axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            hazard = np.nan_to_num(1 - share / before)
        deaths = (hazard * risk).sum(axis=(0, 1))
        total = risk.sum(axis=(0, 1))
        return float(product_limit(np.maximum(total, 1), deaths)[age - 1])

    return read


def spending(year: int) -> Callable[[RunOutput], float]:
    """What labour offices paid out in a year, million yuan."""
    names = COORDS["instrument"].values
    subsidies = [names.index(name) for name in LABOUR_OFFICES]

    def read(h: RunOutput) -> float:
        a = h.outcomes["public_spending"][12 * (year - 2017) : 12 * (year - 2016)]
        return float(a[:, subsidies].sum()) / 1e6

    return read


def left(year: int, form: int) -> Callable[[RunOutput], float]:
    """Deregistrations of a year, those founded before 2012 included as the model's stock of them runs down."""

    def read(h: RunOutput) -> float:
        older = h.notes["initial.older_entities"] * (1 - OLDER_EXIT) ** (year - 2017) * OLDER_EXIT
        return (
            in_year(h, "deregistrations", year, form)
            + older * (OLDER_ENTERPRISES, 1 - OLDER_ENTERPRISES)[form]
        )

    return read


def registered(year: int) -> Callable[[RunOutput], float]:
    """Registrations of a year, thousand."""
    return lambda h: in_year(h, "registrations", year) / 1e3


def technology(h: RunOutput) -> float:
    """Technology enterprises open at the end of 2018."""
    f = h.firms
    return float(
        ((f["segment"] == 2) & (f["opened"] < 730) & (f["closed"] > 729) & (f["opened"] < NEVER)).sum()
    )


FUND: Final = COORDS["fund"].values.index


def at_window(h: RunOutput, name: str, year: int, window: str) -> float:
    """Files of a year at a window."""
    return float(
        h.outcomes[name][12 * (year - 2017) : 12 * (year - 2016), COORDS["window"].values.index(window)].sum()
    )


def passed(year: int) -> Callable[[RunOutput], float]:
    """Loans approved, of those decided in a year."""

    def read(h: RunOutput) -> float:
        passed = at_window(h, "approvals", year, "loan")
        return passed / max(1.0, passed + in_year(h, "loans_refused", year))

    return read


def loan_rate(year: int) -> Callable[[RunOutput], float]:
    """Mean rate of the year's new loans."""
    return lambda h: float(h.outcomes["loan_rate"][12 * (year - 2017) : 12 * (year - 2016)].mean())


def bad_loans(year: int) -> Callable[[RunOutput], float]:
    """Bad loans in the stock at a year's end."""
    return lambda h: at_end(h, "bad_loans", year) / at_end(h, "loans_outstanding", year)


def loan_growth(year: int) -> Callable[[RunOutput], float]:
    """Growth of loans outstanding over a year."""
    return lambda h: at_end(h, "loans_outstanding", year) / at_end(h, "loans_outstanding", year - 1) - 1


def a_borrower(h: RunOutput) -> float:
    """Good loans outstanding a borrower at the end of 2019, thousand yuan."""
    return (
        (at_end(h, "loans_outstanding", 2019) - at_end(h, "bad_loans", 2019))
        / at_end(h, "borrowers", 2019)
        / 1e3
    )


def by_scheme(h: RunOutput, scheme: str, year: int) -> float:
    """Loans granted in a year under a scheme."""
    at = COORDS["scheme"].values.index(scheme)
    return float(h.outcomes["loans_number"][12 * (year - 2017) : 12 * (year - 2016), at].sum())


def looks(h: RunOutput) -> float:
    """Change in the looks that investors took."""
    return (
        at_window(h, "applications", 2019, "equity") / max(1.0, at_window(h, "applications", 2018, "equity"))
        - 1
    )


def tenants(year: int) -> Callable[[RunOutput], float]:
    """Tenants of a tech incubator at a year's end."""
    return lambda h: at_end(h, "incubator_tenants", year) / max(1.0, at_end(h, "tech_incubators", year))


def small_jobs(h: RunOutput) -> float:
    """Jobs of a tenant of a base or makerspace at the end of 2019."""
    small = at_end(h, "tenants", 2019) - at_end(h, "incubator_tenants", 2019)
    return at_end(h, "jobs_in_small_spaces", 2019) / max(1.0, small)


def size_exponent(h: RunOutput) -> float:
    """Exponent b of sd(growth) ~ size^-b, a year's log growth of enterprises' jobs, from five jobs up (JOB16)."""
    f = h.firms
    a, b = f["jobs"][23].astype(float), f["jobs"][35].astype(float)
    use = (a >= 5) & (b > 0) & (f["segment"] != G)
    size, growth, weight = np.log(a[use]), np.log(b[use] / a[use]), f["weight"][use].astype(float)
    bins = np.digitize(a[use], (8, 12, 20, 40))
    points = []
    for k in range(5):
        at = bins == k
        if at.sum() < 20:
            continue
        middle = np.average(growth[at], weights=weight[at])
        spread = np.average((growth[at] - middle) ** 2, weights=weight[at])
        points.append((np.average(size[at], weights=weight[at]), 0.5 * np.log(spread)))
    x, y = np.array(points).T
    return float(-np.polyfit(x, y, 1)[0])


def exits_per_entry(h: RunOutput) -> float:
    """Deregistrations of 2019, older firms' included, for each registration."""
    return (left(2019, 0)(h) + left(2019, 1)(h)) / in_year(h, "registrations", 2019)


def technology_jobs(h: RunOutput) -> float:
    """Mean jobs of the technology enterprises open at the end of 2018."""
    f = h.firms
    rows = (f["segment"] == 2) & (f["opened"] < 730) & (f["closed"] > 729)
    return float(f["jobs"][23, rows].mean())


def tenant_jobs(h: RunOutput) -> float:
    """Jobs of a tenant of a tech incubator at the end of 2019."""
    return at_end(h, "jobs_in_incubators", 2019) / max(1.0, at_end(h, "incubator_tenants", 2019))


def carrier_jobs(h: RunOutput) -> float:
    """Jobs of a tenant of any carrier at the end of 2019."""
    jobs = at_end(h, "jobs_in_incubators", 2019) + at_end(h, "jobs_in_small_spaces", 2019)
    return jobs / max(1.0, at_end(h, "tenants", 2019))


def incubator_growth(h: RunOutput) -> float:
    """Growth of tech incubators a year from the end of 2017 to the end of 2019."""
    return float(
        (at_end(h, "tech_incubators", 2019) / max(1.0, at_end(h, "tech_incubators", 2017))) ** 0.5 - 1
    )


def promoted(h: RunOutput) -> float:
    """Founders first served in 2018."""
    served = h.outcomes["founders_served"]
    return float(served[23, 0] - served[11, 0])


def jobs_per_promoted(h: RunOutput) -> float:
    """Jobs driven by each founder served, by the primary definition, at the end of 2020."""
    return float(h.outcomes["jobs_driven_by_startups"][-1, 0] / max(1, h.outcomes["founders_served"][-1, 0]))


def mean_round(h: RunOutput) -> float:
    """Mean equity round, million yuan."""
    return float(h.outcomes["equity_invested"].sum() / max(1, h.outcomes["equity_rounds"].sum())) / 1e6


def paid(instrument: str, year: int) -> Reader:
    """What a programme paid out in a year, million yuan."""
    at = COORDS["instrument"].values.index(instrument)
    return lambda h: (
        float(h.outcomes["public_spending"][12 * (year - 2017) : 12 * (year - 2016), at].sum()) / 1e6
    )


def of_fund(name: str, fund: str, month: int) -> Reader:
    """An outcome of a fund at a month's end, million yuan."""
    return lambda h: float(h.outcomes[name][month, FUND(fund)]) / 1e6


def target(number: int) -> Reader:
    """The value of one of the plan's targets at the end of 2020."""
    return lambda h: float(h.outcomes["target_value"][number - 1])
