"""All sockets and parameters of the model, and their values in one run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.random_streams import RandomStreams
from sim.model.banking import credit, loan_book
from sim.model.business_support import intellectual_property
from sim.model.entry import entry, registration
from sim.model.equity import crowdfunding, equity
from sim.model.firms import cost, exit, growth
from sim.model.guarantees import guarantee
from sim.model.incubation import demonstration_bases, incubator, parks, seed_money
from sim.model.subsidies import claims, training

ROOMS: Final = (
    entry, registration, claims, training, cost, growth, intellectual_property, incubator, seed_money, parks, demonstration_bases,
    equity, credit, guarantee, crowdfunding, exit)  # fmt: skip
LEVERS: Final[Mapping[str, PolicyLever]] = {s.id: s for room in ROOMS for s in room.LEVERS}
PARAMETERS: Final[Mapping[str, Parameter]] = {
    p.id: p for room in (*ROOMS, loan_book) for p in room.PARAMETERS
}


@dataclass(frozen=True)
class Settings:
    """The value of every socket, day by day.

    Attributes:
        steps: for each socket id the ascending days (of the clock) on which its value changes and the
            values from those days on; the first day is 0 or before.
    """

    steps: Mapping[str, tuple[Sequence[int], Sequence[float]]]

    def at(self, lever: PolicyLever, day: float) -> float:
        """Value of a socket on a day of the clock."""
        days, values = self.steps[lever.id]
        return values[bisect_right(days, day) - 1]

    def never(self, lever: PolicyLever) -> bool:
        """Whether the socket is zero from the first day to the last."""
        return all(v == 0 for v in self.steps[lever.id][1])

    def not_yet(self, lever: PolicyLever, day: float) -> bool:
        """Whether the socket has been zero on every day up to this one: a programme that takes no claims yet."""
        days, values = self.steps[lever.id]
        return not any(values[: bisect_right(days, day)])


def draw(parameters: Mapping[str, Parameter], chance: RandomStreams, uncertain: bool) -> dict[str, float]:
    """One value of every parameter: drawn at a keyed quantile of its prior, or its central (expected) value."""
    return {
        name: p.draw(chance.one("parameter", name), chance.one("exists", name))
        if uncertain
        else p.value * p.potency
        for name, p in parameters.items()
    }
