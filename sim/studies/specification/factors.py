"""Factors of a study: settings of the plan, initial conditions, parameters and structures of the model.

A factor is identified as ``instrument.setting``, ``world.KEY`` or ``parameter.ID``, where ``ID`` is that of
the tables of parameters in ``sim/model/*/README.md``, such as ``claims.word_of_mouth``. A point of a
study assigns a number to each factor; all other uncertain quantities keep the values drawn for the replicate.
Algorithms operate on points only; :func:`applied` applies a point to a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, triangle
from sim.policy.catalogue.catalogue import Setting, Unit, catalogue
from sim.policy.scenario.scenario import Scenario, unusual
from sim.studies.methods import interface
from sim.studies.methods.interface import Floats
from sim.studies.specification.units import RATIO, displayed_unit

MACRO: Final = "world.macro"
STRUCTURE: Final = "world.structure."


class Prior(NamedTuple):
    """Prior of an uncertain quantity: triangular with probability ``potency``, and zero otherwise."""

    low: float
    mode: float
    high: float
    potency: float = 1.0


@dataclass(frozen=True)
class FactorDefinition:
    """Quantity that can be a factor of a study.

    Attributes:
        id: identifier in study files.
        zh, en: Chinese and English names.
        unit: unit of its values in study files.
        unit_id: unit in datasets.
        low, high: range of admissible values.
        prior: prior distribution; None if the value is known.
        kind: whether it is a setting of the plan, a property of the environment (``world``) or a model
            parameter.
        categories: possible values of a categorical quantity; empty for a numeric one.
    """

    id: str
    zh: str
    en: str
    unit: Unit
    unit_id: str
    low: float
    high: float
    prior: Prior | None
    kind: Literal["setting", "world", "parameter"]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Factor:
    """Factor of a study: a quantity that varies over a range, a list of values, or its prior.

    Attributes:
        definition: the quantity.
        low, high: ends of the range, or of the prior.
        log: whether the range is divided evenly on a logarithmic scale.
        values: list of values in ascending order; empty for a range.
        prior: whether values are drawn from the prior of the quantity.
        labels: values of a categorical factor; ``values`` then contains their indices.
    """

    definition: FactorDefinition
    low: float
    high: float
    log: bool = False
    values: tuple[float, ...] = ()
    prior: bool = False
    labels: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Identifier of the factor in the study file."""
        return self.definition.id

    @property
    def display_unit(self) -> interface.Unit:
        """Unit in which results are displayed."""
        definition = self.definition
        return displayed_unit(definition.unit.id if definition.kind != "parameter" else definition.unit_id)

    def at(self, share: float) -> float:
        """Return the value at quantile ``share`` (0 to 1) of the range, list or prior."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.prior:
            assert self.definition.prior is not None
            low, mode, high, potency = self.definition.prior
            if potency < 1 and share >= potency:
                return 0.0
            return self._whole(triangle(min(1.0, share / potency), low, mode, high))
        if self.log:
            return self._whole(math.exp(math.log(self.low) + share * math.log(self.high / self.low)))
        return self._whole(self.low + share * (self.high - self.low))

    def _whole(self, value: float) -> float:
        return float(round(value)) if self.definition.unit.whole else value

    def levels(self, number: int) -> tuple[float, ...]:
        """Return the listed values, or ``number`` evenly spaced values over the range."""
        if self.values:
            return self.values
        levels = [self.at(i / max(1, number - 1)) for i in range(number)]
        return tuple(dict.fromkeys(levels))

    def format(self, value: float, language: str) -> str:
        """Format a value as a category label or as a number with its unit."""
        if self.labels:
            return self.labels[self.values.index(value)]
        return self.display_unit.format(value, language)


def setting_names(setting: Setting) -> tuple[str, str]:
    """Return the Chinese and English names of a setting, each preceded by the name of its instrument."""
    plan = catalogue()
    if setting is plan.delivery:
        return "服务落实率", "share of services that are delivered"
    instrument = plan.instruments[setting.instrument]
    return f"{instrument.zh}：{setting.zh}", f"{instrument.en}: {setting.en}"


def _setting(setting: Setting) -> FactorDefinition:
    zh, en = setting_names(setting)
    last = _last_enacted(setting)
    prior = None
    if setting.plausible and last and setting.plausible[0] < setting.plausible[1]:
        prior = Prior(setting.plausible[0], last, setting.plausible[1])
    unit = setting.unit
    return FactorDefinition(setting.id, zh, en, unit, unit.en, setting.low, setting.high, prior, "setting")


def _last_enacted(setting: Setting) -> float:
    return setting.enacted[-1][1] if isinstance(setting.enacted, tuple) else setting.enacted


def _parameter(parameter: Parameter, id_: str, unit: Unit) -> FactorDefinition:
    low, high = parameter.low, parameter.high
    prior = Prior(low, parameter.value, high, parameter.potency) if low < high else None
    world = id_.startswith("world.")
    if world:  # same range as scenarios accept
        low, high = 0.0, 10 * parameter.high
    elif parameter.potency < 1:
        low = min(low, 0.0)
    kind: Literal["world", "parameter"] = "world" if world else "parameter"
    return FactorDefinition(id_, parameter.zh, parameter.en, unit, parameter.unit, low, high, prior, kind)


def _categorical(id_: str, zh: str, en: str, categories: tuple[str, ...]) -> FactorDefinition:
    return FactorDefinition(id_, zh, en, RATIO, "", 0, len(categories) - 1, None, "world", categories)


@cache
def definitions() -> dict[str, FactorDefinition]:
    """Return all quantities that can be factors, by identifier."""
    from sim.model.environment.parameters import INITIAL, MACROS
    from sim.model.registry import PARAMETERS
    from sim.model.rule_variants import STRUCTURES

    plan = catalogue()
    all_definitions = [_setting(s) for s in plan.settings.values() if s.acting]
    all_definitions.append(_setting(plan.delivery))
    for parameter in INITIAL:
        id_ = "world." + parameter.id.partition(".")[2]
        all_definitions.append(_parameter(parameter, id_, plan.units[parameter.unit]))
    all_definitions.append(_categorical(MACRO, "宏观经济", "macroeconomic growth", MACROS))
    for name, rule in STRUCTURES.items():
        all_definitions.append(_categorical(f"{STRUCTURE}{name}", rule.zh, rule.en, tuple(rule.ways)))
    for id_, parameter in PARAMETERS.items():
        all_definitions.append(_parameter(parameter, f"parameter.{id_}", RATIO))
    return {definition.id: definition for definition in all_definitions}


def matching(pattern: str) -> list[FactorDefinition]:
    """Return all uncertain quantities that match a pattern, such as ``parameter.growth.*`` or ``*``."""
    prefix = pattern.removesuffix("*")
    return [d for id_, d in definitions().items() if id_.startswith(prefix) and d.prior is not None]


def applied(
    scenario: Scenario, factors: Sequence[Factor], point: Sequence[float], *, policy: bool = True
) -> tuple[Scenario, dict[str, float]]:
    """Apply the factor values of a point to a scenario.

    Args:
        scenario: the scenario.
        factors: factors of the study.
        point: value of each factor.
        policy: whether to apply settings of the plan; False for the reference of a study.

    Returns:
        the scenario, and the values to be fixed in its runs (``stated`` in
        :func:`sim.studies.execution.simulation.simulate`).
    """
    plan = catalogue()
    settings: dict[str, float] = {}
    initial: dict[str, float] = {}
    stated: dict[str, float] = {}
    structure: dict[str, str] = {}
    for factor, number in zip(factors, point, strict=True):
        value = float(number)
        if factor.id == MACRO:
            scenario = replace(scenario, macro=factor.labels[int(value)])
        elif factor.id.startswith(STRUCTURE):
            structure[factor.id.removeprefix(STRUCTURE)] = factor.labels[int(value)]
        elif factor.definition.kind == "world":
            initial[factor.id.partition(".")[2]] = value
        elif factor.definition.kind == "parameter":
            stated[factor.id] = value
        elif factor.id == plan.delivery.id:  # scenarios cannot set it
            stated[f"ratio.{factor.id}"] = value / _last_enacted(plan.delivery)
        elif factor.prior:
            stated[f"ratio.{factor.id}"] = value / _last_enacted(plan.settings[factor.id])
        elif policy:
            settings[factor.id] = value
    if settings:
        scenario = scenario.changed(policy=settings)
    if initial:
        scenario = replace(scenario, initial={**scenario.initial, **initial})
    if structure:
        scenario = replace(scenario, structure=unusual({**scenario.structure, **structure}))
    return scenario, stated


def grid(factors: Sequence[Factor], levels: int) -> Floats:
    """Return every combination of the factors' levels, the last factor varying fastest: (point, factor)."""
    return product([factor.levels(levels) for factor in factors])


def product(axes: Sequence[Sequence[float]]) -> Floats:
    """Return the Cartesian product of the axes: (point, axis); a single empty point if there are no axes."""
    points: list[list[float]] = [[]]
    for axis in axes:
        points = [[*point, value] for point in points for value in axis]
    return np.array(points, dtype=np.float64).reshape(len(points), len(axes))


def at_shares(factors: Sequence[Factor], shares: npt.ArrayLike) -> Floats:
    """Map points of the unit cube (point, factor) to values of the factors."""
    cube = np.asarray(shares, dtype=np.float64)
    points = [[factor.at(u) for factor, u in zip(factors, row, strict=True)] for row in cube]
    return np.array(points).reshape(cube.shape)


def factor_coordinates(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return dataset coordinates for the dimension ``factor``."""
    coordinates: dict[str, Any] = {"factor": np.array([f.id for f in factors], dtype=np.str_)}
    for name, values in (
        ("zh", [f.definition.zh for f in factors]),
        ("en", [f.definition.en for f in factors]),
        ("unit", [f.definition.unit_id for f in factors]),
    ):
        coordinates[f"factor_{name}"] = ("factor", np.array(values, dtype=np.str_))
    if any(f.labels for f in factors):
        labels = np.array([" ".join(f.labels) for f in factors], dtype=np.str_)
        coordinates["factor_categories"] = ("factor", labels)
    return coordinates
