"""The population of firms: counts by cell, founders' quality, and who is seen in a survival curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.population.parameters import (
    INITIAL_MONTHS,
    OLDER_ENTERPRISES,
    OLDER_EXIT,
    QUALITY_BOUNDS,
    QUALITY_OF_SKILL,
    YOUNG_MONTHS,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Ints, Mask


def by_cell(cell: npt.NDArray[np.int16], weight: Ints, shape: tuple[int, ...]) -> Ints:
    """Weighted count by form, founder kind, sector and district.

    Args:
        cell: number of the cell of each row, in C order of ``shape``.
        weight: firms or jobs that a row stands for.
        shape: number of forms, founder kinds, sectors and districts.
    """
    return np.bincount(cell, weights=weight, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)


def is_young(months: Integers) -> Mask:
    """Whether a firm is a startup: under 60 months since registration (convention).

    Args:
        months: completed months since registration.
    """
    return np.asarray(months < YOUNG_MONTHS)


def quality(skill: Floats) -> Floats:
    """How much founders make of advice, and how often they seek it: q = clip(1 + 0.5 skill, 0, 2) (INC23).

    Args:
        skill: skill in standard deviations.
    """
    return np.asarray(np.clip(1 + QUALITY_OF_SKILL * skill, *QUALITY_BOUNDS))


def older_entities(initial: float, months: int) -> Floats:
    """Older entities on the register, enterprises and individual businesses: N (1 - 0.065/12)^t, 31% enterprises (SURV07, ZS198, ZS205).

    Args:
        initial: entities registered before 2012 and on the register at the end of 2016.
        months: months since then.
    """
    left = initial * (1 - OLDER_EXIT / 12) ** months
    return np.rint(left * np.array([OLDER_ENTERPRISES, 1 - OLDER_ENTERPRISES]))


def cohort(month: Ints, cohorts: int) -> Ints:
    """Position of a firm's year of registration among the cohorts, the first of which is 2012.

    Args:
        month: month of registration, counted from January 2017.
        cohorts: number of cohorts.
    """
    return np.asarray(np.clip((month + INITIAL_MONTHS) // 12, 0, cohorts - 1))
