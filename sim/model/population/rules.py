"""Population rules: counts by cell, founder quality, older entities and survival cohorts."""

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
        cell: index of each row's cell, in C order of ``shape``.
        weight: number of firms or jobs that each row represents.
        shape: numbers of forms, founder kinds, sectors and districts.
    """
    return np.bincount(cell, weights=weight, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)


def is_young(months: Integers) -> Mask:
    """Whether a firm is a startup: less than 60 months after registration, by convention.

    Args:
        months: completed months since registration.
    """
    return np.asarray(months < YOUNG_MONTHS)


def quality(skill: Floats) -> Floats:
    """Founder quality, which scales the use and effect of advice: q = clip(1 + 0.5 skill, 0, 2) (INC23).

    Args:
        skill: skill in standard deviations.
    """
    return np.asarray(np.clip(1 + QUALITY_OF_SKILL * skill, *QUALITY_BOUNDS))


def older_entities(initial: float, months: int) -> Floats:
    """Number of older entities on the register by form: N (1 - 0.065/12)^t, of which 31% are enterprises.

    Sources: SURV07, ZS198, ZS205.

    Args:
        initial: N, entities registered before 2012 and on the register at the end of 2016.
        months: t, months since the end of 2016.
    """
    left = initial * (1 - OLDER_EXIT / 12) ** months
    return np.rint(left * np.array([OLDER_ENTERPRISES, 1 - OLDER_ENTERPRISES]))


def cohort(month: Ints, cohorts: int) -> Ints:
    """Index of a firm's registration cohort, counted from the cohort of 2012.

    Args:
        month: month of registration, counted from January 2017.
        cohorts: number of cohorts.
    """
    return np.asarray(np.clip((month + INITIAL_MONTHS) // 12, 0, cohorts - 1))
