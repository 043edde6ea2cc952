"""Grants: when founders think of the one-off grant, the rent subsidy and the job subsidy, and for how much they claim.

Their sockets, parameters and rules are in ``claims``, which takes the files from here on. A founder thinks of
programmes every half-year; what was claimed in the last months of 2016 is under way at the start.
Measures: M06, M28 (hardship), M04 (who is not eligible and tries). Evidence: as in ``claims``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.population.firm_table import G
from sim.model.population.parameters import WAGE
from sim.model.subsidies.parameters import (
    CLAIM_WITHIN_MONTHS,
    DETERRENCE,
    ELIGIBLE_KINDS,
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
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


_ELIGIBLE: Final = geography.kinds_among(ELIGIBLE_KINDS)
_HARDSHIP: Final = geography.kind_code("hardship")


class Grants:
    """When founders think of the grants for them, and what they claim."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims

    def begin(self, rows: Rows) -> None:
        """The founders of open firms whose turn it is this month think of the programmes for them."""
        if self.context.clock.month == 0:
            for ago in range(UNDER_WAY_MONTHS, 0, -1):
                self._think(rows, ago)
        self._think(rows, 0)

    def _think(self, rows: Rows, ago: int) -> None:
        """Founders whose turn was ``ago`` months ago: before 2017 their claims are past the desk by now."""
        firms, month = self.context.firms, self.context.clock.month - ago
        turn = month - 1 - firms.opened_month.take(rows) - firms.turn.take(rows)
        rows, turn = _of(_multiple(turn, 6), rows, turn)
        since = month - firms.registered_month.take(rows)
        rows, turn, since = _of((turn >= 0) & (since < LATEST_MONTHS), rows, turn, since)
        eligible = _ELIGIBLE.take(firms.kind.take(rows))
        informed = self.context.streams.uniform(firms.id.take(rows), "informed") < self.claims.told(
            self.context.clock.first_day
        )
        self._one_off(rows, turn, eligible, informed, since, ago)
        self._rent(rows, turn, eligible & informed, eligible, ago)
        self._jobs(rows, turn, informed, since, ago)

    def _hand_in(
        self,
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
        self.claims.hand_in(
            programme, self.context.firms.id[rows], 100 * yuan, rows=rows, payee="startups", honest=honest,
            instruments=booked, ago=ago)  # fmt: skip

    def _one_off(
        self, rows: Rows, turn: Integers, eligible: Mask, informed: Mask, since: Integers, ago: int
    ) -> None:
        """The one-off grant: once, after six months open; some who are not eligible try (M04)."""
        programme = "one_off_grant"
        if self.context.levers.not_yet(ONE_OFF_BUDGET):
            return
        firms, day = self.context.firms, self.context.clock.first_day
        rows, turn, eligible, informed = _of(since < CLAIM_WITHIN_MONTHS, rows, turn, eligible, informed)
        first = turn == 6
        self.claims.entitle(programme, rows.compress(first & eligible))
        due = ((turn == 6) | (turn == 18)) & ~firms.one_off.take(rows)
        mine = rows.compress(due & eligible & informed)
        hardship = firms.kind[mine] == _HARDSHIP
        general = self.context.levers.at(ONE_OFF_AMOUNT, day)
        amount = np.where(hardship, max(general, self.context.levers.at(HARDSHIP_ONE_OFF, day)), general)
        go = self.claims.willing(mine, programme, SALIENCE_ONE_OFF, amount)
        firms.one_off[mine[go]] = True
        self._hand_in(mine[go], programme, amount[go], hardship=(amount > general)[go], ago=ago)

        others = rows.compress(first & ~eligible)
        tempted = self.context.parameters[FRAUD.id] * (
            1 - DETERRENCE * self.context.levers.at(SANCTIONS, day)
        )
        cheats = (
            others[self.context.streams.uniform(firms.id[others], "cheat") < tempted]
            if general > 0
            else others[:0]
        )
        self._hand_in(cheats, programme, np.full(len(cheats), general), honest=False, ago=ago)

    def _rent(self, rows: Rows, turn: Integers, likely: Mask, eligible: Mask, ago: int) -> None:
        """The rent subsidy: after each full year, for so many years."""
        programme = "rent_subsidy"
        if self.context.levers.not_yet(RENT_BUDGET):
            return
        firms, day = self.context.firms, self.context.clock.first_day
        self.claims.entitle(programme, rows.compress((turn == 12) & eligible))
        due = (
            likely
            & (turn >= 12)
            & _multiple(turn, 12)
            & (turn <= 12 * self.context.levers.at(RENT_YEARS, day))
        )
        mine = rows.compress(due)
        hardship = firms.kind[mine] == _HARDSHIP
        general = self.context.levers.at(RENT_AMOUNT, day)
        amount = np.where(hardship, max(general, self.context.levers.at(HARDSHIP_RENT, day)), general)
        go = self.claims.willing(mine, programme, SALIENCE_RENT, amount)
        self._hand_in(mine[go], programme, amount[go], hardship=(amount > general)[go], ago=ago)

    def _jobs(
        self,
        rows: Rows,
        turn: Integers,
        informed: Mask,
        since: Integers,
        ago: int,
    ) -> None:
        """The job subsidy: enterprises, after a year, for hires not claimed for; who will claim hires a little cheaper meanwhile."""
        programme = "job_creation_subsidy"
        firms, day = self.context.firms, self.context.clock.first_day
        if self.context.levers.not_yet(JOB_BUDGET):
            return
        first, beyond, cap = (
            self.context.levers.at(JOB_FIRST, day),
            self.context.levers.at(JOB_BEYOND, day),
            self.context.levers.at(JOB_CAP, day),
        )
        yearly = (firms.segment.take(rows) != G) & _multiple(turn, 12)
        rows, turn, informed, since = _of(yearly, rows, turn, informed, since)
        # What a usual first claim would bring decides whether an owner counts on it when hiring.
        none = np.zeros(len(rows))
        usual = job_subsidy(none + 3, none, none, first, beyond, cap)
        counts_on_it = informed & self.claims.willing(rows, programme, SALIENCE_JOBS, usual)
        counts_on_it &= (firms.hires_paid.take(rows) < cap) & (since + 12 < LAST_JOBS_MONTHS)
        relief = (
            min(cheaper_job(first, self.claims.believed[programme]), 0.5 * float(WAGE[1])) if cap > 0 else 0.0
        )
        firms.subsidised_wage[rows] = np.where(counts_on_it, relief, 0)

        employers = rows.compress((turn == 12) & (firms.jobs.take(rows) > 1))
        self.claims.entitle(programme, employers)
        first_claim = firms.hires_paid.take(rows) == 0
        may = (turn >= 12) & informed & (since < np.where(first_claim, CLAIM_WITHIN_MONTHS, LAST_JOBS_MONTHS))
        mine = rows.compress(may)
        hires = firms.jobs[mine].astype(np.float64) - 1
        amount = job_subsidy(
            hires, firms.hires_claimed[mine].astype(np.float64), firms.hires_paid[mine], first, beyond, cap
        )
        go = self.claims.willing(mine, programme, SALIENCE_JOBS, amount) & (amount > 0)
        mine, amount = mine[go], amount[go]
        firms.hires_claimed[mine] = np.maximum(firms.hires_claimed[mine], hires[go])
        firms.hires_paid[mine] += amount
        self._hand_in(mine, programme, amount, ago=ago)


def _multiple(months: Integers, length: int) -> Mask:
    """Where so many months are full turns of a length: NumPy divides four times as fast as it takes a remainder."""
    return np.asarray(months // length * length == months)


def _of(mask: Mask, *columns: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Of each column the entries for which the mask is true."""
    true = np.flatnonzero(mask)
    return tuple(column.take(true) for column in columns)
