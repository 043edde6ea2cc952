"""Variance decomposition: shares with known values, and coverage of the intervals."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.environment.parameters import INITIAL
from sim.model.registry import PARAMETERS
from sim.policy.scenario.scenario import load_scenario
from sim.reporting.tables import printing, study_tables
from sim.studies.adapters import variance_decomposition
from sim.studies.specification import designs, factors, sizing
from sim.studies.specification.study_file import load_study
from sim.texts import use
from tests.studies.example_studies import RecordedProgress, run_study, write
from tests.studies.toy_model import TOY

RULES = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)])
SPLIT = """
name: apart
title: {zh: 分解, en: apart}
kind: split
scenario: as_enacted
reference: no_plan
factors:
  world.structure.closure: {values: [income, age_size]}
  world.structure.demand: {values: [shared, incumbents_yield]}
outcomes: [jobs_universe, job_years_net, spending_additional]
replicates: 30
scale: 0.5
"""


def drawn(sets: int, seed: int, noise: float = 3.0, interaction: float = 0.0) -> np.ndarray:
    """Draw outcomes (structure, draw, random numbers) with variances 4, 16 and 9, respectively."""
    rng = np.random.default_rng(seed)
    by_rule = np.sqrt(3) * (2 * RULES[:, 0] - 1) + (2 * RULES[:, 1] - 1)
    theta = rng.normal(size=sets)
    values = by_rule[:, None, None] + 4 * theta[None, :, None] * np.ones((4, 1, 2))
    values += interaction * rng.normal(size=(4, sets, 1))
    return np.asarray(values + noise * rng.normal(size=(4, sets, 2)))


def test_components_of_a_known_variance() -> None:
    result = variance_decomposition.components(drawn(20_000, seed=1))
    assert result.random == pytest.approx(9, rel=0.03)
    assert result.parameters == pytest.approx(16, rel=0.05)
    assert result.structure == pytest.approx(4, rel=0.05)
    means = drawn(20_000, seed=2).mean(axis=2)
    first, second = (
        variance_decomposition.between(variance_decomposition.by_level(means, RULES[:, f])) for f in (0, 1)
    )
    assert (first, second) == pytest.approx((3, 1), rel=0.1)


def test_absent_components_are_zero_on_average() -> None:
    """Estimates of each component exclude the other components; few parameter draws add noise but no bias."""
    rng = np.random.default_rng(3)
    noise_only = [variance_decomposition.components(rng.normal(size=(4, 8, 2))) for _ in range(400)]
    for name in ("parameters", "structure"):
        several = np.array([getattr(p, name) for p in noise_only])
        assert abs(several.mean()) < 4 * several.std() / 20
        assert several.std() > 0


def test_coverage_of_intervals() -> None:
    """95% intervals from 30 parameter draws include the true share in about 95% of 300 studies."""
    truth = {"random": 9 / 30, "parameters": 17 / 30, "structure": 4 / 30}
    held = dict.fromkeys(truth, 0)
    for seed in range(300):
        values = drawn(30, seed, interaction=1.0)
        for name, share in truth.items():
            of = lambda v, name=name: getattr(p := variance_decomposition.components(v), name) / p.total  # noqa: E731
            _, low, high = variance_decomposition.jackknife(of, values)
            held[name] += low <= share <= high
    assert all(270 <= number <= 297 for number in held.values()), held


def test_structures_are_paired_with_their_own_reference(tmp_path) -> None:
    progress = RecordedProgress()
    result = run_study(tmp_path, SPLIT, progress=progress)
    # both arms: 4 structures and one with central values; the model ignores demand, keys do not
    assert progress.count == sizing.runs(load_study(tmp_path / "apart.yaml", TOY)) == 2 * 5 * 30 * 2
    net = result.sel(outcome="job_years_net")
    # in the second form of closure the grant adds 20 jobs a month, a tenth of which is displaced
    months = 0.9 * np.arange(48).sum() / 12
    income, sized = (net["mean"].values[result.design.values[:, 0] == way].mean() for way in (0, 1))
    assert sized - income == pytest.approx(20 * months, rel=1e-6)
    assert float(net.share.sel(part="structure")) == pytest.approx(1, abs=1e-6)
    assert float(net.rule.sel(factor="world.structure.closure")) == pytest.approx(1, abs=1e-6)
    assert float(net.rule.sel(factor="world.structure.demand")) == pytest.approx(0, abs=1e-6)
    assert np.isnan(float(net.guessed)), "no parameter component to divide by"

    level = result.sel(outcome="jobs_universe")
    speed, noise, closure = (47 * 2000 * 0.05) ** 2 / 12, 25.0, (47 * 20 * 2 / 2) ** 2
    truth = np.array([noise, speed, closure]) / (noise + speed + closure)
    for i, share in enumerate(truth):
        assert float(level.share_low[i]) <= share <= float(level.share_high[i])
    assert float(level.share.sum()) == pytest.approx(1, abs=0.01)
    # the toy model's only parameter is of grade B: at its central value the parameter component is zero
    assert PARAMETERS["growth.hiring_speed"].grade == "B"
    assert float(level.guessed) < 0.05
    assert str(result.sel(outcome="spending_additional").reason.values) == "does_not_move"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_by_component_and_by_structure(lang, tmp_path) -> None:
    use(lang)
    result = run_study(tmp_path, SPLIT.replace("replicates: 30", "replicates: 6"))
    tables = study_tables.tables(result)
    assert len(tables) == 2 * result.sizes["outcome"]
    text = printing.as_text(tables)
    for word in {
        "zh": ("随机因素", "取决于开业年限和规模"),
        "en": ("random numbers", "by years open and size"),
    }[lang]:
        assert word in text
    few = run_study(tmp_path, SPLIT.replace("replicates: 30", "replicates: 3"))
    assert few.share.isnull().all()


def test_parameters_of_grades_a_and_b_are_held_at_central_values() -> None:
    scenario, stated = designs.centred(load_scenario("as_enacted"))
    grades = {PARAMETERS[name.removeprefix("parameter.")].grade for name in stated}
    assert grades == {"A", "B"}
    assert all(p.grade in "CD" for p in PARAMETERS.values() if f"parameter.{p.id}" not in stated)
    assert set(scenario.initial) == {p.id.partition(".")[2] for p in INITIAL if p.grade in "AB"}
    typed = replace(load_scenario("as_enacted"), initial={"promoted_founders": 9000.0})
    assert designs.centred(typed)[0].initial["promoted_founders"] == 9000.0


def test_categorical_factors_apply_to_scenario_and_reference(tmp_path) -> None:
    study = load_study(write(tmp_path, SPLIT), TOY)
    point = (1.0, 0.0)
    for scenario, policy in ((study.scenarios[0], True), (load_scenario("no_plan"), False)):
        changed, stated = factors.applied(scenario, study.factors, point, policy=policy)
        assert (changed.structure, stated) == ({"closure": "age_size"}, {})
        back, _ = factors.applied(changed, study.factors, (0.0, 0.0), policy=policy)
        assert back.structure == {}
        assert changed.values == scenario.values
