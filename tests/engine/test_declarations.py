"""Constants are plain values whose descriptions are stored in their annotations."""

from __future__ import annotations

import sys
from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared, described
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome

SHARE: Final[Annotated[float, Assumption("share", "guess", "of something")]] = 0.6
DAYS: Annotated[int, Constant("days", "law", "of a notice")] = 45
PLAIN: Final = 3


def test_described_constants_are_found_in_order_with_their_values() -> None:
    result = described(sys.modules[__name__])
    assert [(each.name, each.value, each.about.unit) for each in result] == [
        ("SHARE", 0.6, "share"),
        ("DAYS", 45, "days"),
    ]
    assert isinstance(result[0].about, Assumption)
    assert not isinstance(result[1].about, Assumption)
    assert type(SHARE) is float


def test_declared_collects_each_object_once_also_inside_mappings_and_tuples() -> None:
    levers = [PolicyLever(f"firms.{k}", "", 0, 0, 1, "value", "", "") for k in "ab"]
    parameters = [Parameter(f"firms.{k}", 0, 0, 1, "", "guess", "D", "", "") for k in "cd"]
    outcome = Outcome("jobs", ("month",), "persons", "", "")
    namespace = {
        "FIRST": levers[0],
        "BY_NAME": {"b": (levers[1], parameters[0]), "a": levers[0]},
        "OTHERS": (parameters[1], outcome, 3),
        "AGAIN": outcome,
    }
    assert declared(namespace) == (tuple(levers), tuple(parameters), (outcome,))
