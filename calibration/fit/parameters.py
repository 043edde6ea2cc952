"""Parameters that the fit may move, as ``targets.yaml`` lists them."""

from __future__ import annotations

from functools import cache
from typing import Final

from calibration.figures.published import read_yaml
from calibration.fit.priors import Prior, priors

MOST: Final = 14
"""Parameters that may be fitted."""


@cache
def fitted() -> tuple[Prior, ...]:
    """Priors of the fitted parameters."""
    known = priors()
    return tuple(known[id_] for id_ in read_yaml("targets.yaml")["fitted"])


@cache
def identified_below() -> float:
    """Ratio of posterior to prior standard deviation below which a parameter counts as identified."""
    return float(read_yaml("targets.yaml")["identified_below"])
