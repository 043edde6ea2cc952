"""Findings of published studies and the arms that reproduce their treatments, as listed in ``effects.yaml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import yaml

from calibration import FOLDER
from calibration.effects.counterfactual_measures import Measurement
from calibration.figures import evidence
from sim.model.registry import PARAMETERS
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario, load_scenario

LIST: Final = FOLDER / "effects.yaml"
ARM_KEYS: Final = frozenset({"scenario", "none", "without", "policy", "from", "until", "stated"})


@dataclass(frozen=True)
class Arm:
    """Arm of a comparison: a scenario, and parameters with fixed values."""

    scenario: Scenario
    stated: Mapping[str, float]


@dataclass(frozen=True)
class ReportedEffect:
    """Effect that a study reported: an interval or a sign.

    Attributes:
        unit: unit of the effect.
        low, high: ends of the interval.
        sign: ``up``, ``down`` or ``zero``.
        within: half-width of the band around 0 that counts as no effect, if the sign is ``zero``.
    """

    unit: str
    low: float = np.nan
    high: float = np.nan
    sign: str = ""
    within: float = np.nan

    def __str__(self) -> str:
        if self.sign == "zero":
            return f"none (within {number(self.within, self.unit)})"
        if self.sign:
            return self.sign
        if self.low == self.high:
            return number(self.low, self.unit)
        if np.isinf(self.high):
            return f"above {number(self.low, self.unit)}"
        return f"{number(self.low, self.unit)} to {number(self.high, self.unit)}"


@dataclass(frozen=True)
class Finding:
    """Published finding and its counterpart in the model; ``effects.yaml`` explains the attributes."""

    id: str
    part: str
    treated: str
    arms: tuple[str, str]
    measurement: Measurement
    published: ReportedEffect
    differs: str
    also: tuple[str, ...] = ()
    claim: bool = False
    rule: bool = False


@cache
def declared() -> dict[str, Any]:
    """Return the contents of ``effects.yaml``."""
    content: dict[str, Any] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return content


def findings() -> tuple[Finding, ...]:
    """Return all findings that have a counterpart in the model."""
    return tuple(_finding(entry) for entry in declared()["effects"])


def _finding(entry: Mapping[str, Any]) -> Finding:
    measurement: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry["measurement"].items()
    }
    parts: dict[str, Any] = {
        "arms": tuple(entry["arms"]),
        "measurement": Measurement(**measurement),
        "published": ReportedEffect(**entry["published"]),
        "also": tuple(entry.get("also", ())),
    }
    return Finding(**{**entry, **parts})


def arm(name: str, scale: float) -> Arm:
    """Return the arm that ``effects.yaml`` defines under a name, with its runs at the given scale.

    Raises:
        ValueError: the arm has an unknown key.
    """
    entry = declared()["arms"][name]
    if unknown := entry.keys() - ARM_KEYS:
        raise ValueError(f"{LIST.name}, arm {name}: unknown keys {sorted(map(str, unknown))}")
    scenario = load_scenario(entry.get("scenario", "as_enacted")).with_run(scale=scale, replicates=1)
    since = entry.get("from", dt.date(2017, 1, 1))
    until = entry.get("until")
    policy = {
        id_: Stated("none", ((since, float(value)), *(((until, 0.0),) if until else ())))
        for id_, value in entry.get("policy", {}).items()
    }
    back = {"off": entry.get("none", ()), "without": entry.get("without", ())}
    return Arm(scenario.changed(name, policy=policy, **back), entry.get("stated", {}))


def parameters_citing(id_: str) -> list[str]:
    """Return the parameters whose source cites a row of the evidence; such a row is an input to the model."""
    return [p.id for p in PARAMETERS.values() if id_ in evidence.cited(p.source)]


def assess(published: ReportedEffect, value: float, low: float, high: float) -> str:
    """Assess an effect by the rule of ``effects.yaml``: ``agrees``, ``disagrees`` or ``unclear``.

    Args:
        published: effect that the study reported.
        value: mean effect in the model.
        low: lower end of the model's 95% interval.
        high: upper end of the model's 95% interval.

    >>> assess(ReportedEffect("share", 0.1, 0.2), 0.15, 0.0, 0.3)
    'agrees'
    >>> assess(ReportedEffect("share", sign="up"), 0.0, 0.0, 0.0)
    'disagrees'
    """
    if np.isnan([value, low, high]).any():
        return "unclear"
    if published.sign == "zero":
        agrees = -published.within <= low and high <= published.within
        disagrees = low > published.within or high < -published.within
    elif published.sign:
        least, most = (low, high) if published.sign == "up" else (-high, -low)
        agrees = least > 0
        disagrees = most < 0 or low == high == 0
    else:
        agrees = published.low <= value <= published.high
        disagrees = high < published.low or low > published.high
    return "agrees" if agrees else "disagrees" if disagrees else "unclear"


def number(value: float, unit: str) -> str:
    """Format a number in its unit for tables."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞"
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
