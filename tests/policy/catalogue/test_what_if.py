"""Tests of what-if instruments: listed and counted separately, and not enacted."""

import datetime as dt
import json
from pathlib import Path

import pytest

from sim.engine.clock import DAYS, day
from sim.engine.errors import InputError
from sim.model.registry import LEVERS
from sim.policy.catalogue.catalogue import PLAN, catalogue
from sim.policy.catalogue.coverage import coverage
from sim.policy.catalogue.listing import chosen, plan_json, plan_text
from sim.policy.scenario.json_schema import schema
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import as_enacted, read_scenario
from sim.texts import use

HERE = Path(__file__).parent
CITY = (HERE / "second_city" / "measures.yaml").read_text(encoding="utf-8")
WHAT_IF = (HERE / "what_if.yaml").read_text(encoding="utf-8")
IDS = ["testing_vouchers", "park_of_founders"]


def write(folder: Path, text: str) -> Path:
    """Return a plan from a file of its own."""
    path = folder / "measures.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """Plan of another city with two what-if instruments, set as the plan in use."""
    path = write(tmp_path, CITY + WHAT_IF)
    monkeypatch.setenv("ZSIM_PLAN", str(path))
    return catalogue()


def test_what_ifs_that_ship_are_listed_apart():
    shipped = [i.id for i in catalogue().instruments.values() if i.what_if]
    listed = json.loads(plan_json(chosen(None)))
    assert [i["id"] for i in listed["what_if"]] == shipped
    assert not set(shipped) & {i["id"] for m in listed["measures"] for i in m["instruments"]}


def test_they_are_instruments_of_no_measure(plan):
    assert [i.id for i in plan.what_if.instruments] == IDS
    assert set(IDS) <= set(plan.instruments)
    assert all(plan.instruments[id_].what_if for id_ in IDS)
    assert not any(i.what_if for m in plan.measures.values() for i in m.instruments)
    assert "what_if" not in plan.measures
    assert "park_of_founders" in plan.founder_services
    assert plan.settings["testing_vouchers.discount"].source == "assumption"
    assert plan.settings["park_of_founders.tax"].source == "rule"


def test_they_are_counted_apart(plan, tmp_path):
    (tmp_path / "without").mkdir()
    alone = catalogue(write(tmp_path / "without", CITY))
    assert coverage(plan) == coverage(alone)
    use("en")
    text = plan_text(chosen(None))
    counts = "10 measures (with all instruments implemented: 10), 10 instruments, of which 10 are implemented"
    assert counts in text
    assert text.endswith("besides these 2 what-if instruments, which are not part of the plan")


@pytest.mark.parametrize("markdown", [False, True])
def test_they_are_listed_as_such(plan, markdown):
    use("en")
    text = plan_text(chosen(None), markdown)
    before, heading, after = text.partition("What-if instruments (not part of the plan)")
    assert heading
    assert not any(id_ in before for id_ in IDS)
    assert all(id_ in after for id_ in IDS)
    assert "assumption" in after
    alone = plan_text(chosen("testing_vouchers"), markdown)
    assert alone.endswith("What-if instruments (not part of the plan)")
    assert all(id_ in plan_text(chosen("what_if"), markdown) for id_ in IDS)


def test_they_stand_apart_in_json(plan):
    document = json.loads(plan_json(chosen(None)))
    assert [i["id"] for i in document["what_if"]] == IDS
    assert document["what_if"][0]["submodels"] == ["business_support"]
    assert len(document["measures"]) == 10
    alone = json.loads(plan_json(chosen("park_of_founders")))
    assert (alone["measures"], [i["id"] for i in alone["what_if"]]) == ([], ["park_of_founders"])


def test_the_plan_as_enacted_is_without_them(plan):
    """Their services are delivered at the rate without the plan."""
    enacted, none = settings(as_enacted()).steps, settings(read_scenario("name: a\nwithout: [B2]")).steps
    for lever, value in {
        "cost.testing_discount": 0.1 * 0.5, "cost.space_discount": 0.0, "cost.tax_uptake": 0.55,
    }.items():  # fmt: skip
        assert enacted[lever] == none[lever] == ((0,), (value,)), lever
    assert "what_if" not in as_enacted().resolved
    assert not as_enacted().policy


def test_a_scenario_sets_one(plan):
    text = "name: case\npolicy: {testing_vouchers: {discount: 40%}, park_of_founders: {discount: 0.2}}"
    scenario = read_scenario(text)
    assert read_scenario(scenario.resolved).values == scenario.values
    found = settings(scenario)
    assert found.at(LEVERS["cost.testing_discount"], 0) == pytest.approx(0.1 * 0.5)
    assert found.at(LEVERS["cost.testing_discount"], DAYS - 1) == pytest.approx(0.4 * 0.8)
    issue = day(dt.date(2017, 6, 9))
    assert found.steps["cost.space_discount"] == ((0, issue + 30), (0.0, 0.2))
    assert "testing_vouchers" in schema()["properties"]["policy"]["properties"]
    with pytest.raises(InputError):
        read_scenario("name: case\npolicy: {testing_vouchers: {discount: 70%}}")


def test_the_form_that_the_head_of_the_plan_describes_is_read(tmp_path):
    text = PLAN.read_text(encoding="utf-8")
    form = text.partition("The form is\n")[2].partition("# It needs")[0].replace("#   ", "")
    plan = catalogue(write(tmp_path, f"{text}\n{form}"))
    assert plan.instruments["wage_subsidy"].what_if
    assert plan.settings["wage_subsidy.per_job"].high == 20000


def test_one_that_is_said_to_be_enacted_is_refused(tmp_path):
    text = CITY + WHAT_IF.replace("without: 0.1,", "without: 0.1, enacted: 0.3,")
    with pytest.raises(ValueError, match=r"testing_vouchers\.discount.*enacted"):
        catalogue(write(tmp_path, text))
