"""Underwriting: uncertain parameters and constants."""

from __future__ import annotations

from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter

# fmt: off

# --- Uncertain parameters ---
INTERCEPT: Final = Parameter(
    "credit.intercept", 1.9, 1.6, 2.2, "log odds", "set so that 46% of requests pass: CRED08", "B",
    "银行评分基准值（评分为零时）", "assessed log odds against default at a score of zero")

# --- Assessors ---
ASSESSORS: Final[Annotated[tuple[str, ...], Constant("assessors", "convention", "banks by kind, guarantors, and incubators that provide seed money; the index keys the assessment error")]] = (
    "state", "joint_stock", "rural", "village", "tech", "public", "private", "fund", "incubator")

# --- Scores ---
INCOME_WEIGHT: Final[Annotated[float, Assumption("log odds for each usual wage", "guess", "weight of the owner's income in the score")]] = 0.8
USUAL_INCOME: Final[Annotated[float, Assumption("usual wages", "guess", "income at which its contribution to the score is zero")]] = 1.0
AGE_WEIGHT: Final[Annotated[float, Assumption("log odds for each log year", "guess", "weight of years in business in both scores")]] = 0.3
SIZE_WEIGHT: Final[Annotated[float, Assumption("log odds for each log point of staff", "set so that as many loans are granted as with the earnings score", "weight of staff in the collateral score")]] = 0.9
USUAL_SIZE: Final[Annotated[float, Assumption("persons", "set so that as many loans are granted as with the earnings score", "staff at which the contribution of size to the collateral score is zero")]] = 2.0
DAYS_A_YEAR: Final[Annotated[float, Constant("days", "convention", "mean length of a year")]] = 365.25
MONTH_KEYS: Final[Annotated[int, Constant("number", "convention", "months reserved per firm in the key of an assessment error")]] = 128
FIRST_MONTH_KEY: Final[Annotated[int, Constant("number", "convention", "month key of January 2017, chosen so that earlier months have positive keys")]] = 64

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
