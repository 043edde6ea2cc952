"""What is filled in becomes a scenario that means the same, or a line a fault."""

import re

import pytest
import yaml

from sim import texts
from sim.dashboard.controls import GROUPS, Turn, TurnError, turns
from sim.dashboard.form import END, REFERENCES, START, Form, choices
from sim.dashboard.texts import TEXTS
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import load_scenario, read_scenario

SETTINGS = catalogue().settings
IDS = [id_ for ids in GROUPS.values() for id_ in ids]
FEE, CAPITAL = Turn(SETTINGS["guarantee_fee.fee"]), Turn(SETTINGS["guarantee_fund.capital"])
BUDGET = Turn(SETTINGS["rent_subsidy.budget"])
CLERKS = Turn(SETTINGS["online_claims.clerks"])


@pytest.fixture(scope="module")
def known():
    return choices()


def filled(known, **given):
    form = Form(known)
    form.fill(given)
    return form


def test_every_turn_is_in_the_catalogue_acts_and_has_a_name():
    assert len(set(IDS)) == len(IDS)
    for lang in texts.LANGUAGES:
        texts.use(lang)
        for group, those in turns().items():
            assert [t.id for t in those] == list(GROUPS[group])
            for turn in those:
                assert turn.setting.acting
                assert turn.name
                assert turn.unit


def test_every_text_speaks_both_languages():
    for section, entries in yaml.safe_load(TEXTS.file.read_text(encoding="utf-8")).items():
        for key, text in entries.items():
            assert set(text) == {"zh", "en"}, f"{section}.{key}"
            fields = [set(re.findall(r"{(\w+)}", text[lang])) for lang in ("zh", "en")]
            assert fields[0] == fields[1], f"{section}.{key}"


@pytest.mark.parametrize(
    ("turn", "lang", "text", "value"),
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
def test_numbers_are_read_in_the_unit_that_is_shown(turn, lang, text, value):
    texts.use(lang)
    assert turn.read(text) == value


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize(
    ("turn", "text"),
    [
        (FEE, "lots"), (FEE, "5"), (FEE, "-1"), (FEE, "1天"), (FEE, "nan"), (FEE, "1 1"), (FEE, "=1+1"),
        (CAPITAL, "1e999"), (CAPITAL, "3亿园"), (CAPITAL, "9" * 60), (CAPITAL, "<script>"),
        (CAPITAL, "1\x00"), (CLERKS, "2.5"), (CLERKS, "inf"), (CLERKS, "201"),
    ],
)  # fmt: skip
def test_nonsense_is_one_line_that_names_the_setting(turn, text, lang):
    texts.use(lang)
    with pytest.raises(TurnError) as caught:
        turn.read(text)
    line = str(caught.value)
    assert line.startswith(turn.name)
    assert len(line) < 300
    assert line.isprintable()
    if lang == "en":
        assert not re.search("[\u4e00-\u9fff]", re.sub("'.*?'", "", line).partition("allowed")[0])


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_both_ends_of_a_range_as_they_are_shown_can_be_written(id_, lang):
    texts.use(lang)
    turn = Turn(SETTINGS[id_])
    assert turn.read(turn.low) == turn.setting.low
    assert turn.read(turn.high) == turn.setting.high
    slider = {k: float(v) for k, v in turn.slider.items()}
    steps = (slider["max"] - slider["min"]) / slider["step"]
    assert steps == pytest.approx(round(steps))
    assert steps <= 1000


def test_what_a_scenario_says_of_a_setting_is_told_with_its_dates():
    enacted = FEE.course(Stated())
    assert [value for _, value in enacted] == ["2.5", "2", "1.5"]
    assert [date for date, _ in enacted][1:] == ["2018-01", "2019-01"]
    assert CAPITAL.course(Stated("without")) == [("", "20,000")]
    assert CAPITAL.last(Stated(6e8)) == "60000"
    doubled = load_scenario("subsidies_doubled").values["one_off_grant.amount"]
    told = Turn(SETTINGS["one_off_grant.amount"]).course(doubled)
    assert [value for _, value in told] == ["5,000", "10,000", "20,000"]


def test_what_is_saved_loads_and_says_the_same(known):
    given = {"base": "guarantee_fee_halved", "name": "mine", "guarantee_fund.capital": "6亿元", "seed": "5"}
    question, faults = filled(known, **given).question()
    assert faults == {}
    saved = read_scenario(question.saved.resolved)
    base = known["guarantee_fee_halved"]
    changed = {id_ for id_ in base.values if base.values[id_] != saved.values[id_]}
    assert changed == {"guarantee_fund.capital"}
    assert saved.values["guarantee_fund.capital"] == Stated(6e8)
    assert saved.name == "mine"
    assert (saved.run.replicates, saved.run.scale, saved.run.seed) == (30, 1.0, 5)
    asked = question.scenario.run
    assert (asked.replicates, asked.scale, asked.seed) == (4, 0.02, 5)
    assert question.reference.run == asked


def test_a_turn_on_what_was_set_back_sets_that_alone(known):
    question, _ = filled(
        known, **{"base": "no_plan", "reference": "as_enacted", "guarantee_fee.fee": "1"}
    ).question()
    saved = read_scenario(question.saved.resolved)
    assert saved.values["guarantee_fee.fee"] == Stated(0.01)
    assert saved.values["guarantee_fund.capital"] == Stated("without")


def test_all_faults_at_once_in_the_order_of_the_page(known):
    wrong = {
        "name": "No Plan", "base": "../../etc/passwd", "reference": "x", "replicates": "0", "scale": "0.5",
        "seed": "-1", "guarantee_fee.fee": "9", "online_claims.clerks": "two",
    }  # fmt: skip
    question, faults = filled(known, **wrong).question()
    assert question is None
    order = [*START, *IDS, *END]
    assert sorted(faults, key=order.index) == list(faults)
    assert set(faults) == set(wrong)
    assert all("\n" not in line and len(line) < 300 for line in faults.values())


@pytest.mark.parametrize("name", [*REFERENCES, "subsidies_doubled", "comparison"])
def test_a_name_that_is_taken_is_refused(known, name):
    assert "name" in filled(known, name=name).question()[1]


def test_fields_that_the_page_has_not_are_not_looked_at(known):
    form = filled(known, **{"guide_fund.graduate_share": "0.4", "world.macro": "x", "base": "no_plan"})
    assert "guide_fund.graduate_share" not in form.texts
    assert "world.macro" not in form.texts


def test_another_language_keeps_the_amounts(known):
    texts.use("zh")
    form = filled(known, **{"guarantee_fund.capital": "45000", "guarantee_fee.fee": "1.2"})
    before = form.question()[0].saved.values
    form.speak("en")
    assert form.texts["guarantee_fund.capital"] == "450"
    assert form.question()[0].saved.values == before
    form.speak("zh")
    assert form.texts["guarantee_fund.capital"] == "45000"
