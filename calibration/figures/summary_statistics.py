"""Summary statistics of a run, defined as in the surveys and registers that the evidence comes from.

Each statistic maps the output of a run to a finite number, which can be compared with a published figure, fitted,
predicted, or requested from the city.
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

Statistic = Callable[[RunOutput], float]
MONTH: Final = 365.25 / 12
"""Mean length of a month in days."""
TECHNOLOGY: Final = 2
"""Index of the segment of technology enterprises."""
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
"""Programmes paid by labour offices (ZS138); awards to facilities and flows of public funds are excluded."""


# --- access to outcomes ------------------------------------------------------------------------------
def months(year: int) -> slice:
    """Return the months of a calendar year as a slice."""
    return slice(12 * (year - 2017), 12 * (year - 2016))


def index(dimension: str, label: str) -> int:
    """Return the position of a label on a dimension."""
    return COORDS[dimension].values.index(label)


def year_sum(run: RunOutput, name: str, year: int, form: int | None = None) -> float:
    """Total of a flow over a year, for all legal forms or one of them."""
    flow = run.outcomes[name][months(year)]
    return float(flow.sum() if form is None else flow[:, form].sum())


def year_end(run: RunOutput, name: str, year: int, form: int | None = None) -> float:
    """Stock at the end of a year, for all legal forms or one of them."""
    stock = run.outcomes[name][12 * (year - 2016) - 1]
    return float(stock.sum() if form is None else stock[form])


def files_at_desk(run: RunOutput, name: str, year: int, window: str) -> float:
    """Total of an outcome of a service desk over a year."""
    return float(run.outcomes[name][months(year), index("window", window)].sum())


def loans_by_scheme(run: RunOutput, scheme: str, year: int) -> float:
    """Number of loans granted in a year under a scheme."""
    return float(run.outcomes["loans_number"][months(year), index("scheme", scheme)].sum())


# --- firms -------------------------------------------------------------------------------------------
def registrations(year: int) -> Statistic:
    """Registrations in a year, in thousands."""
    return lambda run: year_sum(run, "registrations", year) / 1e3


def share_operating(after_months: float) -> Statistic:
    """Share of enterprises registered in 2017 and 2018 that are open a given time after registration."""

    def compute(run: RunOutput) -> float:
        firms = run.firms
        cohort = (firms["registered"] >= 0) & (firms["registered"] < 730)
        rows = np.flatnonzero(cohort & (firms["segment"] != G))
        day = firms["registered"][rows] + after_months * MONTH
        opened = firms["opened"][rows] <= day
        return float(np.average(opened & (firms["closed"][rows] > day), weights=firms["weight"][rows]))

    return compute


def mean_jobs(after_months: int) -> Statistic:
    """Mean jobs of enterprises opened in 2017 and 2018 that are still open a given time after opening."""

    def compute(run: RunOutput) -> float:
        firms = run.firms
        cohort = (firms["opened"] >= 0) & (firms["opened"] < 730)
        rows = np.flatnonzero(cohort & (firms["segment"] != G))
        month = np.floor(firms["opened"][rows] / MONTH).astype(int) + after_months
        jobs = firms["jobs"][np.minimum(month, 47), rows]
        return float(np.average(jobs[jobs > 0], weights=firms["weight"][rows][jobs > 0]))

    return compute


def survival(clock: str, age: int, form: int | None = 0) -> Statistic:
    """Kaplan-Meier estimate of survival to an age in months, with all cohorts pooled.

    Args:
        clock: ``registered``, ``operating`` or ``since_opening``.
        age: completed months, at least 1.
        form: 0 for enterprises, 1 for individual businesses, None for both.
    """

    def compute(run: RunOutput) -> float:
        k = index("clock", clock)
        share, risk = run.outcomes["survival"][k], run.outcomes["at_risk"][k]
        if form is not None:
            share, risk = share[form : form + 1], risk[form : form + 1]
        # Pool cohorts: hazard by age over all firms at risk at that age.
        before = np.concatenate([np.ones((*share.shape[:2], 1)), share[..., :-1]], axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            hazard = np.nan_to_num(1 - share / before)
        closures = (hazard * risk).sum(axis=(0, 1))
        total = risk.sum(axis=(0, 1))
        return float(product_limit(np.maximum(total, 1), closures)[age - 1])

    return compute


def deregistrations(year: int, form: int) -> Statistic:
    """Deregistrations in a year, including those from the declining stock of firms founded before 2012."""

    def compute(run: RunOutput) -> float:
        older = run.notes["initial.older_entities"] * (1 - OLDER_EXIT) ** (year - 2017) * OLDER_EXIT
        share = (OLDER_ENTERPRISES, 1 - OLDER_ENTERPRISES)[form]
        return year_sum(run, "deregistrations", year, form) + older * share

    return compute


def exits_per_entry(run: RunOutput) -> float:
    """Deregistrations per registration in 2019, including deregistrations of older firms."""
    exits = deregistrations(2019, 0)(run) + deregistrations(2019, 1)(run)
    return exits / year_sum(run, "registrations", 2019)


def growth_kurtosis(run: RunOutput) -> float:
    """Excess kurtosis of annual log growth in jobs, for enterprises with at least five jobs (JOB17)."""
    before, after, rows = _jobs_over_2019(run)
    growth = np.log(after[rows] / before[rows])
    growth -= growth.mean()
    return float((growth**4).mean() / (growth**2).mean() ** 2 - 3)


def growth_size_exponent(run: RunOutput) -> float:
    """Exponent b in sd(growth) ~ size^-b, for annual log growth in jobs of enterprises with at least five jobs (JOB16)."""
    before, after, rows = _jobs_over_2019(run)
    size, growth = np.log(before[rows]), np.log(after[rows] / before[rows])
    weight = run.firms["weight"][rows].astype(float)
    bins = np.digitize(before[rows], (8, 12, 20, 40))
    points = []
    for k in range(5):
        members = bins == k
        if members.sum() < 20:
            continue
        mean = np.average(growth[members], weights=weight[members])
        variance = np.average((growth[members] - mean) ** 2, weights=weight[members])
        points.append((np.average(size[members], weights=weight[members]), 0.5 * np.log(variance)))
    x, y = np.array(points).T
    return float(-np.polyfit(x, y, 1)[0])


def _jobs_over_2019(
    run: RunOutput,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return jobs at the end of 2018 and 2019, and a mask of enterprises open in both with at least five jobs in 2018."""
    firms = run.firms
    before, after = firms["jobs"][23].astype(float), firms["jobs"][35].astype(float)
    return before, after, (before >= 5) & (after > 0) & (firms["segment"] != G)


def technology_enterprises(run: RunOutput) -> float:
    """Number of technology enterprises open at the end of 2018."""
    firms = run.firms
    open_then = (firms["opened"] < 730) & (firms["closed"] > 729) & (firms["opened"] < NEVER)
    return float(((firms["segment"] == TECHNOLOGY) & open_then).sum())


def technology_jobs(run: RunOutput) -> float:
    """Mean jobs of technology enterprises open at the end of 2018."""
    firms = run.firms
    rows = (firms["segment"] == TECHNOLOGY) & (firms["opened"] < 730) & (firms["closed"] > 729)
    return float(firms["jobs"][23, rows].mean())


# --- services and subsidies --------------------------------------------------------------------------
def promoted_founders(run: RunOutput) -> float:
    """Number of founders first served in 2018."""
    served = run.outcomes["founders_served"]
    return float(served[23, 0] - served[11, 0])


def jobs_per_promoted_founder(run: RunOutput) -> float:
    """Jobs driven by startups per founder served, by the primary definition, at the end of 2020."""
    served = max(1, run.outcomes["founders_served"][-1, 0])
    return float(run.outcomes["jobs_driven_by_startups"][-1, 0] / served)


def labour_office_payments(year: int) -> Statistic:
    """Payments by labour offices in a year, in million yuan."""
    programmes = [index("instrument", name) for name in LABOUR_OFFICES]
    return lambda run: float(run.outcomes["public_spending"][months(year)][:, programmes].sum()) / 1e6


def payments(instrument: str, year: int) -> Statistic:
    """Payments under an instrument in a year, in million yuan."""
    column = index("instrument", instrument)
    return lambda run: float(run.outcomes["public_spending"][months(year), column].sum()) / 1e6


# --- credit, guarantees and equity -------------------------------------------------------------------
def loan_approval_rate(year: int) -> Statistic:
    """Share of the loan applications decided in a year that were approved."""

    def compute(run: RunOutput) -> float:
        approved = files_at_desk(run, "approvals", year, "loan")
        return approved / max(1.0, approved + year_sum(run, "loans_refused", year))

    return compute


def loan_rate(year: int) -> Statistic:
    """Mean interest rate of new loans in a year."""
    return lambda run: float(run.outcomes["loan_rate"][months(year)].mean())


def bad_loans(year: int) -> Statistic:
    """Share of non-performing loans in the stock at the end of a year."""
    return lambda run: year_end(run, "bad_loans", year) / year_end(run, "loans_outstanding", year)


def loan_growth(year: int) -> Statistic:
    """Growth of loans outstanding over a year."""
    return lambda run: (
        year_end(run, "loans_outstanding", year) / year_end(run, "loans_outstanding", year - 1) - 1
    )


def loan_per_borrower(run: RunOutput) -> float:
    """Performing loans outstanding per borrower at the end of 2019, in thousand yuan."""
    performing = year_end(run, "loans_outstanding", 2019) - year_end(run, "bad_loans", 2019)
    return performing / year_end(run, "borrowers", 2019) / 1e3


def fund_at(name: str, fund: str, month: int) -> Statistic:
    """Outcome of a fund at the end of a month, in the unit of the outcome."""
    column = index("fund", fund)
    return lambda run: float(run.outcomes[name][month, column])


def due_diligence_growth(run: RunOutput) -> float:
    """Relative change in the number of firms examined by investors from 2018 to 2019."""
    before, after = (files_at_desk(run, "applications", year, "equity") for year in (2018, 2019))
    return after / max(1.0, before) - 1


def mean_round(run: RunOutput) -> float:
    """Mean size of an equity round, in million yuan."""
    return float(run.outcomes["equity_invested"].sum() / max(1, run.outcomes["equity_rounds"].sum())) / 1e6


# --- incubation facilities and targets ---------------------------------------------------------------
def tenants_per_incubator(year: int) -> Statistic:
    """Mean number of tenants per tech incubator at the end of a year."""
    return lambda run: (
        year_end(run, "incubator_tenants", year) / max(1.0, year_end(run, "tech_incubators", year))
    )


def incubator_tenant_jobs(run: RunOutput) -> float:
    """Mean jobs per tenant of tech incubators at the end of 2019."""
    return year_end(run, "jobs_in_incubators", 2019) / max(1.0, year_end(run, "incubator_tenants", 2019))


def small_facility_jobs(run: RunOutput) -> float:
    """Mean jobs per tenant of bases and makerspaces at the end of 2019."""
    tenants = year_end(run, "tenants", 2019) - year_end(run, "incubator_tenants", 2019)
    return year_end(run, "jobs_in_small_spaces", 2019) / max(1.0, tenants)


def facility_tenant_jobs(run: RunOutput) -> float:
    """Mean jobs per tenant of all incubation facilities at the end of 2019."""
    jobs = year_end(run, "jobs_in_incubators", 2019) + year_end(run, "jobs_in_small_spaces", 2019)
    return jobs / max(1.0, year_end(run, "tenants", 2019))


def incubator_growth(run: RunOutput) -> float:
    """Mean annual growth in the number of tech incubators from the end of 2017 to the end of 2019."""
    before, after = (year_end(run, "tech_incubators", year) for year in (2017, 2019))
    return float((after / max(1.0, before)) ** 0.5 - 1)


def target_value(number: int) -> Statistic:
    """Value of one of the plan's targets at the end of 2020."""
    return lambda run: float(run.outcomes["target_value"][number - 1])
