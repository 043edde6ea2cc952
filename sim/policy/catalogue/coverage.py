"""How much of the plan's text is carried by instruments that act: counted, never claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.policy.catalogue.entities import Catalogue

MOST_RESPONSES: Final = 40
"""Instruments that may act by an assumed response at most; all others are numbers of a mechanism."""


@dataclass(frozen=True)
class Coverage:
    """How many of the plan's clauses are carried.

    Attributes:
        clauses: in all.
        carried: wholly, by instruments that act.
        partly: in part: something of it is not modelled, or an instrument does not act yet.
        left_out: not modelled at all.
    """

    clauses: int
    carried: int
    partly: int
    left_out: int


def coverage(plan: Catalogue) -> Coverage:
    """The plan's clauses, counted by whether something carries them."""
    acting = {i.id for i in plan.instruments.values() if i.acting} | {plan.delivery.name}
    left_out = sum(not c.instruments for c in plan.clauses)
    carried = sum(
        bool(c.instruments) and not c.not_modelled and acting.issuperset(c.instruments) for c in plan.clauses
    )
    number = len(plan.clauses)
    return Coverage(number, carried, number - carried - left_out, left_out)
