"""Reader of ``levers.json``, a copy of the model's lever declarations.

The submodels declare their levers, but importing them takes about a second because it loads the whole model
with Mesa and SimPy, whereas ``zsim check`` and ``zsim plan`` should respond immediately. The command ``python
-m sim.policy.catalogue.levers`` regenerates the copy; a test compares it with the declarations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sim.engine.levers import Combiner

FILE: Final = Path(__file__).with_name("levers.json")


@dataclass(frozen=True)
class LeverFact:
    """Description of a lever, with the fields of :class:`sim.engine.levers.PolicyLever`.

    Attributes:
        submodel: package of ``sim.model`` that declares it.
    """

    id: str
    submodel: str
    unit: str
    low: float
    high: float
    combiner: Combiner
    zh: str
    en: str


@cache
def levers() -> dict[str, LeverFact]:
    """Return the levers that submodels read, by id."""
    return {row["id"]: LeverFact(**row) for row in json.loads(FILE.read_text(encoding="utf-8"))}


def current() -> str:
    """Return the up-to-date content of ``levers.json``, generated from the submodels."""
    from sim.model.registry import LEVERS, SUBMODEL_OF

    rows = (
        {
            "id": lever.id,
            "submodel": SUBMODEL_OF[lever.id],
            "unit": lever.unit,
            "low": lever.low,
            "high": lever.high,
            "combiner": lever.combiner,
            "zh": lever.zh,
            "en": lever.en,
        }
        for lever in LEVERS.values()
    )
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(current(), encoding="utf-8", newline="\n")
