"""Guarantors and the start-up loan fund: clerks with a queue of files, capital, and an appetite for risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.service_desk import ServiceDesk
from sim.model.guarantees import rules
from sim.model.guarantees.parameters import (
    APPETITE,
    DESKS,
    FUND_LIMIT,
    GUARANTEE,
    NOISE,
    PRIVATE,
    SECURED,
    SEVERITY,
    STARTUP,
)
from sim.model.underwriting.assessment import assess_default_risk
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.engine.service_desk import Decide, Weigh
    from sim.model.context import Context
    from sim.model.government.public_funds import PublicFund


class Guarantor(ServiceDesk):
    """A guarantor or fund.

    Args:
        context: see :class:`Context`.
        scheme: the scheme of credit that it stands behind.
        pool: its capital.
        decide: called with the files that its clerks have worked on, once a week.
        weigh: requests of the city that files stand for.

    Attributes:
        gone: it takes no more business.
    """

    def __init__(self, context: Context, scheme: int, pool: PublicFund, decide: Decide, weigh: Weigh) -> None:
        self.assessor, clerks, files = DESKS[scheme]
        super().__init__(context.model, "guarantee", files, decide, weigh, weekly=True)
        self.context, self.scheme, self.pool = context, scheme, pool
        self.gone = False
        self.staff(clerks)

    def remove(self) -> None:
        """Take no more business; guarantees given run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def appetite(self) -> float:
        """Loss beyond its fee that it accepts now, a year; only a public one accepts any."""
        if self.scheme != GUARANTEE:
            return 0.0
        usual = self.context.parameters[APPETITE.id]
        return rules.appetite(usual, self.pool.claims_of_a_year, self.pool.balance)

    def assess(self, rows: Rows, months: Ints) -> Floats:
        """Yearly chances of default of firms as it sees them, keyed by firm and month of request."""
        error, number = self.context.parameters[NOISE.id], ASSESSORS.index(self.assessor)
        return assess_default_risk(self.context, rows, months, error, number, self.context.env.now)

    def approves(self, rows: Rows, months: Ints, terms: rules.Terms) -> Mask:
        """Which of these firms it would stand behind on its terms of the day."""
        risk = self.assess(rows, months)
        if self.scheme == STARTUP:
            return np.asarray(risk <= FUND_LIMIT)
        severity = SECURED if self.scheme == PRIVATE else SEVERITY
        return rules.accepts(risk, terms.fee, terms.cover, terms.city_share, self.appetite(), severity)
