"""Published effects: each has its counterpart or a reason, what is planted is found, the rule decides."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.effects import counterfactual_measures as counterparts
from calibration.effects import studies as effects
from calibration.effects.counterfactual_measures import MEASURES, Lived, Look, Pair, Register
from calibration.effects.studies import Published, judge
from calibration.figures import evidence
from sim.docs import model_tables
from sim.policy.scenario.scenario import load_scenario
from sim.studies.adapters.evaluator import Job
from sim.studies.run import simulate
from tests.studies.trial_town import town

EVIDENCE = evidence.rows("effects.csv")
LISTED = effects.effects()
PAID: dict[str, Any] = {"paid": ("one_off_grant",)}


def planted(months: float, replicate: int = 0) -> Pair:
    """A town whose grant adds so many months to the lives of those who get it, with it and without."""
    enacted = load_scenario("as_enacted")
    without = enacted.changed("no_grant", off=["one_off_grant"])
    live = town(months).simulate
    with_it, twin = (Lived(live(s, replicate, False), Register()) for s in (enacted, without))
    return Pair(with_it, twin)


def effect(measure: str, pair: Pair, **look: Any) -> float:
    over, under = MEASURES[measure](pair, Look(measure, **{**PAID, **look}))
    return over / under


# --- the list --------------------------------------------------------------------------------------
def test_every_row_of_the_evidence_is_compared_or_has_its_reason() -> None:
    said = effects.declared()
    compared = {id_ for one in LISTED for id_ in (one.id, *one.also)}
    groups = (compared, set(said["not_comparable"]), set(said["no_effect"]))
    assert set().union(*groups) == set(EVIDENCE)
    assert sum(map(len, groups)) == len(EVIDENCE)
    assert all(len(reason) > 20 for reason in said["not_comparable"].values())


@pytest.mark.parametrize("one", [e for e in LISTED if not e.claim], ids=lambda e: f"{e.id}, {e.part}")
def test_what_is_called_published_is_what_the_evidence_has(one: effects.Effect) -> None:
    low, high = (EVIDENCE[one.id][end] for end in ("low", "high"))
    if one.published.sign:
        assert (low, high) == ("", "")
    else:
        assert (one.published.low, one.published.high) == (float(low), float(high))


@pytest.mark.parametrize("name", sorted({name for e in LISTED for name in e.arms}))
def test_arms_can_be_lived_and_no_two_are_alike(name: str) -> None:
    keys = {
        other: Job(arm.scenario, arm.stated, 0, 0).key
        for other in effects.declared()["arms"]
        for arm in [effects.arm(other, 0.1)]
    }
    assert [other for other, key in keys.items() if key == keys[name]] == [name]


def test_a_word_that_no_arm_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # YAML reads the key `off` as false: an arm that says so would set nothing back, and find nothing
    monkeypatch.setitem(effects.declared()["arms"], "slip", {False: ["contests"]})
    with pytest.raises(ValueError, match="slip: unknown"):
        effects.arm("slip", 0.1)


# --- the measures ----------------------------------------------------------------------------------
def test_a_planted_effect_is_found_and_nothing_else() -> None:
    strong, null = planted(12), planted(0)
    # a year more of an exponential life of two: e^-1/2 against e^-1 are open two years on
    assert effect("survived", strong) == pytest.approx(math.exp(-0.5) - math.exp(-1), abs=0.05)
    assert effect("jobs", strong) == pytest.approx(math.exp(0.5) - 1, abs=0.15)
    for measure in ("survived", "jobs", "ten_jobs"):
        assert effect(measure, null) == 0
    # to compare winners with others by their first two years finds what is not there
    assert effect("survival_found", null, approach="matched") > 0.1
    assert abs(effect("survival_found", null, approach="landmark")) < 0.05


def test_whom_a_look_leaves_out_is_not_looked_at() -> None:
    pair = planted(12)
    everyone = counterparts.treated(pair, Look("survived", **PAID))
    early = counterparts.treated(pair, Look("survived", **PAID, until=11))
    assert 0 < early.row.size < everyone.row.size
    assert early.month.max() == 11
    some = counterparts.treated(pair, Look("survived", **PAID, kind=("unemployed",)))
    assert np.unique(pair.policy.history.firms["kind"][some.row]).size == 1
    # of those followed for two years, nobody is treated in the last two
    followed = counterparts.followed(pair, Look("survived", **PAID, months=24))
    assert followed.month.max() == 23


def test_what_a_job_costs_is_the_money_over_the_jobs() -> None:
    pair = planted(12)
    panel, payments = pair.policy.history.firms, pair.policy.history.payments
    seen = counterparts.followed(pair, Look("paid_per_job", **PAID))
    of_them = np.isin(panel["id"][payments["row"]], seen.id)
    yuan = payments["fen"][of_them].sum() / 100
    assert effect("paid_per_job", pair) == pytest.approx(yuan / (seen.here - seen.there).sum())
    assert effect("paid_per_job", pair, dollars=6.6) == pytest.approx(effect("paid_per_job", pair) / 6.6)


def test_a_register_holds_what_the_results_count() -> None:
    one, register = effects.arm("enacted", 0.01), Register()
    history = simulate(one.scenario, 0, False, register)
    rounds = register.of("equity.round")
    assert 0 < len(rounds.id) <= history.outcomes["equity_rounds"].sum()
    granted = register.of("credit.granted")
    firms = history.firms
    weight = firms["weight"][np.searchsorted(firms["id"], granted.id)]
    assert weight.sum() == history.outcomes["loans_number"].sum()
    angels = rounds.where({"investor": ("angel",)})
    assert 0 < len(angels.id) < len(rounds.id)
    pair = Pair(Lived(history, register), Lived(history, register))
    look = Look("jobs", event="equity.round")
    found = counterparts.treated(pair, look)
    assert set(firms["id"][found.row]) == set(rounds.id)
    assert (firms["jobs"][found.month[found.month < 48], found.row[found.month < 48]] > 0).all()
    assert counterparts.jobs(pair, look)[0] == 0  # a history against itself
    assert MEASURES["value_added"](pair, Look("value_added", event="services.course", months=15))[1] > 0


def test_a_cost_without_jobs_has_no_end() -> None:
    money = np.full(8, 1e6)
    dear, none = np.tile([1.0, 3.0], 4), np.tile([-1.0, 1.5], 4)
    value, low, high = effects.estimated("paid_per_job", np.column_stack([money, dear, dear]), 1)
    assert 1e6 / 3 < low < value == 5e5 < high < 1e6
    value, low, high = effects.estimated("paid_per_job", np.column_stack([money, none, none]), 1)
    assert value == 4e6
    assert 0 < low < value < high == math.inf
    assert judge(Published("US$", 10, 20), value, low, high) == "disagrees"


# --- the verdict -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("published", "estimate", "verdict"),
    [
        (Published("share", 0.1, 0.2), (0.15, -1, 1), "agrees"),
        (Published("share", 0.1, 0.2), (0.05, 0.0, 0.12), "unclear"),
        (Published("share", 0.1, 0.2), (0.05, 0.0, 0.09), "disagrees"),
        (Published("share", sign="up"), (0.1, 0.01, 0.2), "agrees"),
        (Published("share", sign="up"), (0.1, -0.01, 0.2), "unclear"),
        (Published("share", sign="up"), (0, 0, 0), "disagrees"),
        (Published("share", sign="down"), (0.1, 0.01, 0.2), "disagrees"),
        (Published("share", sign="down"), (-0.1, -0.2, -0.01), "agrees"),
        (Published("share", sign="zero", within=0.02), (0.0, -0.01, 0.01), "agrees"),
        (Published("share", sign="zero", within=0.02), (0.02, 0.01, 0.03), "unclear"),
        (Published("share", sign="zero", within=0.02), (0.2, 0.1, 0.3), "disagrees"),
        (Published("share", 0.1, 0.2), (math.nan, math.nan, math.nan), "unclear"),
    ],
)
def test_a_verdict_follows_the_rule(
    published: Published, estimate: tuple[float, float, float], verdict: str
) -> None:
    assert judge(published, *estimate) == verdict


def test_of_what_the_model_was_told_is_said_so() -> None:
    assert "growth.advice_effect" in effects.enters("SUB24")
    assert "equity.growth_effect" in effects.enters("VC08")  # named as VC07-08
    assert effects.enters("SUB15") == []


# --- what is kept ----------------------------------------------------------------------------------
def test_numbers_are_kept_for_the_same_question_only(tmp_path: Path) -> None:
    one, other = LISTED[0], LISTED[1]
    arm = effects.arm("enacted", 0.1)
    jobs, others = ([Job(arm.scenario, arm.stated, k, k)] * 2 for k in (0, 1))
    effects.Kept(tmp_path).put(one, jobs, (1.0, 2.0, math.nan))
    again = effects.Kept(tmp_path)
    assert again.get(one, jobs) == pytest.approx((1.0, 2.0, math.nan), nan_ok=True)
    assert again.get(other, jobs) is None
    assert again.get(one, others) is None


def test_the_findings_are_those_of_the_list_and_the_table_those_of_the_findings() -> None:
    _, found = effects.read()
    compared = {(row["id"], row["part"]): row for row in found if row["part"]}
    assert list(compared) == [(one.id, one.part) for one in LISTED]
    for one in LISTED:
        row = compared[one.id, one.part]
        numbers = [float(row[key] or "nan") for key in ("model", "low", "high")]
        assert (row["published"], row["verdict"]) == (str(one.published), judge(one.published, *numbers))
        assert row["reason"] == one.differs
    rest = {row["id"]: row["reason"] for row in found if not row["part"]}
    assert rest == effects.declared()["not_comparable"]
    text = effects.README.read_text(encoding="utf-8")
    assert f"generated: {effects.PART} -->" in text
    assert model_tables.fresh(text, {effects.PART: effects.table}) == text
