"""All levers, uncertain parameters and outcomes of the model, and the values of levers and parameters in one run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final, TypeVar

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Outcome
from sim.model.banking import parameters as banking
from sim.model.business_support import parameters as business_support
from sim.model.entry import parameters as entry
from sim.model.equity import parameters as equity
from sim.model.firms import parameters as firms
from sim.model.government import parameters as government
from sim.model.guarantees import parameters as guarantees
from sim.model.incubation import parameters as incubation
from sim.model.population import parameters as population
from sim.model.subsidies import parameters as subsidies
from sim.model.underwriting import parameters as underwriting

SUBMODELS: Final[Mapping[str, ModuleType]] = {
    "population": population,
    "firms": firms,
    "business_support": business_support,
    "entry": entry,
    "subsidies": subsidies,
    "incubation": incubation,
    "equity": equity,
    "underwriting": underwriting,
    "banking": banking,
    "guarantees": guarantees,
    "government": government,
}
"""The declarations of each submodel, by the name of its package."""
Declared = TypeVar("Declared", PolicyLever, Parameter)
_PREFIXES: Final = (
    "entry", "registration", "claims", "services", "cost", "growth", "ip", "incubator", "seed", "parks",
    "demonstration", "equity", "credit.requests", "credit", "guarantee", "crowdfunding", "exit", "debt")  # fmt: skip
"""Order of ids by prefix. Designs of sensitivity studies depend on the order of parameters: it is kept."""


def _by_prefix(declared: Iterable[Declared]) -> dict[str, Declared]:
    def position(each: Declared) -> int:
        return next(k for k, prefix in enumerate(_PREFIXES) if each.id.startswith(prefix))

    return {each.id: each for each in sorted(declared, key=position)}


LEVERS: Final[Mapping[str, PolicyLever]] = _by_prefix(
    lever for submodel in SUBMODELS.values() for lever in submodel.LEVERS
)
PARAMETERS: Final[Mapping[str, Parameter]] = _by_prefix(
    parameter for submodel in SUBMODELS.values() for parameter in submodel.PARAMETERS
)
OUTCOMES: Final[tuple[Outcome, ...]] = tuple(
    outcome for submodel in SUBMODELS.values() for outcome in submodel.OUTCOMES
)
SUBMODEL_OF: Final[Mapping[str, str]] = {
    declared.id: name
    for name, submodel in SUBMODELS.items()
    for declared in (*submodel.LEVERS, *submodel.PARAMETERS)
}
"""Package that declares a lever or parameter, by its id."""


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
