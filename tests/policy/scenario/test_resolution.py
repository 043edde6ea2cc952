"""Tests of the resolution of scenarios: values calculated by hand, and independence of draws."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.clock import DAYS, day
from sim.engine.levers import triangle
from sim.engine.random_streams import RandomStreams
from sim.model.registry import LEVERS
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.resolution import Onset, arrival, ratio, scaled
from sim.policy.scenario.resolution import settings as resolve
from sim.policy.scenario.scenario import as_enacted, load_scenario, read_scenario

PLAN = catalogue()
any_streams = st.builds(RandomStreams, st.integers(0, 2**63 - 1), st.integers(0, 99))
LAG_RULE, LAG_SERVICE = round(3 * 30.4375), round(9 * 30.4375)


def steps(scenario, lever, streams=None):
    days, values = resolve(scenario, streams).steps[lever]
    return list(zip(days, values, strict=True))


def on(scenario, lever, date, streams=None):
    return resolve(scenario, streams).at(LEVERS[lever], day(dt.date.fromisoformat(date)))


def read(text):
    return read_scenario("name: case\n" + text)


def test_every_lever_from_day_0_on():
    for scenario in map(load_scenario, ("as_enacted", "no_plan", "no_support")):
        resolved = resolve(scenario).steps
        assert set(resolved) == set(LEVERS)
        for id_, (days, values) in resolved.items():
            assert days[0] == 0, id_
            assert list(days) == sorted(set(days)), id_
            assert days[-1] < DAYS
            assert all(a != b for a, b in pairwise(values)), id_
            lever = LEVERS[id_]
            assert all(lever.low <= v <= lever.high for v in values), id_


def test_a_rule_takes_effect_three_months_after_the_issue():
    issue = day(dt.date(2017, 6, 9))
    assert arrival(PLAN.instruments["fee_cleanup"]) == dt.date(2017, 9, 8)
    assert steps(as_enacted(), "claims.online_share") == [(0, 0.4), (issue + LAG_RULE, 0.6)]


def test_money_waits_for_the_next_budget():
    assert arrival(PLAN.instruments["training_subsidy"]) == dt.date(2018, 1, 1)
    assert arrival(PLAN.instruments["training_subsidy"], RandomStreams(1, 2)) == dt.date(2018, 1, 1)
    assert steps(as_enacted(), "growth.service_purchase") == [(0, 4e6), (365, 1e7)]
    assert steps(as_enacted(), "entry.trainees") == [(0, 6000)]  # the text adds no place
    stated = read("policy: {training_subsidy: {places: 9000}}")
    assert steps(stated, "entry.trainees") == [(0, 6000), (365, 9000)]


def test_dated_values_take_effect_on_their_date():
    assert steps(as_enacted(), "registration.days") == [(0, 20), (365, 12), (729, 5)]
    text = "policy: {fee_cleanup: {fees: [{from: 2017-07-01, value: 900}, {from: 2020-01-01, value: 0}]}}"
    # before the first date the parent's value holds: without, since the plan's own comes in September
    assert steps(read(text), "entry.fixed_cost") == [(0, 1500), (181, 900), (1095, 0)]
    late = "policy: {fee_cleanup: {fees: [{from: 2020-01-01, value: 0}]}}"
    first = day(dt.date(2017, 9, 8))
    assert steps(read(late), "entry.fixed_cost") == [(0, 1500), (first, 800), (1095, 0)]


def test_an_issued_value_before_dated_ones():
    text = "policy: {fee_cleanup: {fees: [{from: issued, value: 100}, {from: 2020-01-01, value: 0}]}}"
    first = day(dt.date(2017, 9, 8))
    assert steps(read(text), "entry.fixed_cost") == [(0, 1500), (first, 100), (1095, 0)]


def test_contributions_meet_in_the_levers_combiner():
    assert on(as_enacted(), "entry.fixed_cost", "2017-01-01") == 3000 - 3000 + 1500
    own = read("policy: {premises_rule: {shared_address_allowed: no}}")
    assert on(own, "entry.fixed_cost", "2019-01-01") == 3000 + 800
    # union of the channels, each with its dose: reach, a tenth of directory and finance platform, lectures
    before = 1 - (1 - 0.3 * 0.6) * (1 - 0.5 * 0.6 * 0.1) * (1 - 48 * 0.6 * 0.001)
    before = 1 - (1 - before) * (1 - 0.1 * 0.6 * 0.1)
    after = 1 - (1 - 0.6 * 0.7) * (1 - 0.7 * 0.7 * 0.1) * (1 - 48 * 0.7 * 0.001)
    after = 1 - (1 - after) * (1 - 0.4 * 0.7 * 0.1)
    assert on(as_enacted(), "claims.awareness", "2017-06-09") == pytest.approx(before, abs=1e-12)
    assert on(as_enacted(), "claims.awareness", "2020-12-31") == pytest.approx(after, abs=1e-12)
    assert steps(load_scenario("no_plan"), "claims.awareness") == [(0, pytest.approx(before))]


def test_a_dose_fills_up_over_a_year():
    only = "without: [small_firm_directory, online_finance_platform, lecture_subsidy]"
    resolved = steps(read(only), "claims.awareness")
    starts = day(dt.date(2017, 6, 9)) + LAG_SERVICE
    assert [d for d, _ in resolved] == [0] + [starts + round(k * 30.4375) for k in range(1, 13)]
    rest = (1 - 0.5 * 0.6 * 0.1) * (1 - 48 * 0.6 * 0.001) * (1 - 0.1 * 0.6 * 0.1)
    for k, (_, value) in enumerate(resolved):
        reach, delivered = 0.3 + 0.3 * k / 12, 0.6 + 0.1 * k / 12
        assert value == pytest.approx(1 - (1 - reach * delivered) * rest)


def test_money_that_is_invested_fills_up_over_four_years():
    onset = Onset(100, 48)
    assert onset.share(99) == onset.share(100) == 0
    assert onset.share(100 + round(12 * 30.4375)) == 0.25
    assert onset.share(100 + round(48 * 30.4375)) == 1
    assert Onset(100, 0).share(100) == 1
    invested = {m.lever for s in PLAN.settings.values() for m in s.moves if m.how == "invested"}
    assert "equity.public_capital" in invested
    assert "guarantee.capital" not in invested


def test_off_is_none_from_the_first_day():
    assert steps(read("off: [one_off_grant]"), "claims.one_off_amount") == [(0, 0)]
    assert steps(read("off: [one_stop_service]"), "claims.online_share") == [(0, 0.4)]  # no `none`
    assert not any(resolve(load_scenario("no_support")).steps["claims.job_budget"][1])


def test_without_all_measures_is_no_plan():
    listed = read("without: [" + ", ".join(PLAN.measures) + "]")
    instruments = read("without: [" + ", ".join(PLAN.instruments) + "]")
    streams = RandomStreams(3, 4)
    expected = resolve(load_scenario("no_plan"), streams)
    assert resolve(listed, streams) == resolve(instruments, streams) == expected


def test_until_the_issue_the_plan_changes_nothing():
    for streams in (None, RandomStreams(1, 1), RandomStreams(1, 2)):
        plan, none = resolve(as_enacted(), streams), resolve(load_scenario("no_plan"), streams)
        for id_, lever in LEVERS.items():
            assert plan.at(lever, 0) == none.at(lever, 0), id_
            assert plan.at(lever, day(dt.date(2017, 6, 8))) == none.at(lever, day(dt.date(2017, 6, 8))), id_


# --- uncertain numbers ---


def test_a_draw_by_hand():
    streams = RandomStreams(20170609, 0)
    drawn = triangle(streams.scalar("setting", "fee_cleanup.fees"), 400, 800, 1300)
    assert ratio(PLAN.settings["fee_cleanup.fees"], streams) == drawn / 800
    assert on(as_enacted(), "entry.fixed_cost", "2020-01-01", streams) == pytest.approx(drawn)
    assert on(as_enacted(), "entry.fixed_cost", "2017-01-01", streams) == pytest.approx(1500 * drawn / 800)


def test_lags_are_drawn_by_instrument():
    streams = RandomStreams(7, 3)
    months = triangle(streams.scalar("arrival", "one_stop_service"), 0, 3, 6)
    (_, (first, _)) = steps(as_enacted(), "claims.online_share", streams)
    assert first == day(dt.date(2017, 6, 9)) + round(months * 365.25 / 12)


def test_plan_rule_and_evidence_are_not_drawn():
    for setting in PLAN.settings.values():
        if not setting.guess:
            assert ratio(setting, RandomStreams(1, 1)) == 1


@given(any_streams)
@settings(max_examples=30, deadline=None)
def test_equals_stay_equal_and_zeros_zero(streams):
    for setting in PLAN.settings.values():
        drawn = ratio(setting, streams)
        columns = []
        for column in (setting.without, setting.enacted):
            values = column if isinstance(column, tuple) else ((None, column),)
            columns.append([(d, scaled(setting, v, drawn)) for d, v in values])
            for (_, before), (_, after) in zip(values, columns[-1], strict=True):
                assert (before == 0) == (after == 0)
                assert after == 0 or setting.low <= after <= setting.high
                assert not setting.unit.whole or after == round(after)
        if setting.without == setting.enacted:
            assert columns[0] == columns[1]
        if setting.plausible:
            low, high = setting.plausible
            assert low - 0.5 <= columns[1][-1][1] <= high + 0.5


def opened(setting):
    """The budget of a what-if programme: it is zero in the plan, and without it other settings do nothing."""
    gate = PLAN.settings.get(f"{setting.instrument}.budget")
    return {gate.id: gate.high} if gate and PLAN.instruments[setting.instrument].what_if else {}


@given(any_streams, st.sampled_from(sorted(PLAN.settings)), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_stated_value_is_not_drawn(streams, id_, share):
    setting = PLAN.settings[id_]
    value = setting.low + share * (setting.high - setting.low)
    value = float(round(value)) if setting.unit.whole or setting.unit.kind == "switch" else value
    stated = as_enacted().changed("x", policy=opened(setting) | {id_: value})
    for move in setting.moves:
        lever = LEVERS.get(move.lever)
        # invested money arrives over four years: at the end part of what is drawn is still there
        if lever and lever.combiner == "value" and move.how == "value":
            end = resolve(stated, streams).at(lever, DAYS - 1)
            assert end == pytest.approx(min(lever.high, max(lever.low, value * move.factor)))


@given(any_streams, st.sampled_from(sorted(PLAN.instruments)), st.sampled_from(["without", "off"]))
@settings(max_examples=60, deadline=None)
def test_what_a_scenario_does_not_change_stays(streams, instrument, how):
    """A change to one instrument moves only its own levers, and draws do not depend on the scenario."""
    back = [instrument]
    changed = as_enacted().changed(
        "x", without=back if how == "without" else (), off=back if how == "off" else ()
    )
    before, after = resolve(as_enacted(), streams).steps, resolve(changed, streams).steps
    moved = {m.lever for s in PLAN.instruments[instrument].settings for m in s.moves}
    assert {id_ for id_ in before if before[id_] != after[id_]} <= moved


@given(any_streams, st.sampled_from(sorted(PLAN.instruments)))
@settings(max_examples=40, deadline=None)
def test_without_is_the_same_in_every_scenario(streams, instrument):
    alone = resolve(load_scenario("no_plan"), streams).steps
    changed = resolve(as_enacted().changed("x", without=[instrument]), streams).steps
    for id_ in {m.lever for s in PLAN.instruments[instrument].settings for m in s.moves}:
        others = [
            s for s in PLAN.settings.values() if s.instrument != instrument
            and any(m.lever == id_ for m in s.moves)
        ]  # fmt: skip
        if id_ in alone and not others:
            assert changed[id_] == alone[id_]


@given(st.integers(0, 2**63 - 1))
@settings(max_examples=10, deadline=None)
def test_a_replicate_draws_the_same_every_time(seed):
    assert resolve(as_enacted(), RandomStreams(seed, 3)) == resolve(as_enacted(), RandomStreams(seed, 3))
    assert resolve(as_enacted(), RandomStreams(seed, 3)) != resolve(as_enacted(), RandomStreams(seed, 4))


@pytest.mark.parametrize("id_", [s.id for s in PLAN.settings.values() if s.acting])
def test_a_setting_moves_its_levers_from_one_end_to_the_other(id_):
    setting, plan = PLAN.settings[id_], as_enacted()
    low, high = (
        resolve(plan.changed(policy=opened(setting) | {id_: end})) for end in (setting.low, setting.high)
    )
    for move in setting.moves:
        if move.lever in LEVERS:
            assert low.steps[move.lever] != high.steps[move.lever], move.lever
