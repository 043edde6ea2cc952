"""Registry of all levers, uncertain parameters and outcomes of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
"""Module ``parameters`` of each submodel, by package name."""
Declared = TypeVar("Declared", PolicyLever, Parameter)
_PREFIXES: Final = (
    "entry", "registration", "claims", "services", "cost", "growth", "ip", "incubator", "seed", "parks",
    "demonstration", "equity", "credit.requests", "credit", "guarantee", "crowdfunding", "exit", "debt")  # fmt: skip
"""Order of ids by prefix, which determines the column order of sensitivity designs."""


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
"""Package name of the submodel that declares each lever or parameter, by id."""


def draw(parameters: Mapping[str, Parameter], streams: RandomStreams, uncertain: bool) -> dict[str, float]:
    """Return the value of every parameter by id: a prior draw, or its central value times its potency.

    Args:
        parameters: uncertain parameters by id.
        streams: random streams; each parameter has its own stream.
        uncertain: whether to draw from the priors.
    """
    return {
        name: p.draw(streams.scalar("parameter", name), streams.scalar("exists", name))
        if uncertain
        else p.value * p.potency
        for name, p in parameters.items()
    }
