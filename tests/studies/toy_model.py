"""Toy model instead of the city model: accepts real scenarios, runs instantly, uses keyed random numbers."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.engine import clock
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Outcome, RunOutput
from sim.studies.execution.simulation import Model
from tests.studies.small_model import Labels

OUTCOMES = (
    Outcome("jobs_universe", ("month",), "persons", "岗位", "jobs", whole=False),
    Outcome("jobs_displaced", ("month",), "persons", "挤出", "jobs displaced", whole=False),
    Outcome("public_spending", ("month", "instrument"), "yuan", "支出", "spending", "flow", False),
    Outcome("pool_balance", ("month", "fund"), "yuan", "余额", "balance", whole=False),
    Outcome("survival", ("clock", "form", "cohort", "age"), "share", "存活率", "survival", "mean", False),
    Outcome("target_met", ("target",), "bool", "达标", "target met", "final"),
)
COORDS = {
    "instrument": Labels(["grant", "rent"], ["资助", "租金"], ["grant", "rent"]),
    "fund": Labels(["guarantee_fund"], ["担保基金"], ["guarantee fund"]),
    "clock": Labels(["registered", "operating"], ["登记", "在营"], ["registered", "operating"]),
    "form": Labels(["enterprise", "individual"], ["企业", "个体户"], ["enterprise", "individual"]),
    "cohort": Labels([2016, 2017]),
    "age": Labels(list(range(48))),
    "target": Labels(["T1", "T7"], ["一", "七"], ["one", "seven"]),
}


def simulate(
    scenario: Any,
    replicate: int,
    placebo: bool,
    *,
    stated: Mapping[str, float] | None = None,
    parameter_draw: int | None = None,
) -> RunOutput:
    """Compute jobs from fee, grant, structure, an uncertain speed and random numbers.

    ``ZSIM_TOY_SECONDS`` is the duration of a run; one byte per run is appended to the file
    ``ZSIM_TOY_COUNT``.
    """
    del placebo
    time.sleep(float(os.environ.get("ZSIM_TOY_SECONDS", "0")))
    if counted := os.environ.get("ZSIM_TOY_COUNT"):
        with open(counted, "ab", buffering=0) as file:
            file.write(b".")
    streams = RandomStreams(scenario.run.seed, replicate)
    stated = stated or {}
    uncertain = scenario.run.uncertainty == "all"
    drawn = (
        RandomStreams(scenario.run.seed, replicate if parameter_draw is None else parameter_draw).scalar(
            "speed"
        )
        if uncertain
        else 0.5
    )
    speed = stated.get("parameter.growth.hiring_speed", 0.05 + 0.05 * drawn)
    fee = number(scenario, "guarantee_fee.fee", 0.015)
    grant = number(scenario, "one_off_grant.amount", 10_000.0)
    months = np.arange(clock.MONTHS)
    more = 20 * (scenario.structure.get("closure") == "age_size") * (1 + grant / 10_000)
    jobs = (
        1000
        + months * (100 * speed * 20 + grant / 1000 - 500 * fee + more)
        + 5 * streams.normal(months, "jobs")
    )
    spending = np.stack([np.full(clock.MONTHS, grant), np.zeros(clock.MONTHS)], axis=1)
    age = np.arange(48)
    curve = np.exp(-age * (0.02 + fee / 10))
    survival = np.broadcast_to(curve, (2, 2, 2, 48)).copy()
    survival[1] *= 0.9
    return RunOutput(
        {
            "jobs_universe": jobs.astype(np.float64),
            "jobs_displaced": 0.1 * jobs.astype(np.float64),
            "public_spending": spending,
            "pool_balance": (100 - 3 * months + months**2 / 10.0)[:, None],
            "survival": survival,
            "target_met": np.array([True, streams.scalar("met") < 0.5]),
        },
        notes={"growth.hiring_speed": speed},
    )


def number(scenario: Any, setting: str, otherwise: float) -> float:
    """Return the value of a setting in a scenario if it is a number, and ``otherwise`` if not."""
    base = scenario.values[setting].base
    return base if isinstance(base, float) else 0.0 if base in ("without", "none") else otherwise


TOY = Model(simulate, OUTCOMES, COORDS)
