"""Parameters that the fit may move, as ``targets.yaml`` lists them."""

from __future__ import annotations

from functools import cache
from typing import Final

from calibration.figures.published import file
from calibration.fit.priors import Prior, priors

MOST: Final = 14
"""Parameters that may be fitted."""


@cache
def fitted() -> tuple[Prior, ...]:
    """Parameters that the fit may move, with their priors."""
    known = priors()
    return tuple(known[id_] for id_ in file("targets.yaml")["fitted"])


@cache
def identified_below() -> float:
    """Share of its prior standard deviation below which a parameter's posterior one calls it identified."""
    return float(file("targets.yaml")["identified_below"])
