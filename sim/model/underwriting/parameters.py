"""Underwriting: parameters and constants."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter

# fmt: off

INTERCEPT: Final = Parameter(
    "credit.intercept", 1.9, 1.6, 2.2, "log odds", "set so that 46% of requests pass: CRED08", "B",
    "银行评分基准", "log odds against default at a score of nought, as banks believe")
# who looks at firms: banks by kind, guarantors, incubators that give seed money
ASSESSORS: Final = ("state", "joint_stock", "rural", "village", "tech", "public", "private", "fund", "incubator")

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
