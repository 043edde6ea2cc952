"""Grants: claims of founders for the one-off grant, the rent subsidy and the job subsidy.

Founders consider the programmes every half-year. At the start of the run, claims from the last months of 2016
are still being processed. The claims desk processes all claims; eligibility and amounts are in ``rules``.
Measures: M06, M28 (hardship), M04 (claims of founders who are not eligible).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.population.firm_table import G
from sim.model.population.parameters import TURNS, WAGE
from sim.model.subsidies.parameters import (
    CLAIM_WITHIN_MONTHS,
    DETERRENCE,
    ELIGIBLE_KINDS,
    FIRST_RATE_HIRES,
    FRAUD,
    HARDSHIP_ONE_OFF,
    HARDSHIP_RENT,
    JOB_BEYOND,
    JOB_BUDGET,
    JOB_CAP,
    JOB_FIRST,
    JOB_SUBSIDY_AFTER_MONTHS,
    LAST_JOBS_MONTHS,
    LATEST_MONTHS,
    MOST_RELIEF,
    ONE_OFF_AFTER_MONTHS,
    ONE_OFF_AMOUNT,
    ONE_OFF_BUDGET,
    ONE_OFF_REMINDER_MONTHS,
    RENT_AMOUNT,
    RENT_BUDGET,
    RENT_YEARS,
    SALIENCE_JOBS,
    SALIENCE_ONE_OFF,
    SALIENCE_RENT,
    SANCTIONS,
    UNDER_WAY_MONTHS,
)
from sim.model.subsidies.rules import (
    cheaper_job,
    fraud_propensity,
    grant_amount,
    job_subsidy,
    may_claim_job_subsidy,
    may_claim_one_off_grant,
    may_claim_rent_subsidy,
    whole_turns,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Mask, Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


_ELIGIBLE: Final = geography.kinds_among(ELIGIBLE_KINDS)
_HARDSHIP: Final = geography.kind_code("hardship")


@dataclass(frozen=True, slots=True)
class Founders:
    """Firms whose founders consider the programmes this month, with one entry for each firm.

    Attributes:
        rows: rows of the firms.
        open_months: full months from the opening to the firm's half-yearly turn.
        since_registration: months since registration.
        eligible: whether the founder is of an eligible kind.
        informed: whether the founder is aware of the programmes.
        ago: number of months before the run at which founders considered the programmes; 0 for this month.
    """

    rows: Rows
    open_months: Integers
    since_registration: Integers
    eligible: Mask
    informed: Mask
    ago: int

    def where(self, mask: Mask) -> Founders:
        """Return the entries for which the mask is true."""
        true = np.flatnonzero(mask)
        return Founders(
            self.rows.take(true), self.open_months.take(true), self.since_registration.take(true),
            self.eligible.take(true), self.informed.take(true), self.ago)  # fmt: skip


class Grants:
    """Decisions of founders to claim grants."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims

    def begin(self, rows: Rows) -> None:
        """Have founders consider the programmes if their half-yearly turn falls in this month.

        In the first month of the run, earlier turns whose claims are still being processed are included.
        """
        if self.context.clock.month == 0:
            for ago in range(UNDER_WAY_MONTHS, 0, -1):
                self._consider(rows, ago)
        self._consider(rows, 0)

    def _consider(self, rows: Rows, ago: int) -> None:
        """Have founders consider the programmes if their half-yearly turn was ``ago`` months ago.

        If ``ago`` is positive, their claims were submitted before the run and have already been decided.
        """
        firms, month = self.context.firms, self.context.clock.month - ago
        turn = month - 1 - firms.opened_month.take(rows) - firms.turn.take(rows)
        rows, turn = _select(whole_turns(turn, TURNS), rows, turn)
        since = month - firms.registered_month.take(rows)
        rows, turn, since = _select((turn >= 0) & (since < LATEST_MONTHS), rows, turn, since)
        eligible = _ELIGIBLE.take(firms.kind.take(rows))
        awareness = self.claims.awareness(self.context.clock.first_day)
        informed = self.context.streams.uniform(firms.id.take(rows), "informed") < awareness
        founders = Founders(rows, turn, since, eligible, informed, ago)
        self._one_off(founders)
        self._rent(founders)
        self._jobs(founders)

    def _hand_in(
        self, rows: Rows, programme: str, yuan: Floats, ago: int, *,
        honest: bool = True, hardship: Mask | None = None,
    ) -> None:  # fmt: skip
        """Submit claims; amounts increased for hardship are booked under the hardship instrument."""
        booked = None if hardship is None else np.where(hardship, "hardship_support", programme)
        self.claims.hand_in(
            programme, self.context.firms.id[rows], 100 * yuan, rows=rows, payee="startups", honest=honest,
            instruments=booked, ago=ago)  # fmt: skip

    def _one_off(self, founders: Founders) -> None:
        """Submit claims for the one-off grant, which founders consider twice.

        Some founders who are not eligible also claim it (M04).
        """
        programme = "one_off_grant"
        if self.context.levers.not_yet(ONE_OFF_BUDGET):
            return
        firms, day = self.context.firms, self.context.clock.first_day
        rows, months = founders.rows, founders.open_months
        in_time = founders.since_registration < CLAIM_WITHIN_MONTHS
        first = (months == ONE_OFF_AFTER_MONTHS) & in_time
        self.claims.entitle(programme, rows.compress(first & founders.eligible))
        may = may_claim_one_off_grant(
            founders.eligible, months, founders.since_registration, firms.one_off.take(rows)
        )
        considers = (months == ONE_OFF_AFTER_MONTHS) | (months == ONE_OFF_REMINDER_MONTHS)
        mine = rows.compress(may & considers & founders.informed)
        general = self.context.levers.at(ONE_OFF_AMOUNT, day)
        amount = grant_amount(
            general, self.context.levers.at(HARDSHIP_ONE_OFF, day), firms.kind[mine] == _HARDSHIP
        )
        go = self.claims.willing(mine, programme, SALIENCE_ONE_OFF, amount)
        firms.one_off[mine[go]] = True
        self._hand_in(mine[go], programme, amount[go], founders.ago, hardship=(amount > general)[go])
        if general > 0:
            self._fraud(rows.compress(first & ~founders.eligible), programme, general, founders.ago)

    def _fraud(self, rows: Rows, programme: str, yuan: float, ago: int) -> None:
        """Submit claims of some founders who are not eligible."""
        sanctions = self.context.levers.at(SANCTIONS, self.context.clock.first_day)
        chance = fraud_propensity(self.context.parameters[FRAUD.id], DETERRENCE, sanctions)
        cheats = rows[self.context.streams.uniform(self.context.firms.id[rows], "cheat") < chance]
        self._hand_in(cheats, programme, np.full(len(cheats), yuan), ago, honest=False)

    def _rent(self, founders: Founders) -> None:
        """Submit claims for the rent subsidy, which founders consider after each full year."""
        programme = "rent_subsidy"
        if self.context.levers.not_yet(RENT_BUDGET):
            return
        firms, day, rows = self.context.firms, self.context.clock.first_day, founders.rows
        self.claims.entitle(programme, rows.compress((founders.open_months == 12) & founders.eligible))
        years = self.context.levers.at(RENT_YEARS, day)
        may = may_claim_rent_subsidy(founders.eligible, founders.open_months, years)
        mine = rows.compress(may & founders.informed)
        general = self.context.levers.at(RENT_AMOUNT, day)
        amount = grant_amount(
            general, self.context.levers.at(HARDSHIP_RENT, day), firms.kind[mine] == _HARDSHIP
        )
        go = self.claims.willing(mine, programme, SALIENCE_RENT, amount)
        self._hand_in(mine[go], programme, amount[go], founders.ago, hardship=(amount > general)[go])

    def _jobs(self, founders: Founders) -> None:
        """Submit claims for the job subsidy, which enterprises consider once a year for new hires."""
        programme = "job_creation_subsidy"
        firms, day = self.context.firms, self.context.clock.first_day
        if self.context.levers.not_yet(JOB_BUDGET):
            return
        first, beyond, cap = (
            self.context.levers.at(lever, day) for lever in (JOB_FIRST, JOB_BEYOND, JOB_CAP)
        )
        enterprise = firms.segment.take(founders.rows) != G
        founders = founders.where(enterprise & whole_turns(founders.open_months, 12))
        rows, months = founders.rows, founders.open_months
        self._expect_job_subsidy(founders, first, beyond, cap)

        employers = (months == JOB_SUBSIDY_AFTER_MONTHS) & (firms.jobs.take(rows) > 1)
        self.claims.entitle(programme, rows.compress(employers))
        may = may_claim_job_subsidy(months, founders.since_registration, firms.hires_paid.take(rows) == 0)
        mine = rows.compress(may & founders.informed)
        hires = firms.jobs[mine].astype(np.float64) - 1
        amount = job_subsidy(
            hires, firms.hires_claimed[mine].astype(np.float64), firms.hires_paid[mine], first, beyond, cap
        )
        go = self.claims.willing(mine, programme, SALIENCE_JOBS, amount) & (amount > 0)
        mine, amount = mine[go], amount[go]
        firms.hires_claimed[mine] = np.maximum(firms.hires_claimed[mine], hires[go])
        firms.hires_paid[mine] += amount
        self._hand_in(mine, programme, amount, founders.ago)

    def _expect_job_subsidy(self, founders: Founders, first: float, beyond: float, cap: float) -> None:
        """Set the monthly wage subsidy expected by owners who would make a typical first claim."""
        programme, firms, rows = "job_creation_subsidy", self.context.firms, founders.rows
        none = np.zeros(len(rows))
        usual = job_subsidy(none + FIRST_RATE_HIRES, none, none, first, beyond, cap)
        counts_on_it = founders.informed & self.claims.willing(rows, programme, SALIENCE_JOBS, usual)
        counts_on_it &= firms.hires_paid.take(rows) < cap
        counts_on_it &= founders.since_registration + 12 < LAST_JOBS_MONTHS
        relief = 0.0
        if cap > 0:
            relief = min(cheaper_job(first, self.claims.paid_chance[programme]), MOST_RELIEF * float(WAGE[1]))
        firms.subsidised_wage[rows] = np.where(counts_on_it, relief, 0)


def _select(mask: Mask, *columns: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Return the entries of each column for which the mask is true."""
    true = np.flatnonzero(mask)
    return tuple(column.take(true) for column in columns)
