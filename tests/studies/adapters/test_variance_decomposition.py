"""Luck, parameters and structure apart: shares that one can work out, and what the intervals are worth."""

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


def drawn(sets: int, seed: int, luck: float = 3.0, interplay: float = 0.0) -> np.ndarray:
    """Outcomes (structure, set, luck) with variances 9 (luck), 16 (parameters), 4 (structure: 3 and 1)."""
    rng = np.random.default_rng(seed)
    by_rule = np.sqrt(3) * (2 * RULES[:, 0] - 1) + (2 * RULES[:, 1] - 1)
    theta = rng.normal(size=sets)
    values = by_rule[:, None, None] + 4 * theta[None, :, None] * np.ones((4, 1, 2))
    values += interplay * rng.normal(size=(4, sets, 1))
    return np.asarray(values + luck * rng.normal(size=(4, sets, 2)))


def test_parts_of_a_known_variance() -> None:
    found = variance_decomposition.components(drawn(20_000, seed=1))
    assert found.random == pytest.approx(9, rel=0.03)
    assert found.parameters == pytest.approx(16, rel=0.05)
    assert found.structure == pytest.approx(4, rel=0.05)
    means = drawn(20_000, seed=2).mean(axis=2)
    first, second = (
        variance_decomposition.between(variance_decomposition.by_level(means, RULES[:, f])) for f in (0, 1)
    )
    assert (first, second) == pytest.approx((3, 1), rel=0.1)


def test_what_is_not_there_is_told_as_nothing_on_average() -> None:
    """Each part is estimated less what the others add to it: few sets make it noisy, not too large."""
    rng = np.random.default_rng(3)
    only_luck = [variance_decomposition.components(rng.normal(size=(4, 8, 2))) for _ in range(400)]
    for name in ("parameters", "structure"):
        several = np.array([getattr(p, name) for p in only_luck])
        assert abs(several.mean()) < 4 * several.std() / 20
        assert several.std() > 0


def test_intervals_cover_the_true_shares() -> None:
    """95% intervals from 30 sets hold the truth in about that many of 300 studies."""
    truth = {"random": 9 / 30, "parameters": 17 / 30, "structure": 4 / 30}
    held = dict.fromkeys(truth, 0)
    for seed in range(300):
        values = drawn(30, seed, interplay=1.0)
        for name, share in truth.items():
            of = lambda v, name=name: getattr(p := variance_decomposition.components(v), name) / p.total  # noqa: E731
            _, low, high = variance_decomposition.jackknife(of, values)
            held[name] += low <= share <= high
    assert all(270 <= number <= 297 for number in held.values()), held


def test_a_study_pairs_each_structure_with_its_own_reference(tmp_path) -> None:
    progress = RecordedProgress()
    found = run_study(tmp_path, SPLIT, progress=progress)
    # both arms: 4 structures and one centred; the toy knows no demand, but a run's name does
    assert progress.count == sizing.runs(load_study(tmp_path / "apart.yaml", TOY)) == 2 * 5 * 30 * 2
    net = found.sel(outcome="job_years_net")
    # in the second closure the grant brings 20 jobs a month more, a tenth of which is displaced
    months = 0.9 * np.arange(48).sum() / 12
    income, sized = (net["mean"].values[found.design.values[:, 0] == way].mean() for way in (0, 1))
    assert sized - income == pytest.approx(20 * months, rel=1e-6)
    assert float(net.share.sel(part="structure")) == pytest.approx(1, abs=1e-6)
    assert float(net.rule.sel(factor="world.structure.closure")) == pytest.approx(1, abs=1e-6)
    assert float(net.rule.sel(factor="world.structure.demand")) == pytest.approx(0, abs=1e-6)
    assert np.isnan(float(net.guessed)), "no part of parameters to divide by"

    level = found.sel(outcome="jobs_universe")
    speed, luck, closure = (47 * 2000 * 0.05) ** 2 / 12, 25.0, (47 * 20 * 2 / 2) ** 2
    truth = np.array([luck, speed, closure]) / (luck + speed + closure)
    for i, share in enumerate(truth):
        assert float(level.share_low[i]) <= share <= float(level.share_high[i])
    assert float(level.share.sum()) == pytest.approx(1, abs=0.01)
    # the toy's one parameter is of grade B: at its centre nothing is left of the parameters' part
    assert PARAMETERS["growth.hiring_speed"].grade == "B"
    assert float(level.guessed) < 0.05
    assert str(found.sel(outcome="spending_additional").reason.values) == "does_not_move"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told_by_part_and_by_structure(lang, tmp_path) -> None:
    use(lang)
    found = run_study(tmp_path, SPLIT.replace("replicates: 30", "replicates: 6"))
    told = study_tables.tables(found)
    assert len(told) == 2 * found.sizes["outcome"]
    text = printing.as_text(told)
    for word in {
        "zh": ("随机因素", "取决于开业年限和规模"),
        "en": ("random numbers", "by years open and size"),
    }[lang]:
        assert word in text
    few = run_study(tmp_path, SPLIT.replace("replicates: 30", "replicates: 3"))
    assert few.share.isnull().all()


def test_what_is_known_better_stands_at_its_centre_and_the_rest_is_drawn() -> None:
    scenario, stated = designs.centred(load_scenario("as_enacted"))
    grades = {PARAMETERS[name.removeprefix("parameter.")].grade for name in stated}
    assert grades == {"A", "B"}
    assert all(p.grade in "CD" for p in PARAMETERS.values() if f"parameter.{p.id}" not in stated)
    assert set(scenario.initial) == {p.id.partition(".")[2] for p in INITIAL if p.grade in "AB"}
    typed = replace(load_scenario("as_enacted"), initial={"promoted_founders": 9000.0})
    assert designs.centred(typed)[0].initial["promoted_founders"] == 9000.0


def test_a_factor_of_words_reaches_scenario_and_reference_alike(tmp_path) -> None:
    asked = load_study(write(tmp_path, SPLIT), TOY)
    point = (1.0, 0.0)
    for scenario, policy in ((asked.scenarios[0], True), (load_scenario("no_plan"), False)):
        changed, stated = factors.applied(scenario, asked.factors, point, policy=policy)
        assert (changed.structure, stated) == ({"closure": "age_size"}, {})
        back, _ = factors.applied(changed, asked.factors, (0.0, 0.0), policy=policy)
        assert back.structure == {}
        assert changed.values == scenario.values
