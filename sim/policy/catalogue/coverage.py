"""Coverage of the plan: numbers of clauses that instruments of the model implement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.policy.catalogue.entities import Catalogue

MOST_RESPONSES: Final = 40
"""Maximum number of instruments that act through an assumed response rather than a mechanism."""


@dataclass(frozen=True)
class Coverage:
    """Numbers of clauses by degree of coverage.

    Attributes:
        clauses: all clauses.
        carried: clauses that acting instruments implement in full.
        partly: clauses implemented in part: a part is not modelled, or an instrument does not act yet.
        left_out: clauses that are not modelled at all.
    """

    clauses: int
    carried: int
    partly: int
    left_out: int


def coverage(plan: Catalogue) -> Coverage:
    """Count the clauses of a plan by degree of coverage."""
    acting = {i.id for i in plan.instruments.values() if i.acting} | {plan.delivery.name}
    left_out = sum(not c.instruments for c in plan.clauses)
    carried = sum(
        bool(c.instruments) and not c.not_modelled and acting.issuperset(c.instruments) for c in plan.clauses
    )
    number = len(plan.clauses)
    return Coverage(number, carried, number - carried - left_out, left_out)
