"""No rule without a number that somebody worked out by hand."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from sim.model import registry

ELSEWHERE = {"census": {"kaplan_meier", "by_cell"}, "services": {"seated"}}
"""Rules whose hand examples do not fit into a line: they stand in the test file of their room."""
ROOMS = [room.__name__.rpartition(".")[2] for room in registry.ROOMS]


@pytest.mark.parametrize("room", [*ROOMS, "census", "support", "orders"])
def test_every_rule_has_a_hand_number(room: str) -> None:
    source = Path(import_module(f"sim.model.{room}").__file__ or "").read_text(encoding="utf-8")
    section = re.search(r"# --- rules -+\n(.*?)(?=\n# --- |\Z)", source, re.S)
    assert section, "a room has its rules in one place"
    rules = set(re.findall(r"^def ([a-z]\w*)", section[1], re.M))
    file = Path(__file__).parent / "rules" / f"{room}.yaml"
    known = (
        {entry["rule"] for entry in yaml.safe_load(file.read_text(encoding="utf-8"))}
        if file.exists()
        else set()
    )
    assert rules - known - ELSEWHERE.get(room, set()) == set(), f"add a case to {file.name}"
    assert known - rules == set(), "a case of a rule that is no more"


def test_every_room_has_a_test_file() -> None:
    for room in ROOMS:
        assert (Path(__file__).parent / f"test_{room}.py").exists(), room
