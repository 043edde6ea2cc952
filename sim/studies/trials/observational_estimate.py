"""Observational estimates of a programme's effect from registry data, and the true effect.

The estimates use only the run with the programme, as an evaluator without a counterfactual would, and do not
control for unobserved selection. There are three approaches, from the simplest to the most careful:

- ``raw``: share of the firms opened in 2017-2018 that are open 24 months after opening, as the difference
  between firms that were paid and firms that were never paid. Firms must survive until they are paid, so the
  estimate contains immortal time bias.
- ``matched``: the same difference within cells of segment, sector, size at opening and half-year of opening.
- ``landmark``: at the end of each month, firms that were first paid in this month are compared with open,
  unpaid firms in the same cell of segment, sector, kind of founder, size (a month before) and age; the
  outcome is the share open 24 months later. Firms paid later remain among the controls (an emulated
  intention-to-treat trial).

The corresponding true effect is computed from the counterfactual pair: the same paid firms with and without
the programme, with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.studies.comparison.counterfactual_pair import LATER, Panel, aligned
from sim.studies.trials.counterfactual import HORIZON, survived

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

APPROACHES: Final = ("raw", "matched", "landmark")
NUMBERS: Final = ("estimate", "truth", "bias", "treated", "compared")
SIZES: Final = (2, 4, 8)
"""Bounds of the size classes: 1, 2-3, 4-7, 8 and more jobs."""
AGES: Final = (6, 12, 18, 24, 36, 48)
"""Bounds of the age classes, in months."""


class Treated(NamedTuple):
    """Firms that a programme reached.

    Attributes:
        row: rows of the panel, without duplicates.
        month: month in which the programme reached each firm; comparisons are made at the end of this month.
    """

    row: Array
    month: Array


def first_paid(run: RunOutput, instruments: Sequence[int]) -> Treated:
    """Return the firms that these instruments paid in 2017-2020, and the month of their first payment."""
    own = np.isin(run.payments["instrument"], list(instruments))
    row, day = run.payments["row"][own], run.payments["day"][own]
    order = np.argsort(day, kind="stable")
    rows, first = np.unique(row[order], return_index=True)
    return Treated(rows, clock.month_of(day[order][first]))


def trained(run: RunOutput) -> Treated:
    """Return the firms whose founders were served before registration, and the months of opening."""
    panel = run.firms
    rows = np.flatnonzero((panel["served"] < panel["registered"]) & (panel["served"] >= 0))
    rows = rows[(panel["opened"][rows] >= 0) & (panel["opened"][rows] < clock.DAYS)]
    return Treated(rows, clock.month_of(panel["opened"][rows]))


def evaluate(policy: RunOutput, off: RunOutput, treated: Treated) -> dict[str, tuple[float, ...]]:
    """Estimate the effect of a programme from observed data, and compute the true effect, by approach.

    Args:
        policy: run with the programme; estimates from observed data use only this run.
        off: counterfactual run without the programme.
        treated: firms of ``policy`` that the programme reached.

    Returns:
        the :data:`NUMBERS` for each of :data:`APPROACHES`: the estimated and the true effect on the same
        firms (differences of survival shares), their difference, the number of treated firms (weighted) and
        the share of them with controls. NaN where there are no firms to compare.
    """
    match = _matches(policy.firms, off.firms)
    return {
        "raw": _at_opening(policy.firms, off.firms, match, treated, matched=False),
        "matched": _at_opening(policy.firms, off.firms, match, treated, matched=True),
        "landmark": _at_payment(policy.firms, off.firms, match, treated),
    }


def _at_opening(
    panel: Panel, off: Panel, match: Array, treated: Treated, *, matched: bool
) -> tuple[float, ...]:
    """Compare treated with never treated firms, 24 months after opening."""
    followed, surviving = survived(panel)
    rows = np.flatnonzero(followed)
    hit = np.isin(rows, treated.row)
    cells = np.zeros(len(rows), dtype=np.int64)
    if matched:
        month = np.minimum(clock.month_of(panel["opened"][rows]), clock.MONTHS - 1)
        size = np.digitize(panel["jobs"][month, rows], SIZES)
        cells = _cells(panel["segment"][rows], panel["sector"][rows], size, month // 6)
    opened, closed = off["opened"].astype(np.int64), off["closed"].astype(np.int64)
    _, surviving_off = _in_counterfactual(closed > opened + HORIZON, match[rows])
    too_late = (opened < clock.DAYS) & (opened + HORIZON >= clock.DAYS)
    known = (match[rows] >= 0) & ~_in_counterfactual(too_late, match[rows])[1]
    return _compare([_Stratum(cells, hit, surviving[rows], panel["weight"][rows], known, surviving_off)])


def _at_payment(panel: Panel, off: Panel, match: Array, treated: Treated) -> tuple[float, ...]:
    """Compare newly treated firms with firms not yet treated, 24 months later."""
    when = np.full(len(panel["id"]), clock.MONTHS)
    when[treated.row] = treated.month

    def strata() -> Iterator[_Stratum]:
        opened = clock.month_of(panel["opened"])
        for month in range(clock.MONTHS - LATER):
            at_risk = np.flatnonzero((panel["jobs"][month] > 0) & (when >= month))
            before, now = panel["jobs"][max(month - 1, 0), at_risk], panel["jobs"][month, at_risk]
            hit = when[at_risk] == month
            if not hit.any():
                continue
            columns = [panel[name][at_risk] for name in ("segment", "sector", "kind")]
            size = np.digitize(np.where(before > 0, before, now), SIZES)
            age = np.digitize(month - opened[at_risk], AGES)
            known, surviving_off = _in_counterfactual(off["jobs"][month + LATER] > 0, match[at_risk])
            known &= _in_counterfactual(off["jobs"][month] > 0, match[at_risk])[1]
            yield _Stratum(
                _cells(*columns, size, age),
                hit,
                panel["jobs"][month + LATER, at_risk] > 0,
                panel["weight"][at_risk],
                known,
                surviving_off,
            )

    return _compare(strata())


class _Stratum(NamedTuple):
    """Treated firms and possible controls at one time of comparison; every attribute has one entry per firm.

    Attributes:
        cell: index of the firm's cell; firms are compared only with others in the same cell (of segment,
            sector, size, etc.).
        hit: whether the firm is treated.
        surviving: whether the firm survives.
        weight: sampling weight of the firm.
        known: whether the firm can be followed in the counterfactual run.
        surviving_off: whether the firm survives in the counterfactual run.
    """

    cell: Array
    hit: Mask
    surviving: Mask
    weight: Array
    known: Mask
    surviving_off: Mask


def _compare(strata: Sequence[_Stratum] | Iterator[_Stratum]) -> tuple[float, ...]:
    """Compute the :data:`NUMBERS` for the treated firms by comparison within cells, over all strata."""
    estimate = truth = base = known = treated = 0.0
    for s in strata:
        weight, cells = s.weight.astype(np.float64), int(s.cell.max(initial=0)) + 1
        sums = {
            hit: [
                np.bincount(s.cell, weight * (s.hit == hit) * value, minlength=cells)
                for value in (1.0, s.surviving)
            ]
            for hit in (True, False)
        }
        (number, survivors), (controls, surviving_controls) = sums[True], sums[False]
        both = (number > 0) & (controls > 0)
        control_share = surviving_controls[both] / controls[both]
        estimate += float((survivors[both] - number[both] * control_share).sum())
        base += float(number[both].sum())
        treated += float(number.sum())
        kept = weight * (s.hit & both[s.cell] & s.known)
        truth += float((kept * (s.surviving.astype(np.float64) - s.surviving_off)).sum())
        known += float(kept.sum())
    if not base or not known:
        return np.nan, np.nan, np.nan, treated, np.nan
    return estimate / base, truth / known, estimate / base - truth / known, treated, base / treated


def _matches(panel: Panel, off: Panel) -> Array:
    """Return, for each row of a panel, the row of the same firm in the other panel; -1 if there is none."""
    match = np.full(len(panel["id"]), -1, dtype=np.int64)
    rows, rows_off = aligned(panel, off)
    match[rows] = rows_off
    return match


def _in_counterfactual(values: Mask, match: Array) -> tuple[Mask, Mask]:
    """Return masks of firms that exist in the counterfactual run, and of those with a true value in it."""
    known = match >= 0
    return known, known & (values[match] if len(values) else False)


def _cells(*columns: Array) -> Array:
    """Return an index for each combination of values, which must be non-negative integers."""
    cell = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        cell = cell * (int(column.max(initial=0)) + 1) + column
    return cell
