"""Decision rules of subsidies, as pure functions: eligibility, amounts, take-up, contest and guidance."""

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


# --- Eligibility and amounts ---


def may_claim_one_off_grant(
    eligible: Mask, open_months: Integers, since_registration: Integers, had: Mask
) -> Mask:
    """Mask of the founders who may claim the one-off start-up grant (粤府〔2015〕28号; ZS139, ZS151-152).

    Founders of an eligible kind may claim once, from six months after opening and within 36 months of
    registration.

    Args:
        eligible: whether the founder is of an eligible kind.
        open_months: full months since opening.
        since_registration: months since registration.
        had: whether the founder has claimed it before.
    """
    return np.asarray(
        eligible & (open_months >= ONE_OFF_AFTER_MONTHS) & (since_registration < CLAIM_WITHIN_MONTHS) & ~had
    )


def may_claim_rent_subsidy(eligible: Mask, open_months: Integers, years: float) -> Mask:
    """Mask of the founders who may claim a year's rent subsidy (粤府〔2015〕28号; ZS139, ZS152).

    Founders of an eligible kind may claim after each full year in business, for at most ``years`` years.
    """
    return np.asarray(
        eligible & (open_months >= 12) & whole_turns(open_months, 12) & (open_months <= 12 * years)
    )


def may_claim_job_subsidy(open_months: Integers, since_registration: Integers, first_claim: Mask) -> Mask:
    """Mask of the enterprises that may claim the job subsidy for their hires (ZS140, ZS151).

    They must have been open for a year; the first claim must be made within 36 months of registration, later
    ones within 48 months.
    """
    within = np.where(first_claim, CLAIM_WITHIN_MONTHS, LAST_JOBS_MONTHS)
    return np.asarray((open_months >= JOB_SUBSIDY_AFTER_MONTHS) & (since_registration < within))


def grant_amount(general: float, hardship: float, in_hardship: Mask) -> Floats:
    """Amount of a grant in yuan: the general amount, or the one for hardship households if higher (M28)."""
    return np.where(in_hardship, max(general, hardship), general)


def whole_turns(months: Integers, length: int) -> Mask:
    """Mask of the months that are whole multiples of ``length``.

    The rule uses integer division because NumPy computes it four times as fast as a remainder.
    """
    return np.asarray(months // length * length == months)


def fraud_propensity(undeterred: float, deterrence: float, sanctions: float) -> float:
    """Probability that an ineligible founder claims: undeterred x (1 - deterrence x sanctions) (M04)."""
    return undeterred * (1 - deterrence * sanctions)


def refused(draw: float, honest: bool, unfit_papers: float, fraud_found: float) -> bool:
    """Whether a clerk refuses a claim (inspection, M04).

    An honest claim is refused if draw < unfit_papers, and a fraudulent one if draw < fraud_found, where
    ``draw`` is a uniform random number on (0, 1).
    """
    return draw < (unfit_papers if honest else fraud_found)


def counts_as_founder_service(programme: str) -> bool:
    """Whether a payment by a programme counts as a service to founders for target T7.

    T7 is the target for jobs driven by startups. Programmes of the science office for technology firms do not
    count because they are not aimed at founding; neither do lectures and the advice of service bodies, whose
    recipients are not recorded individually. The catalogue states the same for each instrument; a test
    compares the two.
    """
    return programme not in NO_FOUNDER_SERVICE


# --- Take-up, contest and services ---


def compliance_cost(median: float, normal: Floats, skill: Floats, online: float) -> Floats:
    """Compliance cost of a claim in yuan: median x exp(0.8 normal - 0.3 skill) x (1 - 0.4 online).

    ``normal`` is a standard normal draw, and ``online`` the share of matters handled online.
    """
    return np.asarray(
        median * np.exp(COMPLIANCE_COST_SD * normal - SKILL_EASE * skill) * (1 - ONLINE_EASE * online)
    )


def aware(by_channels: float, by_word_of_mouth: float) -> float:
    """Share of founders aware of the programmes: 1 - (1 - by_channels)(1 - by_word_of_mouth)."""
    return 1 - (1 - by_channels) * (1 - by_word_of_mouth)


def worth_claiming(amount: Floats, paid_chance: float, cost: Floats) -> Mask:
    """Mask of the claims that are worth their compliance cost: amount x paid_chance > cost."""
    return np.asarray(amount * paid_chance > cost)


def job_subsidy(
    hires: Floats, before: Floats, paid: Floats, first: float, beyond: float, cap: float
) -> Floats:
    """Job subsidy in yuan for hires that have not been claimed before (ZS140, ZS151).

    Args:
        hires: current number of hires.
        before: number of hires for which the subsidy has already been claimed.
        paid: subsidy already claimed, in yuan.
        first: amount for each of the first three hires, in yuan.
        beyond: amount for each further hire, in yuan.
        cap: maximum total for a firm, in yuan.
    """

    def due(n: Floats) -> Floats:
        return np.asarray(
            first * np.minimum(n, FIRST_RATE_HIRES) + beyond * np.maximum(0, n - FIRST_RATE_HIRES)
        )

    return np.clip(due(np.maximum(hires, before)) - due(before), 0, np.maximum(0, cap - paid))


def cheaper_job(first: float, paid_chance: float) -> float:
    """Monthly subsidy per job, in yuan, expected by an owner who will claim: first x paid_chance / 36."""
    return first * paid_chance / CLAIM_WITHIN_MONTHS


def guidance_rate(promoted: float, otherwise: float, relative: float) -> float:
    """Share of registering founders whom the labour offices guide (ZS045).

    (promoted - otherwise) / registrations in 2018 x relative, limited to the range from 0 to 1.

    Args:
        promoted: number of promoted founders in a year.
        otherwise: number of founders first served by other services in a year.
        relative: intensity of guidance relative to the usual one.
    """
    return min(1.0, max(0.0, (promoted - otherwise) / COUNTED_REGISTRATIONS * relative))


def mentor_preference(skill: Floats) -> Floats:
    """Relative probability that a mentor visits a founder: 1 + 0.5 skill, limited to [0, 2]."""
    return np.asarray(np.clip(1 + MENTOR_PREFERENCE * skill, 0, 2), dtype=np.float64)


def events_in_month(month: int, yearly: float) -> int:
    """Whole number of events in a month if ``yearly`` events are spread evenly over the year."""
    m = month % 12
    return int(np.floor((m + 1) * yearly / 12 + 1e-9) - np.floor(m * yearly / 12 + 1e-9))


def expected_award(awards: float, award: float) -> float:
    """Expected award, in yuan, of a founder who enters the contest: award x min(1, awards / 217 entrants)."""
    return award * min(1.0, awards / parameters.USUAL_FIELD)


def may_enter(technology: Mask, enterprise: Mask, graduate: Mask, skill: Floats) -> Mask:
    """Mask of the firms that may enter the contest.

    These are technology firms, and ordinary enterprises whose founder is a graduate or has a skill of at
    least 1.
    """
    return np.asarray(technology | (enterprise & (graduate | (skill >= parameters.CONTEST_SKILL))))


def winners(score: Floats, weight: npt.NDArray[np.integer[Any]], awards: int) -> npt.NDArray[np.intp]:
    """Indices of the highest scores, which win an award or a place in the course, best first.

    A row that represents more firms than there are awards left is skipped.
    """
    taken: list[int] = []
    for k in np.argsort(-score, kind="stable").tolist():
        if awards == 0:
            break
        if weight[k] <= awards:
            taken.append(k)
            awards -= int(weight[k])
    return np.array(taken, dtype=np.intp)
