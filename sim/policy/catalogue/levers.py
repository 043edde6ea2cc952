"""The model's levers as the catalogue knows them: a copy in ``levers.json``.

The submodels declare their levers, but importing them imports the whole model (Mesa and SimPy: a second),
and ``zsim check`` and ``zsim plan`` must answer at once. ``python -m sim.policy.catalogue.levers`` writes the
copy anew; a test compares.
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
    """A lever as people see it; fields as in :class:`sim.engine.levers.PolicyLever`.

    Attributes:
        submodel: the package of ``sim.model`` that owns it.
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
    """Return the text that ``levers.json`` should have, from the submodels themselves."""
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
