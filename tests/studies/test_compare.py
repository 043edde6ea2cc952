"""What a policy changes: hand numbers, intervals, and files that do not fit together."""

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


def lived(arm: dict[str, Any], names: list[str]) -> RunOutput:
    """The history that a case writes down."""
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
def test_a_case_by_hand(case: dict[str, Any]) -> None:
    names = sorted({*(case["reference"]["firms"] or {}), *(case["policy"]["firms"] or {})})
    reference, policy = (lived(case[arm], names) for arm in ("reference", "policy"))
    sums = counterfactual_pair.compare(reference, policy, len(INSTRUMENTS))
    found = paired_comparison.assemble(
        dataset(reference, "reference"),
        [dataset(policy, "policy")],
        [{name: np.asarray(value)[None] for name, value in sums.items()}],
    ).isel(scenario=0)
    net = found.job_years_recipients + found.job_years_others - found.job_years_displaced
    assert float(found.job_years_net) == pytest.approx(float(net))
    for name, expected in case["expect"].items():
        if name == "reason":
            for headline, why in expected.items():
                assert str(found.reason.sel(headline=headline).values) == why
                assert np.isnan(found[headline])
        elif isinstance(expected, dict):
            for instrument, number in expected.items():
                value = float(found[name].sel(instrument=instrument))
                assert value == pytest.approx(float(number)), (name, instrument)
        else:
            assert float(found[name]) == pytest.approx(float(expected)), name


@pytest.fixture(scope="module")
def ten() -> xr.Dataset:
    return compare(NOTHING, GRANT, replicates=10, model=SMALL_MODEL)


def test_what_a_comparison_holds(ten: xr.Dataset) -> None:
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


def test_it_is_paired(ten: xr.Dataset) -> None:
    """Without the grant's own luck nothing else differs: who was not paid lives the same life."""
    assert (ten.job_years_others_by_replicate >= 0).all()  # only induced firms
    assert float(ten.firms_deterred.item()) == 0
    assert float(ten.firms_induced.item()) > 0


def test_a_placebo_stands_beside_the_gross_numbers(ten: xr.Dataset) -> None:
    assert float(ten.placebo_saved.item()) + float(ten.placebo_lost.item()) > 0
    without = compare(NOTHING, GRANT, model=SMALL_MODEL, placebos=0)
    assert str(without.reason.sel(headline="placebo_saved").item()) == "no_placebo"
    assert float(without.firms_saved.item()) > 0


def test_no_difference_has_no_cost() -> None:
    same = compare(NOTHING, Scenario("idle"), model=SMALL_MODEL)
    assert float(same.job_years_net_high.item()) == 0
    assert np.isnan(same.cost_per_net_job_year.item())
    for name in ("cost_per_net_job_year", "net_job_years_per_million_yuan"):
        assert str(same.reason.sel(headline=name).item()) == "denominator_interval_holds_0"
        assert same[name].attrs["reason"] == "denominator_interval_holds_0"


def test_one_replicate_has_no_interval() -> None:
    one = compare(NOTHING, GRANT, replicates=1, model=SMALL_MODEL)
    assert np.isnan(one.job_years_net_low.item())
    assert np.isfinite(one.job_years_net.item())
    assert set(one.reason.values.ravel()) == {"one_replicate", "too_few_replicates"}


def test_files_give_the_same_but_what_needs_firms(ten: xr.Dataset, tmp_path: Path) -> None:
    from sim.studies.run import run_many

    for name, found in run_many([NOTHING, GRANT], replicates=10, model=SMALL_MODEL).datasets.items():
        results.write(found, tmp_path / f"{name}.nc")
    nothing, grant = tmp_path / "nothing.nc", tmp_path / "grant.nc"
    for given in ((nothing, str(grant)), (results.read(nothing), GRANT), (NOTHING, grant)):
        found = compare(*given, model=SMALL_MODEL)
        for name in ("jobs_additional", "job_years_net", "cost_per_net_job_year"):
            assert found[name].item() == ten[name].item()
            assert found[f"{name}_low"].item() == ten[f"{name}_low"].item()
        for name in ("firms_induced", "firms_saved_minus_lost", "deadweight_money"):
            assert np.isnan(found[name].item())
            assert str(found.reason.sel(headline=name).item()) == "needs_paired_run"
        xr.testing.assert_equal(found.firms_difference, ten.firms_difference)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"seed": 1}, "seed"),
        ({"scale": 0.5}, "scale"),
        ({"replicates": 4}, "replicates"),
        ({"uncertainty": "random"}, "uncertainty"),
    ],
)
def test_what_cannot_be_paired_is_named(change: dict[str, Any], what: str, tmp_path: Path) -> None:
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


def test_another_version_cannot_be_paired(tmp_path: Path) -> None:
    from sim.studies.run import run_many

    found = run_many([NOTHING, GRANT], replicates=2, model=SMALL_MODEL).datasets
    old = found["grant"].assign_attrs(version="0.0.1")
    with pytest.raises(InputError, match="version"):
        compare(found["nothing"], old)


def test_a_comparison_is_not_a_result(
    ten: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")
    results.write(ten, tmp_path / "comparison.nc")
    with pytest.raises(InputError, match=r"comparison\.nc: a comparison; a run result"):
        compare(NOTHING, tmp_path / "comparison.nc", model=SMALL_MODEL)


def test_one_name_for_two_scenarios() -> None:
    with pytest.raises(InputError, match="grant"):
        compare(NOTHING, GRANT, Scenario("grant", grant=1), model=SMALL_MODEL)
    with pytest.raises(InputError):
        compare(NOTHING, NOTHING, model=SMALL_MODEL)


def test_a_mean_interval_by_hand() -> None:
    # 1..10: mean 5.5, sd 3.0277, t(9, 0.975) = 2.2622
    found = intervals.mean(np.arange(1, 11))
    assert found[:3] == pytest.approx((5.5, 5.5 - 2.16586, 5.5 + 2.16586), abs=1e-4)


def test_intervals_cover_as_often_as_they_say() -> None:
    """Ten replicates of a ratio of correlated normal numbers, 600 times: 95%, give or take 3."""
    rng = np.random.default_rng(7)
    hits = 0
    for i in range(600):
        below = rng.normal(10, 2, 10)
        above = 3 * below + rng.normal(0, 4, 10)
        found = intervals.ratio(above, below, seed=i)
        hits += found.low <= 3 <= found.high
    assert 0.92 <= hits / 600 <= 0.98
