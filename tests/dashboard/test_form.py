"""Form: conversion of the fields into an equivalent scenario, or one line for each fault."""

import re

import pytest
import yaml

from sim import texts
from sim.dashboard.controls import GROUPS, Control, ControlError, control_groups
from sim.dashboard.form import FIRST_FIELDS, LAST_FIELDS, REFERENCES, Form, load_choices
from sim.dashboard.texts import TEXTS
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import load_scenario, read_scenario

SETTINGS = catalogue().settings
IDS = [id_ for ids in GROUPS.values() for id_ in ids]
FEE, CAPITAL = Control(SETTINGS["guarantee_fee.fee"]), Control(SETTINGS["guarantee_fund.capital"])
BUDGET = Control(SETTINGS["rent_subsidy.budget"])
CLERKS = Control(SETTINGS["online_claims.clerks"])


@pytest.fixture(scope="module")
def choices():
    return load_choices()


def filled(choices, **given):
    form = Form(choices)
    form.fill(given)
    return form


def test_every_control_has_an_acting_setting_and_a_name():
    assert len(set(IDS)) == len(IDS)
    for lang in texts.LANGUAGES:
        texts.use(lang)
        for group, controls in control_groups().items():
            assert [control.id for control in controls] == list(GROUPS[group])
            for control in controls:
                assert control.setting.acting
                assert control.name
                assert control.unit


def test_every_text_has_both_languages_and_the_same_fields():
    for section, entries in yaml.safe_load(TEXTS.file.read_text(encoding="utf-8")).items():
        for key, text in entries.items():
            assert set(text) == {"zh", "en"}, f"{section}.{key}"
            fields = [set(re.findall(r"{(\w+)}", text[lang])) for lang in ("zh", "en")]
            assert fields[0] == fields[1], f"{section}.{key}"


@pytest.mark.parametrize(
    ("control", "lang", "text", "value"),
    [
        (FEE, "zh", "1", 0.01),
        (FEE, "en", "1.5", 0.015),
        (FEE, "zh", "１．５％", 0.015),
        (FEE, "en", "1.5 % a year", 0.015),
        (CAPITAL, "zh", "30000", 3e8),
        (CAPITAL, "zh", "60,000", 6e8),
        (CAPITAL, "zh", "6亿元", 6e8),
        (CAPITAL, "en", "300", 3e8),
        (CAPITAL, "en", "412.5 million yuan", 4.125e8),
        (CAPITAL, "en", "3e2", 3e8),
        (BUDGET, "en", "18 million yuan", 1.8e7),
        (BUDGET, "en", "18 million yuan a year", 1.8e7),
        (BUDGET, "zh", "1,800万元/年", 1.8e7),
        (CLERKS, "en", "40", 40.0),
        (CLERKS, "zh", "40人", 40.0),
    ],
)
def test_numbers_are_parsed_in_the_displayed_unit(control, lang, text, value):
    texts.use(lang)
    assert control.parse(text) == value


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize(
    ("control", "text"),
    [
        (FEE, "lots"), (FEE, "5"), (FEE, "-1"), (FEE, "1天"), (FEE, "nan"), (FEE, "1 1"), (FEE, "=1+1"),
        (CAPITAL, "1e999"), (CAPITAL, "3亿园"), (CAPITAL, "9" * 60), (CAPITAL, "<script>"),
        (CAPITAL, "1\x00"), (CLERKS, "2.5"), (CLERKS, "inf"), (CLERKS, "201"),
    ],
)  # fmt: skip
def test_an_invalid_input_is_one_line_that_names_the_setting(control, text, lang):
    texts.use(lang)
    with pytest.raises(ControlError) as caught:
        control.parse(text)
    line = str(caught.value)
    assert line.startswith(control.name)
    assert len(line) < 300
    assert line.isprintable()
    if lang == "en":
        assert not re.search("[\u4e00-\u9fff]", re.sub("'.*?'", "", line).partition("allowed")[0])


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_displayed_ends_of_a_range_are_valid_inputs(id_, lang):
    texts.use(lang)
    control = Control(SETTINGS[id_])
    assert control.parse(control.low) == control.setting.low
    assert control.parse(control.high) == control.setting.high
    slider = {k: float(v) for k, v in control.slider.items()}
    steps = (slider["max"] - slider["min"]) / slider["step"]
    assert steps == pytest.approx(round(steps))
    assert steps <= 1000


def test_the_schedule_of_a_setting_has_its_dates():
    enacted = FEE.schedule(Stated())
    assert [value for _, value in enacted] == ["2.5", "2", "1.5"]
    assert [date for date, _ in enacted][1:] == ["2018-01", "2019-01"]
    assert CAPITAL.schedule(Stated("without")) == [("", "20,000")]
    assert CAPITAL.last_value(Stated(6e8)) == "60000"
    doubled = load_scenario("subsidies_doubled").values["one_off_grant.amount"]
    schedule = Control(SETTINGS["one_off_grant.amount"]).schedule(doubled)
    assert [value for _, value in schedule] == ["5,000", "10,000", "20,000"]


def test_the_saved_scenario_has_the_same_values(choices):
    given = {"base": "guarantee_fee_halved", "name": "mine", "guarantee_fund.capital": "6亿元", "seed": "5"}
    request, faults = filled(choices, **given).request()
    assert faults == {}
    saved = read_scenario(request.saved.resolved)
    base = choices["guarantee_fee_halved"]
    changed = {id_ for id_ in base.values if base.values[id_] != saved.values[id_]}
    assert changed == {"guarantee_fund.capital"}
    assert saved.values["guarantee_fund.capital"] == Stated(6e8)
    assert saved.name == "mine"
    assert (saved.run.replicates, saved.run.scale, saved.run.seed) == (30, 1.0, 5)
    run = request.scenario.run
    assert (run.replicates, run.scale, run.seed) == (4, 0.02, 5)
    assert request.reference.run == run


def test_one_setting_can_be_restored_in_no_plan(choices):
    request, _ = filled(
        choices, **{"base": "no_plan", "reference": "as_enacted", "guarantee_fee.fee": "1"}
    ).request()
    saved = read_scenario(request.saved.resolved)
    assert saved.values["guarantee_fee.fee"] == Stated(0.01)
    assert saved.values["guarantee_fund.capital"] == Stated("without")


def test_all_faults_are_listed_in_the_order_of_the_page(choices):
    wrong = {
        "name": "No Plan", "base": "../../etc/passwd", "reference": "x", "replicates": "0", "scale": "0.5",
        "seed": "-1", "guarantee_fee.fee": "9", "online_claims.clerks": "two",
    }  # fmt: skip
    request, faults = filled(choices, **wrong).request()
    assert request is None
    order = [*FIRST_FIELDS, *IDS, *LAST_FIELDS]
    assert sorted(faults, key=order.index) == list(faults)
    assert set(faults) == set(wrong)
    assert all("\n" not in line and len(line) < 300 for line in faults.values())


@pytest.mark.parametrize("name", [*REFERENCES, "subsidies_doubled", "comparison"])
def test_a_name_in_use_is_refused(choices, name):
    assert "name" in filled(choices, name=name).request()[1]


def test_unknown_fields_are_ignored(choices):
    form = filled(choices, **{"guide_fund.graduate_share": "0.4", "world.macro": "x", "base": "no_plan"})
    assert "guide_fund.graduate_share" not in form.texts
    assert "world.macro" not in form.texts


def test_a_change_of_language_keeps_the_amounts(choices):
    texts.use("zh")
    form = filled(choices, **{"guarantee_fund.capital": "45000", "guarantee_fee.fee": "1.2"})
    before = form.request()[0].saved.values
    form.set_language("en")
    assert form.texts["guarantee_fund.capital"] == "450"
    assert form.request()[0].saved.values == before
    form.set_language("zh")
    assert form.texts["guarantee_fund.capital"] == "45000"
