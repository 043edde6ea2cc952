"""The golden run and its headline numbers: ``python -m tests.golden.refresh`` prints the file anew.

The values change only in a commit whose changelog says which numbers moved and why.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import simulate
from sim.model.coordinates import COORDS
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario

FILE = Path(__file__).with_name("golden.yaml")
SEED, SCALE = 20170609, 0.02
EXACT, CLOSE = 0.0, 0.01


def run() -> RunOutput:
    """The plan as enacted, central values, one replicate."""
    scenario = load_scenario("as_enacted")
    return simulate(settings(scenario), scenario.world, RandomStreams(SEED, 0), uncertain=False, scale=SCALE)


def headlines(output: RunOutput) -> dict[str, tuple[float, float]]:
    """Headline numbers of the run, and the relative tolerance of each."""
    out = output.outcomes
    spent = out["public_spending"].sum(axis=1)
    row = COORDS["cohort"].values.index(2017)
    survival: Any = out["survival"]

    def spent_on(instrument: str) -> float:
        return float(out["public_spending"][:, COORDS["instrument"].values.index(instrument)].sum())

    return {
        "registrations_2018": (int(out["registrations"][12:24].sum()), CLOSE),
        "openings_2018": (int(out["entries"][12:24].sum()), CLOSE),
        "closures_2018": (int(out["exits"][12:24].sum()), CLOSE),
        "deregistrations_2020": (int(out["deregistrations"][36:].sum()), CLOSE),
        "young_firms_2016_12": (
            int(
                out["firms"][0].sum()
                - out["entries"][0].sum()
                + out["exits"][0].sum()
                + out["aged_out"][0].sum()
            ),
            CLOSE,
        ),
        "young_firms_2020_12": (int(out["firms"][-1].sum()), CLOSE),
        "jobs_2018_12": (int(out["jobs"][23].sum()), CLOSE),
        "jobs_2020_12": (int(out["jobs"][-1].sum()), CLOSE),
        "jobs_displaced_2020_12": (round(float(out["jobs_displaced"][-1]), 1), 0.05),
        "market_entities_2020_12": (int(out["market_entities"][-1].sum()), CLOSE),
        "enterprises_of_2017_open_after_24_months": (round(float(survival[2, 0, row, 23]), 4), CLOSE),
        "public_spending_2018_million_yuan": (round(float(spent[12:24].sum()) / 1e6, 3), 0.05),
        "public_spending_2020_million_yuan": (round(float(spent[36:].sum()) / 1e6, 3), 0.05),
        "claims_paid": (len(output.payments["fen"]), 0.03),
        "tax_2019_million_yuan": (round(float(out["tax_receipts"][24:36].sum()) / 1e6, 2), CLOSE),
        "waiting_days_registry": (round(float(np.nanmean(out["waiting_days"][:, 0])), 3), 0.1),
        "loans_granted_2018_million_yuan": (round(float(out["loans_granted"][12:24].sum()) / 1e6, 1), 0.05),
        "loans_outstanding_2020_million_yuan": (round(float(out["loans_outstanding"][-1]) / 1e6, 1), 0.05),
        "bad_loans_2020_million_yuan": (round(float(out["bad_loans"][-1]) / 1e6, 1), 0.1),
        "guarantees_given": (int(out["guarantees_number"].sum()), 0.05),
        "equity_rounds": (int(out["equity_rounds"].sum()), 0.1),
        "seed_money_million_yuan": (round(float(out["seed_invested"].sum()) / 1e6, 2), 0.1),
        "vouchers_million_yuan": (round(float(spent_on("innovation_vouchers")) / 1e6, 2), 0.05),
        "founders_drawn_in": (int(out["founders_drawn_in"].sum()), 0.05),
        "second_ventures": (int(out["second_ventures"].sum()), 0.15),
        "tenants_2020_12": (int(out["tenants"][-1]), 0.03),
        "firms_graduated": (int(out["graduations"].sum()), 0.05),
        "t1_tech_incubators": (int(out["target_value"][0]), EXACT),
        "t2_incubation_area": (round(float(out["target_value"][1])), CLOSE),
        "t5_provincial_level_spaces": (int(out["target_value"][4]), EXACT),
        "t6_entrepreneurship_bases": (int(out["target_value"][5]), EXACT),
        "t7_founders": (int(out["founders_served"][-1, 0]), CLOSE),
        "t7_jobs_driven": (int(out["target_value"][6]), CLOSE),
    }


def text(output: RunOutput) -> str:
    """Contents of the file for this run, its head kept."""
    head = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [
        f"  {name}: {{value: {value}, tolerance: {t}}}" for name, (value, t) in headlines(output).items()
    ]
    return "\n".join([*head, "values:", *lines, ""])


if __name__ == "__main__":
    print(text(run()), end="")
