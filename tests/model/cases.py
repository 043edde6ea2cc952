"""Hand numbers for pure rules: ``rules/<room>.yaml``, one entry a number that somebody worked out on paper.

An entry::

    - rule: propensity                  # a function of sim.model.<room>
      inputs: {base: 0.6, days: 5}      # lists become arrays; segments may be written G, E, T
      expect: 0.612                     # a number, a truth value, or a list
      tolerance: 1.0e-9                 # relative and absolute; 1e-9 where left out
      source: how the number was worked out, or where it was read
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.model.population.firm_table import E, G, T

SEGMENTS = {"G": G, "E": E, "T": T}


def cases(room: str) -> pytest.MarkDecorator:
    """A test's parameters: every entry of a room's file."""
    entries = yaml.safe_load((Path(__file__).parent / "rules" / f"{room}.yaml").read_text(encoding="utf-8"))
    for entry in entries:
        assert entry.keys() <= {"rule", "inputs", "expect", "tolerance", "source"}, entry
        assert entry["source"], entry
    ids = [f"{number}-{entry['rule']}" for number, entry in enumerate(entries)]
    return pytest.mark.parametrize("case", [(room, entry) for entry in entries], ids=ids)


def _given(value: Any) -> Any:
    if isinstance(value, list):
        if value and isinstance(value[0], str):
            return np.array([SEGMENTS[v] for v in value], dtype=np.int8)
        return np.array(value)
    return value


def check(case: tuple[str, dict[str, Any]]) -> None:
    """Ask the rule and compare."""
    room, entry = case
    rule = getattr(import_module(f"sim.model.{room}"), entry["rule"])
    found = rule(**{name: _given(value) for name, value in entry["inputs"].items()})
    tolerance = float(entry.get("tolerance", 1e-9))
    expected = np.asarray(entry["expect"], dtype=float)
    parts = found if isinstance(found, tuple) else np.asarray(found)
    np.testing.assert_allclose(np.asarray(parts, dtype=float), expected, rtol=tolerance, atol=tolerance)
