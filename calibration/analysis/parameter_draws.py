"""Parameter draws of the runs of a fit, reproduced from the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calibration.fit.priors import Prior, priors
from sim.engine.levers import Parameter
from sim.engine.random_streams import RandomStreams
from sim.model.environment.parameters import INITIAL
from sim.model.registry import PARAMETERS
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.resolution import ratio
from sim.studies.execution.posterior import INITIAL as INITIAL_PREFIX
from sim.studies.specification.factors import setting_names

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ParameterDraws:
    """Values of all uncertain parameters and settings in the runs of a fit.

    Attributes:
        names: ids of parameters, and ``instrument.setting`` for settings of the plan.
        zh, en: labels in Chinese and English.
        grades: grades of the evidence, A to D.
        values: values (run, name); for a setting, the ratio to its value in the catalogue.
        known_to_city: whether the city can know the value, as for initial values and settings of its plan.
    """

    names: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    grades: tuple[str, ...]
    values: Floats
    known_to_city: tuple[bool, ...]


def parameter_draws(fitted: tuple[Prior, ...], values: Floats, seed: int) -> ParameterDraws:
    """Return the draws of the runs of a fit, with the fitted parameters at their design values.

    Args:
        fitted: priors of the fitted parameters.
        values: values of the fitted parameters (run, parameter).
        seed: seed of the runs.
    """
    stated = {prior.id: column for prior, column in zip(fitted, values.T, strict=True)}
    replicates = [RandomStreams(seed, k) for k in range(len(values))]
    columns: list[Floats] = []
    about: list[tuple[str, str, str, str, bool]] = []
    declared: dict[str, Parameter] = {p.id: p for p in (*PARAMETERS.values(), *INITIAL)}
    for id_ in priors():
        p = declared[id_]
        column = stated.get(id_)
        if column is None:
            column = np.array(
                [
                    p.draw(streams.scalar("parameter", id_), streams.scalar("exists", id_))
                    for streams in replicates
                ]
            )
        columns.append(column)
        about.append((id_, p.zh, p.en, p.grade, id_.startswith(INITIAL_PREFIX)))
    plan = catalogue()
    for setting in (*plan.settings.values(), plan.delivery):
        column = np.array([ratio(setting, streams) for streams in replicates])
        if column.std() > 0:
            columns.append(column)
            about.append((setting.id, *setting_names(setting), "D", True))
    names, zhs, ens, grades, known = zip(*about, strict=True)
    return ParameterDraws(names, zhs, ens, grades, np.column_stack(columns), known)
