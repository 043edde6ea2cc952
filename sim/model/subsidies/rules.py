"""Subsidies: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.subsidies import parameters
from sim.model.subsidies.parameters import CLAIM_WITHIN_MONTHS, COUNTED_REGISTRATIONS, ONLINE_EASE, SKILL_EASE

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask


def compliance_cost(median: float, g: Floats, skill: Floats, online: float) -> Floats:
    """What a claim's trouble is worth to a founder, yuan: LN(median, 0.8), less online and for the skilled."""
    return np.asarray(median * np.exp(0.8 * g - SKILL_EASE * skill) * (1 - ONLINE_EASE * online))


def aware(told: float, heard: float) -> float:
    """Share of founders who know that there are programmes: 1 - (1 - told)(1 - heard)."""
    return 1 - (1 - told) * (1 - heard)


def worth_claiming(amount: Floats, paid_chance: float, trouble: Floats) -> Mask:
    """Whether a claim is worth its trouble: amount x chance of being paid > trouble."""
    return np.asarray(amount * paid_chance > trouble)


def job_subsidy(
    hires: Floats, before: Floats, asked: Floats, first: float, beyond: float, cap: float
) -> Floats:
    """Yuan for hires beyond those claimed for before (ZS140, ZS151).

    ``first`` for each of the first three, ``beyond`` for each further one, at most ``cap`` with what was ``asked`` before.
    """

    def due(n: Floats) -> Floats:
        return np.asarray(first * np.minimum(n, 3) + beyond * np.maximum(0, n - 3))

    return np.clip(due(np.maximum(hires, before)) - due(before), 0, np.maximum(0, cap - asked))


def cheaper_job(first: float, paid_chance: float) -> float:
    """Yuan a month by which a job is cheaper to an owner who will claim: first x chance / 36 months of tenure."""
    return first * paid_chance / CLAIM_WITHIN_MONTHS


def guidance_rate(promoted: float, otherwise: float, relative: float) -> float:
    """Share of registering founders whom the labour offices guide (ZS045).

    (promoted - otherwise served)/registrations of 2018 x relative contacts.
    """
    return min(1.0, max(0.0, (promoted - otherwise) / COUNTED_REGISTRATIONS * relative))


def held_by(month: int, yearly: float) -> int:
    """Events of a month when ``yearly`` are spread evenly: whole, and exact over a year."""
    m = month % 12
    return int(np.floor((m + 1) * yearly / 12 + 1e-9) - np.floor(m * yearly / 12 + 1e-9))


def hope(awards: float, award: float) -> float:
    """What a founder expects to win, yuan: award x min(1, awards / usual field of 217)."""
    return award * min(1.0, awards / parameters.USUAL_FIELD)


def may_enter(technology: Mask, enterprise: Mask, graduate: Mask, skill: Floats) -> Mask:
    """Technology firms; of ordinary enterprises those of graduates and of the most skilled."""
    return np.asarray(technology | (enterprise & (graduate | (skill >= parameters.CONTEST_SKILL))))


def winners(score: Floats, weight: npt.NDArray[np.integer[Any]], awards: int) -> npt.NDArray[np.intp]:
    """Places in the list of those who win: the best scores, as many as there are awards; a row that stands for more firms than are left stays out."""
    taken: list[int] = []
    for k in np.argsort(-score, kind="stable").tolist():
        if awards == 0:
            break
        if weight[k] <= awards:
            taken.append(k)
            awards -= int(weight[k])
    return np.array(taken, dtype=np.intp)
