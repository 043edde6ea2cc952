"""Trials of all instruments and measures of the catalogue: number of runs, stored runs, and result table.

Each trial first runs :data:`PILOT` replicates. The standard deviation of their paired net job-years
determines the number of replicates needed for a 95% interval with a half-width of :data:`HALF_WIDTH`
job-years, or of a fifth of the effect if that is larger. If all trials together would exceed the number of
runs allowed, the half-widths of all trials are multiplied by the smallest common factor that suffices. Each
run is saved as soon as it ends.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution.fingerprint import code_digest
from sim.studies.execution.results import whole
from sim.studies.execution.simulation import Model, city_model
from sim.studies.methods.precision import replicates_for
from sim.studies.trials import results
from sim.studies.trials.quantities import Trial
from sim.studies.trials.results import Sums
from sim.studies.trials.trial import Against, counterfactual_scenario, prepare, run_trials
from sim.texts import say

SCALE: Final = 0.2
"""Default scale, which shortens the runs; all technology firms are simulated at any scale."""
PILOT: Final = 6
"""Number of pilot replicates of each trial."""
MOST: Final = 100
"""Maximum number of replicates of one trial; pilots with large random errors would call for more."""
RUNS: Final = 3000
"""Default maximum number of runs of all trials together."""
HALF_WIDTH: Final = 100.0
"""Required half-width of the 95% interval of net job-years."""
SHARE: Final = 0.2
"""Required half-width as a share of the effect, used if it is larger than :data:`HALF_WIDTH`."""
RULED_BY: Final = ("job_years_net", "all")
"""Quantity and group whose precision determines the number of runs."""
COLUMNS: Final = (
    "trial", "status", "replicates", "quantity", "group", "unit",
    "reference", "policy", "difference", "low", "high", "word")  # fmt: skip
MODULES: Final = tuple(
    f"sim.studies.{name}"
    for name in ("execution.simulation", "trials.counterfactual", "trials.observational_estimate")
)
"""Modules that, with everything that they import, determine the results of a trial."""

Rows = dict[tuple[str, int], Sums]


def run(
    base: Scenario,
    against: Against,
    out: Path,
    *,
    ids: Sequence[str] | None = None,
    workers: int = 1,
    runs: int | None = None,
    replicates: int | None = None,
    scale: float | None = None,
    seed: int | None = None,
    write_line: Callable[[str], None] = print,
    model: Model | None = None,
) -> tuple[xr.Dataset, Path]:
    """Run the trials of all instruments and of all measures with several instruments, and write their table.

    Args:
        base: the plan as enacted.
        against: see :func:`sim.trial`.
        out: folder of the table ``trials_AGAINST.csv`` and of the runs that are saved for the next call.
        ids: instruments and measures to try; by default all.
        workers: number of processes.
        runs: maximum number of counterfactual runs (default :data:`RUNS`).
        replicates: number of replicates of every trial; by default determined from the pilot.
        scale: scale of the runs (default :data:`SCALE`).
        seed: seed, if other than the scenario's own.
        write_line: function called with messages about the number of runs and their precision.
        model: model to run instead of the city model; used in tests.

    Returns:
        the results (:func:`sim.studies.trials.results.assemble`), and the path of the table.
    """
    model = model or city_model()
    pilot = replicates or PILOT
    base = base.with_run(replicates=pilot, scale=scale or SCALE, **({} if seed is None else {"seed": seed}))
    trials = prepare(all_ids() if ids is None else ids, base, against, model)
    out.mkdir(parents=True, exist_ok=True)
    kept = KeptRuns(out / f"trials_{against}.jsonl", base, trials, against)
    counts = {trial.id: pilot for trial in trials if trial.status == "run"}
    write_line(say("trial.pilot", trials=len(counts), n=pilot, scale=f"{base.run.scale:g}"))
    _complete(kept, counts, base, trials, against, model, workers)
    if replicates is None:
        counts, factor = allotted({id_: _paired(kept.rows, id_, pilot) for id_ in counts}, runs or RUNS)
        ends = {"fewest": min(counts.values(), default=0), "most": max(counts.values(), default=0)}
        write_line(say("trial.chosen", runs=sum(counts.values()), factor=f"{factor:.2f}", **ends))
        _complete(kept, counts, base, trials, against, model, workers)
    rows = {key: sums for key, sums in kept.rows.items() if key[1] < counts.get(key[0], 0)}
    dataset = results.assemble(trials, rows, base, against)
    write_line(_precision(dataset))
    path = out / f"trials_{against}.csv"
    write(dataset, path)
    return dataset, path


def _complete(
    kept: KeptRuns,
    counts: Mapping[str, int],
    base: Scenario,
    trials: tuple[Trial, ...],
    against: Against,
    model: Model,
    workers: int,
) -> None:
    """Run and save the missing replicates, in the order of their numbers.

    Args:
        kept: saved runs, to which new runs are added.
        counts: number of replicates by trial.
        base: the plan as enacted.
        trials: all trials.
        against: values to which settings are set back, see :func:`sim.trial`.
        model: model to run.
        workers: number of processes.
    """
    indices = {trial.id: i for i, trial in enumerate(trials)}
    missing = [
        (k, indices[id_])
        for k in range(max(counts.values(), default=0))
        for id_, count in counts.items()
        if k < count and (id_, k) not in kept.rows
    ]
    for (k, i), sums in run_trials(base, trials, missing, against, model, workers=workers, progress=True):
        kept.keep(trials[i].id, k, sums)


def all_ids() -> list[str]:
    """Return the identifiers of all instruments and of the measures with several instruments."""
    plan = catalogue()
    measures = [m.id for m in plan.measures.values() if len(m.instruments) > 1]
    return [*plan.instruments, *measures]


def allotted(pilots: Mapping[str, Sequence[float]], runs: int) -> tuple[dict[str, int], float]:
    """Allocate replicates to trials.

    Args:
        pilots: paired differences in the pilot replicates of each trial.
        runs: maximum number of replicates of all trials together.

    Returns:
        the number of replicates of each trial, and the factor by which half-widths are multiplied.
    """

    def needed(factor: float) -> dict[str, int]:
        return {id_: _replicates(values, factor) for id_, values in pilots.items()}

    if sum(needed(1.0).values()) <= runs:
        return needed(1.0), 1.0
    low, high = 1.0, 2.0
    while sum(needed(high).values()) > runs and high < 1e6:
        low, high = high, 2 * high
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if sum(needed(middle).values()) <= runs else (middle, high)
    return needed(high), high


def _replicates(pilot: Sequence[float], factor: float) -> int:
    """Return the number of replicates needed for the required half-width, at least that of the pilot."""
    values = np.asarray(pilot, dtype=np.float64)
    fewest = values.size
    if fewest < 2:
        return fewest
    width = factor * max(HALF_WIDTH, SHARE * abs(float(values.mean())))
    return max(fewest, min(MOST, replicates_for(values, width)))


def _paired(rows: Mapping[tuple[str, int], Sums], id_: str, count: int) -> list[float]:
    """Return the paired differences of the quantity whose precision determines the number of runs."""
    arms = [rows[id_, k][RULED_BY] for k in range(count)]
    return [policy - reference for reference, policy in arms]


def _precision(dataset: xr.Dataset) -> str:
    """Return a line of text about the half-widths of the results, in job-years."""
    selected = dataset.sel(quantity=RULED_BY[0], group=RULED_BY[1])
    run = np.isin(selected.word.values, ("up", "down", "unclear"))
    half = ((selected.high - selected.low) / 2).values[run]
    half = half[~np.isnan(half)]
    if not half.size:
        return say("trial.no_precision")
    return say("trial.precision", middle=f"{np.median(half):,.0f}", widest=f"{half.max():,.0f}")


class KeptRuns:
    """Runs saved between calls, one JSON line each, and reused if model and scenarios are unchanged.

    Args:
        path: path of the file, which need not exist.
        base: the plan as enacted.
        trials: trials whose runs may be reused.
        against: values to which settings are set back, see :func:`sim.trial`.
    """

    def __init__(self, path: Path, base: Scenario, trials: Sequence[Trial], against: Against) -> None:
        self.path = path
        code = code_digest(*MODULES)
        base = base.with_run(replicates=1)
        self._keys = {
            trial.id: _digest(code, base.sha256, counterfactual_scenario(base, trial.id, against).sha256)
            for trial in trials
        }
        self.rows: Rows = dict(self._read())

    def keep(self, trial: str, replicate: int, sums: Sums) -> None:
        """Add a run and write it to disk."""
        self.rows[trial, replicate] = sums
        named = {".".join(key): numbers for key, numbers in sums.items()}
        line = {"key": self._keys[trial], "trial": trial, "replicate": replicate, "sums": named}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> Iterator[tuple[tuple[str, int], Sums]]:
        if not self.path.exists():
            return
        text = self.path.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):  # an earlier call was killed while writing a line
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
        for line in text.splitlines():
            try:
                run = json.loads(line)
            except ValueError:
                continue
            if self._keys.get(run["trial"]) == run["key"]:
                sums: Sums = {}
                for name, numbers in run["sums"].items():
                    quantity, _, group = name.rpartition(".")
                    sums[quantity, group] = tuple(numbers)
                yield (run["trial"], run["replicate"]), sums


def write(dataset: xr.Dataset, path: Path) -> None:
    """Write the table of all trials, one line per quantity, with its provenance in the first line."""
    about = dataset.attrs
    head = f"# against {about['against']}, scale {about['scale']:g}, seed {about['seed']}, "
    head += f"uncertainty {about['uncertainty']}, version {about['version']}, {str(about['date'])[:10]}\n"
    with whole(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name in dataset.trial.values:
            trial = dataset.sel(trial=name)
            start = (name, str(trial.status.values), int(trial.replicates))
            for line in (*_effects(trial), *_estimates(trial)):
                writer.writerow((*start, *line))


def _effects(trial: xr.Dataset) -> Iterator[tuple[str, ...]]:
    """Yield the table lines for the effects of a trial."""
    means = trial.value.mean("replicate").transpose("quantity", "group", "arm").values
    for q, quantity in enumerate(trial.quantity.values):
        for g, group in enumerate(trial.group.values):
            effect = trial.isel(quantity=q, group=g)
            if word := str(effect.word.values):
                numbers = (*means[q, g], float(effect.difference), float(effect.low), float(effect.high))
                unit = str(effect.quantity_unit.values)
                yield (str(quantity), str(group), unit, *map(_written, numbers), word)


def _estimates(trial: xr.Dataset) -> Iterator[tuple[str, ...]]:
    """Yield the table lines for the observational estimates of a trial."""
    for approach in trial.approach.values:
        for number in trial.number.values:
            at = {"approach": approach, "number": number}
            values = [float(trial[f"evaluation{end}"].sel(at)) for end in ("", "_low", "_high")]
            if not np.isnan(values[0]):
                unit = "persons" if number == "treated" else "share"
                place = (f"{results.OBSERVATIONAL}.{approach}", str(number), unit, "", "")
                yield (*place, *map(_written, values), "")


def _written(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
