"""Underwriting: uncertain parameters and constants."""

from __future__ import annotations

from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter

# fmt: off

# --- Uncertain parameters ---
INTERCEPT: Final = Parameter(
    "credit.intercept", 1.9, 1.6, 2.2, "log odds", "set so that 46% of requests pass: CRED08", "B",
    "银行评分基准", "log odds against default at a score of zero, as assessors reckon")

# --- Assessors ---
ASSESSORS: Final[Annotated[tuple[str, ...], Constant("assessors", "convention", "banks by kind, guarantors, incubators that give seed money; their numbers key the errors")]] = (
    "state", "joint_stock", "rural", "village", "tech", "public", "private", "fund", "incubator")

# --- Scores ---
INCOME_WEIGHT: Final[Annotated[float, Assumption("log odds for each usual wage", "guess", "of the owner's income in the score")]] = 0.8
USUAL_INCOME: Final[Annotated[float, Assumption("usual wages", "guess", "income at which it adds nothing to the score")]] = 1.0
AGE_WEIGHT: Final[Annotated[float, Assumption("log odds for each log year", "guess", "of years in business in both scores")]] = 0.3
SIZE_WEIGHT: Final[Annotated[float, Assumption("log odds for each log point of staff", "set so that as many loans pass as by earnings", "of staff in the collateral score")]] = 0.9
USUAL_SIZE: Final[Annotated[float, Assumption("persons", "set so that as many loans pass as by earnings", "staff at which size adds nothing to the collateral score")]] = 2.0
DAYS_A_YEAR: Final[Annotated[float, Constant("days", "convention", "mean length of a year")]] = 365.25
MONTH_KEYS: Final[Annotated[int, Constant("number", "convention", "numbers of months that the key of an assessment error reserves for each firm")]] = 128
FIRST_MONTH_KEY: Final[Annotated[int, Constant("number", "convention", "key of January 2017, so that months before have positive keys")]] = 64

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
