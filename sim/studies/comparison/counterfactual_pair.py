"""Counterfactual pair: one replicate under a reference and under a policy, compared firm by firm.

Identifiers are permanent, so the same founder can be identified in both runs. All sums are weighted to
represent the whole city. They are computed in the process that ran the pair, because panels are never sent
between processes. The docstring of each function defines its sums.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import RunOutput

LATER: Final = 24
"""Number of months after a payment at which the jobs of the recipient are compared."""

Array = npt.NDArray[Any]
Panel = dict[str, Array]


def compare(reference: RunOutput, policy: RunOutput, instruments: int) -> dict[str, Any]:
    """Compute all sums of one counterfactual pair.

    Args:
        reference: run under the reference.
        policy: run under the policy, with the same seed, replicate and scale.
        instruments: number of instruments.

    Returns:
        the sums that :func:`entries`, :func:`survivors`, :func:`job_years` and :func:`deadweight` return.
    """
    rows, reference_rows = aligned(policy.firms, reference.firms)
    return {
        **entries(reference.firms, policy.firms, rows, reference_rows),
        **survivors(reference.firms, policy.firms, rows, reference_rows),
        **job_years(reference, policy),
        **deadweight(reference, policy, instruments),
    }


def placebo(policy: RunOutput, placebo_run: RunOutput | None) -> dict[str, float]:
    """Count the firms that survive or close only because of the changes to queues in a placebo run.

    Args:
        policy: run under the policy.
        placebo_run: placebo run of the same replicate; if it is None, the counts are NaN.
    """
    if placebo_run is None:
        return {"placebo_saved": np.nan, "placebo_lost": np.nan}
    sums = survivors(policy.firms, placebo_run.firms, *aligned(placebo_run.firms, policy.firms))
    return {
        "placebo_saved": float(sums["firms_saved"]),
        "placebo_lost": float(sums["firms_lost"]),
    }


def entries(reference: Panel, policy: Panel, rows: Array, reference_rows: Array) -> dict[str, int]:
    """Count firms registered by the end of 2020 only under the policy or only under the reference.

    The former are induced by the policy, the latter deterred.

    Args:
        reference: panel of the reference.
        policy: panel of the policy.
        rows: rows in ``policy`` of the firms that are in both panels.
        reference_rows: rows of the same firms in ``reference``.
    """

    def only(panel: Panel, shared: Array, in_other: Array) -> int:
        alone = _entered(panel)
        alone[shared] &= ~in_other
        return int(panel["weight"][alone].sum(dtype=np.int64))

    return {
        "firms_induced": only(policy, rows, _entered(reference)[reference_rows]),
        "firms_deterred": only(reference, reference_rows, _entered(policy)[rows]),
    }


def survivors(reference: Panel, policy: Panel, rows: Array, reference_rows: Array) -> dict[str, int]:
    """Count the firms in both panels that survive because of the policy, and those that close because of it.

    Saved firms are open at the end of 2020 under the policy but closed in the reference; lost firms are open
    in the reference but closed under the policy. The arguments are those of :func:`entries`.
    """
    weight = policy["weight"][rows].astype(np.int64)
    open_, open_in_reference = policy["jobs"][-1, rows] > 0, reference["jobs"][-1, reference_rows] > 0
    return {
        "firms_saved": int(weight[open_ & _closed(reference)[reference_rows]].sum()),
        "firms_lost": int(weight[open_in_reference & _closed(policy)[rows]].sum()),
    }


def job_years(reference: RunOutput, policy: RunOutput) -> dict[str, float]:
    """Compute the job-years gained in 2017-2020 by firms paid in either run (recipients) and by all others.

    Net job-years = recipients + others - displaced. A firm that exists in only one run is counted in that
    run.
    """
    paid = np.union1d(*(run.firms["id"][run.payments["row"]] for run in (reference, policy)))

    def years(panel: Panel) -> Array:
        jobs = panel["jobs"].sum(axis=0, dtype=np.int64) * panel["weight"]
        recipients = jobs[np.isin(panel["id"], paid)].sum()
        return np.array([recipients, jobs.sum() - recipients]) / 12

    gain = years(policy.firms) - years(reference.firms)
    return {"job_years_recipients": float(gain[0]), "job_years_others": float(gain[1])}


def deadweight(reference: RunOutput, policy: RunOutput, instruments: int) -> dict[str, Any]:
    """Compute the deadweight of payments in money and in jobs, by instrument and in total.

    Only additional money is assessed: the share of each payment that the reference did not pay to the same
    firm through the same instrument. Deadweight in money is the additional yuan whose recipients,
    :data:`LATER` months after the payment, do not have more jobs than in the reference (0 if not open).
    Deadweight in jobs is the sum of min(jobs, jobs in the reference) over recipients relative to the sum of
    jobs, :data:`LATER` months after their first payment. Payments with fewer months after them cannot be
    assessed and are excluded from both; ``added`` includes them.

    Args:
        reference: run under the reference.
        policy: run under the policy.
        instruments: number of instruments.

    Returns:
        by instrument: ``paid`` (additional yuan that can be assessed), ``dead`` (deadweight in yuan),
        ``judged`` (number of recipients assessed), ``had`` (their jobs) and ``kept`` (the part of these jobs
        that is deadweight); in total: ``had_once`` and ``kept_once``, which count every recipient once, and
        ``added`` (all additional yuan).
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
    jobs = firms["jobs"][then, row].astype(np.int64)
    reference_jobs = _jobs_of(reference.firms, firms["id"][row], then)

    def by_instrument(amount: Array) -> Array:
        return np.bincount(instrument, amount, minlength=instruments)

    first = np.zeros(len(row))  # 1 for the first payment to each firm by each instrument
    first[np.unique(row * instruments + instrument, return_index=True)[1]] = 1
    once = np.unique(row, return_index=True)[1]
    had, kept = weight * jobs, weight * np.minimum(jobs, reference_jobs)
    return {
        "paid": by_instrument(yuan),
        "dead": by_instrument(yuan * (jobs <= reference_jobs)),
        "judged": by_instrument(first),
        "had": by_instrument(first * had),
        "kept": by_instrument(first * kept),
        "had_once": float(had[once].sum()),
        "kept_once": float(kept[once].sum()),
        "added": float(added.sum()),
    }


def aligned(left: Panel, right: Panel) -> tuple[Array, Array]:
    """Return the rows, in each panel, of the firms that are in both; panels must be sorted by identifier."""
    at = np.searchsorted(right["id"], left["id"])
    at[at == len(right["id"])] = 0
    both = right["id"][at] == left["id"] if len(right["id"]) else np.zeros(len(at), dtype=np.bool_)
    return np.flatnonzero(both), at[both]


def _entered(panel: Panel) -> Array:
    return np.asarray(panel["registered"] < clock.DAYS)


def _closed(panel: Panel) -> Array:
    return np.asarray(panel["closed"] < clock.DAYS)


def _additional(reference: RunOutput, policy: RunOutput, instruments: int) -> Array:
    """Return the additional share of each payment, which the instrument does not pay in the reference."""
    keys = []
    for run in (policy, reference):
        ids = run.firms["id"][run.payments["row"]]
        keys.append((ids, run.payments["instrument"].astype(np.int64)))
    everyone = np.unique(np.concatenate([ids for ids, _ in keys]))
    cell, reference_cell = (np.searchsorted(everyone, ids) * instruments + i for ids, i in keys)
    size = len(everyone) * instruments
    paid = np.bincount(cell, policy.payments["fen"], minlength=size)
    reference_paid = np.bincount(reference_cell, reference.payments["fen"], minlength=size)
    return np.asarray(np.clip(1 - reference_paid[cell] / np.maximum(paid[cell], 1), 0, 1))


def _jobs_of(panel: Panel, ids: Array, months: Array) -> Array:
    """Return the jobs of firms in given months; 0 if a firm does not exist."""
    if not len(panel["id"]):
        return np.zeros(len(ids), dtype=np.int64)
    at = np.minimum(np.searchsorted(panel["id"], ids), len(panel["id"]) - 1)
    return np.where(panel["id"][at] == ids, panel["jobs"][months, at].astype(np.int64), 0)
