"""What a study varies: settings of the plan, numbers of the start, parameters of the rules.

A factor is written ``instrument.setting``, ``world.KEY`` or ``parameter.ROOM.NAME``. A point of a
study gives each factor a number; what else is uncertain stays as the replicate draws it. Algorithms
see points only; here is what a point does to a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, triangle
from sim.policy.catalogue.catalogue import Setting, Unit, catalogue
from sim.policy.scenario.scenario import Scenario, unusual

Floats = npt.NDArray[np.float64]
_PLAIN: Final = Unit("ratio", "", "", "ratio")
MACRO: Final = "world.macro"
STRUCTURE: Final = "world.structure."


@dataclass(frozen=True)
class Known:
    """Something that can be a factor.

    Attributes:
        id: as a study names it.
        zh, en: what it is.
        unit: how its numbers are written.
        units: what people call the unit.
        low, high: what may be stated.
        prior: low, mode, high and the chance that it is there at all; None where it is known.
        kind: where it acts.
        words: what it may be, where that is words and not numbers.
    """

    id: str
    zh: str
    en: str
    unit: Unit
    units: str
    low: float
    high: float
    prior: tuple[float, float, float, float] | None
    kind: Literal["setting", "world", "parameter"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Varied:
    """One of the things that a study varies, between two numbers, over a list, or as it is believed.

    Attributes:
        known: what it is.
        low, high: the range; of the prior, its ends.
        log: whether it is spread evenly on a logarithmic scale.
        values: the only numbers it takes, in ascending order; empty for a range.
        prior: whether it is drawn from what is believed of it.
        labels: its values, where they are words; the numbers are then their places here.
    """

    known: Known
    low: float
    high: float
    log: bool = False
    values: tuple[float, ...] = ()
    prior: bool = False
    labels: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """As the study names it."""
        return self.known.id

    def at(self, share: float) -> float:
        """The number below which a ``share`` of its range, list or prior lies."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.prior:
            assert self.known.prior is not None
            low, mode, high, potency = self.known.prior
            if potency < 1 and share >= potency:
                return 0.0
            return self._whole(triangle(min(1.0, share / potency), low, mode, high))
        if self.log:
            return self._whole(math.exp(math.log(self.low) + share * math.log(self.high / self.low)))
        return self._whole(self.low + share * (self.high - self.low))

    def _whole(self, value: float) -> float:
        return float(round(value)) if self.known.unit.whole else value

    def levels(self, number: int) -> tuple[float, ...]:
        """Numbers from end to end: its list, or ``number`` of them evenly spread."""
        if self.values:
            return self.values
        spread = [self.at(i / max(1, number - 1)) for i in range(number)]
        return tuple(dict.fromkeys(spread))


def label(factor: Varied, value: float) -> str:
    """What a value of a factor is called."""
    return factor.labels[factor.values.index(value)] if factor.labels else f"{value:.12g}"


def _of_setting(setting: Setting) -> Known:
    zh, en = "服务落实率", "share of services that are delivered"
    if setting is not catalogue().delivery:
        instrument = catalogue().instruments[setting.instrument]
        zh, en = f"{instrument.zh}：{setting.zh}", f"{instrument.en}: {setting.en}"
    last = _last(setting)
    prior = (
        (setting.plausible[0], last, setting.plausible[1], 1.0)
        if setting.plausible and last and setting.plausible[0] < setting.plausible[1]
        else None
    )
    unit = setting.unit
    return Known(setting.id, zh, en, unit, unit.en, setting.low, setting.high, prior, "setting")


def _last(setting: Setting) -> float:
    return setting.enacted[-1][1] if isinstance(setting.enacted, tuple) else setting.enacted


def _of_parameter(parameter: Parameter, id_: str, unit: Unit) -> Known:
    low, high = parameter.low, parameter.high
    prior = (low, parameter.value, high, parameter.potency) if low < high else None
    world = id_.startswith("world.")
    if world:  # what an analyst may type into a scenario
        low, high = 0.0, 10 * parameter.high
    elif parameter.potency < 1:
        low = min(low, 0.0)
    kind: Literal["world", "parameter"] = "world" if world else "parameter"
    return Known(id_, parameter.zh, parameter.en, unit, parameter.unit, low, high, prior, kind)


def _of_words(id_: str, zh: str, en: str, words: tuple[str, ...]) -> Known:
    return Known(id_, zh, en, _PLAIN, "", 0, len(words) - 1, None, "world", words)


@cache
def known() -> dict[str, Known]:
    """Everything that can be a factor, by id."""
    from sim.model.environment.parameters import INITIAL, MACROS
    from sim.model.registry import PARAMETERS
    from sim.model.rule_variants import STRUCTURES

    plan = catalogue()
    found = [_of_setting(s) for s in plan.settings.values() if s.acting]
    found.append(_of_setting(plan.delivery))
    for parameter in INITIAL:
        id_ = "world." + parameter.id.partition(".")[2]
        found.append(_of_parameter(parameter, id_, plan.units[parameter.unit]))
    found.append(_of_words(MACRO, "宏观经济", "growth of the world", MACROS))
    for name, rule in STRUCTURES.items():
        found.append(_of_words(f"{STRUCTURE}{name}", rule.zh, rule.en, tuple(rule.ways)))
    for id_, parameter in PARAMETERS.items():
        found.append(_of_parameter(parameter, f"parameter.{id_}", _PLAIN))
    return {one.id: one for one in found}


def matching(pattern: str) -> list[Known]:
    """All that is uncertain below a prefix: ``parameter.*``, ``parameter.growth.*``, ``world.*``, ``*``."""
    prefix = pattern.removesuffix("*")
    return [one for id_, one in known().items() if id_.startswith(prefix) and one.prior is not None]


def applied(
    scenario: Scenario, varied: Sequence[Varied], point: Sequence[float], *, policy: bool = True
) -> tuple[Scenario, dict[str, float]]:
    """A scenario at a point, and what a run must be told beside it.

    Args:
        scenario: the scenario.
        varied: the study's factors.
        point: a number for each.
        policy: whether settings of the plan are set; in a study's reference they are not.
    """
    plan = catalogue()
    settings: dict[str, float] = {}
    initial: dict[str, float] = {}
    stated: dict[str, float] = {}
    structure: dict[str, str] = {}
    for factor, number in zip(varied, point, strict=True):
        value = float(number)
        if factor.id == MACRO:
            scenario = replace(scenario, macro=factor.labels[int(value)])
        elif factor.id.startswith(STRUCTURE):
            structure[factor.id.removeprefix(STRUCTURE)] = factor.labels[int(value)]
        elif factor.known.kind == "world":
            initial[factor.id.partition(".")[2]] = value
        elif factor.known.kind == "parameter":
            stated[factor.id] = value
        elif factor.id == plan.delivery.id:  # no scenario may set it
            stated[f"ratio.{factor.id}"] = value / _last(plan.delivery)
        elif factor.prior:
            stated[f"ratio.{factor.id}"] = value / _last(plan.settings[factor.id])
        elif policy:
            settings[factor.id] = value
    if settings:
        scenario = scenario.changed(policy=settings)
    if initial:
        scenario = replace(scenario, initial={**scenario.initial, **initial})
    if structure:
        scenario = replace(scenario, structure=unusual({**scenario.structure, **structure}))
    return scenario, stated


def grid(varied: Sequence[Varied], levels: int) -> Floats:
    """Every combination of the factors' values, the last factor running fastest."""
    return product([factor.levels(levels) for factor in varied])


def product(axes: Sequence[Sequence[float]]) -> Floats:
    """Every combination of numbers, one from each axis; one empty point of no axes."""
    points: list[list[float]] = [[]]
    for axis in axes:
        points = [[*point, value] for point in points for value in axis]
    return np.array(points, dtype=np.float64).reshape(len(points), len(axes))


def spread(varied: Sequence[Varied], shares: npt.ArrayLike) -> Floats:
    """Points of the unit cube (point, factor) as points of the factors."""
    cube = np.asarray(shares, dtype=np.float64)
    return np.array([[v.at(u) for v, u in zip(varied, row, strict=True)] for row in cube]).reshape(cube.shape)


def described(varied: Sequence[Varied]) -> dict[str, Any]:
    """Coordinates of a dataset with the dimension ``factor``."""
    found: dict[str, Any] = {"factor": np.array([v.id for v in varied], dtype=np.str_)}
    for name, words in (
        ("zh", [v.known.zh for v in varied]),
        ("en", [v.known.en for v in varied]),
        ("unit", [v.known.units for v in varied]),
    ):
        found[f"factor_{name}"] = ("factor", np.array(words, dtype=np.str_))
    if any(v.labels for v in varied):
        found["factor_words"] = ("factor", np.array([" ".join(v.labels) for v in varied], dtype=np.str_))
    return found
