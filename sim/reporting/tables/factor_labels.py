"""Labels of a study's factors and their values for tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables.printing import LARGE
from sim.texts import language, say


def factor(dataset: xr.Dataset) -> str:
    """Return the label of a factor; labels of policy settings come from the catalogue.

    Args:
        dataset: study with one element selected along ``factor``.
    """
    id_ = str(dataset.factor.values)
    setting = catalogue().settings.get(id_)
    if setting is not None:
        instrument = catalogue().instruments[setting.instrument]
        names = {"zh": (instrument.zh, setting.zh), "en": (instrument.en, setting.en)}[language()]
        return say("study.setting", instrument=names[0], setting=names[1])
    name = f"factor_{language()}"
    return str(dataset[name].values) if name in dataset.coords else id_


def factors(study: xr.Dataset) -> tuple[str, ...]:
    """Return a note with the label and id of every factor; empty if there are no factors."""
    each = [study.isel(factor=i) for i in range(study.sizes.get("factor", 0))]
    labels = [f"{factor(of_factor)} ({of_factor.factor.values})" for of_factor in each]
    return (say("study.factors", names=say("study.and").join(labels)),) if labels else ()


def settings(study: xr.Dataset, values: Sequence[float] | npt.NDArray[Any]) -> str:
    """Return the labels and values of all factors at a design point as text; empty if there is no factor."""
    parts = []
    for i, value in enumerate(values):
        of_factor = study.isel(factor=i)
        parts.append(f"{factor(of_factor)} = {value_label(float(value), of_factor)}")
    return say("study.and").join(parts)


def value_label(value: float, dataset: xr.Dataset) -> str:
    """Return a factor's value as text: the name of its category, or a number with its unit."""
    has_categories = "factor_categories" in dataset.coords
    categories = str(dataset.factor_categories.values).split() if has_categories else []
    unit = str(dataset.factor_unit.values) if "factor_unit" in dataset.coords else ""
    return categories[int(value)] if categories else amount(value, unit)


def amount(value: float, unit: str) -> str:
    """Format a number according to its unit.

    >>> amount(0.015, "share a year"), amount(2e8, "yuan"), amount(0, "yuan"), amount(20, "workdays")
    ('1.5%', '20,000 万元', '0 万元', '20')
    """
    if unit.startswith("share"):
        return f"{value * 100:.6g}%"
    if unit == "yuan" and not 0 < abs(value) < LARGE[language()]:
        return f"{value / LARGE[language()]:,.6g} {say('unit.large_yuan')}"
    return f"{value:,.6g}"
