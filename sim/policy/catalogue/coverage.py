"""The number of clauses of the plan that instruments of the model carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.policy.catalogue.entities import Catalogue

MOST_RESPONSES: Final = 40
"""At most so many instruments act by an assumed response; the others are numbers of a mechanism."""


@dataclass(frozen=True)
class Coverage:
    """Numbers of clauses by how far they are carried.

    Attributes:
        clauses: all.
        carried: in full, by instruments that act.
        partly: in part: something of them is not modelled, or an instrument does not act yet.
        left_out: not modelled at all.
    """

    clauses: int
    carried: int
    partly: int
    left_out: int


def coverage(plan: Catalogue) -> Coverage:
    """Count the clauses of a plan by how far they are carried."""
    acting = {i.id for i in plan.instruments.values() if i.acting} | {plan.delivery.name}
    left_out = sum(not c.instruments for c in plan.clauses)
    carried = sum(
        bool(c.instruments) and not c.not_modelled and acting.issuperset(c.instruments) for c in plan.clauses
    )
    number = len(plan.clauses)
    return Coverage(number, carried, number - carried - left_out, left_out)
