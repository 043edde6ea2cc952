"""``sim.study``: a question of many runs, from its file to a dataset."""

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
from sim.studies.adapters import ensemble, method_adapters, run_estimate, sensitivity, variance_decomposition
from sim.studies.adapters.evaluator import Evaluator, Silent, Watch
from sim.studies.execution import executors, results
from sim.studies.execution import store as stores
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.store import Store
from sim.studies.run import Model, the_city
from sim.studies.specification import sizing
from sim.studies.specification.study_file import Study, load_study
from sim.texts import say


def _indices(method: Callable[..., xr.Dataset], evaluator: Evaluator) -> xr.Dataset:
    study = evaluator.study
    return method(evaluator, study.varied, study.outcomes, study.samples, study.seed)


ASK: Final[dict[str, Callable[[Evaluator], xr.Dataset]]] = {
    "sweep": ensemble.sweep,
    "ensemble": ensemble.ensemble,
    "split": variance_decomposition.split,
    "morris": partial(_indices, sensitivity.morris),
    "sobol": partial(_indices, sensitivity.sobol),
    "attribution": method_adapters.attributed,
    "discovery": method_adapters.discovered,
    "threshold": method_adapters.needed,
    "robustness": method_adapters.robust,
    "search": method_adapters.searched,
}
"""What each kind of study does with its evaluator."""


def study(
    path: str | Path | Study,
    *,
    workers: int = 1,
    cluster: str | None = None,
    store: str | Path | None = None,
    watch: Watch | None = None,
    model: Model | None = None,
) -> xr.Dataset:
    """Run a study, or go on with one that was stopped.

    Args:
        path: of the study's file, or the name of one that ships.
        workers: processes; with more than one, a script needs its ``if __name__ == "__main__"``.
        cluster: address of a Dask scheduler, in place of processes here.
        store: folder of the runs; ``ZSIM_STORE``, else ``results/store``. Runs in it are not lived again.
        watch: who is told how it goes.
        model: in place of the city, in tests.

    Returns:
        the answer, as the study's kind has it; the same whoever does the work, stopped or not.

    Raises:
        InputError: the file is wrong, or there is no such cluster.
        OutputError: the store does not take a run; those kept stay.
        WorkerError: a worker died every time a run was tried.
    """
    model = model or the_city()
    asked = sizing.chosen(path if isinstance(path, Study) else load_study(path, model))
    watch = watch or Silent()
    _has_libraries(asked)
    kept = Store(Path(store) if store else stores.place(Path("results")), fingerprint())
    kept.check()
    began = time.perf_counter()
    with executors.workers(workers, cluster) as (executor, ahead):
        watch.say(run_estimate.estimate(asked, workers))
        evaluator = Evaluator(asked, model, kept, executor, ahead, watch)
        found = ASK[asked.kind](evaluator)
    seconds = time.perf_counter() - began
    return results.sealed(found.assign_attrs(attributes(asked, kept.model, len(evaluator.numbers), seconds)))


def _has_libraries(asked: Study) -> None:
    """See that what a kind computes with is there, before anything runs.

    Raises:
        InputError: it is not; one line says what to install.
    """
    try:
        if asked.kind in ("morris", "sobol"):
            import_module(f"SALib.sample.{asked.kind}")
            import_module(f"SALib.analyze.{asked.kind}")
        elif asked.kind == "search":
            import_module("pymoo")
    except ImportError:
        raise InputError([say("error.no_libraries", kind=asked.kind)]) from None


def attributes(asked: Study, model: str, runs: int, seconds: float) -> dict[str, Any]:
    """What a dataset says of its study, its runs and its making."""
    said = described(asked)
    return {
        "name": asked.name,
        "title_zh": asked.title.get("zh", asked.name),
        "title_en": asked.title.get("en", asked.name),
        "kind": asked.kind,
        "study": said,
        "study_sha256": hashlib.sha256(said.encode()).hexdigest(),
        "scenarios": json.dumps({s.name: s.resolved for s in asked.scenarios}, ensure_ascii=False),
        "reference": asked.reference.name if asked.reference else "",
        "model": model,
        "runs": runs,
        "seed": asked.seed,
        "scale": asked.scale or 1.0,
        "samples": asked.samples or 1,
        "replicates": asked.replicates or 1,
        "uncertainty": asked.uncertainty,
        **results.provenance(seconds),
    }


def described(asked: Study) -> str:
    """All that a study says, with what the budget chose, in a fixed order, as JSON."""
    said: dict[str, Any] = {f.name: getattr(asked, f.name) for f in fields(asked) if f.name != "budget"}
    said["scenarios"] = {s.name: s.resolved for s in asked.scenarios}
    said["reference"] = asked.reference.resolved if asked.reference else None
    said["varied"] = [
        {k: v for k, v in asdict(one).items() if k != "known"} | {"id": one.id} for one in asked.varied
    ]
    said["outcomes"] = [o.name for o in asked.outcomes]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=dict)
