"""Trials: known effects are recovered, instruments without effect are not run, and runs are stored."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import sim
from sim import shipped
from sim.cli.main import main
from sim.docs import model_tables
from sim.engine.errors import InputError
from sim.engine.recorder import Outcome
from sim.model.coordinates import COORDS
from sim.model.registry import OUTCOMES
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables import printing, trial_tables
from sim.studies.execution import results
from sim.studies.execution.run_specification import load
from sim.studies.execution.simulation import Model
from sim.studies.trials import all_trials, quantities
from sim.studies.trials.trial import trial
from tests.model.town import registering
from tests.studies.trial_model import NOT_TO_BE_RUN, grant_model

DECLARED = quantities.declared()


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")


@pytest.fixture(scope="module")
def null() -> xr.Dataset:
    return trial("one_off_grant", against="off", replicates=8, model=grant_model(0))


@pytest.fixture(scope="module")
def strong() -> xr.Dataset:
    return trial("one_off_grant", against="off", replicates=8, model=grant_model(12))


def conclusion_of(result: xr.Dataset, quantity: str, group: str = "all") -> str:
    return str(result.isel(trial=0).sel(quantity=quantity, group=group).word.values)


# --- estimates ---------------------------------------------------------------------------------
def test_subsidy_without_effect(null: xr.Dataset) -> None:
    for group in null.group.values:
        for quantity in ("survival_24", "jobs", "job_years"):
            assert conclusion_of(null, quantity, group) == "zero"
    assert (
        conclusion_of(null, "outlay")
        == conclusion_of(null, "outlay_own")
        == conclusion_of(null, "take_up.one_off_grant")
        == "up"
    )
    paid = null.isel(trial=0).sel(quantity="take_up.one_off_grant", group="all").value
    assert (paid.sel(arm="reference") == 0).all()  # take-up is 0, not NaN, without a grant


def test_subsidy_with_effect_on_recipients(strong: xr.Dataset) -> None:
    one = strong.isel(trial=0)
    effect = one.difference.sel(quantity="survival_24")
    assert (
        conclusion_of(strong, "survival_24", "recipients")
        == conclusion_of(strong, "job_years", "all")
        == "up"
    )
    assert 0 < effect.sel(group="all") < effect.sel(group="recipients")
    years = one.difference.sel(quantity="job_years")
    assert float(years.sel(group="all")) == pytest.approx(float(years.sel(group="recipients")))
    assert float(years.sel(group="eligible")) < float(years.sel(group="all"))


def test_raw_estimates_have_immortal_time_bias(null: xr.Dataset, strong: xr.Dataset) -> None:
    result = null.isel(trial=0)
    low, value = result.evaluation_low.sel(number="estimate"), result.evaluation.sel(number="estimate")
    assert (result.evaluation.sel(number="truth") == 0).all()
    # P(24 months) = 1/e against P(24 | 6) = e^-3/4: a difference above 0.1, due to immortal time bias alone
    assert float(value.sel(approach="raw")) > 0.1
    assert float(low.sel(approach="raw")) > 0
    assert float(low.sel(approach="matched")) > 0
    careful = value.sel(approach="landmark")
    high = result.evaluation_high.sel(number="estimate", approach="landmark")
    assert float(low.sel(approach="landmark")) < 0 < float(high)
    assert abs(float(careful)) < 0.03
    bias = strong.isel(trial=0).evaluation.sel(number="bias")
    truth = strong.isel(trial=0).evaluation.sel(number="truth", approach="landmark")
    assert float(truth) > 0.1
    assert abs(float(bias.sel(approach="landmark"))) < 0.04 < float(bias.sel(approach="raw"))


def test_replicates_do_not_depend_on_their_number(null: xr.Dataset) -> None:
    few = trial("one_off_grant", against="off", replicates=3, model=grant_model(0))
    xr.testing.assert_equal(few.value, null.value.isel(replicate=slice(3)))


# --- runs -----------------------------------------------------------------------------------
def test_instruments_without_addition_are_not_run() -> None:
    same = [i.id for i in catalogue().instruments.values() if i.acting]
    same = [i for i in same if all(s.without == s.enacted for s in catalogue().instruments[i].settings)]
    # under the plan more of the same dose is delivered (督查)
    same = [
        i for i in same
        if not any(m.how == "dose" for s in catalogue().instruments[i].settings for m in s.moves)
    ]  # fmt: skip
    assert {"one_off_grant", "loan_pool"} <= set(same)
    result = trial(*same, replicates=3, model=NOT_TO_BE_RUN)
    assert (result.status == "no_addition").all()
    assert (result.difference.sel(quantity="job_years_net", group="all") == 0).all()
    for one in catalogue().instruments.values():  # no effect yet, or the same without the plan
        if not one.acting:
            changed = any(s.without != s.enacted for s in one.settings)
            status = str(trial(one.id, replicates=1, model=NOT_TO_BE_RUN).status[0].values)
            assert status == ("not_acting" if changed else "no_addition"), one.id


def test_plan_is_run_once_for_each_replicate() -> None:
    runs = []

    def watched(scenario: Any, replicate: int, placebo: bool) -> Any:
        runs.append((scenario.name, replicate))
        return grant_model(0).simulate(scenario, replicate, placebo)

    ids = ("one_off_grant", "guarantee_fee", "M06")
    result = trial(*ids, against="off", replicates=2, model=Model(watched, OUTCOMES, COORDS))
    assert list(result.replicates) == [2, 2, 2]
    assert sorted(runs) == sorted(set(runs))
    assert len(runs) == 2 * 4


def test_all_faults_are_reported() -> None:
    with pytest.raises(InputError) as caught:
        trial("one_off_grnat", "M35", replicates=1, model=NOT_TO_BE_RUN)
    assert len(caught.value.faults) == 2
    assert "one_off_grant" in str(caught.value)


# --- all trials -----------------------------------------------------------------------------------
def test_precision_determines_the_number_of_runs() -> None:
    pilots = {"quiet": [50.0, 51, 49, 50, 50, 50], "loud": [0.0, 400, -400, 300, -300, 0]}
    numbers, factor = all_trials.allotted(pilots, 1000)
    assert factor == 1
    assert numbers["quiet"] == 6
    # sd 316: a half-width of 100 takes n with t(n-1) x 316/sqrt(n) <= 100: 41
    assert numbers["loud"] == 41
    fewer, factor = all_trials.allotted(pilots, 20)
    assert factor > 1
    assert 15 <= sum(fewer.values()) <= 20


IDS = ("one_off_grant", "loan_pool", "M06")


def run_all(out: Path, model: Model) -> list[str]:
    lines_written: list[str] = []
    result, path = all_trials.run(
        load("as_enacted", {}), "off", out, ids=IDS, runs=14, model=model, write_line=lines_written.append
    )
    (table,) = trial_tables.summary(result)
    assert [row.name for row in table.rows] == list(IDS)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines_written) == 3
    return lines


def test_stored_runs_are_used_again(tmp_path: Path) -> None:
    lines = run_all(tmp_path, grant_model(12))
    kept = tmp_path / "trials_off.jsonl"
    assert run_all(tmp_path, NOT_TO_BE_RUN) == lines  # no run is repeated
    whole = kept.read_text(encoding="utf-8")
    kept.write_text(whole[:-40], encoding="utf-8")  # killed while the last line was written
    assert run_all(tmp_path, grant_model(12)) == lines
    changed = [line for line in whole.splitlines() if json.loads(line)["key"]]
    kept.write_text(changed[0].replace('"key": "', '"key": "0') + "\n", encoding="utf-8")  # another model
    with pytest.raises(AssertionError, match="was run"):
        run_all(tmp_path, NOT_TO_BE_RUN)


def test_the_table_of_all_trials(tmp_path: Path, null: xr.Dataset) -> None:
    lines = list(csv.DictReader(run_all(tmp_path, grant_model(0))[1:]))
    mine = {(w["quantity"], w["group"]): w for w in lines if w["trial"] == "one_off_grant"}
    assert mine["survival_24", "recipients"]["word"] == "zero"
    assert float(mine["observational.raw", "estimate"]["difference"]) > 0.1
    assert {w["trial"] for w in lines} == {"one_off_grant", "loan_pool", "M06"}
    assert set(all_trials.all_ids()) > {"guarantee_fee", "M06"}


def test_readme_contains_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "calibration", lambda: tmp_path)
    assert model_tables.trial_table("off") == model_tables.evaluation_table() == model_tables.NOT_RUN
    run_all(tmp_path, grant_model(12))
    shown = model_tables.trial_table("off")
    (line,) = (line for line in shown.splitlines() if line.startswith("| `one_off_grant`"))
    assert shown.startswith("against off, scale 0.2, seed 20170609")
    assert "take_up 0.2" in line or "%" in line
    assert line.count(" up |") >= 3
    assert model_tables.evaluation_table().count("| `one_off_grant` | ") == 3


# --- declarations ------------------------------------------------------------------------------
def test_declared_quantities_exist() -> None:
    plan = catalogue()
    assert not set(DECLARED["instruments"]) - set(plan.instruments)
    assert not set(DECLARED["programmes"]) - set(plan.instruments)
    submodels = {m.lever.partition(".")[0] for s in plan.settings.values() for m in s.moves}
    assert not set(DECLARED["submodels"]) - submodels
    recorded = {outcome.name: outcome for outcome in OUTCOMES}
    for facts in DECLARED["outcomes"].values():
        for dim, label in facts.get("at", {}).items():
            assert dim in recorded[facts["variable"]].dims
            assert label in (*COORDS[dim].values, "self")
        assert facts["variable"] in recorded
    for name in DECLARED["groups"]:
        assert quantities.group(name, COORDS).zh
    for entry in (*DECLARED["submodels"].values(), *DECLARED["instruments"].values()):
        assert entry.get("outcome", "firms") in DECLARED["outcomes"]
        assert entry.get("eligible", "everyone") in DECLARED["groups"]


def test_every_instrument_has_a_first_order_outcome() -> None:
    used = set()
    for instrument in catalogue().instruments.values():
        outcome = quantities.first_order_outcome(instrument, OUTCOMES, COORDS)
        assert printing.scaled(outcome.unit)
        used.add(outcome.name.partition(".")[0])
    assert used <= set(DECLARED["outcomes"])


def test_first_order_outcome_worked_example() -> None:
    waits = Outcome("waits", ("month", "window"), "days", "等候", "wait", "mean", whole=False)
    loans = Outcome("loans", ("month", "scheme"), "count", "贷款", "loans", "flow")
    days, granted = np.full((48, 2), np.nan), np.zeros((48, 2))
    days[3:5, 1] = (10, 20)
    granted[:, 0], granted[7, 1] = 1, 5
    outcomes = {"waits": days, "loans": granted}

    def of(outcome: Outcome, at: tuple[int | slice, ...], over: str) -> float:
        return quantities.FirstOrderOutcome("x", outcome.name, at, over, -1, "", "", "").value(outcomes)

    assert of(waits, (slice(None), 1), "mean") == 15
    assert of(waits, (slice(None), 0), "mean") == -1
    assert of(loans, (slice(None), slice(None)), "total") == 53
    assert of(loans, (slice(None), 1), "end") == 0


# --- the city model --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def small_city() -> Iterator[None]:
    with registering(0.1):
        yield


@pytest.fixture(scope="module")
def city(small_city: None) -> xr.Dataset:
    return trial("online_claims", "rent_subsidy", replicates=2, scale=0.05, against="off")


def test_trial_agrees_with_runs(small_city: None, city: xr.Dataset) -> None:
    run = sim.run("as_enacted", replicates=2, scale=0.05)
    arms = city.value.sel(group="all", arm="policy", trial="rent_subsidy")
    net = (run.jobs_universe - run.jobs_displaced).sum("month") / 12
    np.testing.assert_allclose(arms.sel(quantity="job_years_net"), net)
    np.testing.assert_allclose(arms.sel(quantity="job_years"), run.jobs_universe.sum("month") / 12)
    spent = (run.public_spending - run.public_returns).sum(("month", "instrument"))
    np.testing.assert_allclose(arms.sel(quantity="outlay"), spent)


def test_levers_and_recipients(city: xr.Dataset) -> None:
    days = city.lever_value.sel(trial="online_claims", lever="claims.processing_days")
    assert list(days.sel(arm="reference").values) == [60] * 4
    assert days.sel(arm="policy", year=2020) < 30
    assert city.lever_value.sel(trial="rent_subsidy", lever="claims.processing_days").isnull().all()
    own = city.difference.sel(trial="rent_subsidy", quantity="outlay_own", group="all")
    assert float(own) > 0
    assert str(city.word.sel(trial="rent_subsidy", quantity="job_years", group="recipients").values)


def test_tables_of_trials(city: xr.Dataset, english: None) -> None:
    text = printing.as_text(trial_tables.trials(city))
    assert "online_claims" in text
    assert "finding" in text
    assert "immortal-time bias" in text
    assert "no change" in text or "not significant" in text
    only = trial_tables.trials(city, only_evaluation=True)
    assert [table.name for table in only] == ["evaluation"]
    labels = {row.label for table in trial_tables.trials(city) for row in table.rows}
    assert "jobs at the end of 2020 (firms founded since 2012, of any age): all firms" in labels
    tables = json.loads(printing.as_json(trial_tables.trials(city)))["tables"]
    assert any(row.get("word") for table in tables for row in table["rows"])


def test_command(small_city: None, tmp_path: Path, english: None) -> None:
    words = ["trial", "loan_pool", "service_purchase", "--scale", "0.005", "-n", "1", "--workers", "1"]
    done = CliRunner().invoke(main, [*words, "--out", str(tmp_path), "--format", "csv", "--name", "two"])
    assert done.exit_code == 0, done.output
    assert "no addition: earlier or higher-level rule" in done.output
    assert "service_purchase,effects,support_hours.all" in done.output
    assert results.read(tmp_path / "two.nc").attrs["against"] == "without"
    (skipped,) = [line.split(",")[2] for line in done.output.splitlines() if "no addition" in line]
    alone = CliRunner().invoke(main, ["trial", skipped, "-n", "1", "--out", str(tmp_path / "none")])
    assert "no addition" in alone.output
    assert "replicate" not in alone.output
    assert list((tmp_path / "none").glob("*")) == [], "nothing was run"
    for wrong in ([], ["M06", "--all"], ["--all", "--observational"], ["--all", "--naive"]):
        refused = CliRunner().invoke(main, ["trial", *wrong])
        assert refused.exit_code == 2
        assert refused.output.startswith("nothing to try;")
