"""Survival by clock, form, cohort and founder kind at the run's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.population import rules
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, G
from sim.model.population.parameters import AGES, AT_RISK, BY_FOUNDER, CLOCKS, COHORTS, FORMS, SURVIVAL

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints
    from sim.engine.recorder import Recorder
    from sim.model.population.firm_table import FirmTable


def product_limit(at_risk: Ints | Floats, ended: Ints | Floats) -> Floats:
    """Share that survives beyond each age: the product of 1 - ended / at_risk (Kaplan & Meier 1958).

    Args:
        at_risk: number under observation at each age; the last axis is age, from 0.
        ended: how many of them end at that age; the same shape.

    Returns:
        Survival, of the same shape, conditional on reaching the age at which the first firm comes under
        observation (1 before it), and NaN from the first age after it at which nobody is at risk.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        stays = np.where(at_risk > 0, 1 - ended / at_risk, np.nan)
    begun = np.maximum.accumulate(at_risk, axis=-1) > 0
    stays = np.where(begun, stays, 1.0)
    return np.asarray(np.cumprod(stays, axis=-1), dtype=np.float64)


def kaplan_meier(
    enter: Ints,
    leave: Ints,
    event: npt.NDArray[np.bool_],
    weight: Ints,
    group: Ints,
    groups: int,
    ages: int,
) -> tuple[Floats, Ints]:
    """Survival by age for each group, with delayed entry and censoring; see :func:`product_limit`.

    Args:
        enter: age in whole months at which a firm comes under observation.
        leave: age at which it is last seen (> enter); it is at risk at ages enter..leave - 1, and its
            event, if any, falls in the last of them.
        event: whether it ended there.
        weight: firms that it stands for.
        group: number of its group.
        groups: how many groups there are.
        ages: how many ages, from 0.

    Returns:
        Share that survives beyond each age, and the number at risk in it: groups x ages.
    """
    shape = (groups, ages + 1)

    def count(age: Ints, w: Ints) -> Ints:
        at = group * (ages + 1) + np.clip(age, 0, ages)
        return np.bincount(at, weights=w, minlength=groups * (ages + 1)).astype(np.int64).reshape(shape)

    at_risk: Ints = np.cumsum(count(enter, weight) - count(leave, weight), axis=1)[:, :ages]
    ended = event & (leave <= ages)
    deaths = count(leave - 1, weight * ended)[:, :ages]
    return product_limit(at_risk, deaths), at_risk


def record_survival(firms: FirmTable, recorder: Recorder) -> None:
    """Survival by clock, form, cohort and founder kind at the run's end.

    registered: from registration to deregistration. operating: from registration to closure, firms
    coming under observation as they open. since_opening: from opening to closure. Firms registered
    before 2017 are followed from January 2017 on.
    """
    end = clock.MONTHS
    rows = np.flatnonzero((firms.state != FILED) & (firms.state != GIVEN_UP))
    birth = firms.registered_month[rows].astype(np.int64)
    opened = firms.opened_month[rows].astype(np.int64)
    ever = opened < NEVER
    closed = np.where(firms.closed[rows] < NEVER, clock.month_of(firms.closed[rows]), end + 1)
    gone = np.where(firms.deregistered[rows] <= clock.DAYS, clock.month_of(firms.deregistered[rows]), end + 1)
    form = (firms.segment[rows] == G).astype(np.int64)
    cohort = rules.cohort(birth, len(COHORTS))
    weight = firms.weight[rows]
    kind = firms.kind[rows].astype(np.int64)
    spells: dict[str, tuple[Any, ...]] = {
        "registered": (birth, birth, gone, np.ones(len(rows), dtype=bool)),
        "operating": (birth, opened, closed, ever),
        "since_opening": (opened, opened, closed, ever),
    }
    for k, name in enumerate(CLOCKS):
        origin, begins, ends, counts = spells[name]
        enter = np.maximum(begins, 0) - origin
        leave = np.minimum(ends + 1, end) - origin
        use = counts & (leave > enter)
        seen = (
            x.compress(use) for x in (enter, leave, ends < end, weight, form * len(COHORTS) + cohort, kind)
        )
        came, went, event, stands, group, of_kind = seen
        args = (came, went, event, stands)
        shape = (len(FORMS), len(COHORTS), AGES)
        share, at_risk = kaplan_meier(*args, group, len(FORMS) * len(COHORTS), AGES)
        recorder.put(SURVIVAL, k, share.reshape(shape))
        recorder.put(AT_RISK, k, at_risk.reshape(shape))
        kinds = recorder[BY_FOUNDER].shape[1]
        recorder.put(BY_FOUNDER, k, kaplan_meier(*args, of_kind, kinds, AGES)[0])
