"""From a study to the algorithms that know no city, and back to a dataset with sentences.

Attribution, discovery, threshold, robustness and search each get an evaluator in the form that they ask
for (see :mod:`sim.studies.methods.interface`); what they find is said in both languages in ``said_zh`` and
``said_en``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import xarray as xr

from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters import ensemble
from sim.studies.adapters.evaluator import Evaluator, Variant
from sim.studies.adapters.sensitivity import asked
from sim.studies.methods import attribution, discovery, intervals, robustness, search, threshold
from sim.studies.methods.interface import Bools, Factor, Floats, Label, variable
from sim.studies.specification import sizing
from sim.studies.specification.factors import Varied
from sim.studies.specification.outcomes import Wanted
from sim.studies.specification.players import players
from sim.studies.specification.study_file import Aim, Study

CONFIRM: Final = 500_000
"""Number of the first replicate that a search has not seen, by which its front is lived again."""
POPULATION: Final = 20


class Said(Protocol):
    """What an algorithm hands back."""

    def dataset(self) -> xr.Dataset:
        """As a dataset."""


def attributed(evaluator: Evaluator) -> xr.Dataset:
    """Shapley values of chapters, measures or instruments of the plan."""
    study = evaluator.study
    reference = study.reference
    labels = [label for label, _ in players(study.players)]

    def worth(coalitions: Floats) -> Floats:
        variants = [coalition(study, row) for row in coalitions]
        against: list[Variant] = [(reference, {})] * len(variants) if reference is not None else []
        return evaluator.of(variants, evaluator.luck, against)

    outcomes = [_label(o) for o in study.outcomes]
    if len(labels) <= attribution.MOST:
        found = attribution.exact(worth, labels, outcomes)
    else:
        pairs = max(2, study.samples or 2)
        found = attribution.sampled(worth, labels, outcomes, pairs=pairs, seed=study.seed)
    return _spoken(found.dataset(), {lang: found.sentences(lang) for lang in ("zh", "en")})


def coalition(study: Study, here: Floats) -> Variant:
    """The study's scenario with some of the players only: all others are set back."""
    chosen = players(study.players)
    absent = [i for (_, ids), present in zip(chosen, here, strict=True) if not present for i in ids]
    scenario = study.scenarios[0]
    return scenario.changed(off=absent) if study.against == "off" else scenario.changed(without=absent), {}


def discovered(evaluator: Evaluator) -> xr.Dataset:
    """Under which conditions what is wanted is missed."""
    study = evaluator.study
    name, aim = _bounded(study.wanted)
    index = [o.name for o in study.outcomes].index(name)
    points = ensemble.drawn(evaluator)
    values = evaluator(points)[:, :, index]
    missed = ~_met(values, aim)
    found = discovery.discover(points, missed.astype(np.float64), _factors(study.varied), seed=study.seed)
    label = _label(study.outcomes[index])
    said = {lang: found.sentences(lang, label) for lang in ("zh", "en")}
    return _spoken(found.dataset(), said)


def needed(evaluator: Evaluator) -> xr.Dataset:
    """The setting at which what is wanted is reached with a chance."""
    study = evaluator.study
    name, aim = _bounded(study.wanted)
    index = [o.name for o in study.outcomes].index(name)

    def met(points: Floats) -> Floats:
        values = evaluator(points)[:, :, index : index + 1]
        return np.where(np.isnan(values), np.nan, _met(values, aim))

    found = threshold.threshold(
        met, _factors(study.varied), aim=0.5, chance=study.chance, most=study.samples or 40
    )
    label = _label(study.outcomes[index])
    said = {lang: found.sentences(lang, label) for lang in ("zh", "en")}
    lived = evaluator(found.points)  # kept already: what else is asked, along the same way
    return _spoken(found.dataset().assign(_means(lived)).assign_coords(asked(study.outcomes)), said)


def _means(lived: Floats) -> dict[str, Any]:
    """Mean over replicates with its interval, from (point, replicate, outcome)."""
    ends = np.array([[intervals.mean(one)[:3] for one in point.T] for point in lived])
    names = {
        "mean": ("均值", "mean"),
        "mean_low": ("均值下限", "mean, low"),
        "mean_high": ("均值上限", "mean, high"),
    }
    return {
        name: variable(("point", "outcome"), ends[:, :, i], "as the outcome", zh, en)
        for i, (name, (zh, en)) in enumerate(names.items())
    }


def robust(evaluator: Evaluator) -> xr.Dataset:
    """Which scenario stands up to what nobody knows: replicate k is world k for all."""
    study = evaluator.study
    names = [o.name for o in study.outcomes]
    reference = study.reference
    against: list[Variant] = [(reference, {})] * len(study.scenarios) if reference is not None else []
    values = evaluator.of([(s, {}) for s in study.scenarios], evaluator.luck, against)
    kept = [names.index(name) for name in study.wanted]
    wishes = []
    for index, aim in zip(kept, study.wanted.values(), strict=True):
        bound = aim.at_least if aim.at_least is not None else aim.at_most
        more = aim.more if aim.more is not None else aim.at_most is None
        wishes.append(robustness.Wish(_label(study.outcomes[index]), more, bound))
    policies = [_scenario(s) for s in study.scenarios]
    found = robustness.robustness(values[:, :, kept], policies, wishes, seed=study.seed)
    return _spoken(found.dataset(), {lang: found.sentences(lang) for lang in ("zh", "en")})


def searched(evaluator: Evaluator) -> xr.Dataset:
    """Settings of which none is better in everything, under a limit."""
    study = evaluator.study
    names = [o.name for o in study.outcomes]
    objectives = [
        search.Objective(_label(study.outcomes[names.index(n)]), names.index(n), aim.more)
        for n, aim in study.wanted.items()
        if aim.more is not None
    ]
    limits = [
        search.Limit(_label(study.outcomes[names.index(n)]), names.index(n), aim.at_most)
        for n, aim in study.wanted.items()
        if aim.at_most is not None
    ]
    again = [(CONFIRM + k, CONFIRM + k) for k in range(max(sizing.AGAIN, study.replicates or 1))]
    most = max(POPULATION, study.samples or 200)
    scenario, reference = study.scenarios[0], study.reference
    against: list[Variant] = [(reference, {})] if reference is not None else []
    found = search.search(
        evaluator,
        _factors(study.varied),
        objectives,
        limits[0] if limits else None,
        most=most,
        seed=study.seed,
        population=POPULATION,
        confirm=lambda points: evaluator.at(scenario, points, again),
        standing=evaluator.of([(scenario, {})], again, against)[0],
    )
    return _spoken(found.dataset(), {lang: found.sentences(lang) for lang in ("zh", "en")})


def _met(values: Floats, aim: Aim) -> Bools:
    if aim.at_least is not None:
        return np.asarray(values >= aim.at_least)
    assert aim.at_most is not None, "a checked study has one bound"
    return np.asarray(values <= aim.at_most)


def _bounded(wanted: Any) -> tuple[str, Aim]:
    """The one outcome with a bound."""
    return next((n, a) for n, a in wanted.items() if a.at_least is not None or a.at_most is not None)


def _factors(varied: Sequence[Varied]) -> list[Factor]:
    """The study's factors as algorithms see them."""
    return [
        Factor(
            v.id, v.low, v.high, v.known.zh, v.known.en, _unit(v), v.log, v.known.unit.whole,
            values=() if v.labels else v.values, categories=v.labels,
        )
        for v in varied
    ]  # fmt: skip


def _unit(one: Varied) -> str:
    return one.known.unit.id if one.known.kind != "parameter" else one.known.units


def _label(outcome: Wanted) -> Label:
    return Label(outcome.name, outcome.zh, outcome.en, outcome.unit)


def _scenario(scenario: Scenario) -> Label:
    return Label(scenario.name, scenario.title["zh"], scenario.title["en"])


def _spoken(found: xr.Dataset, said: Mapping[str, Iterable[str]]) -> xr.Dataset:
    return found.assign_attrs({f"said_{lang}": "\n".join(lines) for lang, lines in said.items()})
