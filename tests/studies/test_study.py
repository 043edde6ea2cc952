"""Studies of every kind from file to dataset and tables, with the toy model."""

import numpy as np
import pytest

from sim.model.firms.parameters import HIRING
from sim.reporting.tables import printing, study_tables
from sim.studies.execution import results
from sim.studies.study import study
from sim.texts import use
from tests.studies.example_studies import (
    ENSEMBLE,
    MORRIS,
    PRECISE,
    SOBOL,
    SWEEP,
    RecordedProgress,
    run_study,
    write,
)
from tests.studies.toy_model import TOY


def test_sweep_pairs_every_point_with_its_reference(tmp_path):
    result = run_study(tmp_path, SWEEP)
    assert dict(result.sizes) | {"factor": 2} == dict(result.sizes)
    assert result.sizes["point"] == 6
    net = result.difference.sel(outcome="job_years_net").values[0]
    fee, speed = result.design.values.T
    # same speed and random numbers in the reference: fee and grant remain, 0.9 of it not displaced
    grant = 0.9 * np.arange(48).sum() / 12
    assert net == pytest.approx(grant * (10 - 500 * fee), rel=1e-6)
    assert speed.tolist() == pytest.approx([0.04, 0.06, 0.08] * 2)
    value = result["mean"].sel(outcome="survival.operating.36").values[0]
    assert value == pytest.approx(0.9 * np.exp(-35 * (0.02 + fee / 10)))
    low = result["mean"].sel(outcome="pool_balance.guarantee_fund.min").values[0]
    assert low == pytest.approx(100 - 3 * 15 + 22.5)
    assert result.content_sha256 == results.content_sha256(result)


def test_stored_runs_are_shared_between_studies(tmp_path):
    progress = RecordedProgress()
    first = run_study(tmp_path, SWEEP, progress=progress)
    assert progress.count == (6 + 3) * 4, "the reference has no fee"
    again = RecordedProgress()
    assert run_study(tmp_path, SWEEP, progress=again).content_sha256 == first.content_sha256
    assert (again.count, again.rounds) == (0, [(36, 36, 0)])
    other = RecordedProgress()
    run_study(
        tmp_path,
        SWEEP.replace("fee_and_speed", "other").replace("replicates: 4", "replicates: 5"),
        progress=other,
    )
    assert other.count == 9, "another study uses the same stored runs"
    run_study(tmp_path, SWEEP.replace("scale: 0.5", "scale: 0.4"), progress=other)
    assert other.count == 9 + 36


def test_results_do_not_depend_on_workers_or_number_of_replicates(tmp_path):
    few = run_study(tmp_path, SWEEP)
    more = SWEEP.replace("replicates: 4", "replicates: 6")
    many = study(write(tmp_path, more), store=tmp_path / "elsewhere", model=TOY, workers=2)
    assert many.value.isel(replicate=slice(4)).equals(few.value)


def test_ensemble_separates_random_numbers_from_parameters(tmp_path):
    result = run_study(tmp_path, ENSEMBLE)
    one = result.sel(scenario="as_enacted", outcome="jobs_universe")
    slope = 48 - 1
    assert float(one.random_share) == pytest.approx(25 / (25 + (slope * 2000 * 0.05) ** 2 / 12), rel=0.5)
    assert float(one.random_share_low) <= float(one.random_share) <= float(one.random_share_high)
    assert float(one.p5_low) < float(one.p5) < float(one.p5_high) < float(one["median"])
    met = result.sel(scenario="as_enacted", outcome="target_met.T7")
    assert 0.3 < float(met.mean_low) < float(met["mean"]) < float(met.mean_high) < 0.7
    few = run_study(tmp_path, ENSEMBLE.replace("80", "20"))
    assert few.p5.isnull().all()
    assert (few.reason.sel(outcome="jobs_universe") == "too_few_runs").all()
    assert few.value.equals(result.value.isel(replicate=slice(20)))


def test_sobol_from_file_and_store(tmp_path):
    result = run_study(tmp_path, SOBOL).sel(outcome="jobs_universe")
    assert result.total.sel(factor="parameter.growth.hiring_speed") == pytest.approx(1, abs=0.1)
    assert float(result.noise_share) < 0.05
    text = printing.as_text(study_tables.tables(run_study(tmp_path, SOBOL)))
    assert "parameter.growth.hiring_speed" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", [SWEEP, ENSEMBLE, SOBOL, MORRIS])
def test_every_kind_has_tables_in_both_languages_and_is_written(text, lang, tmp_path):
    use(lang)
    result = run_study(tmp_path, text)
    tables = study_tables.tables(result)
    assert len(tables) >= result.sizes["outcome"]
    for form in printing.FORMATS.values():
        assert form(tables, study_tables.notes(result))
    results.write(result, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == result.content_sha256
    for name in ("scenarios", "model", "study_sha256", "seed", "scale", "replicates", "commit", "packages"):
        assert name in result.attrs


def test_precision_determines_replicates(tmp_path):
    replicates = {}
    for width in (0.3, 1.5, 100):
        result = run_study(tmp_path, PRECISE.replace("WIDTH", str(width)))
        replicates[width] = result.sizes["replicate"]
        spread = result.sel(outcome="jobs_universe")
        half = float((spread.mean_high - spread.mean_low).max()) / 2
        assert half <= width or replicates[width] == 400
    assert replicates[100] == 8, "the pilot is sufficient"
    assert replicates[0.3] == 400, "no more than the study allows"
    assert 8 < replicates[1.5] < 200


HEAD = "name: example\ntitle: {zh: 示例, en: example}\nscenario: as_enacted\nscale: 0.5\n"
FACTORS = """factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  parameter.growth.hiring_speed: {low: 0.03, high: 0.1}
"""
OTHERS = {
    "attribution": "outcomes: [jobs_universe]\nplayers: chapters\nreplicates: 2\n",
    "discovery": FACTORS
    + """outcomes: [jobs_universe]
wanted: {jobs_universe: {at_least: 7000}}
samples: 128
replicates: 1
""",
    "threshold": """factors: {parameter.growth.hiring_speed: {low: 0.03, high: 0.1}}
outcomes: [jobs_universe]
wanted: {jobs_universe: {at_least: 7000}}
samples: 20
replicates: 20
""",
    "robustness": """outcomes: [jobs_universe, public_spending]
replicates: 60
wanted: {jobs_universe: {more: true, at_least: 7000}, public_spending: {more: false}}
""",
    "search": """factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  one_off_grant.amount: {low: 0元, high: 2万元}
outcomes: [jobs_universe, public_spending]
samples: 60
replicates: 3
wanted: {jobs_universe: {more: true}, public_spending: {more: false, at_most: 100万元}}
""",
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_every_method_has_an_adapter(kind, tmp_path):
    text = HEAD + f"kind: {kind}\n" + OTHERS[kind]
    if kind == "robustness":
        text = text.replace("scenario: as_enacted", "scenarios: [as_enacted, no_plan]")
    result = run_study(tmp_path, text)
    for lang in ("zh", "en"):
        use(lang)
        assert result.attrs[f"conclusions_{lang}"]
        tables = study_tables.tables(result)
        assert tables
        for form in printing.FORMATS.values():
            assert form(tables, study_tables.notes(result))
    results.write(result, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == result.content_sha256
    again = RecordedProgress()
    assert run_study(tmp_path, text, progress=again).content_sha256 == result.content_sha256
    assert again.count == 0
    if kind == "threshold":  # jobs are 1000 + 47 (2000 speed + 10 - 7.5) and small noise
        assert float(result["at"].values[0]) == pytest.approx((6000 / 47 - 2.5) / 2000, rel=0.03)
        speed = result.setting.values[:, 0]
        np.testing.assert_allclose(result["mean"].values[:, 0], 1000 + 47 * (2000 * speed + 2.5), rtol=0.03)
    if kind == "attribution":  # only the fee and the grant have effects
        moved = result.player.values[(abs(result.value.values[:, 0]) > 1)]
        assert len(moved) == 2
    if kind == "search":
        assert (result.attrs["at_most"], result.attrs["limit"]) == (1e6, "public_spending")
    if kind == "discovery":
        assert result.sizes["box"] == 1
        assert f"{HIRING.en} is below 0.06" in result.attrs["conclusions_en"]
