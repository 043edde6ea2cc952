"""Published effects: completeness of the list, recovery of a known effect, and the assessment rule."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import csv_table
from calibration.effects import results, simulation, studies
from calibration.effects.counterfactual_measures import (
    MEASURES,
    ArmRun,
    CounterfactualPair,
    Measurement,
    follow_up,
    jobs,
    treated,
)
from calibration.effects.event_arrays import EventArrays
from calibration.effects.simulation import Sums, SumsStore
from calibration.effects.studies import Finding, ReportedEffect, arm, assess, declared, findings
from calibration.figures import evidence
from sim.policy.scenario.scenario import load_scenario
from sim.studies.execution.run_specification import Job
from sim.studies.execution.simulation import simulate
from tests.studies.trial_model import grant_model

EVIDENCE = evidence.rows("effects.csv")
FINDINGS = findings()
PAID: dict[str, Any] = {"paid": ("one_off_grant",)}


def planted(months: float, replicate: int = 0) -> CounterfactualPair:
    """Simulate a town with and without a grant that delays closure of recipients by some months."""
    enacted = load_scenario("as_enacted")
    without = enacted.changed("no_grant", off=["one_off_grant"])
    run = grant_model(months).simulate
    policy, reference = (
        ArmRun(run(scenario, replicate, False), EventArrays()) for scenario in (enacted, without)
    )
    return CounterfactualPair(policy, reference)


def effect(measure: str, pair: CounterfactualPair, **measurement: Any) -> float:
    numerator, denominator = MEASURES[measure](pair, Measurement(measure, **{**PAID, **measurement}))
    return numerator / denominator


# --- the list ----------------------------------------------------------------------------------------
def test_every_row_of_the_evidence_is_compared_or_has_its_reason() -> None:
    compared = {id_ for finding in FINDINGS for id_ in (finding.id, *finding.also)}
    groups = (compared, set(declared()["not_comparable"]), set(declared()["no_effect"]))
    assert set().union(*groups) == set(EVIDENCE)
    assert sum(map(len, groups)) == len(EVIDENCE)
    assert all(len(reason) > 20 for reason in declared()["not_comparable"].values())


@pytest.mark.parametrize(
    "finding", [each for each in FINDINGS if not each.claim], ids=lambda each: f"{each.id}, {each.part}"
)
def test_published_effects_are_those_of_the_evidence(finding: Finding) -> None:
    low, high = (EVIDENCE[finding.id][end] for end in ("low", "high"))
    if finding.published.sign:
        assert (low, high) == ("", "")
    else:
        assert (finding.published.low, finding.published.high) == (float(low), float(high))


@pytest.mark.parametrize("name", sorted({name for each in FINDINGS for name in each.arms}))
def test_arms_are_valid_and_differ(name: str) -> None:
    keys = {}
    for other in declared()["arms"]:
        simulated = arm(other, 0.1)
        keys[other] = Job(simulated.scenario, simulated.stated, 0, 0).key
    assert [other for other, key in keys.items() if key == keys[name]] == [name]


def test_an_unknown_key_of_an_arm_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # YAML reads the key `off` as false: such an arm would set nothing back, and show no effect
    monkeypatch.setitem(declared()["arms"], "slip", {False: ["contests"]})
    with pytest.raises(ValueError, match="slip: unknown"):
        arm("slip", 0.1)


# --- the measures ------------------------------------------------------------------------------------
def test_a_planted_effect_is_found_and_no_other() -> None:
    strong, null = planted(12), planted(0)
    # exponential lifetimes of two years, extended by one: the share open after two years is e^-1/2, not e^-1
    assert effect("survival", strong) == pytest.approx(math.exp(-0.5) - math.exp(-1), abs=0.05)
    assert effect("jobs", strong) == pytest.approx(math.exp(0.5) - 1, abs=0.15)
    for measure in ("survival", "jobs", "ten_jobs"):
        assert effect(measure, null) == 0
    # a comparison of recipients with other firms over the first two years shows a spurious effect
    assert effect("observed_survival", null, approach="matched") > 0.1
    assert abs(effect("observed_survival", null, approach="landmark")) < 0.05


def test_a_measurement_is_restricted_to_its_group_and_period() -> None:
    pair = planted(12)
    everyone = treated(pair, Measurement("survival", **PAID))
    early = treated(pair, Measurement("survival", **PAID, until=11))
    assert 0 < early.row.size < everyone.row.size
    assert early.month.max() == 11
    unemployed = treated(pair, Measurement("survival", **PAID, kind=("unemployed",)))
    assert np.unique(pair.policy.output.firms["kind"][unemployed.row]).size == 1
    # firms treated in the last two years cannot be followed for two years
    assert follow_up(pair, Measurement("survival", **PAID, months=24)).month.max() == 23


def test_the_payment_per_job_is_the_money_over_the_jobs() -> None:
    pair = planted(12)
    panel, payments = pair.policy.output.firms, pair.policy.output.payments
    followed = follow_up(pair, Measurement("payment_per_job", **PAID))
    received = np.isin(panel["id"][payments["row"]], followed.id)
    yuan = payments["fen"][received].sum() / 100
    gained = (followed.with_policy - followed.without).sum()
    assert effect("payment_per_job", pair) == pytest.approx(yuan / gained)
    converted = effect("payment_per_job", pair, exchange_rate=6.6)
    assert converted == pytest.approx(effect("payment_per_job", pair) / 6.6)


def test_event_arrays_agree_with_the_results() -> None:
    simulated, events = arm("enacted", 0.01), EventArrays()
    output = simulate(simulated.scenario, 0, False, events)
    rounds = events.of("equity.round")
    assert 0 < len(rounds.id) <= output.outcomes["equity_rounds"].sum()
    granted = events.of("credit.granted")
    firms = output.firms
    weight = firms["weight"][np.searchsorted(firms["id"], granted.id)]
    assert weight.sum() == output.outcomes["loans_number"].sum()
    angels = rounds.where({"investor": ("angel",)})
    assert 0 < len(angels.id) < len(rounds.id)
    run = ArmRun(output, events)
    pair = CounterfactualPair(run, run)
    measurement = Measurement("jobs", event="equity.round")
    funded = treated(pair, measurement)
    assert set(firms["id"][funded.row]) == set(rounds.id)
    within = funded.month < 48
    assert (firms["jobs"][funded.month[within], funded.row[within]] > 0).all()
    assert jobs(pair, measurement)[0] == 0, "a run against itself"
    course = Measurement("value_added", event="services.course", months=15)
    assert MEASURES["value_added"](pair, course)[1] > 0


def test_a_cost_without_jobs_is_infinite() -> None:
    money = np.full(8, 1e6)
    many, hardly = np.tile([1.0, 3.0], 4), np.tile([-1.0, 1.5], 4)
    value, low, high = results.estimate("payment_per_job", np.column_stack([money, many, many]), 1)
    assert 1e6 / 3 < low < value == 5e5 < high < 1e6
    value, low, high = results.estimate("payment_per_job", np.column_stack([money, hardly, hardly]), 1)
    assert value == 4e6
    assert 0 < low < value < high == math.inf
    assert assess(ReportedEffect("US$", 10, 20), value, low, high) == "disagrees"


# --- the assessment ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("published", "estimate", "assessment"),
    [
        (ReportedEffect("share", 0.1, 0.2), (0.15, -1, 1), "agrees"),
        (ReportedEffect("share", 0.1, 0.2), (0.05, 0.0, 0.12), "unclear"),
        (ReportedEffect("share", 0.1, 0.2), (0.05, 0.0, 0.09), "disagrees"),
        (ReportedEffect("share", sign="up"), (0.1, 0.01, 0.2), "agrees"),
        (ReportedEffect("share", sign="up"), (0.1, -0.01, 0.2), "unclear"),
        (ReportedEffect("share", sign="up"), (0, 0, 0), "disagrees"),
        (ReportedEffect("share", sign="down"), (0.1, 0.01, 0.2), "disagrees"),
        (ReportedEffect("share", sign="down"), (-0.1, -0.2, -0.01), "agrees"),
        (ReportedEffect("share", sign="zero", within=0.02), (0.0, -0.01, 0.01), "agrees"),
        (ReportedEffect("share", sign="zero", within=0.02), (0.02, 0.01, 0.03), "unclear"),
        (ReportedEffect("share", sign="zero", within=0.02), (0.2, 0.1, 0.3), "disagrees"),
        (ReportedEffect("share", 0.1, 0.2), (math.nan, math.nan, math.nan), "unclear"),
    ],
)
def test_the_assessment_follows_the_rule(
    published: ReportedEffect, estimate: tuple[float, float, float], assessment: str
) -> None:
    assert assess(published, *estimate) == assessment


def test_parameters_taken_from_a_study_are_named() -> None:
    assert "growth.advice_effect" in studies.parameters_citing("SUB24")
    assert "equity.growth_effect" in studies.parameters_citing("VC08")  # cited as VC07-08
    assert studies.parameters_citing("SUB15") == []


# --- simulation and results --------------------------------------------------------------------------
def test_sums_are_kept_by_finding_and_replicate(tmp_path: Path) -> None:
    one, other = FINDINGS[0], FINDINGS[1]
    enacted = arm("enacted", 0.1)
    jobs, others = ([Job(enacted.scenario, enacted.stated, k, k)] * 2 for k in (0, 1))
    SumsStore(tmp_path).put(one, jobs, Sums(1.0, 2.0, math.nan))
    kept = SumsStore(tmp_path)
    assert kept.get(one, jobs) == pytest.approx((1.0, 2.0, math.nan), nan_ok=True)
    assert kept.get(other, jobs) is None
    assert kept.get(one, others) is None


def test_arms_are_simulated_once_and_their_sums_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = tuple(each for each in FINDINGS if each.id in ("CRED02", "CRED03") and each.measurement.event)
    monkeypatch.setattr(simulation, "findings", lambda: two)
    simulated = []

    def counting(scenario: Any, *rest: Any, **named: Any) -> Any:
        simulated.append(scenario.name)
        return simulate(scenario, *rest, **named)

    monkeypatch.setattr(simulation, "simulate", counting)
    sums = simulation.simulate_all(1, 0.005, tmp_path)
    assert sorted(simulated) == sorted(set(two[0].arms)), "two findings share their arms"
    assert simulation.simulate_all(1, 0.005, tmp_path) == sums
    assert len(simulated) == 2


def test_results_are_those_of_the_list() -> None:
    table = csv_table.read(results.TABLE)
    compared = {(row["id"], row["part"]): row for row in table if row["part"]}
    assert list(compared) == [(finding.id, finding.part) for finding in FINDINGS]
    for finding in FINDINGS:
        row = compared[finding.id, finding.part]
        value, low, high = (float(row[key] or "nan") for key in ("model", "low", "high"))
        assert row["published"] == str(finding.published)
        assert row["assessment"] == assess(finding.published, value, low, high)
        assert row["reason"] == finding.differs
        assert all(row[key] for key in results.MADE)
    rest = {row["id"]: row["reason"] for row in table if not row["part"]}
    assert rest == declared()["not_comparable"]
