"""Subsidies: who may claim which grant, for how much, and who does; the contest; guidance at registration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.subsidies import parameters
from sim.model.subsidies.parameters import (
    CLAIM_WITHIN_MONTHS,
    COMPLIANCE_COST_SD,
    COUNTED_REGISTRATIONS,
    FIRST_RATE_HIRES,
    JOB_SUBSIDY_AFTER_MONTHS,
    LAST_JOBS_MONTHS,
    MENTOR_PREFERENCE,
    NO_FOUNDER_SERVICE,
    ONE_OFF_AFTER_MONTHS,
    ONLINE_EASE,
    SKILL_EASE,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Mask


# --- Who may claim what: eligibility of each grant ---


def may_claim_one_off_grant(
    eligible: Mask, open_months: Integers, since_registration: Integers, had: Mask
) -> Mask:
    """Who may claim the one-off start-up grant (粤府〔2015〕28号; ZS139, ZS151-152).

    A founder of an eligible kind, once, from six months after opening, within 36 months of registration.

    Args:
        eligible: the founder is of a kind for which the grant is.
        open_months: full months since opening.
        since_registration: months since registration.
        had: has claimed it before.
    """
    return np.asarray(
        eligible & (open_months >= ONE_OFF_AFTER_MONTHS) & (since_registration < CLAIM_WITHIN_MONTHS) & ~had
    )


def may_claim_rent_subsidy(eligible: Mask, open_months: Integers, years: float) -> Mask:
    """Who may claim a year's rent subsidy (粤府〔2015〕28号; ZS139, ZS152).

    A founder of an eligible kind at the end of each full year open, for at most ``years``.
    """
    return np.asarray(
        eligible & (open_months >= 12) & whole_turns(open_months, 12) & (open_months <= 12 * years)
    )


def may_claim_job_subsidy(open_months: Integers, since_registration: Integers, first_claim: Mask) -> Mask:
    """Which enterprises may claim for their hires (ZS140, ZS151).

    After a year open; a first claim within 36 months of registration, a later one within 48.
    """
    within = np.where(first_claim, CLAIM_WITHIN_MONTHS, LAST_JOBS_MONTHS)
    return np.asarray((open_months >= JOB_SUBSIDY_AFTER_MONTHS) & (since_registration < within))


def grant_amount(general: float, hardship: float, in_hardship: Mask) -> Floats:
    """Yuan for each: the general amount, or that for hardship households if it is more (M28)."""
    return np.where(in_hardship, max(general, hardship), general)


def whole_turns(months: Integers, length: int) -> Mask:
    """Where so many months are full turns of a length: NumPy divides four times as fast as it takes a remainder."""
    return np.asarray(months // length * length == months)


def fraud_propensity(undeterred: float, deterrence: float, sanctions: float) -> float:
    """Chance that a founder who is not eligible claims: undeterred x (1 - deterrence x sanctions) (M04)."""
    return undeterred * (1 - deterrence * sanctions)


def refused(draw: float, honest: bool, unfit_papers: float, fraud_found: float) -> bool:
    """Whether a clerk refuses a claim: draw < unfit_papers where it is honest, else < fraud_found (inspection, M04)."""
    return draw < (unfit_papers if honest else fraud_found)


def counts_as_founder_service(programme: str) -> bool:
    """Whether being paid by a programme counts as a service to founders, for target T7.

    Programmes of the science office for technology firms help no one to found; the audience of a lecture and the
    firms that a service body advises are not known by name. The catalogue states the same of each instrument (a test
    compares the two).
    """
    return programme not in NO_FOUNDER_SERVICE


# --- Who claims ---


def compliance_cost(median: float, normal: Floats, skill: Floats, online: float) -> Floats:
    """Compliance cost of a claim to a founder, yuan: LN(median, 0.8), lower online and for the skilled."""
    return np.asarray(
        median * np.exp(COMPLIANCE_COST_SD * normal - SKILL_EASE * skill) * (1 - ONLINE_EASE * online)
    )


def aware(by_channels: float, by_word_of_mouth: float) -> float:
    """Share of founders who know that there are programmes: 1 - (1 - by channels)(1 - by word of mouth)."""
    return 1 - (1 - by_channels) * (1 - by_word_of_mouth)


def worth_claiming(amount: Floats, paid_chance: float, cost: Floats) -> Mask:
    """Whether a claim is worth its compliance cost: amount x chance of being paid > cost."""
    return np.asarray(amount * paid_chance > cost)


def job_subsidy(
    hires: Floats, before: Floats, paid: Floats, first: float, beyond: float, cap: float
) -> Floats:
    """Yuan for hires beyond those claimed for before (ZS140, ZS151).

    ``first`` for each of the first three, ``beyond`` for each further one, at most ``cap`` with what was ``paid`` before.
    """

    def due(n: Floats) -> Floats:
        return np.asarray(
            first * np.minimum(n, FIRST_RATE_HIRES) + beyond * np.maximum(0, n - FIRST_RATE_HIRES)
        )

    return np.clip(due(np.maximum(hires, before)) - due(before), 0, np.maximum(0, cap - paid))


def cheaper_job(first: float, paid_chance: float) -> float:
    """Yuan a month by which a job is cheaper to an owner who will claim: first x chance / 36 months of tenure."""
    return first * paid_chance / CLAIM_WITHIN_MONTHS


def guidance_rate(promoted: float, otherwise: float, relative: float) -> float:
    """Share of registering founders whom the labour offices guide (ZS045).

    (promoted - otherwise served)/registrations of 2018 x relative contacts.
    """
    return min(1.0, max(0.0, (promoted - otherwise) / COUNTED_REGISTRATIONS * relative))


def mentor_preference(skill: Floats) -> Floats:
    """Relative chance of a founder to be visited by a mentor: 1 + 0.5 skill, between 0 and 2."""
    return np.asarray(np.clip(1 + MENTOR_PREFERENCE * skill, 0, 2), dtype=np.float64)


def held_by(month: int, yearly: float) -> int:
    """Events of a month when ``yearly`` are spread evenly: whole, and exact over a year."""
    m = month % 12
    return int(np.floor((m + 1) * yearly / 12 + 1e-9) - np.floor(m * yearly / 12 + 1e-9))


def expected_award(awards: float, award: float) -> float:
    """Expected award of a founder who enters the contest, yuan: award x min(1, awards / usual field of 217)."""
    return award * min(1.0, awards / parameters.USUAL_FIELD)


def may_enter(technology: Mask, enterprise: Mask, graduate: Mask, skill: Floats) -> Mask:
    """Which firms may enter the contest: technology firms; ordinary enterprises of graduates or of skill 1 and more."""
    return np.asarray(technology | (enterprise & (graduate | (skill >= parameters.CONTEST_SKILL))))


def winners(score: Floats, weight: npt.NDArray[np.integer[Any]], awards: int) -> npt.NDArray[np.intp]:
    """Positions of those who win an award or a place in the course: the best scores, as many as there are.

    A row that stands for more firms than there are awards left stays out.
    """
    taken: list[int] = []
    for k in np.argsort(-score, kind="stable").tolist():
        if awards == 0:
            break
        if weight[k] <= awards:
            taken.append(k)
            awards -= int(weight[k])
    return np.array(taken, dtype=np.intp)
