"""Comparing policies with a reference: scenarios run together, or results on disk paired."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import xarray as xr

from sim.engine.errors import InputError
from sim.studies.comparison import paired_comparison
from sim.studies.execution import files, results
from sim.studies.execution.run_specification import differing
from sim.studies.run import PLACEBOS, Model, run_many
from sim.texts import say

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario

Given: TypeAlias = "Scenario | xr.Dataset | str | Path"


def compare(
    reference: Given,
    *scenarios: Given,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
    placebos: int = PLACEBOS,
    model: Model | None = None,
) -> xr.Dataset:
    """What scenarios change against a reference, with the same luck in both.

    Args:
        reference: a scenario (or its path or name), a result, or the path of one (``.nc``).
        *scenarios: the same. With a result among them nothing can be told firm by firm: those
            numbers are NaN with a reason; scenarios are run with its seed, scale and replicates.
        replicates: in place of the scenarios' own.
        seed: the same.
        scale: the same.
        workers: processes, see :func:`sim.run`.
        progress: whether to draw a bar on standard error.
        placebos: replicates in which the noise of queues is measured: one more run each.
        model: in place of the city, in tests.

    Returns:
        see :func:`sim.studies.comparison.paired_comparison.assemble`.

    Raises:
        InputError: an input is wrong, or two differ in seed, scale, version, replicates or
            uncertainty.
    """
    given = files.each(opened, (reference, *scenarios))
    changes: dict[str, Any] = {"replicates": replicates, "seed": seed, "scale": scale}
    more: Mapping[str, Any] = {"workers": workers, "progress": progress, "model": model}
    finished = [one for one in given if isinstance(one, xr.Dataset)]
    if not finished:
        runs = run_many(given[1:], given[:1], placebos=placebos, **changes, **more)
        return next(iter(runs.comparisons.values()))
    asked = {name: value for name, value in changes.items() if value is not None}
    shared = _terms(finished[0])
    changes = {name: shared[name] for name in changes}
    datasets = [
        one
        if isinstance(one, xr.Dataset)
        else next(iter(run_many([one], **changes, **more).datasets.values()))
        for one in given
    ]
    described = [(str(d.attrs["name"]), _terms(d)) for d in datasets]
    described.append((say("run.options"), shared | asked))
    if any(terms != described[0][1] for _, terms in described):
        raise InputError([differing(described)])
    names = [name for name, _ in described[:-1]]
    for name in names:
        if names.count(name) > 1:
            raise InputError([say("error.same_name", name=name)])
    return paired_comparison.assemble(datasets[0], datasets[1:], None)


def opened(one: Given) -> Any:
    """The result behind the path of one; all else as it is.

    Raises:
        InputError: it cannot be read, or is something else; one line.
    """
    if isinstance(one, (str, Path)) and str(one).endswith(".nc"):
        one = results.read(one)
    if isinstance(one, xr.Dataset) and not {"name", "scenario_sha256"} <= one.attrs.keys():
        key = "error.is_comparison" if "reference_sha256" in one.attrs else "error.not_a_result"
        raise InputError([say(key, path=one.encoding.get("source", "xarray.Dataset"))])
    return one


def _terms(dataset: xr.Dataset) -> dict[str, Any]:
    """What results must share to be paired."""
    attributes = ("seed", "scale", "version", "uncertainty")
    shared: dict[str, Any] = {name: dataset.attrs[name] for name in attributes}
    shared |= {k: v.item() for k, v in shared.items() if isinstance(v, np.generic)}
    return shared | {"replicates": dataset.sizes["replicate"]}
