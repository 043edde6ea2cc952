"""Tests that values and units printed by `zsim plan` are valid in scenarios."""

import json
import re

import pytest

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.listing import chosen, plan_json, plan_text
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import read_scenario
from sim.texts import say, use

PLAN = catalogue()
DATED = re.compile(r"\d{4}-\d\d-\d\d: ")


def printed(lang):
    """Return the printed values and their unit, by setting."""
    use(lang)
    columns = say("plan.columns").split("|")[1:]
    found = {}
    for instrument in PLAN.instruments.values():
        for line in plan_text(chosen(instrument.id)).splitlines():
            name, _, rest = line.partition(": ")
            if not line.startswith("    ") or not (name := name.split()[0]).isidentifier():
                continue
            cells = dict(zip(columns, [""] * len(columns), strict=True))
            for cell in rest.split("; "):
                column = next((c for c in columns if cell.startswith(f"{c} ")), "")
                cells[column] = cell.removeprefix(f"{column} ")
            values = []
            for column in columns[1:4]:
                values += re.split(r", (?=\d{4}-)", cells[column]) if cells[column] else []
            for column in columns[4:6]:
                values += cells[column].split(" – ") if cells[column] else []
            found[f"{instrument.id}.{name}"] = ([DATED.sub("", v) for v in values], cells[columns[0]])
    return found


def numbers(setting):
    """Return the printed numbers, in the same order."""
    columns = [setting.without, setting.enacted, setting.none, setting.low, setting.high]
    flat = []
    for column in [*columns, *(setting.plausible or ())]:
        flat += [v for _, v in column] if isinstance(column, tuple) else [] if column is None else [column]
    return [float(v) for v in flat]


def scenario(amounts):
    """Return a scenario from amounts by setting."""
    lines = ["name: case", "policy:"]
    for instrument in PLAN.instruments.values():
        settings = [s for s in instrument.settings if s.id in amounts]
        lines += [f"  {instrument.id}:"] if settings else []
        lines += [f"    {s.name}: {amounts[s.id]}" for s in settings]
    return read_scenario("\n".join(lines))


@pytest.mark.parametrize("space", [" ", ""])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_plan_prints_can_be_written(lang, space):
    shown = printed(lang)
    assert shown.keys() == PLAN.settings.keys()
    assert sum(bool(unit) for _, unit in shown.values()) > 100
    for nth in range(max(len(values) for values, _ in shown.values())):
        amounts, meant = {}, {}
        for id_, (values, unit) in shown.items():
            true = numbers(PLAN.settings[id_])
            assert len(values) == len(true), id_
            if nth < len(values):
                amounts[id_] = f"{values[nth]}{space}{unit}" if unit else values[nth]
                meant[id_] = Stated(true[nth])
        found = scenario(amounts)
        assert {id_: found.values[id_] for id_ in amounts} == meant
        assert read_scenario(found.resolved).values == found.values


def test_what_the_plan_prints_as_json_can_be_written():
    document = json.loads(plan_json(chosen(None)))
    settings = {
        f"{i['id']}.{s['id']}": s
        for m in document["measures"]
        for i in m["instruments"]
        for s in i["settings"]
    }
    for column in ("low", "high"):
        found = scenario({id_: f"{s[column]} {s['unit']}" for id_, s in settings.items()})
        assert all(found.values[id_] == Stated(float(s[column])) for id_, s in settings.items())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_may_be_counted_in_ten_thousands_of_it(lang):
    for setting in PLAN.settings.values():
        if setting.unit.kind == "money":
            unit = getattr(setting.unit, lang)
            scale = {"zh": "万", "en": " 10,000 "}[lang]
            found = scenario({setting.id: f"{setting.high / 10_000:.10f}{scale}{unit}"})
            assert found.values[setting.id] == Stated(setting.high), setting.id
