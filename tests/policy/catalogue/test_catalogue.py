"""Tests that the catalogue is consistent with itself, the model's levers and the plan's text."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sim.model.environment.parameters import INITIAL
from sim.model.programmes import BUDGETS
from sim.model.registry import LEVERS
from sim.model.subsidies.rules import counts_as_founder_service
from sim.policy.catalogue import levers as copies
from sim.policy.catalogue.catalogue import PLAN as PLAN_FILE
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.coverage import MOST_RESPONSES, coverage
from sim.policy.catalogue.listing import chosen, plan_json

ROOT = Path(__file__).parents[3]
PLAN = catalogue()
SETTINGS = list(PLAN.settings.values())
UNIT_OF = {s.id: s.unit for s in LEVERS.values()} | {p.id: p.unit for p in PLAN.planned.values()}
IN_CHINESE = {"Continues": "延续原有", "Partly": "部分已有", "New": "新设",
              "source": "有来源", "text": "据原文", "judgement": "据经验判断"}  # fmt: skip
OF_PLAN = [i for i in PLAN.instruments.values() if not i.what_if]
ids = pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.id)


def numbers(value):
    return [v for _, v in value] if isinstance(value, tuple) else [value]


def test_it_is_whole():
    assert list(PLAN.measures) == [f"M{n:02d}" for n in range(1, 35)]
    assert [t.id for t in PLAN.targets] == [f"T{n}" for n in range(1, 8)]
    assert [m for c in PLAN.chapters for m in c.measures] == list(PLAN.measures)
    assert all(PLAN.measures[m].chapter == c.number for c in PLAN.chapters for m in c.measures)
    assert len(OF_PLAN) == sum(len(m.instruments) for m in PLAN.measures.values())


def test_catalogue_and_model_agree_on_which_programmes_serve_founders():
    """The catalogue and the claims desk count the same programmes as founder services (target T7)."""
    flags = {p: PLAN.instruments[p].counts_as_founder_service for p in BUDGETS if p in PLAN.instruments}
    assert len(flags) >= 12
    assert flags == {p: counts_as_founder_service(p) for p in flags}


def test_everything_has_both_names():
    things: list[Any] = [*PLAN.targets, *PLAN.chapters, *PLAN.measures.values(), *PLAN.instruments.values()]
    things += [*PLAN.units.values(), *PLAN.planned.values(), *PLAN.levers.values()]
    for thing in things:
        assert re.search(r"[\u4e00-\u9fff]", thing.zh), thing
        assert thing.en.isascii(), thing


def test_the_copy_of_the_levers_is_fresh():
    """If this fails, run ``python -m sim.policy.catalogue.levers``."""
    assert copies.FILE.read_text(encoding="utf-8") == copies.current()


def test_every_lever_has_the_package_that_owns_it():
    packages = {p.parent.name for p in (ROOT / "sim" / "model").glob("*/__init__.py")}
    assert {lever.submodel for lever in PLAN.levers.values()} <= packages
    for lever, package in {
        "credit.days": "banking", "crowdfunding.rated": "equity", "guarantee.fee": "guarantees",
        "services.mentors": "subsidies", "registration.days": "entry", "exit.second_chance_share": "entry",
        "growth.reach": "firms", "cost.tax_uptake": "firms", "exit.clerks": "firms",
        "growth.voucher_cap": "business_support", "cost.space_area": "business_support",
        "exit.premium_subsidy": "business_support", "ip.case_days": "business_support",
    }.items():  # fmt: skip
        assert PLAN.levers[lever].submodel == package, lever


def test_an_instrument_names_submodels_and_test_files_that_exist():
    document = json.loads(plan_json(chosen(None)))
    instruments = {i["id"]: i for m in document["measures"] for i in m["instruments"]}
    assert instruments["tech_credit_branches"]["submodels"] == ["banking"]
    assert instruments["research_platforms"]["submodels"] == ["business_support", "entry"]
    for instrument in instruments.values():
        folders = {Path(test).parent.name for test in instrument["tests"]}
        assert folders == set(instrument["submodels"]), instrument["id"]
        assert all((ROOT / test).is_file() for test in instrument["tests"])


def test_what_counts_as_a_service_to_founders():
    """A founder counts as served (T7) once one of these pays, teaches, visits, lends, guides or admits."""
    assert PLAN.founder_services & {i.id for i in OF_PLAN} == {
        "one_off_grant", "rent_subsidy", "job_creation_subsidy", "hardship_support", "founder_upskilling",
        "microloan_interest_subsidy", "overseas_talent", "second_chance", "mentor_subsidy", "contests",
        "training_subsidy", "graduate_programme", "startup_loan_fund", "policy_information",
        "incubator_support", "internet_plus_parks",
    }  # fmt: skip
    levers = PLAN.founder_service_levers
    assert levers <= set(LEVERS)
    assert {"claims.one_off_amount", "services.mentors", "guarantee.loan_fund_capital"} <= levers
    assert not {"growth.voucher_volume", "growth.first_set_award", "services.lectures"} & levers


def test_every_moved_lever_exists_or_is_planned():
    moved = {m.lever for s in SETTINGS for m in s.moves}
    assert moved <= set(LEVERS) | set(PLAN.planned)
    assert not set(LEVERS) & set(PLAN.planned), "a submodel has it now: take it out of `planned`"
    assert set(PLAN.planned) <= moved


def test_every_lever_is_moved():
    assert set(LEVERS) <= {m.lever for s in SETTINGS for m in s.moves}


def test_a_value_lever_has_one_setting():
    for lever in LEVERS.values():
        moving = [s.id for s in SETTINGS for m in s.moves if m.lever == lever.id]
        assert lever.combiner != "value" or len(moving) <= 1, moving


@ids
def test_setting(setting):
    assert setting.moves
    assert PLAN.instruments[setting.instrument].arrives in PLAN.arrival
    of_what_if = ("assumption",) if PLAN.instruments[setting.instrument].what_if else ()
    assert setting.source in ("plan", "rule", "evidence", "guess", *of_what_if)
    assert setting.low <= setting.high
    values = numbers(setting.without) + numbers(setting.enacted)
    assert all(setting.low <= v <= setting.high for v in values)
    if setting.unit.whole:
        assert all(v == round(v) for v in values)
    for column in (setting.without, setting.enacted):
        if isinstance(column, tuple):
            dates = [d for d, _ in column]
            assert dates == sorted(set(dates))
            assert dates[0] <= dt.date(2017, 1, 1), "the value at the start is stated"
    if setting.source == "evidence":
        assert setting.evidence


@ids
def test_guesses(setting):
    """The plausible range is narrower than the allowed one and contains the last enacted value."""
    assert setting.guess == (setting.plausible is not None)
    if setting.plausible:
        low, high = setting.plausible
        last = numbers(setting.enacted)[-1]
        assert setting.low <= low <= last <= high <= setting.high
        assert last != 0
        if setting.unit.kind != "switch":
            assert low < high
            assert high - low < setting.high - setting.low


@ids
def test_units_meet(setting):
    """A setting that contributes its number unchanged to a lever has the unit of the lever."""
    for move in setting.moves:
        unit = UNIT_OF[move.lever]
        assert unit in PLAN.units, move.lever
        if move.factor == 1:
            assert PLAN.units[unit].kind == setting.unit.kind, move.lever
            assert PLAN.units[unit].per == setting.unit.per, move.lever


@ids
def test_a_lever_takes_the_whole_range(setting):
    """A setting without effect at the end of its range is a defect."""
    for move in setting.moves:
        lever = LEVERS.get(move.lever)
        if lever and lever.combiner == "value" and move.how == "value":
            assert lever.low <= setting.low or setting.low < lever.low == 1
            assert setting.high * move.factor <= lever.high


@pytest.mark.parametrize("instrument", OF_PLAN, ids=lambda i: i.id)
def test_every_instrument_says_what_was_before(instrument):
    """Exactly the instruments that the plan continues unchanged are described as continued."""
    zh, en = instrument.before.zh, instrument.before.en
    assert len(en) <= 120
    english = re.fullmatch(r"(Continues|Partly|New) \((source|text|judgement)\): .+", en)
    assert english, en
    same = all(s.without == s.enacted for s in instrument.settings)
    assert same == (english[1] == "Continues"), en
    chinese = re.fullmatch(r"(延续原有|部分已有|新设)（(有来源|据原文|据经验判断)）：.+", zh)
    assert chinese, zh
    assert chinese.groups() == tuple(IN_CHINESE[word] for word in english.groups()), zh
    assert not re.search("[A-Za-z]{2}", zh), zh
    assert set(re.findall(r"(?:19|20)\d\d", en)) <= set(re.findall(r"(?:19|20)\d\d", zh)), (zh, en)


def test_settings_are_called_something_in_chinese():
    for setting in PLAN.settings.values():
        assert re.search("[\u4e00-\u9fff]", setting.zh), setting.id
        assert not re.search("[A-Za-z_]{2}", setting.zh), setting.id
    for instrument in PLAN.instruments.values():
        called = [s.zh for s in instrument.settings]
        assert len(set(called)) == len(called), instrument.id


def test_what_is_new_begins_at_nothing():
    """At least one setting of a new instrument is 0 (or no) without the plan."""
    for instrument in PLAN.instruments.values():
        if instrument.before and instrument.before.en.startswith("New"):
            assert any(numbers(s.without)[0] == 0 for s in instrument.settings), instrument.id


def test_the_clauses_are_the_whole_text():
    """Every sentence of every measure appears verbatim and in order, as implemented or not modelled."""
    text = (Path(__file__).with_name("plan_2017_no23_zh.txt")).read_text(encoding="utf-8")
    for measure in PLAN.measures.values():
        body = "".join(c.zh for c in measure.clauses)
        assert f"\n{int(measure.id[1:])}.{measure.zh}。{body}" in text, measure.id
        for clause in measure.clauses:
            assert clause.instruments or clause.not_modelled, clause.zh
            assert set(clause.instruments) <= set(PLAN.instruments)
    assert "\n".join(("", "".join(c.zh for c in PLAN.closing), "")) in text
    named = {i for c in PLAN.clauses for i in c.instruments}
    assert named == {*(i.id for i in OF_PLAN), "delivery"}


def test_departments_are_those_of_the_text():
    text = (Path(__file__).with_name("plan_2017_no23_zh.txt")).read_text(encoding="utf-8")
    for measure in PLAN.measures.values():
        lead = "、".join(measure.lead)
        if measure.supporting:
            assert f"(牵头单位:{lead},配合单位:{'、'.join(measure.supporting)})" in text, measure.id
        else:
            assert f"(责任单位:{lead})" in text, measure.id


def test_coverage_is_counted_from_the_clauses():
    counted = coverage(PLAN)
    assert counted.clauses == len(PLAN.clauses) > 130
    assert counted.carried + counted.partly + counted.left_out == counted.clauses
    assert counted.left_out == sum(1 for c in PLAN.clauses if not c.instruments)
    not_carried = (
        "严重违法企业名单", "远期约定", "境外上市", "技术合同登记", "标准和检验互认", "分享经济新型",
        "多层工业厂房", "统计工作", "组建创业学院", "生态园",
    )  # fmt: skip
    for words in not_carried:
        clause = next(c for c in PLAN.clauses if words in c.zh)
        assert clause.not_modelled, words
        assert not clause.instruments, words
    for words, instrument in (
        ("网络知识产权执法", "ip_enforcement"),
        ("简化创业用房", "space_conversion"),
        ("督查督导", "delivery"),
    ):
        clause = next(c for c in PLAN.clauses if words in c.zh)
        assert clause.instruments == (instrument,), words


def test_at_most_forty_instruments_act_by_response():
    assert sum(i.way == "response" for i in PLAN.instruments.values()) <= MOST_RESPONSES == 40


def test_ways():
    for instrument in PLAN.instruments.values():
        assert instrument.way in ("mechanism", "response")


def test_what_the_city_knows_has_a_unit():
    assert {p.unit for p in INITIAL} <= set(PLAN.units)


def test_a_measure_acts_through_its_instruments():
    assert PLAN.instruments["one_off_grant"].acting
    acting = [i.id for i in PLAN.instruments.values() if i.acting]
    assert len(acting) >= 25


def test_another_plan_is_data_only(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        """
units: {yuan: {zh: 元, en: yuan, kind: money}, share: {zh: 比例, en: share, kind: share}}
targets: {}
arrival: {rule: {lag: [0, 3, 6]}}
delivery: {without: 0.6, enacted: 0.7, low: 0.4, high: 0.95, plausible: [0.5, 0.85], unit: share,
  source: guess}
chapters: {1: {zh: 一, en: One, measures: [M01]}}
measures:
  M01:
    zh: 一
    en: One
    lead: []
    instruments:
      fees: {zh: 费, en: Fees, arrives: rule, way: mechanism, settings: {fee: {without: 9, enacted: 5,
        low: 0, high: 10, unit: yuan, source: rule, moves: {entry.fixed_cost: value}}}}
planned: {}
""",
        encoding="utf-8",
    )
    other = catalogue(path)
    assert list(other.instruments) == ["fees"]
    assert other.settings["fees.fee"].acting


@pytest.mark.parametrize("how", ["valu", "dose x", "value y 3"])
def test_a_misspelt_way_is_refused(tmp_path, how):
    text = (copies.FILE.with_name("measures.yaml")).read_text(encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace("{entry.fixed_cost: value}", f"{{entry.fixed_cost: {how}}}"))
    with pytest.raises(ValueError, match=r"fixed_cost|float"):
        catalogue(path)


def test_a_note_that_its_commas_cut_is_refused(tmp_path):
    text = PLAN_FILE.read_text(encoding="utf-8")
    assert "note: closing enterprises; the same" in text
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace("note: closing enterprises; the", "note: closing enterprises, the"))
    with pytest.raises(ValueError, match=r"eligible_share: unknown .*the same national rule"):
        catalogue(path)
