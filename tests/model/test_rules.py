"""Hand-worked numbers for the pure rules of each submodel: ``<submodel>/rules.yaml``, one entry a number.

An entry::

    - rule: propensity                  # a function of sim.model.<submodel>.rules
      inputs: {base: 0.6, days: 5}      # lists become arrays; segments may be written G, E, T
      expect: 0.612                     # a number, a truth value, or a list
      tolerance: 1.0e-9                 # relative and absolute; 1e-9 where left out
      source: how the number was worked out, or where it was read
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.model.population.firm_table import E, G, T

HERE = Path(__file__).parent
SEGMENTS = {"G": G, "E": E, "T": T}
SUBMODELS = sorted(file.parent.name for file in HERE.glob("*/rules.yaml"))
ENTRIES = {
    name: yaml.safe_load((HERE / name / "rules.yaml").read_text(encoding="utf-8")) for name in SUBMODELS
}
CASES = [
    pytest.param(name, entry, id=f"{name}-{number}-{entry['rule']}")
    for name, entries in ENTRIES.items()
    for number, entry in enumerate(entries)
]


def argument(value: Any) -> Any:
    """A value of YAML as the rule takes it."""
    if isinstance(value, list):
        if value and isinstance(value[0], str):
            return np.array([SEGMENTS[v] for v in value], dtype=np.int8)
        return np.array(value)
    return value


@pytest.mark.parametrize(("submodel", "entry"), CASES)
def test_a_rule_gives_the_number_worked_out_by_hand(submodel: str, entry: dict[str, Any]) -> None:
    assert entry.keys() <= {"rule", "inputs", "expect", "tolerance", "source"}
    assert entry["source"]
    rule = getattr(import_module(f"sim.model.{submodel}.rules"), entry["rule"])
    result = rule(**{name: argument(value) for name, value in entry["inputs"].items()})
    tolerance = float(entry.get("tolerance", 1e-9))
    expected = np.asarray(entry["expect"], dtype=float)
    parts = result if isinstance(result, tuple) else np.asarray(result)
    np.testing.assert_allclose(np.asarray(parts, dtype=float), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    "file", sorted((HERE.parents[1] / "sim" / "model").glob("*/rules.py")), ids=lambda f: f.parent.name
)
def test_every_rule_has_a_number_worked_out_by_hand(file: Path) -> None:
    submodel = file.parent.name
    module = import_module(f"sim.model.{submodel}.rules")
    rules = {
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    known = {entry["rule"] for entry in ENTRIES.get(submodel, [])}
    assert rules - known == set(), f"add a case to {submodel}/rules.yaml"
    assert known - rules == set(), "a case of a rule that is no more"
