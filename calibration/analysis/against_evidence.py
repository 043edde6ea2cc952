"""Lay the model beside the evidence: one row a figure, misfits included.

``python -m calibration.analysis.against_evidence`` lives ``as_enacted`` with several replicates' luck and everything
uncertain drawn, and rewrites the table in ``calibration/README.md``. Nothing is fitted here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from calibration import FOLDER
from calibration.figures.summary_statistics import (
    FUND,
    a_borrower,
    at_end,
    bad_loans,
    by_scheme,
    growth_kurtosis,
    in_year,
    left,
    loan_growth,
    loan_rate,
    looks,
    operating,
    passed,
    registered,
    size,
    small_jobs,
    spending,
    survival,
    technology,
    tenants,
)
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import simulate
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario

README: Final = FOLDER / "README.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
REPLICATES: Final = 10
SCALE: Final = 0.3


@dataclass(frozen=True)
class Figure:
    """A published figure, and how to read the same off a run."""

    what: str
    evidence: str
    low: float
    high: float
    read: Callable[[RunOutput], float]
    role: str = "check"  # input: the model takes it as given; check: not used; order: of magnitude only
    unit: str = ""


FIGURES: Final = (
    *(
        Figure(f"registrations {y}, thousand", "world series (ENTRY05-07, ENTRY09, ZS009)", 0.95 * n, 1.05 * n,
               registered(y), "input")
        for y, n in ((2017, 72), (2018, 81), (2019, 86), (2020, 88))
    ),
    Figure("enterprises among registrations", "ZS206", 0.32, 0.35, lambda h: in_year(h, "registrations", 2018, 0) / in_year(h, "registrations", 2018), "input"),
    Figure("market entities, end 2017, thousand", "ZS012 + a year's net increase", 340, 375, lambda h: at_end(h, "market_entities", 2017) / 1e3, "order"),
    Figure("enterprises open in the month of registration", "JOB02", 0.38, 0.43, operating(0.5)),
    Figure("enterprises open 12 months after registration", "JOB01", 0.688, 0.699, operating(12.0)),
    Figure("jobs of an enterprise at opening", "JOB03", 6.07, 6.2, size(0)),
    Figure("jobs of an open enterprise 12 months later", "JOB04", 7.0, 7.14, size(12)),
    Figure("jobs of an individual business", "JOB08", 2.0, 2.9, lambda h: at_end(h, "jobs", 2018, 1) / at_end(h, "firms", 2018, 1)),
    *(
        Figure(f"enterprises still registered after {m} months", "SURV01-05", low, high, survival("registered", m))
        for m, low, high in ((12, 0.97, 0.99), (24, 0.89, 0.94), (36, 0.80, 0.86), (48, 0.73, 0.79), (59, 0.66, 0.73))
    ),
    *(
        Figure(f"still open {m} months after opening, all forms", "SURV12-13, SURV17", low, high, survival("since_opening", m, None))
        for m, low, high in ((12, 0.78, 0.85), (59, 0.40, 0.50))
    ),
    Figure("individual businesses deregistered per 100 registered, 2019", "SURV15", 45, 60,
           lambda h: 100 * left(2019, 1)(h) / in_year(h, "registrations", 2019, 1)),
    Figure("deregistrations of enterprises, % of those registered, 2019", "ZS200, ZS202 (Shenzhen)", 5.1, 5.5,
           lambda h: 100 * left(2019, 0)(h) / at_end(h, "market_entities", 2019, 0)),
    Figure("deregistrations of individual businesses, %, 2019", "ZS201, ZS203 (Shenzhen)", 7.8, 9.7,
           lambda h: 100 * left(2019, 1)(h) / at_end(h, "market_entities", 2019, 1)),
    Figure("promoted founders, 2018", "ZS045", 9513, 9513,
           lambda h: float(h.outcomes["founders_served"][23, 0] - h.outcomes["founders_served"][11, 0]), "input"),
    Figure("jobs per promoted founder", "JOB12-13", 2.5, 4.2,
           lambda h: float(h.outcomes["jobs_driven_by_startups"][-1, 0] / h.outcomes["founders_served"][-1, 0])),
    *(Figure(f"subsidies {y}, million yuan", "ZS138 x the city's share", 35, 70, spending(y), "order") for y in (2017, 2018, 2019, 2020)),
    Figure("open technology enterprises, end 2018", "ZS136 (science service units)", 4000, 7500, technology, "order"),
    Figure("area of a tech incubator, thousand m2", "ZS043, ZS217", 25, 36,
           lambda h: float(h.outcomes["incubation_area"][-1] / h.outcomes["tech_incubators"][-1]) / 1e3),
    Figure("excess kurtosis of yearly log growth", "JOB17 (Laplace: 3)", 2.0, 5.0, growth_kurtosis),
    # credit and guarantees
    Figure("requests for a loan that pass, 2017", "CRED08", 0.40, 0.55, passed(2017), "input"),
    *(Figure(f"mean rate of new loans {y}", "CRED05-06, CRED20", low, high, loan_rate(y))
      for y, low, high in ((2018, 0.0702, 0.0781), (2019, 0.0675, 0.0689), (2020, 0.0588, 0.0588))),
    *(Figure(f"bad loans, share of the stock, end {y}", "CRED07", 0.0356, 0.0418, bad_loans(y)) for y in (2018, 2019)),
    *(Figure(f"growth of loans outstanding in {y}", "CRED17", 0.208, 0.307, loan_growth(y)) for y in (2019, 2020)),
    Figure("outstanding a borrower, thousand yuan, end 2019", "CRED18", 538, 542, a_borrower),
    Figure("leverage in use, government-backed guarantor, end 2017", "ZS169-170", 1.21, 2.78,
           lambda h: float(h.outcomes["leverage_in_use"][11, FUND("guarantee_fund")])),
    Figure("start-up guaranteed loans a year, 2018", "guess of the design", 100, 250,
           lambda h: by_scheme(h, "startup", 2018), "order"),
    Figure("IP-pledged loans of young firms 2017", "a third of ZS069-070", 15, 35, lambda h: by_scheme(h, "ip_pledge", 2017), "order"),
    Figure("loan-pool firms a year, young ones, 2018", "under ZS064's 125", 1, 125, lambda h: by_scheme(h, "loan_pool", 2018), "order"),
    # equity
    Figure("equity rounds a year, 2017-2018", "VC05 arithmetic", 15, 40, lambda h: (in_year(h, "equity_rounds", 2017) + in_year(h, "equity_rounds", 2018)) / 2),
    Figure("entrants of the contest, 2019", "ZS131", 217, 217, lambda h: in_year(h, "contest_entrants", 2019)),
    Figure("serious looks in 2019 against 2018", "VC02", -0.427, -0.352, looks),
    Figure("mean round, million yuan", "VC01", 10.2, 11.0, lambda h: float(h.outcomes["equity_invested"].sum() / max(1, h.outcomes["equity_rounds"].sum())) / 1e6),
    Figure("private yuan beside each yuan of the guide fund", "VC10 (term sheets; crowding in VC09 is 0.9)", 3, 4,
           lambda h: float(np.nan_to_num(h.outcomes["realised_leverage"][-1])), "order"),
    # carriers
    Figure("tenants of a tech incubator, end 2017", "INC01, JOB18", 35, 45, tenants(2017), "input"),
    Figure("tenants of a tech incubator, end 2019", "ZS157", 37, 42, tenants(2019)),
    Figure("jobs of an incubator's tenant, end 2019", "JOB09, ZS159", 13.6, 14.7,
           lambda h: float(h.outcomes["jobs_in_incubators"][35] / max(1, h.outcomes["incubator_tenants"][35]))),
    Figure("jobs of a tenant of a small space, end 2019", "ZS162, ZS213", 3.5, 3.8, small_jobs),
    Figure("let share of incubators' berths, end 2019", "INC04 (title asks for 0.75)", 0.75, 1.0,
           lambda h: float(h.outcomes["incubator_occupancy"][35])),
    Figure("growth of tech incubators a year, 2017-2019", "INC03; Guangdong ZS029, ZS153", 0.14, 0.25,
           lambda h: float((h.outcomes["tech_incubators"][35] / max(1, h.outcomes["tech_incubators"][0])) ** (1 / 3) - 1)),
)  # fmt: skip


def table(replicates: int = REPLICATES, scale: float = SCALE) -> str:
    """The Markdown table: evidence, model median and 5-95% over replicates, and whether they meet."""
    scenario = load_scenario("as_enacted")
    runs: list[list[float]] = []
    for k in range(replicates):
        chance = RandomStreams(scenario.run.seed, k)
        history = simulate(settings(scenario, chance), scenario.world, chance, uncertain=True, scale=scale)
        runs.append([figure.read(history) for figure in FIGURES])
    values = np.array(runs)
    lines = [
        f"`as_enacted`, {replicates} replicates, scale {scale}, seed {scenario.run.seed}, all that is uncertain drawn.",
        "",
        "| figure | evidence | published | model, median (5% to 95%) | |",
        "|---|---|---|---|---|",
    ]
    for figure, column in zip(FIGURES, values.T, strict=True):
        low, mid, high = np.percentile(column, [5, 50, 95])
        verdict = (
            figure.role
            if figure.role != "check"
            else "inside"
            if figure.low <= mid <= figure.high
            else "overlaps"
            if low <= figure.high and high >= figure.low
            else "**misfit**"
        )
        if figure.role == "order" and not figure.low <= mid <= figure.high:
            verdict = "order; outside"
        published = (
            f"{figure.low:.4g}" if figure.low == figure.high else f"{figure.low:.3g} to {figure.high:.3g}"
        )
        lines.append(
            f"| {figure.what} | {figure.evidence} | {published} | {mid:.4g} ({low:.4g} to {high:.4g}) | {verdict} |"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> Any:
    """Rewrite the table in the README beside this file."""
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    README.write_text(f"{head}{BEGIN}\n{table()}\n{END}{tail}", encoding="utf-8")
    print(f"wrote {README.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
