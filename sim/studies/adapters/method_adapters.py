"""Adapters between studies and the methods that need goals or players.

Attribution, discovery, threshold, robustness and search each receive an evaluator in the form that they
require (see :mod:`sim.studies.methods.interface`). Results are returned as datasets, with the conclusions as
sentences in the attributes ``conclusions_zh`` and ``conclusions_en``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from sim import texts
from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters.evaluator import Draw, Evaluator
from sim.studies.methods import (
    attribution,
    discovery,
    interface,
    intervals,
    pareto_front,
    robustness,
    search,
    threshold,
)
from sim.studies.methods.interface import Bools, Floats, Label, variable
from sim.studies.specification import designs, sizing
from sim.studies.specification.designs import Variant
from sim.studies.specification.factors import Factor
from sim.studies.specification.outcomes import StudyOutcome, outcome_coordinates
from sim.studies.specification.players import players
from sim.studies.specification.study_specification import Goal, StudySpecification
from sim.studies.specification.units import displayed_unit

FIRST_CONFIRMATION: Final = 500_000
"""First replicate number for re-running the front of a search; the search itself uses lower numbers."""
POPULATION: Final = 20
"""Number of points per generation of a search."""


def attribute(evaluator: Evaluator) -> xr.Dataset:
    """Compute Shapley values of chapters, measures or instruments of the plan."""
    study = evaluator.study
    labels = [label for label, _ in players(study.players)]

    def evaluate(coalitions: Floats) -> Floats:
        variants = [designs.coalition(study, row) for row in coalitions]
        return evaluator.of(variants, evaluator.draws, _references(study, len(variants)))

    outcomes = [_outcome_label(o) for o in study.outcomes]
    if len(labels) <= attribution.MOST_PLAYERS:
        result = attribution.exact(evaluate, labels, outcomes)
    else:
        pairs = max(2, study.samples or 2)
        result = attribution.sampled(evaluate, labels, outcomes, pairs=pairs, seed=study.seed)
    return _with_conclusions(result.dataset(), result.sentences)


def discover(evaluator: Evaluator) -> xr.Dataset:
    """Find the conditions under which the goal of a study is missed."""
    study = evaluator.study
    index, goal = _bounded_goal(study)
    points = designs.sobol_points(study)
    missed = ~_met(evaluator(points)[:, :, index], goal)
    result = discovery.discover(
        points, missed.astype(np.float64), _method_factors(study.factors), seed=study.seed
    )
    label = _outcome_label(study.outcomes[index])
    return _with_conclusions(result.dataset(), lambda language: result.sentences(language, label))


def find_threshold(evaluator: Evaluator) -> xr.Dataset:
    """Find the setting at which the goal of a study is met with a given probability."""
    study = evaluator.study
    index, goal = _bounded_goal(study)

    def met(points: Floats) -> Floats:
        values = evaluator(points)[:, :, index : index + 1]
        return np.where(np.isnan(values), np.nan, _met(values, goal))

    result = threshold.threshold(
        met,
        _method_factors(study.factors),
        required=0.5,
        probability=study.probability,
        most=study.samples or 40,
    )
    label = _outcome_label(study.outcomes[index])
    values = evaluator(result.points)  # already in memory; adds the other outcomes of the study
    dataset = result.dataset().assign(_means(values)).assign_coords(outcome_coordinates(study.outcomes))
    return _with_conclusions(dataset, lambda language: result.sentences(language, label))


def _means(values: Floats) -> dict[str, Any]:
    """Return variables for the means over replicates and their intervals: (point, outcome)."""
    ends = np.array([[intervals.mean(sample)[:3] for sample in point.T] for point in values])
    names = {
        "mean": ("均值", "mean"),
        "mean_low": ("均值下限", "mean, low"),
        "mean_high": ("均值上限", "mean, high"),
    }
    return {
        name: variable(("point", "outcome"), ends[:, :, i], "as the outcome", zh, en)
        for i, (name, (zh, en)) in enumerate(names.items())
    }


def compare_robustness(evaluator: Evaluator) -> xr.Dataset:
    """Compare the robustness of scenarios, with replicate k as state of the world k for all scenarios."""
    study = evaluator.study
    names = [o.name for o in study.outcomes]
    variants: list[Variant] = [(s, {}) for s in study.scenarios]
    values = evaluator.of(variants, evaluator.draws, _references(study, len(variants)))
    indices = [names.index(name) for name in study.goals]
    goals = []
    for index, goal in zip(indices, study.goals.values(), strict=True):
        bound = goal.at_least if goal.at_least is not None else goal.at_most
        more = goal.more if goal.more is not None else goal.at_most is None
        goals.append(robustness.Goal(_outcome_label(study.outcomes[index]), more, bound))
    policies = [_scenario_label(s) for s in study.scenarios]
    result = robustness.robustness(values[:, :, indices], policies, goals, seed=study.seed)
    return _with_conclusions(result.dataset(), result.sentences)


def search_front(evaluator: Evaluator) -> xr.Dataset:
    """Find the non-dominated settings for the objectives of a study, subject to its limit if there is one."""
    study = evaluator.study
    names = [o.name for o in study.outcomes]
    objectives = [
        pareto_front.Objective(_outcome_label(study.outcomes[names.index(n)]), names.index(n), goal.more)
        for n, goal in study.goals.items()
        if goal.more is not None
    ]
    limits = [
        pareto_front.Limit(_outcome_label(study.outcomes[names.index(n)]), names.index(n), goal.at_most)
        for n, goal in study.goals.items()
        if goal.at_most is not None
    ]
    replicates = max(sizing.CONFIRMATIONS, study.replicates or 1)
    draws = [Draw(k, k) for k in range(FIRST_CONFIRMATION, FIRST_CONFIRMATION + replicates)]
    scenario = study.scenarios[0]
    result = search.search(
        evaluator,
        _method_factors(study.factors),
        objectives,
        limits[0] if limits else None,
        most=max(POPULATION, study.samples or 200),
        seed=study.seed,
        population=POPULATION,
        confirm=lambda points: evaluator.at(scenario, points, draws),
        current=evaluator.of([(scenario, {})], draws, _references(study, 1))[0],
    )
    return _with_conclusions(result.dataset(), result.sentences)


def _references(study: StudySpecification, number: int) -> list[Variant]:
    """Return the reference of a study once for each variant, or an empty list if it has no reference."""
    return [(study.reference, {})] * number if study.reference is not None else []


def _met(values: Floats, goal: Goal) -> Bools:
    if goal.at_least is not None:
        return np.asarray(values >= goal.at_least)
    assert goal.at_most is not None, "a checked study has one bound"
    return np.asarray(values <= goal.at_most)


def _bounded_goal(study: StudySpecification) -> tuple[int, Goal]:
    """Return the index of the outcome whose goal has a bound, and the goal."""
    name, goal = next((name, goal) for name, goal in study.goals.items() if goal.bounded)
    return [o.name for o in study.outcomes].index(name), goal


def _method_factors(factors: Sequence[Factor]) -> list[interface.Factor]:
    """Convert the factors of a study to the form that the methods expect."""
    return [
        interface.Factor(
            f.id, f.low, f.high, f.definition.zh, f.definition.en, f.display_unit, f.log,
            f.definition.unit.whole, values=() if f.labels else f.values, categories=f.labels,
        )
        for f in factors
    ]  # fmt: skip


def _outcome_label(outcome: StudyOutcome) -> Label:
    return Label(outcome.name, outcome.zh, outcome.en, displayed_unit(outcome.unit))


def _scenario_label(scenario: Scenario) -> Label:
    return Label(scenario.name, scenario.title["zh"], scenario.title["en"])


def _with_conclusions(dataset: xr.Dataset, sentences: Callable[[str], Sequence[str]]) -> xr.Dataset:
    """Add the sentences of a result in both languages to the attributes of its dataset."""
    conclusions: Mapping[str, str] = {
        f"conclusions_{language}": "\n".join(sentences(language)) for language in texts.LANGUAGES
    }
    return dataset.assign_attrs(conclusions)
