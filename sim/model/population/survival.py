"""Survival by clock, form, cohort and founder kind at the end of a run."""

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
    """Return the share surviving beyond each age: cumprod(1 - ended / at_risk) (Kaplan & Meier 1958).

    Args:
        at_risk: number of firms at risk at each age; the last axis is age, from 0.
        ended: number of these firms whose spell ends at that age; same shape as ``at_risk``.

    Returns:
        Survival of the same shape, conditional on reaching the first age with a firm at risk. It is 1 before
        that age and NaN from the first later age without a firm at risk.
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
    """Estimate survival by age for each group, with delayed entry and censoring; see :func:`product_limit`.

    Args:
        enter: age in completed months at which a firm comes under observation.
        leave: age at which observation ends (> enter); the firm is at risk at ages enter to leave - 1, and
            its event, if any, occurs at age leave - 1.
        event: whether the spell ends with an event rather than being censored.
        weight: number of firms that each row represents.
        group: index of the firm's group.
        groups: number of groups.
        ages: number of ages, from 0.

    Returns:
        Share surviving beyond each age and number at risk at that age, both of shape (groups, ages).
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
    """Record survival by clock, form, cohort and founder kind at the end of a run.

    The clocks are ``registered``, from registration to deregistration; ``operating``, from registration to
    closure, with firms observed from their opening; and ``since_opening``, from opening to closure. Firms
    registered before 2017 are observed from January 2017.
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
        entered, left, event, weights, group, of_kind = seen
        args = (entered, left, event, weights)
        shape = (len(FORMS), len(COHORTS), AGES)
        share, at_risk = kaplan_meier(*args, group, len(FORMS) * len(COHORTS), AGES)
        recorder.put(SURVIVAL, k, share.reshape(shape))
        recorder.put(AT_RISK, k, at_risk.reshape(shape))
        kinds = recorder[BY_FOUNDER].shape[1]
        recorder.put(BY_FOUNDER, k, kaplan_meier(*args, of_kind, kinds, AGES)[0])
