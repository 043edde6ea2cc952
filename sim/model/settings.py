"""Values of all policy levers in one run, by date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.levers import PolicyLever


@dataclass(frozen=True)
class Settings:
    """Values of all policy levers, as step functions of time.

    Attributes:
        steps: for each lever id, the ascending days on which its value changes, counted from 1 January 2017,
            and the values from those days on; the first day is 0 or earlier.
    """

    steps: Mapping[str, tuple[Sequence[int], Sequence[float]]]

    def at(self, lever: PolicyLever, day: float) -> float:
        """Return the value of a lever on a day."""
        days, values = self.steps[lever.id]
        return values[bisect_right(days, day) - 1]

    def not_yet(self, lever: PolicyLever, day: float) -> bool:
        """Whether a lever has always been zero up to ``day``, so that its programme is not open yet."""
        days, values = self.steps[lever.id]
        return not any(values[: bisect_right(days, day)])
