"""Study designs: the points, coalitions and scenario variants to be simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np

from sim.engine.random_streams import key
from sim.policy.scenario.scenario import Scenario
from sim.studies.methods import attribution
from sim.studies.methods.interface import Floats
from sim.studies.specification.factors import Factor, applied, at_shares, grid
from sim.studies.specification.players import players
from sim.studies.specification.study_specification import DECOMPOSITION, SENSITIVITY, StudySpecification

Variant: TypeAlias = tuple[Scenario, Mapping[str, float]]
"""A scenario, and the values that a study fixes in its runs."""

MORRIS_LEVELS: Final = 4
"""Number of grid levels in Morris's method."""
WEAKLY_KNOWN: Final = ("C", "D")
"""Evidence grades of parameters that are based on foreign studies or on judgement."""


def points(study: StudySpecification) -> Floats:
    """Return the design points of a study whose design is fixed in advance: (point, factor).

    Raises:
        ImportError: SALib, which a sensitivity analysis needs, is not installed.
    """
    samples = study.samples or 1
    if study.kind in ("sweep", DECOMPOSITION):
        return grid(study.factors, samples if study.kind == "sweep" else 1)
    if study.kind in SENSITIVITY:
        return at_shares(study.factors, sensitivity_cube(study.kind, study.factors, samples, study.seed))
    return sobol_points(study)


def sobol_points(study: StudySpecification) -> Floats:
    """Return the points of a scrambled Sobol' sequence over the factors; more samples extend the sequence."""
    from scipy.stats import qmc  # takes half a second to import

    if not study.factors:
        return np.zeros((1, 0))
    number = study.samples or 1
    generator = np.random.default_rng(key("ensemble", study.seed))
    sequence = qmc.Sobol(len(study.factors), scramble=True, rng=generator)
    return at_shares(study.factors, sequence.random_base2(max(1, (number - 1).bit_length()))[:number])


def sensitivity_cube(kind: str, factors: Sequence[Factor], samples: int, seed: int) -> Floats:
    """Return the sample for ``morris`` or ``sobol`` in the unit cube: (point, factor). Requires SALib."""
    problem, own_seed = salib_problem(factors), salib_seed(kind, seed)
    if kind == "sobol":
        from SALib.sample import sobol as saltelli

        cube = saltelli.sample(problem, samples, calc_second_order=False, scramble=True, seed=own_seed)
    else:
        from SALib.sample import morris as trajectories

        cube = trajectories.sample(problem, samples, num_levels=MORRIS_LEVELS, seed=own_seed)
    return np.asarray(cube, dtype=np.float64)


def salib_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the SALib problem definition of the factors, with the unit cube as bounds."""
    return {
        "num_vars": len(factors),
        "names": [f.id for f in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def salib_seed(kind: str, seed: int) -> int:
    """Return the random seed that is passed to a method of SALib."""
    return key(kind, seed) % 2**32


def coalition(study: StudySpecification, present: Floats) -> Variant:
    """Return the scenario of a study with only some of the players in force.

    Args:
        study: study of kind ``attribution``.
        present: 1 for each player that is in force, 0 for each player whose instruments are set back to their
            counterfactual values.
    """
    pairs = zip(players(study.players), present, strict=True)
    absent = [id_ for (_, ids), in_force in pairs if not in_force for id_ in ids]
    scenario = study.scenarios[0]
    return scenario.changed(off=absent) if study.against == "off" else scenario.changed(without=absent), {}


def centred(scenario: Scenario) -> Variant:
    """Return a scenario in which all parameters with evidence of grade A or B have their central values.

    Parameters with evidence of grade C or D are drawn as usual, and so are the plan's uncertain settings,
    arrival times and delivery rate, which are based on judgement.
    """
    from sim.model.environment.parameters import INITIAL
    from sim.model.registry import PARAMETERS

    stated = {
        f"parameter.{p.id}": p.value * p.potency for p in PARAMETERS.values() if p.grade not in WEAKLY_KNOWN
    }
    initial = {p.id.partition(".")[2]: p.value for p in INITIAL if p.grade not in WEAKLY_KNOWN}
    return replace(scenario, initial={**initial, **scenario.initial}), stated


def variants(study: StudySpecification) -> Iterator[Variant]:
    """Yield every scenario variant that a study simulates; a variant may be yielded more than once."""
    reference = study.reference
    if study.kind == "attribution":
        for row in _coalitions(study):
            yield coalition(study, row)
        if reference is not None:
            yield reference, {}
        return
    design = points(study)
    for scenario in study.scenarios:
        yield from (applied(scenario, study.factors, point) for point in design)
    if reference is not None:
        yield from (applied(reference, study.factors, point, policy=False) for point in design)
    if study.kind == DECOMPOSITION:
        for arm in (study.scenarios[0], *([reference] if reference is not None else [])):
            yield centred(applied(arm, study.factors, design[0], policy=arm is not reference)[0])


def _coalitions(study: StudySpecification) -> Floats:
    number = len(players(study.players))
    if number <= attribution.MOST_PLAYERS:
        return attribution.coalitions(number)
    orders = attribution.random_orders(number, max(2, study.samples or 2), study.seed)
    paths = [attribution.path(order) for each in orders for order in (each, each[::-1])]
    return np.unique(np.concatenate(paths), axis=0).astype(np.float64)
