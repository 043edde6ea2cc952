"""Units of factors and outcomes in study files and in displayed results."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sim import texts
from sim.policy.catalogue.catalogue import Unit, catalogue
from sim.studies.methods import interface

RATIO: Final = Unit("ratio", "", "", "ratio")
"""Unit of dimensionless numbers."""
JOB_YEARS: Final = "job-years"


def written_unit(id_: str) -> Unit:
    """Return the unit of an outcome's values in study files.

    Values need not be whole numbers, since they may refer to means.
    """
    return replace(catalogue().units.get(id_, RATIO), whole=False)


def displayed_unit(id_: str) -> interface.Unit:
    """Return the unit for displaying results; a unit not in the catalogue is named by its identifier."""
    unit = catalogue().units.get(id_)
    if unit is not None:
        names = ("", "") if (unit.zh, unit.en) == ("比值", "ratio") else (unit.zh, unit.en)
        return interface.Unit(id_, *names, unit.kind, unit.per or "")
    if id_ == JOB_YEARS:
        return interface.Unit(
            id_, *(texts.in_language(language, "unit.job_years") for language in texts.LANGUAGES)
        )
    return interface.Unit(id_, id_, id_)
