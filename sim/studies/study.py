"""Execution of studies: model runs as described in a study file, with the results as a dataset."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import xarray as xr

from sim.engine.errors import InputError
from sim.studies.adapters import ensemble, method_adapters, sensitivity, variance_decomposition
from sim.studies.adapters.evaluator import Evaluator
from sim.studies.execution import executors, results
from sim.studies.execution import store as stores
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.progress import Progress, SilentProgress
from sim.studies.execution.simulation import Model, city_model
from sim.studies.execution.store import Store
from sim.studies.specification import run_count, sizing
from sim.studies.specification.study_file import load_study
from sim.studies.specification.study_specification import DECOMPOSITION, SENSITIVITY, StudySpecification
from sim.texts import say


def _indices(method: Callable[..., xr.Dataset], evaluator: Evaluator) -> xr.Dataset:
    study = evaluator.study
    return method(evaluator, study.factors, study.outcomes, study.samples, study.seed)


ADAPTERS: Final[dict[str, Callable[[Evaluator], xr.Dataset]]] = {
    "sweep": ensemble.sweep,
    "ensemble": ensemble.ensemble,
    DECOMPOSITION: variance_decomposition.decompose,
    "morris": partial(_indices, sensitivity.morris),
    "sobol": partial(_indices, sensitivity.sobol),
    "attribution": method_adapters.attribute,
    "discovery": method_adapters.discover,
    "threshold": method_adapters.find_threshold,
    "robustness": method_adapters.compare_robustness,
    "search": method_adapters.search_front,
}
"""Function that carries out each kind of study; its argument is the evaluator of the study."""


def study(
    path: str | Path | StudySpecification,
    *,
    workers: int = 1,
    cluster: str | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
    model: Model | None = None,
) -> xr.Dataset:
    """Run a study, or resume one that was interrupted.

    Args:
        path: path of the study file, name of a shipped study, or a study specification.
        workers: number of processes; with more than one, a script needs an ``if __name__ == "__main__"``
            guard.
        cluster: address of a Dask scheduler to use instead of local processes.
        store: folder of stored runs, which are not simulated again; by default the folder given by
            ``ZSIM_STORE``, or ``results/store`` if it is not set.
        progress: listener that receives progress reports.
        model: model to run instead of the city model; used in tests.

    Returns:
        the result, whose variables depend on the kind of study; it does not depend on the number of workers
        or on interruptions.

    Raises:
        InputError: the file is invalid, or the cluster cannot be reached.
        OutputError: a run cannot be written to the store; runs already stored are not affected.
        WorkerError: a worker process died in every attempt at a run.
    """
    model = model or city_model()
    specification = sizing.sized(path if isinstance(path, StudySpecification) else load_study(path, model))
    progress = progress or SilentProgress()
    _check_libraries(specification)
    runs = Store(Path(store) if store else stores.place(Path("results")), fingerprint())
    runs.check()
    started = time.perf_counter()
    with executors.workers(workers, cluster) as (executor, ahead):
        progress.message(run_count.estimate(specification, workers))
        evaluator = Evaluator(specification, model, runs, executor, ahead, progress)
        dataset = ADAPTERS[specification.kind](evaluator)
    seconds = time.perf_counter() - started
    attributes = study_attributes(specification, runs.model, len(evaluator.values), seconds)
    return results.sealed(dataset.assign_attrs(attributes))


def _check_libraries(study: StudySpecification) -> None:
    """Check before the first run that the libraries needed by the kind of study are installed.

    Raises:
        InputError: a library is missing; the one-line message says what to install.
    """
    try:
        if study.kind in SENSITIVITY:
            import_module(f"SALib.sample.{study.kind}")
            import_module(f"SALib.analyze.{study.kind}")
        elif study.kind == "search":
            import_module("pymoo")
    except ImportError:
        raise InputError([say("error.no_libraries", kind=study.kind)]) from None


def study_attributes(study: StudySpecification, model: str, runs: int, seconds: float) -> dict[str, Any]:
    """Return the attributes of a result, which describe its study, runs and provenance.

    Args:
        study: study whose size has been determined.
        model: fingerprint of the model.
        runs: number of runs.
        seconds: duration in seconds.
    """
    described = as_json(study)
    return {
        "name": study.name,
        "title_zh": study.title.get("zh", study.name),
        "title_en": study.title.get("en", study.name),
        "kind": study.kind,
        "study": described,
        "study_sha256": hashlib.sha256(described.encode()).hexdigest(),
        "scenarios": json.dumps({s.name: s.resolved for s in study.scenarios}, ensure_ascii=False),
        "reference": study.reference.name if study.reference else "",
        "model": model,
        "runs": runs,
        "seed": study.seed,
        "scale": study.scale or 1.0,
        "samples": study.samples or 1,
        "replicates": study.replicates or 1,
        "uncertainty": study.uncertainty,
        **results.provenance(seconds),
    }


def as_json(study: StudySpecification) -> str:
    """Return the complete specification, including the size chosen, as JSON with sorted keys."""
    described: dict[str, Any] = {f.name: getattr(study, f.name) for f in fields(study) if f.name != "budget"}
    described["scenarios"] = {s.name: s.resolved for s in study.scenarios}
    described["reference"] = study.reference.resolved if study.reference else None
    described["factors"] = [
        {key: value for key, value in asdict(factor).items() if key != "definition"} | {"id": factor.id}
        for factor in study.factors
    ]
    described["outcomes"] = [o.name for o in study.outcomes]
    return json.dumps(described, ensure_ascii=False, sort_keys=True, default=dict)
