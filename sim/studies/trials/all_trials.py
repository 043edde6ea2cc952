"""Trials of everything in the catalogue: how many runs, what is kept of them, and the table at the end.

The rule for the number of runs: each trial is lived :data:`PILOT` times; from the spread of its paired
net job-years follows how many replicates bring the 95% interval to :data:`WANTED` job-years either way,
or to a fifth of the effect where that is more. Where all together would exceed the runs allowed, every
trial is given the same multiple of that, the smallest that fits. A run is kept as soon as it ends.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.studies.execution.results import whole
from sim.studies.methods.precision import replicates_for
from sim.studies.run import Model, the_city
from sim.studies.trials import results
from sim.studies.trials.results import Sums
from sim.studies.trials.trial import Against, Trial, live, prepare, twin
from sim.texts import say

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario

SCALE: Final = 0.2
"""A run costs a fifth of one at full scale; technology firms are all there at any scale."""
PILOT: Final = 6
MOST: Final = 100
"""Replicates of one trial: beyond it the luck of the pilot, not precision, asks for more."""
RUNS: Final = 3000
WANTED: Final = 100.0
SHARE: Final = 0.2
RULED_BY: Final = ("job_years_net", "all")
COLUMNS: Final = (
    "trial", "status", "replicates", "quantity", "group", "unit",
    "reference", "policy", "difference", "low", "high", "word")  # fmt: skip
MADE_OF: Final = ("engine", "model", "policy")
OURS: Final = ("counterfactual.py", "observational_estimate.py", "quantities.py", "trials.yaml")

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
    tell: Callable[[str], None] = print,
    model: Model | None = None,
) -> tuple[xr.Dataset, Path]:
    """Try all instruments, and all measures of several; write ``OUT/trials_AGAINST.csv``.

    Args:
        base: the plan as enacted.
        against: see :func:`sim.trial`.
        out: folder of the table and of the runs kept for the next call.
        ids: in place of all.
        workers: processes.
        runs: most twins to be lived in all (:data:`RUNS`).
        replicates: of every trial, in place of the rule.
        scale: in place of :data:`SCALE`.
        seed: in place of the scenario's own.
        tell: is told what was chosen and how precise it came out.
        model: in place of the city, in tests.

    Returns:
        what was found (:func:`sim.studies.trials.results.assemble`), and the table's path.
    """
    model = model or the_city()
    pilot = replicates or PILOT
    base = base.with_run(replicates=pilot, scale=scale or SCALE, **({} if seed is None else {"seed": seed}))
    trials = prepare(everything() if ids is None else ids, base, against, model)
    out.mkdir(parents=True, exist_ok=True)
    kept = Kept(out / f"trials_{against}.jsonl", base, trials, against)
    wanted = {one.id: pilot for one in trials if one.status == "run"}
    tell(say("trial.pilot", trials=len(wanted), n=pilot, scale=f"{base.run.scale:g}"))

    def complete() -> None:
        numbers = {one.id: i for i, one in enumerate(trials)}
        lacking = [
            (k, numbers[id_])
            for k in range(max(wanted.values(), default=0))
            for id_, n in wanted.items()
            if k < n and (id_, k) not in kept.rows
        ]
        for (k, i), sums in live(base, trials, lacking, against, model, workers=workers, progress=True):
            kept.keep(trials[i].id, k, sums)

    complete()
    if replicates is None:
        wanted, factor = allotted({id_: _paired(kept.rows, id_, pilot) for id_ in wanted}, runs or RUNS)
        spread = {"fewest": min(wanted.values(), default=0), "most": max(wanted.values(), default=0)}
        tell(say("trial.chosen", runs=sum(wanted.values()), factor=f"{factor:.2f}", **spread))
        complete()
    rows = {key: sums for key, sums in kept.rows.items() if key[1] < wanted.get(key[0], 0)}
    found = results.assemble(trials, rows, base, against)
    tell(_precision(found))
    path = out / f"trials_{against}.csv"
    write(found, path)
    return found, path


def everything() -> list[str]:
    """All instruments, and the measures that have several."""
    plan = catalogue()
    measures = [m.id for m in plan.measures.values() if len(m.instruments) > 1]
    return [*plan.instruments, *measures]


def allotted(pilots: Mapping[str, Sequence[float]], runs: int) -> tuple[dict[str, int], float]:
    """Replicates of each trial, and by how much the precision wanted had to be loosened for the budget.

    Args:
        pilots: paired differences of each trial's first replicates.
        runs: most replicates of all trials together.
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
    """The fewest replicates, no fewer than the pilot's, whose interval would be narrow enough."""
    values = np.asarray(pilot, dtype=np.float64)
    fewest = values.size
    if fewest < 2:
        return fewest
    wanted = factor * max(WANTED, SHARE * abs(float(values.mean())))
    return max(fewest, min(MOST, replicates_for(values, wanted)))


def _paired(rows: Mapping[tuple[str, int], Sums], id_: str, count: int) -> list[float]:
    """Differences of the quantity that rules the number of runs."""
    arms = [rows[id_, k][RULED_BY] for k in range(count)]
    return [policy - reference for reference, policy in arms]


def _precision(found: xr.Dataset) -> str:
    """What half-widths came out, in job-years."""
    of = found.sel(quantity=RULED_BY[0], group=RULED_BY[1])
    half = ((of.high - of.low) / 2).values[np.isin(of.word.values, ("up", "down", "unclear"))]
    half = half[~np.isnan(half)]
    if not half.size:
        return say("trial.no_precision")
    return say("trial.precision", middle=f"{np.median(half):,.0f}", widest=f"{half.max():,.0f}")


class Kept:
    """Runs kept from one call to the next: one JSON line each, taken only where nothing behind it changed.

    Args:
        path: the file; need not exist.
        base: the plan as enacted.
        trials: those that may be taken.
        against: what they are set back to.
    """

    def __init__(self, path: Path, base: Scenario, trials: Sequence[Trial], against: Against) -> None:
        self.path = path
        code = _code()
        base = base.with_run(replicates=1)
        self._keys = {
            one.id: _digest(code, base.sha256, twin(base, one.id, against).sha256) for one in trials
        }
        self.rows: Rows = dict(self._read())

    def keep(self, trial: str, replicate: int, sums: Sums) -> None:
        """Add a run, on disk when this returns."""
        self.rows[trial, replicate] = sums
        told = {".".join(key): numbers for key, numbers in sums.items()}
        line = {"key": self._keys[trial], "trial": trial, "replicate": replicate, "sums": told}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> Iterator[tuple[tuple[str, int], Sums]]:
        if not self.path.exists():
            return
        text = self.path.read_text(encoding="utf-8")
        if text and not text.endswith("\n"):  # killed in the middle of a line
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
        for line in text.splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if self._keys.get(found["trial"]) == found["key"]:
                sums: Sums = {}
                for name, numbers in found["sums"].items():
                    quantity, _, group = name.rpartition(".")
                    sums[quantity, group] = tuple(numbers)
                yield (found["trial"], found["replicate"]), sums


def write(found: xr.Dataset, path: Path) -> None:
    """The table of all trials, a line a quantity, with how it was made above it."""
    about = found.attrs
    head = f"# against {about['against']}, scale {about['scale']:g}, seed {about['seed']}, "
    head += f"uncertainty {about['uncertainty']}, version {about['version']}, {str(about['date'])[:10]}\n"
    with whole(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name in found.trial.values:
            one = found.sel(trial=name)
            start = (name, str(one.status.values), int(one.replicates))
            for line in (*_effects(one), *_evaluated(one)):
                writer.writerow((*start, *line))


def _effects(one: xr.Dataset) -> Iterator[tuple[str, ...]]:
    means = one.value.mean("replicate").transpose("quantity", "group", "arm").values
    for q, quantity in enumerate(one.quantity.values):
        for g, group in enumerate(one.group.values):
            of = one.isel(quantity=q, group=g)
            if word := str(of.word.values):
                numbers = (*means[q, g], float(of.difference), float(of.low), float(of.high))
                unit = str(of.quantity_unit.values)
                yield (str(quantity), str(group), unit, *map(_plain, numbers), word)


def _evaluated(one: xr.Dataset) -> Iterator[tuple[str, ...]]:
    for approach in one.approach.values:
        for number in one.number.values:
            at = {"approach": approach, "number": number}
            values = [float(one[f"evaluation{end}"].sel(at)) for end in ("", "_low", "_high")]
            if not np.isnan(values[0]):
                unit = "persons" if number == "treated" else "share"
                place = (f"{results.NAIVE}.{approach}", str(number), unit, "", "")
                yield (*place, *map(_plain, values), "")


def _plain(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _code() -> str:
    """Digest of all that a run's numbers follow from."""
    sim = Path(__file__).parents[2]
    files = [f for part in MADE_OF for f in sorted((sim / part).rglob("*")) if f.is_file()]
    files = [f for f in files if f.suffix in (".py", ".yaml", ".csv", ".json")]
    total = hashlib.sha256()
    for file in (*files, *(sim / "studies" / "trials" / name for name in OURS)):
        total.update(file.relative_to(sim).as_posix().encode() + file.read_bytes())
    return total.hexdigest()
