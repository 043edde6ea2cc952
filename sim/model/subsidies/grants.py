"""Grants: when founders think of the one-off grant, the rent subsidy and the job subsidy, and for how much they claim.

Their sockets, parameters and rules are in ``claims``, which takes the files from here on. A founder thinks of
programmes every half-year; what was claimed in the last months of 2016 is under way at the start.
Measures: M06, M28 (hardship), M04 (who is not eligible and tries). Evidence: as in ``claims``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.population.firm_table import G
from sim.model.population.parameters import WAGE
from sim.model.subsidies.parameters import (
    CLAIM_WITHIN_MONTHS,
    DETERRENCE,
    FRAUD,
    HARDSHIP_ONE_OFF,
    HARDSHIP_RENT,
    JOB_BEYOND,
    JOB_BUDGET,
    JOB_CAP,
    JOB_FIRST,
    LAST_JOBS_MONTHS,
    LATEST_MONTHS,
    ONE_OFF_AMOUNT,
    ONE_OFF_BUDGET,
    RENT_AMOUNT,
    RENT_BUDGET,
    RENT_YEARS,
    SALIENCE_JOBS,
    SALIENCE_ONE_OFF,
    SALIENCE_RENT,
    SANCTIONS,
    UNDER_WAY_MONTHS,
)
from sim.model.subsidies.rules import cheaper_job, job_subsidy

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Mask, Rows
    from sim.model.city import City


def begin(city: City, rows: Rows) -> None:
    """The founders of open firms whose turn it is this month think of the programmes for them."""
    if city.month == 0:
        for ago in range(UNDER_WAY_MONTHS, 0, -1):
            _think(city, rows, ago)
    _think(city, rows, 0)


def _think(city: City, rows: Rows, ago: int) -> None:
    """Founders whose turn was ``ago`` months ago: before 2017 their claims are past the desk by now."""
    firms, month = city.firms, city.month - ago
    turn = month - 1 - firms.opened_month.take(rows) - firms.turn.take(rows)
    rows, turn = _of(_multiple(turn, 6), rows, turn)
    since = month - firms.registered_month.take(rows)
    rows, turn, since = _of((turn >= 0) & (since < LATEST_MONTHS), rows, turn, since)
    eligible = city.eligible_kind.take(firms.kind.take(rows))
    informed = city.chance.uniform(firms.id.take(rows), "informed") < city.claims.told(city.first_day)
    _one_off(city, rows, turn, eligible, informed, since, ago)
    _rent(city, rows, turn, eligible & informed, eligible, ago)
    _jobs(city, rows, turn, informed, since, ago)


def _multiple(months: Integers, length: int) -> Mask:
    """Where so many months are full turns of a length: NumPy divides four times as fast as it takes a remainder."""
    return np.asarray(months // length * length == months)


def _of(mask: Mask, *columns: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Of each column the entries for which the mask is true."""
    true = np.flatnonzero(mask)
    return tuple(column.take(true) for column in columns)


def _hand_in(
    city: City,
    rows: Rows,
    programme: str,
    yuan: Floats,
    *,
    honest: bool = True,
    hardship: Mask | None = None,
    ago: int = 0,
) -> None:
    """Claims of these firms; those that get more for hardship are booked on that instrument."""
    booked = None if hardship is None else np.where(hardship, "hardship_support", programme)
    city.claims.hand_in(
        programme, city.firms.id[rows], 100 * yuan, rows=rows, payee="startups", honest=honest,
        instruments=booked, ago=ago)  # fmt: skip


def _one_off(
    city: City, rows: Rows, turn: Integers, eligible: Mask, informed: Mask, since: Integers, ago: int
) -> None:
    """The one-off grant: once, after six months open; some who are not eligible try (M04)."""
    programme = "one_off_grant"
    if city.not_yet(ONE_OFF_BUDGET):
        return
    firms, day = city.firms, city.first_day
    rows, turn, eligible, informed = _of(since < CLAIM_WITHIN_MONTHS, rows, turn, eligible, informed)
    first = turn == 6
    city.claims.entitle(programme, rows.compress(first & eligible))
    due = ((turn == 6) | (turn == 18)) & ~firms.one_off.take(rows)
    mine = rows.compress(due & eligible & informed)
    hardship = firms.kind[mine] == city.hardship
    general = city.at(ONE_OFF_AMOUNT, day)
    amount = np.where(hardship, max(general, city.at(HARDSHIP_ONE_OFF, day)), general)
    go = city.claims.willing(mine, programme, SALIENCE_ONE_OFF, amount)
    firms.one_off[mine[go]] = True
    _hand_in(city, mine[go], programme, amount[go], hardship=(amount > general)[go], ago=ago)

    others = rows.compress(first & ~eligible)
    tempted = city.drawn[FRAUD.id] * (1 - DETERRENCE * city.at(SANCTIONS, day))
    cheats = others[city.chance.uniform(firms.id[others], "cheat") < tempted] if general > 0 else others[:0]
    _hand_in(city, cheats, programme, np.full(len(cheats), general), honest=False, ago=ago)


def _rent(city: City, rows: Rows, turn: Integers, likely: Mask, eligible: Mask, ago: int) -> None:
    """The rent subsidy: after each full year, for so many years."""
    programme = "rent_subsidy"
    if city.not_yet(RENT_BUDGET):
        return
    firms, day = city.firms, city.first_day
    city.claims.entitle(programme, rows.compress((turn == 12) & eligible))
    due = likely & (turn >= 12) & _multiple(turn, 12) & (turn <= 12 * city.at(RENT_YEARS, day))
    mine = rows.compress(due)
    hardship = firms.kind[mine] == city.hardship
    general = city.at(RENT_AMOUNT, day)
    amount = np.where(hardship, max(general, city.at(HARDSHIP_RENT, day)), general)
    go = city.claims.willing(mine, programme, SALIENCE_RENT, amount)
    _hand_in(city, mine[go], programme, amount[go], hardship=(amount > general)[go], ago=ago)


def _jobs(
    city: City,
    rows: Rows,
    turn: Integers,
    informed: Mask,
    since: Integers,
    ago: int,
) -> None:
    """The job subsidy: enterprises, after a year, for hires not claimed for; who will claim hires a little cheaper meanwhile."""
    programme = "job_creation_subsidy"
    firms, day = city.firms, city.first_day
    if city.not_yet(JOB_BUDGET):
        return
    first, beyond, cap = city.at(JOB_FIRST, day), city.at(JOB_BEYOND, day), city.at(JOB_CAP, day)
    yearly = (firms.segment.take(rows) != G) & _multiple(turn, 12)
    rows, turn, informed, since = _of(yearly, rows, turn, informed, since)
    # What a usual first claim would bring decides whether an owner counts on it when hiring.
    none = np.zeros(len(rows))
    usual = job_subsidy(none + 3, none, none, first, beyond, cap)
    counts_on_it = informed & city.claims.willing(rows, programme, SALIENCE_JOBS, usual)
    counts_on_it &= (firms.hires_paid.take(rows) < cap) & (since + 12 < LAST_JOBS_MONTHS)
    relief = (
        min(cheaper_job(first, city.claims.believed[programme]), 0.5 * float(WAGE[1])) if cap > 0 else 0.0
    )
    firms.subsidised_wage[rows] = np.where(counts_on_it, relief, 0)

    employers = rows.compress((turn == 12) & (firms.jobs.take(rows) > 1))
    city.claims.entitle(programme, employers)
    first_claim = firms.hires_paid.take(rows) == 0
    may = (turn >= 12) & informed & (since < np.where(first_claim, CLAIM_WITHIN_MONTHS, LAST_JOBS_MONTHS))
    mine = rows.compress(may)
    hires = firms.jobs[mine].astype(np.float64) - 1
    amount = job_subsidy(
        hires, firms.hires_claimed[mine].astype(np.float64), firms.hires_paid[mine], first, beyond, cap
    )
    go = city.claims.willing(mine, programme, SALIENCE_JOBS, amount) & (amount > 0)
    mine, amount = mine[go], amount[go]
    firms.hires_claimed[mine] = np.maximum(firms.hires_claimed[mine], hires[go])
    firms.hires_paid[mine] += amount
    _hand_in(city, mine, programme, amount, ago=ago)
