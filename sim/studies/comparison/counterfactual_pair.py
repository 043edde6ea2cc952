"""One replicate lived twice, under a reference and under a policy: what differs, firm by firm.

Ids are permanent, so the same founder is found in both histories. Everything is weighted to the
city and summed here, where both panels are; panels never travel between processes.
Definitions: "Arithmetic of evaluation" of the design, restated at each function.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import RunOutput

LATER: Final = 24  # months after a payment at which its recipient is looked at

Array = npt.NDArray[Any]
Panel = dict[str, Array]


def compare(reference: RunOutput, policy: RunOutput, instruments: int) -> dict[str, Any]:
    """All sums of one pair.

    Args:
        reference: the history without.
        policy: the history with; the same seed, replicate and scale.
        instruments: number of instruments.

    Returns:
        the sums of :func:`entries`, :func:`survivors`, :func:`job_years` and :func:`deadweight`.
    """
    ours, theirs = aligned(policy.firms, reference.firms)
    return {
        **entries(reference.firms, policy.firms, ours, theirs),
        **survivors(reference.firms, policy.firms, ours, theirs),
        **job_years(reference, policy),
        **deadweight(reference, policy, instruments),
    }


def placebo(policy: RunOutput, again: RunOutput | None) -> dict[str, float]:
    """Firms saved and lost by nothing but other tie-breaks: the noise of a policy's queues.

    Args:
        policy: a history.
        again: its placebo; None where it was not lived, which gives NaN.
    """
    if again is None:
        return {"placebo_saved": np.nan, "placebo_lost": np.nan}
    found = survivors(policy.firms, again.firms, *aligned(again.firms, policy.firms))
    return {
        "placebo_saved": float(found["firms_saved"]),
        "placebo_lost": float(found["firms_lost"]),
    }


def entries(reference: Panel, policy: Panel, ours: Array, theirs: Array) -> dict[str, int]:
    """Firms induced (registered by the end of 2020 only under the policy) and deterred.

    Args:
        reference: panel of the reference.
        policy: panel of the policy.
        ours: rows in ``policy`` of the firms that are in both panels.
        theirs: their rows in ``reference``.
    """

    def only(panel: Panel, shared: Array, in_other: Array) -> int:
        alone = _entered(panel)
        alone[shared] &= ~in_other
        return int(panel["weight"][alone].sum(dtype=np.int64))

    return {
        "firms_induced": only(policy, ours, _entered(reference)[theirs]),
        "firms_deterred": only(reference, theirs, _entered(policy)[ours]),
    }


def survivors(reference: Panel, policy: Panel, ours: Array, theirs: Array) -> dict[str, int]:
    """Of firms in both: saved (open at the end of 2020, closed in the reference) and lost."""
    weight = policy["weight"][ours].astype(np.int64)
    open_here, open_there = policy["jobs"][-1, ours] > 0, reference["jobs"][-1, theirs] > 0
    return {
        "firms_saved": int(weight[open_here & _closed(reference)[theirs]].sum()),
        "firms_lost": int(weight[open_there & _closed(policy)[ours]].sum()),
    }


def job_years(reference: RunOutput, policy: RunOutput) -> dict[str, float]:
    """Job-years gained 2017-2020 in firms that a programme paid in either history, and in others.

    Net = recipients + others - displaced. A firm that exists in one history only counts there.
    """
    paid = np.union1d(*(h.firms["id"][h.payments["row"]] for h in (reference, policy)))

    def years(panel: Panel) -> Array:
        jobs = panel["jobs"].sum(axis=0, dtype=np.int64) * panel["weight"]
        recipients = jobs[np.isin(panel["id"], paid)].sum()
        return np.array([recipients, jobs.sum() - recipients]) / 12

    gain = years(policy.firms) - years(reference.firms)
    return {"job_years_recipients": float(gain[0]), "job_years_others": float(gain[1])}


def deadweight(reference: RunOutput, policy: RunOutput, instruments: int) -> dict[str, Any]:
    """Money and jobs that would have been there anyway, by instrument and overall.

    Only what is additional is judged: of each payment the share that the reference did not pay
    the same firm by the same instrument. By money: of the additional yuan, those whose recipient
    has the same jobs (none: not open) in both histories :data:`LATER` months after the payment. By
    jobs: over recipients, at that distance from their first payment, min(jobs, jobs in the
    reference) against jobs. Payments that have fewer months after them cannot be judged and are left
    out of both; how much money that is shows in ``added``.

    Returns:
        ``paid``, ``dead`` (yuan that can be judged) and ``had``, ``kept`` (jobs), each by instrument,
        ``had_once`` and ``kept_once`` with every recipient once, ``added`` (all additional yuan).
    """
    firms, row = policy.firms, policy.payments["row"]
    instrument = policy.payments["instrument"].astype(np.int64)
    weight = firms["weight"][row].astype(np.int64)
    fen = policy.payments["fen"].astype(np.int64)

    share = _additional(reference, policy, instruments)
    then = clock.month_of(policy.payments["day"]) + LATER
    judged = np.flatnonzero((share > 0) & (then < clock.MONTHS) & (then >= LATER))
    judged = judged[np.argsort(then[judged], kind="stable")]
    row, instrument, weight, then = row[judged], instrument[judged], weight[judged], then[judged]
    added = share * fen * firms["weight"][policy.payments["row"]] / 100
    yuan = added[judged]
    here = firms["jobs"][then, row].astype(np.int64)
    there = _jobs_of(reference.firms, firms["id"][row], then)

    def by_instrument(amount: Array) -> Array:
        return np.bincount(instrument, amount, minlength=instruments)

    first = np.zeros(len(row))  # of each firm and instrument: its first payment judged
    first[np.unique(row * instruments + instrument, return_index=True)[1]] = 1
    once = np.unique(row, return_index=True)[1]
    had, kept = weight * here, weight * np.minimum(here, there)
    return {
        "paid": by_instrument(yuan),
        "dead": by_instrument(yuan * (here <= there)),
        "judged": by_instrument(first),
        "had": by_instrument(first * had),
        "kept": by_instrument(first * kept),
        "had_once": float(had[once].sum()),
        "kept_once": float(kept[once].sum()),
        "added": float(added.sum()),
    }


def aligned(left: Panel, right: Panel) -> tuple[Array, Array]:
    """Rows of the firms that are in both panels; panels are sorted by id."""
    at = np.searchsorted(right["id"], left["id"])
    at[at == len(right["id"])] = 0
    both = right["id"][at] == left["id"] if len(right["id"]) else np.zeros(len(at), dtype=np.bool_)
    return np.flatnonzero(both), at[both]


def _entered(panel: Panel) -> Array:
    return np.asarray(panel["registered"] < clock.DAYS)


def _closed(panel: Panel) -> Array:
    return np.asarray(panel["closed"] < clock.DAYS)


def _additional(reference: RunOutput, policy: RunOutput, instruments: int) -> Array:
    """Of each payment, the share that the reference did not pay that firm by that instrument."""
    keys = []
    for history in (policy, reference):
        ids = history.firms["id"][history.payments["row"]]
        keys.append((ids, history.payments["instrument"].astype(np.int64)))
    everyone = np.unique(np.concatenate([ids for ids, _ in keys]))
    ours, theirs = (np.searchsorted(everyone, ids) * instruments + which for ids, which in keys)
    size = len(everyone) * instruments
    here = np.bincount(ours, policy.payments["fen"], minlength=size)
    there = np.bincount(theirs, reference.payments["fen"], minlength=size)
    return np.asarray(np.clip(1 - there[ours] / np.maximum(here[ours], 1), 0, 1))


def _jobs_of(panel: Panel, ids: Array, months: Array) -> Array:
    """Jobs of firms in given months; none where the firm does not exist."""
    if not len(panel["id"]):
        return np.zeros(len(ids), dtype=np.int64)
    at = np.minimum(np.searchsorted(panel["id"], ids), len(panel["id"]) - 1)
    return np.where(panel["id"][at] == ids, panel["jobs"][months, at].astype(np.int64), 0)
