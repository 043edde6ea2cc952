"""Comparison of policies with a reference, from scenarios that are run together or from saved results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import xarray as xr

from sim.engine.errors import InputError
from sim.policy.scenario.scenario import Scenario
from sim.studies.comparison import paired_comparison
from sim.studies.execution import files, results
from sim.studies.execution.run_specification import mismatch
from sim.studies.execution.simulation import Model
from sim.studies.run import PLACEBOS, run_many
from sim.texts import say

Source: TypeAlias = Scenario | xr.Dataset | str | Path
"""A scenario, a result, the path of either, or the name of a shipped scenario."""


def compare(
    reference: Source,
    *scenarios: Source,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
    placebos: int = PLACEBOS,
    model: Model | None = None,
) -> xr.Dataset:
    """Compare scenarios with a reference that uses the same random numbers.

    Args:
        reference: a scenario (or its path or name), a result, or the path of a result (``.nc``).
        *scenarios: scenarios or results to compare with the reference, given in the same ways. If any input
            is a result, scenarios are run with the seed, scale and replicates of that result, and statistics
            that need firm-level data from both runs are NaN, with a reason.
        replicates: number of replicates, if other than the scenarios' own.
        seed: seed, if other than the scenarios' own.
        scale: scale, if other than the scenarios' own.
        workers: number of processes, see :func:`sim.run`.
        progress: whether to show a progress bar on standard error.
        placebos: number of replicates with an additional placebo run, which measures the noise that queues
            cause.
        model: model to run instead of the city model; used in tests.

    Returns:
        the comparison, see :func:`sim.studies.comparison.paired_comparison.assemble`.

    Raises:
        InputError: an input is invalid, or two inputs differ in seed, scale, version, replicates or
            uncertainty.
    """
    inputs = files.each(opened, (reference, *scenarios))
    changes: dict[str, Any] = {"replicates": replicates, "seed": seed, "scale": scale}
    options: Mapping[str, Any] = {"workers": workers, "progress": progress, "model": model}
    finished = [item for item in inputs if isinstance(item, xr.Dataset)]
    if not finished:
        runs = run_many(inputs[1:], inputs[:1], placebos=placebos, **changes, **options)
        return next(iter(runs.comparisons.values()))
    requested = {name: value for name, value in changes.items() if value is not None}
    shared = _terms(finished[0])
    changes = {name: shared[name] for name in changes}
    datasets = [
        item
        if isinstance(item, xr.Dataset)
        else next(iter(run_many([item], **changes, **options).datasets.values()))
        for item in inputs
    ]
    terms = [(str(d.attrs["name"]), _terms(d)) for d in datasets]
    terms.append((say("run.options"), shared | requested))
    if any(own != terms[0][1] for _, own in terms):
        raise InputError([mismatch(terms)])
    names = [name for name, _ in terms[:-1]]
    for name in names:
        if names.count(name) > 1:
            raise InputError([say("error.same_name", name=name)])
    return paired_comparison.assemble(datasets[0], datasets[1:], None)


def opened(source: Source) -> Any:
    """Read the result if ``source`` is the path of a result file; return any other source unchanged.

    Raises:
        InputError: the file cannot be read or is not a result (one-line message).
    """
    if isinstance(source, (str, Path)) and str(source).endswith(".nc"):
        source = results.read(source)
    if isinstance(source, xr.Dataset) and not {"name", "scenario_sha256"} <= source.attrs.keys():
        key = "error.is_comparison" if "reference_sha256" in source.attrs else "error.not_a_result"
        raise InputError([say(key, path=source.encoding.get("source", "xarray.Dataset"))])
    return source


def _terms(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the settings that must agree for results to be paired."""
    attributes = ("seed", "scale", "version", "uncertainty")
    shared: dict[str, Any] = {name: dataset.attrs[name] for name in attributes}
    shared |= {k: v.item() for k, v in shared.items() if isinstance(v, np.generic)}
    return shared | {"replicates": dataset.sizes["replicate"]}
