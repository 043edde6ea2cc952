"""Fitted parameters, as listed in ``targets.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Final

from calibration.figures.published import read_yaml
from calibration.fit.priors import Prior, priors

MAX_FITTED: Final = 14
"""Maximum number of fitted parameters."""


@cache
def fitted() -> tuple[Prior, ...]:
    """Return the priors of the fitted parameters."""
    known = priors()
    return tuple(known[id_] for id_ in read_yaml("targets.yaml")["fitted"])


@cache
def identified_below() -> float:
    """Return the ratio of posterior to prior standard deviation below which a parameter counts as identified."""
    return float(read_yaml("targets.yaml")["identified_below"])
