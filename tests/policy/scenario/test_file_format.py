"""Tests that validation and JSON Schema follow the same declaration."""

from pathlib import Path

import pytest

from sim.engine.errors import Fault, InputError
from sim.policy.catalogue.catalogue import PLAN, catalogue
from sim.policy.scenario.json_schema import schema
from sim.policy.scenario.scenario import read_scenario
from sim.texts import use


@pytest.fixture(autouse=True)
def _english():
    use("en")


def messages(text: str) -> list[str]:
    """Return the faults of a scenario."""
    try:
        read_scenario("name: case\n" + text)
    except InputError as error:
        return [fault.message for fault in error.faults if isinstance(fault, Fault)]
    return []


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ((), "zzz: 1"),
        (("world",), "world: {zzz: 1}"),
        (("world", "initial"), "world: {initial: {zzz: 1}}"),
        (("world", "structure"), "world: {structure: {zzz: 1}}"),
        (("run",), "run: {zzz: 1}"),
        (("policy", "guarantee_fee"), "policy: {guarantee_fee: {zzz: 1}}"),
    ],
)
def test_the_checks_name_the_keys_of_the_schema(section, text):
    part = schema()
    for key in section:
        part = part["properties"][key]
    (message,) = messages(text)
    listed = ", ".join(part["properties"])
    assert message.startswith(f"unknown key 'zzz'; allowed: {listed}"[:110]), message


def test_an_instrument_that_the_schema_does_not_name_is_a_fault():
    known = schema()["properties"]["policy"]["properties"]
    assert list(known) == list(catalogue().instruments)
    assert messages("policy: {zzz: {}}")


def test_a_number_at_the_schemas_limit_passes_and_one_beyond_is_a_fault():
    policy = schema()["properties"]["policy"]["properties"]
    beyond: list[tuple[str, float, list[str]]] = []
    within: list[tuple[str, float, list[str]]] = []
    for setting in catalogue().settings.values():
        if setting.unit.kind == "switch":
            continue
        amount = policy[setting.instrument]["properties"][setting.name]["anyOf"][0]
        low, high = amount["minimum"], amount["maximum"]
        step = 1 if setting.unit.whole else (high - low) / 1000
        for number, faults in ((low, within), (high, within), (low - step, beyond), (high + step, beyond)):
            found = messages(f"policy: {{{setting.instrument}: {{{setting.name}: {number!r}}}}}")
            faults.append((setting.id, number, found))
    assert [found for found in within if found[2]] == []
    assert [found for found in beyond if "outside the allowed range" not in "".join(found[2])] == []
    assert len(within) == len(beyond) > 300


def test_a_run_at_the_schemas_limits():
    run = schema()["properties"]["run"]["properties"]
    for key in ("replicates", "seed"):
        low, high = run[key]["minimum"], run[key]["maximum"]
        assert not messages(f"run: {{{key}: {low}}}") + messages(f"run: {{{key}: {high}}}")
        assert messages(f"run: {{{key}: {low - 1}}}")
        assert messages(f"run: {{{key}: {high + 1}}}")
    assert not messages(f"run: {{scale: {run['scale']['maximum']}}}")
    assert messages(f"run: {{scale: {run['scale']['exclusiveMinimum']}}}")
    for word in run["uncertainty"]["enum"]:
        assert not messages(f"run: {{uncertainty: {word}}}")


def test_both_follow_another_plan(tmp_path, monkeypatch):
    text = PLAN.read_text(encoding="utf-8")
    fee = "low: 0, high: 0.04, unit: share a year, source: evidence, evidence: [ZS176]"
    assert fee in text
    plan = tmp_path / "plan.yaml"
    plan.write_text(text.replace(fee, fee.replace("high: 0.04", "high: 0.05")), encoding="utf-8")
    policy = "policy: {guarantee_fee: {fee: 5%}}"
    assert messages(policy)
    monkeypatch.setenv("ZSIM_PLAN", str(plan))
    assert not messages(policy)
    fees = schema()["properties"]["policy"]["properties"]["guarantee_fee"]["properties"]["fee"]
    assert fees["anyOf"][0]["maximum"] == 0.05


def test_the_models_own_numbers_keep_their_units_under_another_plan(monkeypatch):
    city = Path(__file__).parents[1] / "catalogue" / "second_city" / "measures.yaml"
    monkeypatch.setenv("ZSIM_PLAN", str(city))
    assert "m2" not in catalogue().units
    assert not messages("world: {initial: {incubation_area: 95万㎡, tech_incubators: 30}}")
