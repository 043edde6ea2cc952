"""What the catalogue knows of the model's sockets: a copy in ``levers.json``.

The rooms own their sockets, but asking them imports the whole city (Mesa, SimPy: a second), and
``zsim check`` and ``zsim plan`` must answer at once. ``python -m sim.policy.catalogue.levers`` writes the
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
    """A socket as people see it; fields as in :class:`sim.engine.levers.PolicyLever`."""

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
    """All sockets that a room reads, by id."""
    return {row["id"]: LeverFact(**row) for row in json.loads(FILE.read_text(encoding="utf-8"))}


def current() -> str:
    """The text that ``levers.json`` should have, from the rooms themselves."""
    from sim.model.registry import LEVERS

    rows = (
        {
            "id": s.id,
            "submodel": s.submodel,
            "unit": s.unit,
            "low": s.low,
            "high": s.high,
            "combiner": s.combiner,
            "zh": s.zh,
            "en": s.en,
        }
        for s in LEVERS.values()
    )
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(current(), encoding="utf-8", newline="\n")
