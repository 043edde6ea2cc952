"""Comparisons: worked example, intervals, and files that cannot be compared."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import yaml

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.recorder import Outcome, RunOutput
from sim.studies.compare import compare
from sim.studies.comparison import counterfactual_pair, paired_comparison
from sim.studies.execution import results
from sim.studies.methods import intervals
from tests.studies.small_model import COORDS, GRANT, NOTHING, SMALL_MODEL, Scenario

INSTRUMENTS = list(COORDS["instrument"].values)
OUTCOMES = (
    Outcome("jobs_universe", ("month",), "persons", "岗位", "jobs"),
    Outcome("jobs_displaced", ("month",), "persons", "挤出", "displaced", whole=False),
    Outcome("public_spending", ("month", "instrument"), "yuan", "支出", "spending", whole=False),
)
CASES = yaml.load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)


def month(text: str) -> int:
    year, number = map(int, text.split("-"))
    return (year - 2017) * 12 + number - 1


def simulated(arm: dict[str, Any], names: list[str]) -> RunOutput:
    """Return the run output that a case specifies."""
    firms = sorted(arm["firms"] or {}, key=names.index)
    jobs = np.zeros((clock.MONTHS, len(firms)), dtype=np.int16)
    closed = np.full(len(firms), 32767)
    first = []
    paid = []
    for row, name in enumerate(firms):
        firm = arm["firms"][name]
        for start, number in firm["jobs"]:
            jobs[max(0, month(start)) :, row] = int(number)
            if int(number) == 0:
                closed[row] = clock.day(dt.date.fromisoformat(start + "-01"))
        first.append(clock.day(dt.date.fromisoformat(firm["jobs"][0][0] + "-01")))
        for when, instrument, yuan in firm.get("paid", ()):
            day = clock.day(dt.date.fromisoformat(when + "-15"))
            paid.append((row, INSTRUMENTS.index(instrument), day, int(yuan) * 100))
    weight = np.array([int(arm["firms"][n].get("weight", 1)) for n in firms], dtype=np.int16)
    rows, instruments, days, fen = np.array(paid, dtype=np.int64).reshape(-1, 4).T
    spending = np.zeros((clock.MONTHS, len(INSTRUMENTS)))
    np.add.at(spending, (clock.month_of(days), instruments), fen / 100 * weight[rows])
    return RunOutput(
        {
            "jobs_universe": (jobs * weight).sum(axis=1, dtype=np.int64),
            "jobs_displaced": np.full(clock.MONTHS, float(arm.get("displaced", 0))),
            "public_spending": spending,
        },
        {
            "id": np.array([names.index(n) for n in firms], dtype=np.int64),
            "weight": weight,
            "registered": np.array(first, dtype=np.int16),
            "opened": np.array(first, dtype=np.int16),
            "closed": closed.astype(np.int16),
            "jobs": jobs,
        },
        {"row": rows, "instrument": instruments, "day": days, "fen": fen},
    )


def dataset(history: RunOutput, name: str) -> xr.Dataset:
    arrays = {key: array[None] for key, array in history.outcomes.items()}
    facts = {"name": name, "title_zh": name, "title_en": name, "scenario": "", "seed": 1}
    facts |= {"scenario_sha256": name, "scale": 1.0, "uncertainty": "random"}
    return results.assemble(arrays, OUTCOMES, COORDS, facts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_worked_example(case: dict[str, Any]) -> None:
    names = sorted({*(case["reference"]["firms"] or {}), *(case["policy"]["firms"] or {})})
    reference, policy = (simulated(case[arm], names) for arm in ("reference", "policy"))
    sums = counterfactual_pair.compare(reference, policy, len(INSTRUMENTS))
    result = paired_comparison.assemble(
        dataset(reference, "reference"),
        [dataset(policy, "policy")],
        [{name: np.asarray(value)[None] for name, value in sums.items()}],
    ).isel(scenario=0)
    net = result.job_years_recipients + result.job_years_others - result.job_years_displaced
    assert float(result.job_years_net) == pytest.approx(float(net))
    for name, expected in case["expect"].items():
        if name == "reason":
            for headline, why in expected.items():
                assert str(result.reason.sel(headline=headline).values) == why
                assert np.isnan(result[headline])
        elif isinstance(expected, dict):
            for instrument, number in expected.items():
                value = float(result[name].sel(instrument=instrument))
                assert value == pytest.approx(float(number)), (name, instrument)
        else:
            assert float(result[name]) == pytest.approx(float(expected)), name


@pytest.fixture(scope="module")
def ten() -> xr.Dataset:
    return compare(NOTHING, GRANT, replicates=10, model=SMALL_MODEL)


def test_contents_of_a_comparison(ten: xr.Dataset) -> None:
    assert dict(ten.firms_difference.sizes) == {
        "scenario": 1, "replicate": 10, "month": 48, "form": 2
    }  # fmt: skip
    assert set(np.unique(ten.target_met_difference)) <= {-1, 0, 1}
    for headline in paired_comparison.HEADLINES:
        assert (ten[headline.name + "_low"] <= ten[headline.name]).all(), headline.name
        assert (ten[headline.name + "_high"] >= ten[headline.name]).all(), headline.name
    cost = ten.spending_additional / ten.job_years_net
    assert ten.cost_per_net_job_year.item() == pytest.approx(cost.item())
    for name in ten.data_vars:
        assert {"units", "long_name", "long_name_zh"} <= ten[name].attrs.keys(), name


def test_differences_are_paired(ten: xr.Dataset) -> None:
    """Firms that are not paid have the same histories in both arms."""
    assert (ten.job_years_others_by_replicate >= 0).all()  # only induced firms
    assert float(ten.firms_deterred.item()) == 0
    assert float(ten.firms_induced.item()) > 0


def test_placebo_of_gross_numbers(ten: xr.Dataset) -> None:
    assert float(ten.placebo_saved.item()) + float(ten.placebo_lost.item()) > 0
    without = compare(NOTHING, GRANT, model=SMALL_MODEL, placebos=0)
    assert str(without.reason.sel(headline="placebo_saved").item()) == "no_placebo"
    assert float(without.firms_saved.item()) > 0


def test_no_cost_without_a_difference() -> None:
    same = compare(NOTHING, Scenario("idle"), model=SMALL_MODEL)
    assert float(same.job_years_net_high.item()) == 0
    assert np.isnan(same.cost_per_net_job_year.item())
    for name in ("cost_per_net_job_year", "net_job_years_per_million_yuan"):
        assert str(same.reason.sel(headline=name).item()) == "denominator_interval_holds_0"
        assert same[name].attrs["reason"] == "denominator_interval_holds_0"


def test_no_interval_with_one_replicate() -> None:
    one = compare(NOTHING, GRANT, replicates=1, model=SMALL_MODEL)
    assert np.isnan(one.job_years_net_low.item())
    assert np.isfinite(one.job_years_net.item())
    assert set(one.reason.values.ravel()) == {"one_replicate", "too_few_replicates"}


def test_comparison_of_files_lacks_only_firm_level_headlines(ten: xr.Dataset, tmp_path: Path) -> None:
    from sim.studies.run import run_many

    for name, result in run_many([NOTHING, GRANT], replicates=10, model=SMALL_MODEL).datasets.items():
        results.write(result, tmp_path / f"{name}.nc")
    nothing, grant = tmp_path / "nothing.nc", tmp_path / "grant.nc"
    for given in ((nothing, str(grant)), (results.read(nothing), GRANT), (NOTHING, grant)):
        result = compare(*given, model=SMALL_MODEL)
        for name in ("jobs_additional", "job_years_net", "cost_per_net_job_year"):
            assert result[name].item() == ten[name].item()
            assert result[f"{name}_low"].item() == ten[f"{name}_low"].item()
        for name in ("firms_induced", "firms_saved_minus_lost", "deadweight_money"):
            assert np.isnan(result[name].item())
            assert str(result.reason.sel(headline=name).item()) == "needs_paired_run"
        xr.testing.assert_equal(result.firms_difference, ten.firms_difference)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"seed": 1}, "seed"),
        ({"scale": 0.5}, "scale"),
        ({"replicates": 4}, "replicates"),
        ({"uncertainty": "random"}, "uncertainty"),
    ],
)
def test_unpaired_results_are_errors(change: dict[str, Any], what: str, tmp_path: Path) -> None:
    from sim.studies.run import run

    paths = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.run.city_model", lambda: SMALL_MODEL)
        for scenario in (NOTHING, GRANT.with_run(**change)):
            paths.append(tmp_path / f"{scenario.name}.nc")
            results.write(run(scenario), paths[-1])
    for given in (paths, (NOTHING, GRANT.with_run(**change))):
        with pytest.raises(InputError, match=what) as caught:
            compare(*given, model=SMALL_MODEL)
        assert "nothing" in str(caught.value)
        assert "grant" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1


def test_results_of_different_versions_are_an_error(tmp_path: Path) -> None:
    from sim.studies.run import run_many

    result = run_many([NOTHING, GRANT], replicates=2, model=SMALL_MODEL).datasets
    old = result["grant"].assign_attrs(version="0.0.1")
    with pytest.raises(InputError, match="version"):
        compare(result["nothing"], old)


def test_comparison_as_input_is_an_error(
    ten: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")
    results.write(ten, tmp_path / "comparison.nc")
    with pytest.raises(InputError, match=r"comparison\.nc: a comparison; a run result"):
        compare(NOTHING, tmp_path / "comparison.nc", model=SMALL_MODEL)


def test_duplicate_scenario_name_is_an_error() -> None:
    with pytest.raises(InputError, match="grant"):
        compare(NOTHING, GRANT, Scenario("grant", grant=1), model=SMALL_MODEL)
    with pytest.raises(InputError):
        compare(NOTHING, NOTHING, model=SMALL_MODEL)


def test_interval_of_a_mean_worked_example() -> None:
    # 1..10: mean 5.5, sd 3.0277, t(9, 0.975) = 2.2622
    result = intervals.mean(np.arange(1, 11))
    assert result[:3] == pytest.approx((5.5, 5.5 - 2.16586, 5.5 + 2.16586), abs=1e-4)


def test_coverage_of_intervals() -> None:
    """Coverage is 95% within 3 percentage points in 600 samples of ten correlated normal pairs."""
    rng = np.random.default_rng(7)
    hits = 0
    for i in range(600):
        below = rng.normal(10, 2, 10)
        above = 3 * below + rng.normal(0, 4, 10)
        result = intervals.ratio(above, below, seed=i)
        hits += result.low <= 3 <= result.high
    assert 0.92 <= hits / 600 <= 0.98
