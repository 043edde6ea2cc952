"""What the factors of a study, and their values, are called in its tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables.printing import LARGE
from sim.texts import language, say


def factor(one: xr.Dataset) -> str:
    """What one factor is called; a setting as the catalogue has it today."""
    slug = str(one.factor.values)
    setting = catalogue().settings.get(slug)
    if setting is not None:
        instrument = catalogue().instruments[setting.instrument]
        names = {"zh": (instrument.zh, setting.zh), "en": (instrument.en, setting.en)}[language()]
        return say("study.setting", instrument=names[0], setting=names[1])
    name = f"factor_{language()}"
    return str(one[name].values) if name in one.coords else slug


def factors(found: xr.Dataset) -> tuple[str, ...]:
    """A note that gives the id of every factor, where rows are points; none without factors."""
    each = [found.isel(factor=i) for i in range(found.sizes.get("factor", 0))]
    told = [f"{factor(one)} ({one.factor.values})" for one in each]
    return (say("study.factors", names=say("study.and").join(told)),) if told else ()


def settings(found: xr.Dataset, values: Sequence[float] | npt.NDArray[Any]) -> str:
    """The values of all factors at a point, each with its name; empty without factors."""
    parts = []
    for i, value in enumerate(values):
        one = found.isel(factor=i)
        parts.append(f"{factor(one)} = {told(float(value), one)}")
    return say("study.and").join(parts)


def told(value: float, one: xr.Dataset) -> str:
    """A value of one factor as people write it: a word, or a number with its unit."""
    words = str(one.factor_categories.values).split() if "factor_categories" in one.coords else []
    unit = str(one.factor_unit.values) if "factor_unit" in one.coords else ""
    return words[int(value)] if words else amount(value, unit)


def amount(value: float, unit: str) -> str:
    """A factor's value as people write it.

    >>> amount(0.015, "share a year"), amount(2e8, "yuan"), amount(20, "workdays")
    ('1.5%', '20,000 万元', '20')
    """
    if unit.startswith("share"):
        return f"{value * 100:.6g}%"
    if unit == "yuan" and abs(value) >= LARGE[language()]:
        return f"{value / LARGE[language()]:,.6g} {say('unit.large_yuan')}"
    return f"{value:,.6g}"
