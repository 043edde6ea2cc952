"""Digests of all arrays of recorded runs: ``python -m tests.equality.record`` prints the file again.

Texts (labels, rules named in case histories) are left out: they may change, numbers may not.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

import sim
from sim.engine.event_log import EventLog
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import simulate
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario, read_scenario

FILE: Final = Path(__file__).with_name("recorded.json")
SEED: Final = 20170609

VARIANTS: Final = """
name: rule_variants
title: {zh: 其他结构, en: Other structures}
world: {structure: {demand: incumbents_yield, closure: age_size, screening: collateral}}
"""
SWEEP: Final = """
name: sweep
title: {zh: 扫描, en: Sweep}
kind: sweep
scenario: as_enacted
factors:
  guarantee_fee.fee: {values: [0.5%, 2%]}
  parameter.growth.hiring_speed: {values: [0.04, 0.08]}
outcomes: [jobs_driven_by_startups, claims_paid.guarantee_fund]
replicates: 2
scale: 0.02
"""


def digest(values: Any) -> str:
    """Digest of an array's type, shape and numbers."""
    array = np.ascontiguousarray(values)
    return hashlib.sha256(f"{array.dtype.str}{array.shape}".encode() + array.tobytes()).hexdigest()[:20]


def arrays(output: RunOutput) -> dict[str, str]:
    """Digests of all numbers of a run."""
    names = ("outcomes", "firms", "payments", "notes")
    parts: Mapping[str, Mapping[str, Any]] = {name: getattr(output, name) for name in names}
    return {f"{part}.{name}": digest(value) for part, kept in parts.items() for name, value in kept.items()}


def numbers(dataset: xr.Dataset) -> dict[str, str]:
    """Digests of the numeric variables of a dataset."""
    return {
        str(name): digest(variable.values)
        for name, variable in sorted(dataset.variables.items())
        if variable.dtype.kind in "biufM"
    }


def city(
    name: str,
    scale: float,
    *,
    replicate: int = 0,
    uncertain: bool = True,
    text: str | None = None,
    **more: Any,
) -> RunOutput:
    """One run of the city; ``uncertain`` draws parameters and settings from their priors."""
    scenario = read_scenario(text) if text else load_scenario(name)
    streams = RandomStreams(SEED, replicate)
    drawn = settings(scenario, streams) if uncertain else settings(scenario)
    return simulate(drawn, scenario.world, streams, uncertain=uncertain, scale=scale, **more)


def case_history() -> dict[str, str]:
    """The numbers of all events of one firm that gets a loan."""
    finder = EventLog(pick="credit.granted", preferred_from=6_000_000)
    city("as_enacted", 0.02, events=finder)
    assert finder.picked is not None
    log = EventLog(watch=[finder.picked])
    run = city("as_enacted", 0.02, events=log)
    days = sorted(float(event.day) for event in log.events)
    return arrays(run) | {"events.days": digest(np.array(days)), "events.firm": str(finder.picked)}


def study() -> dict[str, str]:
    """A sweep over a setting and a parameter."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sweep.yaml"
        file.write_text(SWEEP, encoding="utf-8")
        return numbers(sim.study(file, store=folder))


RUNS: Final[dict[str, Callable[[], dict[str, str]]]] = {
    "as_enacted_all_0.02": lambda: arrays(city("as_enacted", 0.02)),
    "as_enacted_random_0.02": lambda: arrays(city("as_enacted", 0.02, replicate=3, uncertain=False)),
    "no_plan_all_0.02": lambda: arrays(city("no_plan", 0.02, replicate=1)),
    "no_support_random_0.02": lambda: arrays(city("no_support", 0.02, replicate=1, uncertain=False)),
    "subsidies_doubled_all_0.02": lambda: arrays(city("subsidies_doubled", 0.02, replicate=2)),
    "no_shocks_all_0.02": lambda: arrays(city("no_shocks", 0.02, replicate=4)),
    "rule_variants_all_0.02": lambda: arrays(city("rule_variants", 0.02, text=VARIANTS)),
    "placebo_all_0.02": lambda: arrays(city("as_enacted", 0.02, placebo=True)),
    "other_parameter_draw_0.02": lambda: arrays(
        city("as_enacted", 0.02, parameter_streams=RandomStreams(SEED, 7))
    ),
    "as_enacted_all_0.1": lambda: arrays(city("as_enacted", 0.1, replicate=5)),
    "no_plan_random_0.1": lambda: arrays(city("no_plan", 0.1, uncertain=False)),
    "guarantee_fund_doubled_all_0.1": lambda: arrays(city("guarantee_fund_doubled", 0.1, replicate=6)),
    "as_enacted_all_1": lambda: arrays(city("as_enacted", 1)),
    "no_support_random_1": lambda: arrays(city("no_support", 1, uncertain=False)),
    "case_history_0.02": case_history,
    "comparison_0.02": lambda: numbers(sim.compare("no_plan", "as_enacted", replicates=2, scale=0.02)),
    "trial_0.02": lambda: numbers(sim.trial("guarantee_fund", replicates=2, scale=0.02)),
    "study_0.02": study,
}


def changed(name: str) -> list[str]:
    """Names of the arrays of a recorded run that have changed."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))[name]
    now = RUNS[name]()
    return sorted(array for array in kept.keys() | now.keys() if kept.get(array) != now.get(array))


if __name__ == "__main__":
    print(json.dumps({name: run() for name, run in RUNS.items()}, indent=0, sort_keys=True))
