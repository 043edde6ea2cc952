"""Simulation of the arms, and the numerator, denominator and treated firms of each finding in each replicate."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from calibration.effects import counterfactual_measures
from calibration.effects.counterfactual_measures import MEASURES, ArmRun, CounterfactualPair, Measurement
from calibration.effects.event_arrays import EventArrays
from calibration.effects.studies import Finding, arm, findings
from sim.studies.execution import store
from sim.studies.execution.fingerprint import code_digest, fingerprint
from sim.studies.execution.run_specification import Job
from sim.studies.execution.simulation import simulate


class Sums(NamedTuple):
    """Sums of a finding in one replicate.

    Attributes:
        numerator, denominator: numerator and denominator of the measure.
        treated: number of treated firms in the city; NaN for city-wide measures.
    """

    numerator: float
    denominator: float
    treated: float


class SumsStore:
    """Store of the sums of finished replicates on disk, so that an interrupted command can be resumed."""

    def __init__(self, folder: Path) -> None:
        self._code = code_digest("calibration.effects.counterfactual_measures", data=False)
        self._store = store.Store(folder, fingerprint())
        self._store.check()

    def get(self, finding: Finding, jobs: Sequence[Job]) -> Sums | None:
        """Return the sums of a finding in the replicate that these jobs simulate, or None if they are not stored."""
        content = self._store.get(self._key(finding, jobs))
        return None if content is None else Sums(*store.Unpacked(content)["numbers"].tolist())

    def put(self, finding: Finding, jobs: Sequence[Job], sums: Sums) -> None:
        """Store the sums of a finding in the replicate that these jobs simulate."""
        arrays = {"numbers": np.asarray(sums, dtype=np.float64)}
        content = store.packed(arrays, {"id": finding.id, "part": finding.part})
        self._store.put(self._key(finding, jobs), content)

    def _key(self, finding: Finding, jobs: Sequence[Job]) -> str:
        identity = json.dumps([repr(finding.measurement), self._code, *(job.key for job in jobs)])
        return hashlib.sha256(identity.encode()).hexdigest()


def simulate_replicate(number: int, scale: float, kept: SumsStore) -> Iterator[tuple[int, Sums]]:
    """Yield the position and sums of each finding in one replicate; each arm is simulated at most once."""
    runs: dict[str, ArmRun] = {}

    def run_of(name: str) -> ArmRun:
        if name not in runs:
            simulated, events = arm(name, scale), EventArrays()
            output = simulate(simulated.scenario, number, False, events, stated=simulated.stated)
            runs[name] = ArmRun(output, events)
        return runs[name]

    listed = findings()
    last_use = {name: i for i, finding in enumerate(listed) for name in finding.arms}
    for i, finding in enumerate(listed):
        arms = [arm(name, scale) for name in finding.arms]
        jobs = [Job(each.scenario, each.stated, number, number) for each in arms]
        sums = kept.get(finding, jobs)
        if sums is None:
            reference, policy = (run_of(name) for name in finding.arms)
            sums = _sums(CounterfactualPair(policy, reference), finding.measurement)
            kept.put(finding, jobs, sums)
        for name in [name for name in runs if last_use[name] <= i]:
            del runs[name]
        yield i, sums


def _sums(pair: CounterfactualPair, measurement: Measurement) -> Sums:
    numerator, denominator = MEASURES[measurement.measure](pair, measurement)
    if not (measurement.paid or measurement.event):
        return Sums(numerator, denominator, float("nan"))
    rows = counterfactual_measures.treated(pair, measurement).row
    return Sums(numerator, denominator, float(pair.policy.output.firms["weight"][rows].sum()))


def simulate_all(replicates: int, scale: float, folder: Path) -> dict[int, list[Sums]]:
    """Simulate all replicates and return the sums of each replicate by position of the finding."""
    kept = SumsStore(folder)
    sums: dict[int, list[Sums]] = {}
    for number in range(replicates):
        for i, of_replicate in simulate_replicate(number, scale, kept):
            sums.setdefault(i, []).append(of_replicate)
        print(f"replicate {number + 1} of {replicates}", file=sys.stderr, flush=True)
    return sums
