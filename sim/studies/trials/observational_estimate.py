"""The naive evaluation: what an evaluator with registry data would find of a programme, and the truth.

The evaluator sees one history, with the programme. Three ways, from the usual to the careful:

- ``raw``: of the firms opened in 2017-2018, the share open 24 months after opening, paid against never
  paid. Who is paid after a year has lived a year: immortal time is in it.
- ``matched``: the same within cells of segment, sector, size at opening and half-year of opening.
- ``landmark``: at the end of each month of payment, those first paid in it against those in the same
  cell of segment, sector, kind of founder, size (a month before) and age who are open then and not paid
  so far; open 24 months later? Those paid later stay among the controls (a trial by intention).

The truth beside each is the twins': the same paid firms, with the programme and without it, same luck.
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
NUMBERS: Final = ("found", "truth", "bias", "treated", "compared")
SIZES: Final = (2, 4, 8)  # bounds of the classes of size: 1, 2-3, 4-7, 8 and more
AGES: Final = (6, 12, 18, 24, 36, 48)  # bounds of the classes of age in months


class Treated(NamedTuple):
    """Firms that a programme reached.

    Attributes:
        row: in the panel, each once.
        month: in which it did; at its end they are compared with others.
    """

    row: Array
    month: Array


def paid_first(history: RunOutput, instruments: Sequence[int]) -> Treated:
    """Firms that these instruments paid in 2017-2020, and the month of their first payment."""
    ours = np.isin(history.payments["instrument"], list(instruments))
    row, day = history.payments["row"][ours], history.payments["day"][ours]
    order = np.argsort(day, kind="stable")
    rows, first = np.unique(row[order], return_index=True)
    return Treated(rows, clock.month_of(day[order][first]))


def taught(history: RunOutput) -> Treated:
    """Firms of founders whom a service reached before registration: the month in which they opened."""
    panel = history.firms
    rows = np.flatnonzero((panel["served"] < panel["registered"]) & (panel["served"] >= 0))
    rows = rows[(panel["opened"][rows] >= 0) & (panel["opened"][rows] < clock.DAYS)]
    return Treated(rows, clock.month_of(panel["opened"][rows]))


def evaluate(policy: RunOutput, off: RunOutput, treated: Treated) -> dict[str, tuple[float, ...]]:
    """What is found of a programme and what is true, by approach.

    Args:
        policy: the history with the programme: all that the evaluator sees.
        off: its twin without.
        treated: firms of ``policy`` that the programme reached.

    Returns:
        for each of :data:`APPROACHES` the :data:`NUMBERS`: the effect found and the true one on the
        same firms (differences of shares surviving), their difference, treated firms (weighted) and
        the share of them that found controls. NaN where there is nobody to compare.
    """
    twin = _twins(policy.firms, off.firms)
    return {
        "raw": _at_opening(policy.firms, off.firms, twin, treated, matched=False),
        "matched": _at_opening(policy.firms, off.firms, twin, treated, matched=True),
        "landmark": _at_payment(policy.firms, off.firms, twin, treated),
    }


def _at_opening(
    panel: Panel, off: Panel, twin: Array, treated: Treated, *, matched: bool
) -> tuple[float, ...]:
    """Treated against the never treated, 24 months after opening."""
    followed, there = survived(panel)
    rows = np.flatnonzero(followed)
    hit = np.isin(rows, treated.row)
    cells = np.zeros(len(rows), dtype=np.int64)
    if matched:
        month = np.minimum(clock.month_of(panel["opened"][rows]), clock.MONTHS - 1)
        size = np.digitize(panel["jobs"][month, rows], SIZES)
        cells = _cells(panel["segment"][rows], panel["sector"][rows], size, month // 6)
    opened, closed = off["opened"].astype(np.int64), off["closed"].astype(np.int64)
    _, there_off = _of_twin(closed > opened + HORIZON, twin[rows])
    unknown = _of_twin((opened < clock.DAYS) & (opened + HORIZON >= clock.DAYS), twin[rows])[1]
    known = (twin[rows] >= 0) & ~unknown
    return _compared([_Stratum(cells, hit, there[rows], panel["weight"][rows], known, there_off)])


def _at_payment(panel: Panel, off: Panel, twin: Array, treated: Treated) -> tuple[float, ...]:
    """Newly treated against those not treated so far, 24 months later."""
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
            known, there = _of_twin(off["jobs"][month + LATER] > 0, twin[at_risk])
            known &= _of_twin(off["jobs"][month] > 0, twin[at_risk])[1]
            yield _Stratum(
                _cells(*columns, size, age),
                hit,
                panel["jobs"][month + LATER, at_risk] > 0,
                panel["weight"][at_risk],
                known,
                there,
            )

    return _compared(strata())


class _Stratum(NamedTuple):
    """Firms that are compared with each other within cells; the twin's fate where it is known."""

    cell: Array
    hit: Mask
    there: Mask
    weight: Array
    known: Mask
    there_off: Mask


def _compared(strata: Sequence[_Stratum] | Iterator[_Stratum]) -> tuple[float, ...]:
    """Effect on the treated, found by comparing within cells, and true; over all strata."""
    found = truth = base = known = treated = 0.0
    for s in strata:
        weight, cells = s.weight.astype(np.float64), int(s.cell.max(initial=0)) + 1
        sums = {
            hit: [
                np.bincount(s.cell, weight * (s.hit == hit) * value, minlength=cells)
                for value in (1.0, s.there)
            ]
            for hit in (True, False)
        }
        (ours, our_survivors), (theirs, their_survivors) = sums[True], sums[False]
        both = (ours > 0) & (theirs > 0)
        control = their_survivors[both] / theirs[both]
        found += float((our_survivors[both] - ours[both] * control).sum())
        base += float(ours[both].sum())
        treated += float(ours.sum())
        kept = weight * (s.hit & both[s.cell] & s.known)
        truth += float((kept * (s.there.astype(np.float64) - s.there_off)).sum())
        known += float(kept.sum())
    if not base or not known:
        return np.nan, np.nan, np.nan, treated, np.nan
    return found / base, truth / known, found / base - truth / known, treated, base / treated


def _twins(panel: Panel, off: Panel) -> Array:
    """For each row of a panel its row in the other, -1 where it has none."""
    twin = np.full(len(panel["id"]), -1, dtype=np.int64)
    ours, theirs = aligned(panel, off)
    twin[ours] = theirs
    return twin


def _of_twin(values: Mask, twin: Array) -> tuple[Mask, Mask]:
    """Whether there is a twin, and its value."""
    known = twin >= 0
    return known, known & (values[twin] if len(values) else False)


def _cells(*columns: Array) -> Array:
    """A number for each combination of values (whole, not negative)."""
    cell = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        cell = cell * (int(column.max(initial=0)) + 1) + column
    return cell
