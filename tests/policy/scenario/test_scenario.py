"""Tests of valid scenarios: the documented example, inheritance, and the resolved text."""

import datetime as dt
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import shipped
from sim.engine.errors import InputError
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario import text
from sim.policy.scenario.content import UNCERTAINTIES, Stated
from sim.policy.scenario.differences import difference
from sim.policy.scenario.json_schema import schema
from sim.policy.scenario.scenario import Run, as_enacted, load_scenario, read_scenario
from sim.texts import LANGUAGES, use

SHIPPED = sorted(p.stem for p in shipped.scenarios().glob("*.yaml"))
CONTRACT = """\
name: guarantee_fund_doubled     # [a-z][a-z0-9_]{0,63}, equal to the file's stem
title: {zh: 担保基金翻倍, en: Guarantee fund doubled}
extends: as_enacted              # a scenario beside this file or one that ships
without: [M31, reward_crowdfunding]   # measures or instruments set back to `without`
off: [one_off_grant]
policy:                          # instruments of the catalogue and their settings
  guarantee_fund: {capital: 6亿元}
  guarantee_fee: {fee: 1.0%}
  job_creation_subsidy:
    per_job_beyond:              # any setting may change by date, ascending
      - {from: 2017-06-09, value: 3000元}
      - {from: 2019-01-01, value: 5000元}
world:
  macro: observed
  shocks: [trade_war_2018, covid_2020]
  initial: {tech_incubators: 34, incubation_area: 95万㎡}
run: {replicates: 30, seed: 20170609, scale: 1, uncertainty: all}
"""


def read(*lines, name="case"):
    return read_scenario("\n".join([f"name: {name}", *lines]))


def test_the_contracts_example(tmp_path):
    path = tmp_path / "guarantee_fund_doubled.yaml"
    path.write_text(CONTRACT, encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.values["guarantee_fund.capital"] == Stated(6e8)
    assert scenario.values["guarantee_fee.fee"] == Stated(0.01)
    assert scenario.values["job_creation_subsidy.per_job_beyond"] == Stated(
        "enacted", ((dt.date(2017, 6, 9), 3000.0), (dt.date(2019, 1, 1), 5000.0))
    )
    assert set(scenario.without) == {"crowdsourcing", "reward_crowdfunding"}
    assert scenario.off == ("one_off_grant",)
    assert scenario.initial == {"tech_incubators": 34, "incubation_area": 950_000}
    assert scenario.run == Run(30, 20170609, 1.0, "all")
    assert scenario.title["zh"] == "担保基金翻倍"


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("title: 只有中文", "只有中文", "只有中文"),
        ("title: 担保：翻倍", "担保：翻倍", "担保：翻倍"),
        ("title: {zh: 只有中文}", "只有中文", "只有中文"),
        ('title: {en: "English only"}', "English only", "English only"),
        ("title: {zh: 两种, en: both}", "两种", "both"),
        ("title:", "case", "case"),
    ],
)
def test_a_title_in_one_language_serves_as_both(written, zh, en):
    for key in ("title", "question"):
        scenario = read(written.replace("title", key))
        found = getattr(scenario, key)
        assert found == ({} if key == "question" and written == "title:" else {"zh": zh, "en": en})
        again = read_scenario(scenario.resolved)
        assert (again.title, again.question) == (scenario.title, scenario.question)
        assert again.resolved == scenario.resolved
        for lang in ("zh", "en"):
            use(lang)
            assert str(scenario) == f"case: {scenario.title[lang]}"
            assert scenario._repr_html_()


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_resolve_to_themselves(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert all(scenario.title[x] and scenario.question[x] for x in ("zh", "en"))
    assert scenario.source
    again = read_scenario(scenario.resolved)
    assert again.resolved == scenario.resolved
    assert again.values == scenario.values
    assert again.sha256 == scenario.sha256


def test_the_shipped_arms():
    plan = catalogue()
    assert {
        *("as_enacted", "no_plan", "no_support", "subsidies_doubled", "no_shocks"),
        *(f"chapter_{c.number}_alone" for c in plan.chapters),
    } <= set(SHIPPED)
    assert load_scenario("as_enacted").values == as_enacted().values
    of_plan = tuple(i for i, instrument in plan.instruments.items() if not instrument.what_if)
    assert load_scenario("no_plan").without == of_plan
    assert load_scenario("no_support").off == of_plan
    assert load_scenario("no_shocks").shocks == ()
    for chapter in plan.chapters:
        alone = load_scenario(f"chapter_{chapter.number}_alone")
        kept = {i for i in of_plan if i not in alone.without}
        assert {plan.instruments[i].measure for i in kept} == set(chapter.measures)
        assert not alone.policy


def test_subsidies_doubled_doubles_every_subsidy():
    plan = catalogue()
    doubled = load_scenario("subsidies_doubled")
    money = ["per_firm", "budget", "per_lecture", "per_person", "amount", "per_year", "cap", "per_visit"]
    money += ["per_job_first_three", "per_job_beyond", "subsidised_points"]
    not_subsidies = ("guide_fund", "free_rent", "startup_loan_fund")
    for instrument in plan.measures["M06"].instruments:
        for setting in instrument.settings:
            stated = doubled.values[setting.id]
            if instrument.id in not_subsidies or setting.name not in money:
                assert stated == Stated(), setting.id
            elif isinstance(setting.enacted, tuple):
                (_, before), (date, after) = setting.enacted
                assert stated.dates == ((dt.date(2018, 1, 1), 2 * before), (date, 2 * after))
            else:
                assert stated == Stated(2 * setting.enacted)


def test_without_extends_it_starts_from_as_enacted():
    assert read().values == as_enacted().values
    of_plan = tuple(i.id for i in catalogue().instruments.values() if not i.what_if)
    assert read("extends: no_plan").without == of_plan


def test_a_child_overrides_setting_by_setting(tmp_path):
    (tmp_path / "parent.yaml").write_text(
        "name: parent\nwithout: [M11]\npolicy: {one_off_grant: {amount: 8000}}\n"
        "world: {shocks: [], initial: {tech_incubators: 30}}\nrun: {seed: 5, replicates: 7}\n",
        encoding="utf-8",
    )
    (tmp_path / "child.yaml").write_text(
        "name: child\nextends: parent\npolicy:\n  guarantee_fund: {capital: 1亿元}\n"
        "  one_off_grant: {amount: [{from: 2019-01-01, value: 9000}]}\n"
        "world: {initial: {makerspaces: 20}}\nrun: {replicates: 9}\n",
        encoding="utf-8",
    )
    child = load_scenario(tmp_path / "child.yaml")
    assert child.values["guarantee_fund.capital"] == Stated(1e8)
    assert child.values["guarantee_fund.leverage"] == Stated("without")
    assert child.values["guarantee_fee.fee"] == Stated("without")
    assert child.values["one_off_grant.amount"] == Stated(8000.0, ((dt.date(2019, 1, 1), 9000.0),))
    assert child.shocks == ()
    assert child.initial == {"tech_incubators": 30, "makerspaces": 20}
    assert child.run == Run(replicates=9, seed=5)
    again = read_scenario(child.resolved)
    assert again.values == child.values
    assert again.resolved == child.resolved


def test_a_later_list_keeps_what_the_parent_dated_before(tmp_path):
    grant = "policy: {one_off_grant: {amount: [{from: %s, value: %s}, {from: %s, value: %s}]}}\n"
    (tmp_path / "parent.yaml").write_text(
        "name: parent\n" + grant % ("2017-07-01", 6000, "2019-07-01", 7000), encoding="utf-8"
    )
    (tmp_path / "child.yaml").write_text(
        "name: child\nextends: parent.yaml\n" + grant % ("2018-01-01", 8000, "2018-02-01", 9000),
        encoding="utf-8",
    )
    dates = load_scenario(tmp_path / "child.yaml").values["one_off_grant.amount"].dates
    assert [(str(d), v) for d, v in dates] == [
        ("2017-07-01", 6000),
        ("2018-01-01", 8000),
        ("2018-02-01", 9000),
    ]


def test_columns_of_the_catalogue_may_be_named():
    scenario = read("extends: no_plan", "policy: {guarantee_fund: {capital: enacted, leverage: none}}")
    assert scenario.values["guarantee_fund.capital"] == Stated("enacted")
    assert scenario.values["guarantee_fund.leverage"] == Stated("none")
    assert scenario.values["guarantee_fund.coverage"] == Stated("without")
    assert read_scenario(scenario.resolved).values == scenario.values


def test_growth_from_a_table(tmp_path):
    from sim.model.environment.geography import SECTORS

    rows = [f"{s},6%,0.05,{i}%,-1%" for i, s in enumerate(reversed(SECTORS))]
    (tmp_path / "mine.csv").write_text("sector,2017,2018,2019,2020\n" + "\n".join(rows))
    (tmp_path / "case.yaml").write_text("name: case\nworld: {macro: mine.csv}\n")
    scenario = load_scenario(tmp_path / "case.yaml")
    last = len(SECTORS) - 1
    assert scenario.macro[0] == (0.06, 0.05, last / 100, -0.01)
    assert scenario.world.growth.shape == (len(SECTORS), 4)
    assert read_scenario(scenario.resolved).macro == scenario.macro


def test_the_world_is_made_for_the_model():
    world = read("world: {macro: no_shocks, shocks: [covid_2020]}").world
    assert world.shocks == {"covid_2020"}
    assert world.growth.shape == (9, 4)


def test_not_acting_names_what_does_nothing_yet(half_built_plan):
    plan = catalogue()
    idle = plan.settings[half_built_plan]
    busy = plan.settings["one_off_grant.amount"]
    assert not idle.acting
    changed = as_enacted().changed("x", policy={idle.id: idle.low, busy.id: 1.0})
    assert changed.not_acting == (idle.id,)


def test_with_run():
    scenario = as_enacted().with_run(replicates=5, scale=0.1, uncertainty="random", seed=2**63 - 1)
    assert scenario.run == Run(5, 2**63 - 1, 0.1, "random")
    for wrong in ({"replicates": 0}, {"scale": 0}, {"scale": 1.5}, {"uncertainty": "some"}):
        with pytest.raises(InputError):
            as_enacted().with_run(**wrong)
    with pytest.raises(TypeError):
        as_enacted().with_run(workers=2)


def test_changed():
    base = as_enacted()
    off = base.changed("x", without=["M11"], off=["one_off_grant"], policy={"fee_cleanup.fees": 0})
    assert off.values["guarantee_fee.fee"] == Stated("without")
    assert off.values["fee_cleanup.fees"] == Stated(0.0)
    assert off.off == ("one_off_grant",)
    assert base.values == as_enacted().values
    for wrong in ({"without": ["M99"]}, {"policy": {"fee_cleanup.fees": -1}}, {"policy": {"x": 1}}):
        with pytest.raises(InputError):
            base.changed(**wrong)


def test_a_scenario_goes_to_another_process():
    scenario = load_scenario("subsidies_doubled")
    assert scenario.sha256
    again = pickle.loads(pickle.dumps(scenario))
    assert again.resolved == scenario.resolved
    assert load_scenario(scenario) is scenario


def test_it_shows_itself():
    assert "subsidies_doubled" in str(load_scenario("subsidies_doubled"))
    assert "one_off_grant.amount" in load_scenario("subsidies_doubled")._repr_html_()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_uncertainty_has_its_text(lang):
    use(lang)
    shown = {as_enacted().with_run(uncertainty=kind)._repr_html_() for kind in UNCERTAINTIES}
    assert len(shown) == len(UNCERTAINTIES)


words = st.sampled_from(
    [
        *("name", "policy", "world", "run", "without", "off", "extends", "fee", "capital", "seed"),
        *("guarantee_fee", "one_off_grant", "amount", "M11", "as_enacted", "covid_2020", "shocks"),
        *("5000元", "1.0%", "[", "]", "{", "}", ":", ",", "-", "\n", "\n  ", " ", "&a", "*a", "!t"),
        *("：", "，", "、", "“", "”", "｛", "\u3000", "name：", "run:{"),
        *("'", '"', "#", "2018-01-01", "from", "value", "担保", "\t", "|", ">", "---", "?", "0"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(words, max_size=60).map("".join)))
def test_any_text_loads_or_faults(text):
    try:
        scenario = read_scenario("name: case\n" + text)
    except InputError as error:
        lines = str(error).splitlines()
    else:
        lines = []
        assert read_scenario(scenario.resolved).resolved == scenario.resolved
    assert all(line.startswith("<text>:") for line in lines)


@st.composite
def statements(draw):
    plan = catalogue()
    chosen = draw(st.lists(st.sampled_from(sorted(plan.settings)), max_size=6, unique=True))
    lines = []
    for id_ in chosen:
        setting = plan.settings[id_]

        def amount(setting=setting):
            value = setting.low + draw(st.floats(0, 1)) * (setting.high - setting.low)
            return f"{round(value) if setting.unit.whole else value!r}"

        if setting.unit.kind == "switch":
            value = draw(st.sampled_from(["true", "no", "enacted"]))
        elif draw(st.booleans()):
            value = amount()
        else:
            years = sorted(draw(st.sets(st.integers(2017, 2020), min_size=1)))
            value = "[" + ", ".join(f"{{from: {y}-07-01, value: {amount()}}}" for y in years) + "]"
        lines.append(f"  {setting.instrument}: {{{setting.name}: {value}}}")
    by_instrument = {line.split(":")[0]: line for line in lines}
    base = draw(st.sampled_from(["as_enacted", "no_plan", "no_support"]))
    return "\n".join([f"name: case\nextends: {base}\npolicy:", *by_instrument.values()])


@settings(max_examples=60, deadline=None)
@given(statements())
def test_any_scenario_resolves_to_itself(text):
    scenario = read_scenario(text)
    again = read_scenario(scenario.resolved)
    assert again.values == scenario.values
    assert again.resolved == scenario.resolved


def test_a_structure_is_kept_shown_and_set_back(tmp_path):
    (tmp_path / "sized.yaml").write_text(
        "name: sized\nworld: {structure: {closure: age_size, screening: earnings}}\n"
    )
    (tmp_path / "both.yaml").write_text(
        "name: both\nextends: sized\nworld: {structure: {demand: incumbents_yield}}\n"
    )
    (tmp_path / "back.yaml").write_text("name: back\nextends: sized\nworld: {structure: {closure: income}}\n")
    sized, both, back = (load_scenario(tmp_path / f"{name}.yaml") for name in ("sized", "both", "back"))
    assert sized.structure == sized.world.structure == {"closure": "age_size"}
    assert both.structure == {"demand": "incumbents_yield", "closure": "age_size"}
    for scenario in (sized, both, back):
        assert read_scenario(scenario.resolved).structure == scenario.structure
    usual = load_scenario("as_enacted")
    assert text.substance(back) == text.substance(usual), "the default needs no statement"
    assert "world.structure.closure: age_size -> income" in difference(sized, back)
    assert "structure" not in difference(usual, back)
    enum = schema()["properties"]["world"]["properties"]["structure"]["properties"]["closure"]["enum"]
    assert enum == ["income", "age_size"]
