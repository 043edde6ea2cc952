"""Studies from file to answer, with a city of five lines: what each kind says."""

import numpy as np
import pytest

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


def test_a_sweep_pairs_every_point_with_its_reference(tmp_path):
    found = run_study(tmp_path, SWEEP)
    assert dict(found.sizes) | {"factor": 2} == dict(found.sizes)
    assert found.sizes["point"] == 6
    net = found.difference.sel(outcome="job_years_net").values[0]
    fee, speed = found.design.values.T
    # the reference has the same speed and luck: what is left is fee and grant, 0.9 of it not displaced
    grant = 0.9 * np.arange(48).sum() / 12
    assert net == pytest.approx(grant * (10 - 500 * fee), rel=1e-6)
    assert speed.tolist() == pytest.approx([0.04, 0.06, 0.08] * 2)
    value = found["mean"].sel(outcome="survival.operating.36").values[0]
    assert value == pytest.approx(0.9 * np.exp(-35 * (0.02 + fee / 10)))
    low = found["mean"].sel(outcome="pool_balance.guarantee_fund.min").values[0]
    assert low == pytest.approx(100 - 3 * 15 + 22.5)
    assert found.content_sha256 == results.content_sha256(found)


def test_a_run_is_lived_once_whoever_asks(tmp_path):
    progress = RecordedProgress()
    first = run_study(tmp_path, SWEEP, progress=progress)
    assert progress.count == (6 + 3) * 4, "the reference knows no fee"
    again = RecordedProgress()
    assert run_study(tmp_path, SWEEP, progress=again).content_sha256 == first.content_sha256
    assert (again.count, again.rounds) == (0, [(36, 36, 0)])
    other = RecordedProgress()
    run_study(
        tmp_path,
        SWEEP.replace("fee_and_speed", "other").replace("replicates: 4", "replicates: 5"),
        progress=other,
    )
    assert other.count == 9, "another study shares what this one lived"
    run_study(tmp_path, SWEEP.replace("scale: 0.5", "scale: 0.4"), progress=other)
    assert other.count == 9 + 36


def test_replicate_k_is_replicate_k_and_workers_change_nothing(tmp_path):
    few = run_study(tmp_path, SWEEP)
    more = SWEEP.replace("replicates: 4", "replicates: 6")
    many = study(write(tmp_path, more), store=tmp_path / "elsewhere", model=TOY, workers=2)
    assert many.value.isel(replicate=slice(4)).equals(few.value)


def test_an_ensemble_tells_luck_from_parameters(tmp_path):
    found = run_study(tmp_path, ENSEMBLE)
    one = found.sel(scenario="as_enacted", outcome="jobs_universe")
    slope = 48 - 1
    assert float(one.random_share) == pytest.approx(25 / (25 + (slope * 2000 * 0.05) ** 2 / 12), rel=0.5)
    assert float(one.random_share_low) <= float(one.random_share) <= float(one.random_share_high)
    assert float(one.p5_low) < float(one.p5) < float(one.p5_high) < float(one["median"])
    met = found.sel(scenario="as_enacted", outcome="target_met.T7")
    assert 0.3 < float(met.mean_low) < float(met["mean"]) < float(met.mean_high) < 0.7
    few = run_study(tmp_path, ENSEMBLE.replace("80", "20"))
    assert few.p5.isnull().all()
    assert (few.reason.sel(outcome="jobs_universe") == "too_few_runs").all()
    assert few.value.equals(found.value.isel(replicate=slice(20)))


def test_sobol_through_file_store_and_city(tmp_path):
    found = run_study(tmp_path, SOBOL).sel(outcome="jobs_universe")
    assert found.total.sel(factor="parameter.growth.hiring_speed") == pytest.approx(1, abs=0.1)
    assert float(found.noise_share) < 0.05
    text = printing.as_text(study_tables.tables(run_study(tmp_path, SOBOL)))
    assert "parameter.growth.hiring_speed" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", [SWEEP, ENSEMBLE, SOBOL, MORRIS])
def test_every_kind_is_told_in_both_languages_and_written(text, lang, tmp_path):
    use(lang)
    found = run_study(tmp_path, text)
    told = study_tables.tables(found)
    assert len(told) >= found.sizes["outcome"]
    for form in printing.FORMATS.values():
        assert form(told, study_tables.carried(found))
    results.write(found, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == found.content_sha256
    for name in ("scenarios", "model", "study_sha256", "seed", "scale", "replicates", "commit", "packages"):
        assert name in found.attrs


def test_replicates_follow_the_precision_wanted(tmp_path):
    lived = {}
    for width in (0.3, 1.5, 100):
        found = run_study(tmp_path, PRECISE.replace("WIDTH", str(width)))
        lived[width] = found.sizes["replicate"]
        spread = found.sel(outcome="jobs_universe")
        half = float((spread.mean_high - spread.mean_low).max()) / 2
        assert half <= width or lived[width] == 400
    assert lived[100] == 8, "the pilot is enough"
    assert lived[0.3] == 400, "no more than the study allows"
    assert 8 < lived[1.5] < 200


HEAD = "name: found\ntitle: {zh: 问, en: asked}\nscenario: as_enacted\nscale: 0.5\n"
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
def test_algorithms_are_connected(kind, tmp_path):
    text = HEAD + f"kind: {kind}\n" + OTHERS[kind]
    if kind == "robustness":
        text = text.replace("scenario: as_enacted", "scenarios: [as_enacted, no_plan]")
    found = run_study(tmp_path, text)
    for lang in ("zh", "en"):
        use(lang)
        assert found.attrs[f"conclusions_{lang}"]
        told = study_tables.tables(found)
        assert told
        for form in printing.FORMATS.values():
            assert form(told, study_tables.carried(found))
    results.write(found, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == found.content_sha256
    again = RecordedProgress()
    assert run_study(tmp_path, text, progress=again).content_sha256 == found.content_sha256
    assert again.count == 0
    if kind == "threshold":  # jobs are 1000 + 47 (2000 speed + 10 - 7.5) and a little luck
        assert float(found["at"].values[0]) == pytest.approx((6000 / 47 - 2.5) / 2000, rel=0.03)
        speed = found.setting.values[:, 0]
        np.testing.assert_allclose(found["mean"].values[:, 0], 1000 + 47 * (2000 * speed + 2.5), rtol=0.03)
    if kind == "attribution":  # only the fee and the grant act
        moved = found.player.values[(abs(found.value.values[:, 0]) > 1)]
        assert len(moved) == 2
    if kind == "search":
        assert (found.attrs["at_most"], found.attrs["limit"]) == (1e6, "public_spending")
    if kind == "discovery":
        assert found.sizes["box"] == 1
        assert "staff that is hired in a month is below 0.06" in found.attrs["conclusions_en"]
