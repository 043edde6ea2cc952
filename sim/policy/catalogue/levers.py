"""The model's levers as the catalogue knows them: a copy in ``levers.json``.

The submodels declare their levers, but importing them imports the whole model (Mesa and SimPy: a second),
and ``zsim check`` and ``zsim plan`` must answer at once. ``python -m sim.policy.catalogue.levers`` writes the
copy anew; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sim.engine.levers import Combiner

FILE: Final = Path(__file__).with_name("levers.json")

SUBMODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "entry": ("entry.", "registration.", "exit.second_chance_"),
    "subsidies": ("claims.", "services."),
    "firms": ("cost.", "growth.", "exit."),
    "business_support": (
        "ip.",
        "cost.it_discount",
        "cost.space_",
        "cost.testing_discount",
        "exit.premium_subsidy",
        "growth.cluster_hours",
        "growth.crowd_orders",
        "growth.district_hours",
        "growth.equipment_share",
        "growth.first_set_",
        "growth.public_orders",
        "growth.service_purchase",
        "growth.supply_chain_firms",
        "growth.support_hours",
        "growth.voucher_",
    ),
    "incubation": ("incubator.", "seed.", "parks.", "demonstration."),
    "equity": ("equity.", "crowdfunding."),
    "banking": ("credit.", "debt."),
    "guarantees": ("guarantee.",),
}
"""The package of ``sim.model`` that owns a lever, by the start of the lever's id; the longest decides.

The ids themselves stay as they are: those of parameters key the random numbers.
"""


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


def submodel_of(lever: str) -> str:
    """Return the package of ``sim.model`` that owns a lever.

    Raises:
        ValueError: none does; name one in :data:`SUBMODELS`.

    >>> submodel_of("growth.reach"), submodel_of("growth.voucher_cap")
    ('firms', 'business_support')
    """
    beginnings = {start: name for name, starts in SUBMODELS.items() for start in starts}
    owners = {start: name for start, name in beginnings.items() if lever.startswith(start)}
    if not owners:
        raise ValueError(f"lever {lever}: no submodel owns it")
    return owners[max(owners, key=len)]


@cache
def levers() -> dict[str, LeverFact]:
    """Return the levers that submodels read, by id."""
    return {row["id"]: LeverFact(**row) for row in json.loads(FILE.read_text(encoding="utf-8"))}


def current() -> str:
    """Return the text that ``levers.json`` should have, from the submodels themselves."""
    from sim.model.registry import LEVERS

    rows = (
        {
            "id": lever.id,
            "submodel": submodel_of(lever.id),
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
